import type { Contact } from '../../../functions/shared/model.ts';
import { count, plural } from '../../../functions/shared/text/count.ts';
import { abbreviateList } from '../../../local/format-time.ts';
import { mailerFromEnvironment } from '../../../local/mail/mailer.ts';
import { isWaiting, type OutboxDelivery, type OutboxEntry } from '../../../local/outbox/outbox-entry.ts';
import { type CheckResult, ok } from '../check-result.ts';
import type { MachineContext } from './machine-context.ts';

/** Checks whether mail can be sent, if there are email recipients. Logs in to the mail server and sends nothing. */
export async function mailResults(
  recipients: readonly Pick<Contact, 'protocol' | 'endpoint'>[],
  env: MachineContext['env'],
): Promise<CheckResult[]> {
  const addresses = new Set(
    recipients.filter(({ protocol }) => protocol === 'email').map(({ endpoint }) => endpoint),
  );
  if (addresses.size === 0) return [ok('mail', 'no email recipients in the file')];
  const url = env.NEWS_ALERTS_SMTP_URL;
  if (!url) {
    return [
      {
        level: 'problem',
        check: 'mail',
        code: 'mail-off',
        seen: `NEWS_ALERTS_SMTP_URL is not set, and the file has ${count(addresses.size, 'email recipient')}`,
        means: 'emails are only shown in the terminal and on the page, not sent',
        next: 'set NEWS_ALERTS_SMTP_URL=smtp://user:password@host:587 and NEWS_ALERTS_MAIL_FROM in the environment or in .env, and start again',
      },
    ];
  }
  return mailServerResults(env);
}

async function mailServerResults(env: MachineContext['env']): Promise<CheckResult[]> {
  const problem = (seen: string): CheckResult => ({
    level: 'problem',
    check: 'mail',
    code: 'mail-server',
    seen,
    means: 'no email can be sent; alerts wait and are sent once the cause is fixed',
    next: 'fix the cause that the message names, and run doctor again',
  });
  try {
    const mailer = mailerFromEnvironment(env);
    const fault = await mailer?.verify();
    mailer?.close();
    return [fault ? problem(fault.detail) : ok('mail', `the mail server ${mailer?.server} answers`)];
  } catch (error) {
    // The settings have a fault.
    return [problem((error as Error).message)];
  }
}

/** Emails that wait longer than this are reported. */
const LATE_MS = 15 * 60_000;

/** Reports the unsent messages of an outbox: emails that wait for too long, and messages that failed for good. */
export function outboxResults(entries: Iterable<OutboxEntry>, now: number): CheckResult[] {
  const all = [...entries];
  const late = all
    .filter(({ at }) => now - Date.parse(at) > LATE_MS)
    .flatMap(({ deliveries }) => deliveries.filter(isWaiting));
  const failed = all.flatMap(({ deliveries }) => deliveries.filter(({ how }) => how === 'failed'));
  const to = (list: readonly OutboxDelivery[]) =>
    abbreviateList([...new Set(list.map(({ endpoint }) => endpoint))]);
  const reason = (list: readonly OutboxDelivery[]) => list.findLast(({ detail }) => detail)?.detail;
  return [
    ...(late.length === 0
      ? []
      : [
          {
            level: 'problem',
            check: 'mail',
            code: 'mail-waits',
            seen: `${count(late.length, 'email is', 'emails are')} waiting for the mail server, to ${to(late)}${reason(late) ? `: ${reason(late)}` : ''}`,
            means: `${plural(late.length, 'it is', 'they are')} kept, and sent once the server accepts ${plural(late.length, 'it', 'them')} while start is running`,
            next: 'see the findings about start and the mail server',
          } as const,
        ]),
    ...(failed.length === 0
      ? []
      : [
          {
            level: 'warning',
            check: 'mail',
            code: 'mail-failed',
            seen: `${count(failed.length, 'message was', 'messages were')} not sent, to ${to(failed)}${reason(failed) ? `: ${reason(failed)}` : ''}`,
            means: `${plural(failed.length, 'it is', 'they are')} not retried; the page shows the text`,
            next: 'fix the cause that the message names, most often the address in the file',
          } as const,
        ]),
  ];
}
