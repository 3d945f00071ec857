import { mailIdentity } from '../../local/mail/compose-mail.ts';
import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';
import type { ReceivedMail } from './faulty-mail-server.ts';

export interface MailEvidence {
  /** In order. */
  readonly publishes: readonly OutboxEntry[];
  /** What the mail server has got, in order. */
  readonly mails: readonly ReceivedMail[];
}

export interface MailVerdict {
  /** Mails that were to be sent, once per recipient. */
  readonly mails: number;
  readonly lost: number;
  /** Mails that came again. */
  readonly copies: number;
  /** What must not be. */
  readonly faults: readonly string[];
}

/**
 * Judges by the rules of the queue of emails: each recipient of a publish gets it in a mail; a mail comes again only if
 * nobody knew whether it had been taken, and then under its Message-ID; each recipient's mails come in order.
 */
export function mailVerdictOn({ publishes, mails }: MailEvidence): MailVerdict {
  const faults: string[] = [];
  const ids = new Map(publishes.map((publish) => [publish.messageId, publish]));
  /** Recipient and Message-ID, without its domain -> place of its first publish. */
  const owed = new Map<string, number>();
  let lost = 0;
  for (const [place, publish] of publishes.entries()) {
    for (const { protocol, endpoint, how, mail: carrier } of publish.deliveries) {
      if (protocol !== 'email') continue;
      const about = `${publish.messageId} (${publish.subject}) for ${endpoint}`;
      const carried = ids.get(carrier ?? '') ?? publish;
      const key = `${endpoint} ${mailIdentity(carried, endpoint)}`;
      if (!owed.has(key)) owed.set(key, place);
      const got = mails.filter((mail) => keyOf(mail) === key);
      if (how !== 'mailed') faults.push(`${about} ended as ${how}`);
      if (got.length === 0 || !got.some(({ text }) => tells(text, publish))) {
        lost++;
        faults.push(`${about} was ${got.length === 0 ? 'never mailed' : 'mailed without its news'}`);
      }
    }
  }

  let copies = 0;
  const latest = new Map<string, number>();
  for (const [n, mail] of mails.entries()) {
    const key = keyOf(mail);
    const about = `the mail ${mail.messageId} to ${mail.to}`;
    const place = owed.get(key);
    if (place === undefined) faults.push(`${about} is of no publish`);
    const before = mails.findLastIndex((other, m) => m < n && keyOf(other) === key);
    const earlier = mails[before];
    if (earlier) {
      copies++;
      // Of what a life was told is taken, only the last mail can be without a record when it is killed.
      const isLastOfLife = !mails.slice(before + 1).some(({ life }) => life === earlier.life);
      if (earlier.isAnswered && !isLastOfLife)
        faults.push(`${about} came again, and nobody was in doubt of it`);
    } else if (place !== undefined) {
      if (place < (latest.get(mail.to) ?? 0)) faults.push(`${about} came after later ones`);
      latest.set(mail.to, Math.max(place, latest.get(mail.to) ?? 0));
    }
  }
  return { mails: owed.size, lost, copies, faults };
}

const keyOf = ({ to, messageId }: ReceivedMail): string =>
  `${to} ${messageId.slice(1, messageId.indexOf('@'))}`;

/** True when a mail has every headline of a publish, and names its topic. */
function tells(text: string, { alert }: OutboxEntry): boolean {
  if (!alert) return true;
  return text.includes(`“${alert.topicName}”`) && alert.entries.every(({ title }) => text.includes(title));
}
