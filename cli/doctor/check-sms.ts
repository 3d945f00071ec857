import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  paginateListSMSSandboxPhoneNumbers,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { count } from '../../functions/shared/text/count.ts';
import type { CheckContext } from './check-context.ts';
import { type CheckResult, couldNotCheck, ok } from './check-result.ts';

/** `verified`: the numbers that the sandbox lets through; undefined when the account has left it. */
export function sandboxResults(
  verified: readonly string[] | undefined,
  numbers: readonly string[],
): CheckResult[] {
  if (verified === undefined) return [ok('sms', 'the account may send SMS to any number')];
  const refused = numbers.filter((number) => !verified.includes(number));
  const sandbox: CheckResult = {
    level: 'warning',
    check: 'sms',
    code: 'sms-sandbox',
    seen: `the account is in the SMS sandbox, with ${count(verified.length, 'verified number')}`,
    means: 'SMS reach verified numbers only, ten at most',
    next: 'ask to leave it: SNS console, Text messaging (SMS), Exit SMS sandbox; it takes about a day',
  };
  return [
    sandbox,
    ...refused.map(
      (number): CheckResult => ({
        level: 'problem',
        check: 'sms',
        code: 'sms-unverified',
        about: number,
        seen: `${number} is not verified in the SMS sandbox`,
        means: 'SNS drops what is sent to it, without an error to anybody',
        next: `aws sns create-sms-sandbox-phone-number --phone-number ${number}, then verify-sms-sandbox-phone-number with the code it receives`,
      }),
    ),
  ];
}

/** What an account may spend that has never asked for more, USD a month. */
const DEFAULT_SPEND_LIMIT = 1;

/** `limit`: USD a month, as SNS has it; undefined when it was never set. */
export function spendLimitResults(limit: string | undefined): CheckResult[] {
  const dollars = limit === undefined || limit === '' ? DEFAULT_SPEND_LIMIT : Number(limit);
  if (dollars > DEFAULT_SPEND_LIMIT) return [ok('sms', `SMS may cost USD ${dollars} a month`)];
  return [
    {
      level: 'warning',
      check: 'sms',
      code: 'sms-limit',
      seen: `SMS may cost USD ${dollars} a month`,
      means:
        'that pays for few of them; once it is spent, SNS drops SMS until the next month, without an error to anybody',
      next: 'ask for a higher quota (Service Quotas console, Amazon SNS, account spend threshold), then aws sns set-sms-attributes --attributes MonthlySpendLimit=AMOUNT',
    },
  ];
}

async function readSandbox(sns: SNSClient): Promise<string[] | undefined> {
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

async function readLimit(sns: SNSClient): Promise<string | undefined> {
  const { attributes } = await sns.send(new GetSMSAttributesCommand({ attributes: ['MonthlySpendLimit'] }));
  return attributes?.MonthlySpendLimit;
}

export const checkSms = {
  name: 'sms',
  what: 'whether SMS are sent',
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
      readLimit(sns).then(spendLimitResults, failed('what SMS may cost')),
    ]);
    return parts.flat();
  },
} as const;
