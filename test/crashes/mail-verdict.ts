import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { newsIdentity } from '../../local/outbox/outbox-entry.ts';
import type { ReceivedMail } from './faulty-mail-server.ts';

export interface MailEvidence {
  /** All publishes in order. */
  readonly publishes: readonly OutboxEntry[];
  /** The mails that the server received, in order. */
  readonly mails: readonly ReceivedMail[];
}

export interface MailVerdict {
  /** Expected mails, counted once per recipient. */
  readonly mails: number;
  readonly lost: number;
  /** Mails that were repeated. */
  readonly copies: number;
  /** Violations of the rules. */
  readonly faults: readonly string[];
}

/**
 * Checks the rules of the email queue. Each recipient of a publish receives it in a mail. A mail is repeated only if it was
 * unknown whether it had been accepted, and with the same Message-ID. The mails of a recipient come in order.
 */
export function mailVerdictOn({ publishes, mails }: MailEvidence): MailVerdict {
  const faults: string[] = [];
  const ids = new Map(publishes.map((publish) => [publish.messageId, publish]));
  /** Index of the first publish, by recipient and Message-ID without its domain. */
  const expected = new Map<string, number>();
  let lost = 0;
  for (const [index, publish] of publishes.entries()) {
    for (const { protocol, endpoint, how, mail: mailOf } of publish.deliveries) {
      if (protocol !== 'email') continue;
      const about = `${publish.messageId} (${publish.subject}) for ${endpoint}`;
      const carried = ids.get(mailOf ?? '') ?? publish;
      const key = `${endpoint} ${newsIdentity(carried, endpoint)}`;
      if (!expected.has(key)) expected.set(key, index);
      const received = mails.filter((mail) => keyOf(mail) === key);
      if (how !== 'mailed') faults.push(`${about} ended as ${how}`);
      if (received.length === 0 || !received.some(({ text }) => contains(text, publish))) {
        lost++;
        faults.push(`${about} was ${received.length === 0 ? 'never mailed' : 'mailed without its news'}`);
      }
    }
  }

  let copies = 0;
  const latest = new Map<string, number>();
  for (const [n, mail] of mails.entries()) {
    const key = keyOf(mail);
    const about = `the mail ${mail.messageId} to ${mail.to}`;
    const index = expected.get(key);
    if (index === undefined) faults.push(`${about} belongs to no publish`);
    const before = mails.findLastIndex((other, m) => m < n && keyOf(other) === key);
    const earlier = mails[before];
    if (earlier) {
      copies++;
      // A killed run can only have failed to record the last mail that was accepted.
      const isLastOfRun = !mails.slice(before + 1).some(({ run }) => run === earlier.run);
      if (earlier.isAnswered && !isLastOfRun)
        faults.push(`${about} came again, although it had certainly been accepted`);
    } else if (index !== undefined) {
      if (index < (latest.get(mail.to) ?? 0)) faults.push(`${about} came after later ones`);
      latest.set(mail.to, Math.max(index, latest.get(mail.to) ?? 0));
    }
  }
  return { mails: expected.size, lost, copies, faults };
}

const keyOf = ({ to, messageId }: ReceivedMail): string =>
  `${to} ${messageId.slice(1, messageId.indexOf('@'))}`;

/** Whether a mail contains all headlines of a publish and the name of its topic. */
function contains(text: string, { alert }: OutboxEntry): boolean {
  if (!alert) return true;
  return text.includes(`“${alert.topicName}”`) && alert.entries.every(({ title }) => text.includes(title));
}
