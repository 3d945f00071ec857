import {
  GetAccountCommand,
  type GetAccountCommandOutput,
  GetEmailIdentityCommand,
  NotFoundException,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Sender } from '../../functions/shared/model.ts';
import { type RecipientProblem, recipientProblems } from '../../functions/shared/store/recipient-problems.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type CheckContext, deployCommand, stackOption, tableName } from './check-context.ts';
import { type CheckResult, couldNotCheck, ok } from './check-result.ts';

/** SES is rarely unreachable for longer. */
const LATE_MS = 15 * 60_000;
/** An alert is tried for this long. What waits for longer is for somebody who does not want it any more. */
const TRIED_MS = 24 * 3_600_000;
/** SQS keeps dead letters for this long. */
const DEAD_MS = 14 * 24 * 3_600_000;

/** What SES says about the account and the sender. */
export interface SesFacts
  extends Pick<GetAccountCommandOutput, 'ProductionAccessEnabled' | 'SendingEnabled' | 'SendQuota'> {
  /** Whether the sender's address or domain is verified. */
  readonly isVerified: boolean;
}

/** Reports what keeps SES from sending. */
export function sesResults({ address, domain }: Sender, facts: SesFacts): CheckResult[] {
  const { isVerified, ProductionAccessEnabled, SendingEnabled, SendQuota } = facts;
  const results: CheckResult[] = [];
  const report = (result: Omit<CheckResult, 'check'>) =>
    results.push({ check: 'html-mail', ...result } as CheckResult);
  if (!isVerified) {
    report({
      level: 'problem',
      code: 'html-mail-unverified',
      about: address,
      seen: `neither ${address} nor ${domain} is verified in SES`,
      means: 'SES rejects every mail; each is tried for a day, and then becomes a dead letter',
      next: `verify ${domain} in SES (docs/sign-up.md#html-mail); if its DNS records are there already, wait: SES may take three days to see them`,
    });
  }
  if (ProductionAccessEnabled === false) {
    report({
      level: 'problem',
      code: 'html-mail-sandbox',
      seen: 'the account is in the SES sandbox',
      means: 'SES rejects mails to addresses that are not verified, and sends at most 200 a day',
      next: 'ask AWS for production access (SES console, Account dashboard); this takes about a day',
    });
  }
  if (SendingEnabled === false) {
    report({
      level: 'problem',
      code: 'html-mail-paused',
      seen: 'SES has paused the sending of the account',
      means: 'no mail is sent',
      next: 'find out why mails come back or are reported as spam (SES console, Reputation metrics), mend it, and answer the case that AWS has opened',
    });
  }
  const { Max24HourSend: max = -1, SentLast24Hours: sent = 0 } = SendQuota ?? {};
  if (max > 0 && sent > 0.8 * max) {
    report({
      level: 'warning',
      code: 'html-mail-quota',
      seen: `SES has sent ${count(sent, 'mail')} in 24 hours, of ${max} that the account may send`,
      means: 'beyond this, mails wait',
      next: 'ask for a higher quota (Service Quotas console, Amazon SES)',
    });
  }
  return results.length > 0 ? results : [ok('html-mail', `SES sends mails from ${address}`)];
}

/** Reports readers that mails do not reach. `problems`: by the id of the reader, which nobody can tell an address from. */
export function readerResults(
  problems: ReadonlyMap<string, RecipientProblem>,
  now: number,
  redrive: string,
): CheckResult[] {
  const all = [...problems.values()];
  const failed = all.filter(({ failedAt }) => failedAt !== undefined && now - failedAt < DEAD_MS);
  const waiting = all.filter(
    ({ failedAt, nextAt, since }) =>
      failedAt === undefined && now - since >= LATE_MS && now - nextAt < TRIED_MS,
  );
  const oldest = (some: readonly RecipientProblem[]) => some.toSorted((a, b) => a.since - b.since)[0];
  const [first, late] = [oldest(failed), oldest(waiting)];
  return [
    ...(first
      ? [
          {
            level: 'problem',
            check: 'html-mail',
            code: 'html-mail-failed',
            seen: `${count(failed.length, 'reader')} of emails missed an alert; the first was given up at ${formatTime(first.failedAt ?? 0)}: ${first.detail}`,
            means: 'the alert is a dead letter; later alerts are tried',
            next: `do what the message says, then run: ${redrive}`,
          } as const,
        ]
      : []),
    ...(late
      ? [
          {
            level: 'problem',
            check: 'html-mail',
            code: 'html-mail-waits',
            seen: `SES has accepted no mail to ${count(waiting.length, 'reader')} for ${formatDuration(now - late.since)}: ${late.detail}`,
            means: 'their alerts wait; each is tried for a day, and then becomes a dead letter',
            next: 'do what the message says, or wait for SES',
          } as const,
        ]
      : []),
  ];
}

async function isVerified(ses: SESv2Client, identity: string): Promise<boolean> {
  try {
    const { VerifiedForSendingStatus } = await ses.send(
      new GetEmailIdentityCommand({ EmailIdentity: identity }),
    );
    return VerifiedForSendingStatus === true;
  } catch (error) {
    if (error instanceof NotFoundException) return false;
    throw error;
  }
}

async function readSes(ses: SESv2Client, { address, domain }: Sender): Promise<SesFacts> {
  const [account, verified] = await Promise.all([
    ses.send(new GetAccountCommand({})),
    Promise.all([isVerified(ses, address), isVerified(ses, domain)]),
  ]);
  return { ...account, isVerified: verified.includes(true) };
}

export const checkHtmlMail = {
  name: 'html-mail',
  what: 'HTML mail by SES',
  needsFile: true,
  async run(context: CheckContext): Promise<readonly CheckResult[]> {
    const { clients, clock, loaded, name, stack } = context;
    const { htmlEmail: sender } = loaded.config;
    const deployed = stack?.outputs[OUTPUTS.htmlEmailFrom];
    const differs: CheckResult[] =
      stack !== undefined && deployed !== sender?.address
        ? [
            {
              level: 'problem',
              check: 'html-mail',
              code: 'html-mail-differs',
              seen: `the file has ${sender?.address ?? 'no sender'} for htmlEmail, the deployment ${deployed ?? 'none'}`,
              means: 'emails are sent as deployed',
              next: `deploy: ${deployCommand(context)}`,
            },
          ]
        : [];
    if (sender === undefined || deployed === undefined) return differs;
    const redrive = `npx news-alerts redrive mail${stackOption(name)}`;
    const problems = await recipientProblems(dynamoTable(clients.dynamoDb, tableName(context)), 'mail').all();
    const ses = await readSes(clients.ses, sender).then(
      (facts) => sesResults(sender, facts),
      (error: unknown) => [couldNotCheck('html-mail', 'SES', error)],
    );
    return [...differs, ...ses, ...readerResults(problems, clock(), redrive)];
  },
} as const;
