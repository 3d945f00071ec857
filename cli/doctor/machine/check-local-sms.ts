import { SNSClient } from '@aws-sdk/client-sns';
import { isPlaceholder } from '../../../config/recipients.ts';
import type { SdkOptions } from '../../../functions/shared/aws/platform.ts';
import { NewsAlertsError } from '../../../functions/shared/errors.ts';
import type { Contact } from '../../../functions/shared/model.ts';
import { usdText } from '../../../local/sms/sms-delivery.ts';
import { priceOf } from '../../../local/sms/sms-price.ts';
import { createSmsSender } from '../../../local/sms/sms-sender.ts';
import { type LocalSmsSettings, smsSettings } from '../../../local/sms/sms-settings.ts';
import { monthOf, readSmsSpend, smsSpendFile } from '../../../local/sms/sms-spend.ts';
import { isDenied } from '../../deployed/aws-clients.ts';
import { type CheckResult, couldNotCheck, ok } from '../check-result.ts';
import { readLimit, readSandbox, sandboxResults, spendLimitResults } from '../check-sms.ts';
import type { MachineContext } from './machine-context.ts';

/**
 * Checks whether SMS can be sent, if there are recipients: settings, credentials, the account's sandbox and limit, and what
 * was spent. Sends nothing. `sdk`: further options of the SNS client.
 */
export async function localSmsResults(
  recipients: readonly Contact[],
  { env, data, clock }: Pick<MachineContext, 'env' | 'data' | 'clock'>,
  sdk: SdkOptions = {},
): Promise<CheckResult[]> {
  const numbers = [
    ...new Set(
      recipients
        .filter((one) => one.protocol === 'sms' && !isPlaceholder(one))
        .map(({ endpoint }) => endpoint),
    ),
  ];
  if (numbers.length === 0) return [];
  try {
    const settings = smsSettings(env);
    if (!settings) return [ok('sms', 'SMS are only shown on this machine: NEWS_ALERTS_SMS is not set')];
    const sender = await createSmsSender(() => undefined, sdk);
    const fault = await sender.verify();
    sender.close();
    return [
      ...(fault
        ? [problem({ code: 'sms-account', seen: fault.detail })]
        : [
            ok('sms', `SMS go through AWS in ${sender.region}`),
            ...(await accountResults(numbers, settings, sdk)),
          ]),
      ...spendResults(numbers, settings, readSmsSpend(smsSpendFile(data), clock()), clock()),
    ];
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    return [problem({ code: 'sms-settings', seen: error.message })];
  }
}

function problem(found: Pick<CheckResult, 'code' | 'seen'>): CheckResult {
  return {
    level: 'problem',
    check: 'sms',
    ...found,
    means: 'no SMS can be sent; an SMS is given up an hour after its alert',
    next: 'fix the cause that the message names, and run doctor again',
  };
}

/** Checks the account as far as its calls are allowed: sending needs only `sns:Publish`. */
async function accountResults(
  numbers: readonly string[],
  { monthlyUsd }: LocalSmsSettings,
  sdk: SdkOptions,
): Promise<CheckResult[]> {
  const sns = new SNSClient({ requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 }, ...sdk });
  const failed = (what: string) => (error: unknown) =>
    isDenied(error)
      ? [ok('sms', `could not check ${what}: these credentials may not`)]
      : [couldNotCheck('sms', what, error)];
  try {
    const parts = await Promise.all([
      readSandbox(sns).then((verified) => sandboxResults(verified, numbers), failed('the SMS sandbox')),
      // An account may spend a dollar without asking.
      monthlyUsd > 1
        ? readLimit(sns).then(spendLimitResults, failed('the spending limit of SMS'))
        : ([] as CheckResult[]),
    ]);
    return parts.flat();
  } finally {
    sns.destroy();
  }
}

function spendResults(
  numbers: readonly string[],
  settings: LocalSmsSettings,
  spent: number,
  now: number,
): CheckResult[] {
  const { monthlyUsd } = settings;
  const seen = `${usdText(spent)} of ${usdText(monthlyUsd)} counted for ${monthOf(now)} (UTC)`;
  const most = Math.max(...numbers.map((number) => priceOf(number, 'x', settings)));
  if (spent + most <= monthlyUsd) return [ok('sms', seen)];
  return [
    {
      level: 'problem',
      check: 'sms',
      code: 'sms-cap',
      seen,
      means: `an SMS for which ${usdText(most)} is counted is not sent until the month ends`,
      next: 'raise NEWS_ALERTS_SMS_MONTHLY_USD and start again; or send fewer SMS, with digests or sms: { minSources: 2 }',
    },
  ];
}
