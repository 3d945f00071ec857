import type { Contact } from '../../../functions/shared/model.ts';
import { count } from '../../../functions/shared/text/count.ts';
import { mailerFromEnvironment } from '../../../local/mail/mailer.ts';
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
