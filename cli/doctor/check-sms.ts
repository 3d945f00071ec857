import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  paginateListSMSSandboxPhoneNumbers,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { count } from '../../functions/shared/text/count.ts';
import type { CheckContext } from './check-context.ts';
import { type CheckResult, couldNotCheck, ok } from './check-result.ts';

/** `verified`: the numbers to which the sandbox allows SMS; undefined when the account has left the sandbox. */
export function sandboxResults(
  verified: readonly string[] | undefined,
  numbers: readonly string[],
): CheckResult[] {
  if (verified === undefined) return [ok('sms', 'the account may send SMS to any number')];
  const unverified = numbers.filter((number) => !verified.includes(number));
  const sandbox: CheckResult = {
    level: 'warning',
    check: 'sms',
    code: 'sms-sandbox',
    seen: `the account is in the SMS sandbox, with ${count(verified.length, 'verified number')}`,
    means: 'SMS reach only verified numbers, ten at most',
    next: 'ask AWS to leave the sandbox (SNS console, Text messaging (SMS), Exit SMS sandbox); this takes about a day',
  };
  return [
    sandbox,
    ...unverified.map(
      (number): CheckResult => ({
        level: 'problem',
        check: 'sms',
        code: 'sms-unverified',
        about: number,
        seen: `${number} is not verified in the SMS sandbox`,
        means: 'SNS silently drops SMS to this number',
        next: `run aws sns create-sms-sandbox-phone-number --phone-number ${number}, then verify-sms-sandbox-phone-number with the code that the number receives`,
      }),
    ),
  ];
}

/** Spending limit of an account that never asked for more, USD a month. */
const DEFAULT_SPEND_LIMIT = 1;

/** `limit`: USD a month, as set in SNS; undefined when never set. */
export function spendLimitResults(limit: string | undefined): CheckResult[] {
  const dollars = limit === undefined || limit === '' ? DEFAULT_SPEND_LIMIT : Number(limit);
  if (dollars > DEFAULT_SPEND_LIMIT)
    return [ok('sms', `the account may spend USD ${dollars} a month on SMS`)];
  return [
    {
      level: 'warning',
      check: 'sms',
      code: 'sms-limit',
      seen: `the account may spend only USD ${dollars} a month on SMS`,
      means: 'this pays for few SMS; once it is spent, SNS silently drops SMS until the next month',
      next: 'ask for a higher quota (Service Quotas console, Amazon SNS, account spend threshold), then run aws sns set-sms-attributes --attributes MonthlySpendLimit=AMOUNT',
    },
  ];
}

/** Returns the verified numbers of the sandbox; undefined when the account has left it. */
export async function readSandbox(sns: SNSClient): Promise<string[] | undefined> {
  const { IsInSandbox } = await sns.send(new GetSMSSandboxAccountStatusCommand({}));
  if (!IsInSandbox) return undefined;
  const verified: string[] = [];
  for await (const { PhoneNumbers = [] } of paginateListSMSSandboxPhoneNumbers({ client: sns }, {})) {
    for (const { PhoneNumber, Status } of PhoneNumbers) {
      if (PhoneNumber && Status === 'Verified') verified.push(PhoneNumber);
    }
  }
  return verified;
}

/** Returns the monthly limit that is set in SNS, USD; undefined when never set. */
export async function readLimit(sns: SNSClient): Promise<string | undefined> {
  const { attributes } = await sns.send(new GetSMSAttributesCommand({ attributes: ['MonthlySpendLimit'] }));
  return attributes?.MonthlySpendLimit;
}

export const checkSms = {
  name: 'sms',
  what: 'the SMS settings',
  needsFile: true,
  async run({ clients: { sns }, loaded }: CheckContext): Promise<readonly CheckResult[]> {
    const numbers = [
      ...new Set(
        [...loaded.subscriptions, ...loaded.operations]
          .filter(({ protocol }) => protocol === 'sms')
          .map(({ endpoint }) => endpoint),
      ),
    ];
    if (numbers.length === 0) return [];
    const failed = (what: string) => (error: unknown) => [couldNotCheck('sms', what, error)];
    const parts = await Promise.all([
      readSandbox(sns).then((verified) => sandboxResults(verified, numbers), failed('the SMS sandbox')),
      readLimit(sns).then(spendLimitResults, failed('the spending limit of SMS')),
    ]);
    return parts.flat();
  },
} as const;
