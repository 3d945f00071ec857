import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { newsIdentity } from '../../local/outbox/outbox-entry.ts';
import type { ReceivedSms } from '../local/sms/sns-stand-in.ts';

export interface SmsEvidence {
  /** All publishes in order. */
  readonly publishes: readonly OutboxEntry[];
  /** Everything that SNS received, in order. */
  readonly received: readonly ReceivedSms[];
  /** What the process counted, and what each of these SMS costs, USD. */
  readonly spent: number;
  readonly price: number;
}

export interface SmsVerdict {
  /** Expected SMS, counted once per recipient. */
  readonly expected: number;
  /** SMS that may have been sent. */
  readonly inDoubt: number;
  /** Violations of the rules. */
  readonly faults: readonly string[];
}

/**
 * Checks the rules of the SMS queue. Each SMS is sent, or marked as one that may have been. SNS takes none twice: only one that
 * it refused may come again. The counted spend covers everything that SNS took.
 */
export function smsVerdictOn({ publishes, received, spent, price }: SmsEvidence): SmsVerdict {
  const faults: string[] = [];
  /** The identities of the news that an SMS may bring, by number and text. */
  const expected = new Map<string, Set<string>>();
  const taken = received.filter(({ outcome }) => outcome !== 'refused');
  let inDoubt = 0;
  for (const publish of publishes) {
    for (const { protocol, endpoint, how } of publish.deliveries) {
      if (protocol !== 'sms') continue;
      const key = `${endpoint} ${publish.bodies.sms}`;
      const about = `${publish.messageId} (${publish.subject}) for ${endpoint}`;
      expected.set(key, (expected.get(key) ?? new Set()).add(newsIdentity(publish, endpoint)));
      if (how === 'unknown') inDoubt++;
      else if (how !== 'sent') faults.push(`${about} ended as ${how}`);
      else if (!taken.some((sms) => keyOf(sms) === key && sms.outcome === 'accepted'))
        faults.push(`${about} ended as sent, but SNS never accepted it`);
    }
  }
  for (const [key, sms] of Map.groupBy(taken, keyOf)) {
    const most = expected.get(key)?.size ?? 0;
    if (sms.length > most) faults.push(`SNS took the SMS to ${key} ${sms.length} times, expected ${most}`);
  }
  if (spent + 1e-6 < taken.length * price)
    faults.push(`counted $${spent} for ${taken.length} SMS of $${price} that SNS took`);
  return { expected: [...expected.values()].reduce((sum, { size }) => sum + size, 0), inDoubt, faults };
}

const keyOf = ({ to, text }: ReceivedSms): string => `${to} ${text}`;
