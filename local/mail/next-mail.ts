import { mayShareMail, sharingMail } from '../../functions/shared/mail/shared-mail.ts';
import type { WaitingDelivery } from '../outbox/outbox.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';

/** A mail that is due, or the time when the next one is. */
export type NextMail =
  | { readonly messages: readonly [WaitingDelivery, ...WaitingDelivery[]] }
  /** Ms since the epoch; infinite if the queue is empty. */
  | { readonly at: number };

/** Limit on the pause between two tries. A time beyond it comes from a clock that was wrong. */
export const MAX_PAUSE_MS = 3 * 3_600_000;

/**
 * Returns the oldest mail that is due. Each recipient gets mails in the order of their publishing: a mail that waits holds
 * back later mails to its recipient, or only those about its stories if the mail itself was refused. Mails to other
 * recipients are never held back.
 * @param gather how long an alert waits for alerts of other topics that share its mail, ms
 */
export function nextMail(waiting: readonly WaitingDelivery[], now: number, gather: number): NextMail {
  const held = new Set<string>();
  let at = Number.POSITIVE_INFINITY;
  for (const one of waiting) {
    const { entry, delivery } = one;
    const { endpoint } = delivery;
    const stories = storiesOf(entry).map((id) => `${endpoint} ${id}`);
    if (held.has(endpoint) || stories.some((story) => held.has(story))) {
      // Later mails about these stories must not overtake this one either.
      for (const story of stories) held.add(story);
      continue;
    }
    const due = dueAt(one, gather);
    if (due <= now || due > now + MAX_PAUSE_MS) return { messages: sharedMessages(waiting, one) };
    at = Math.min(at, due);
    if (delivery.holds !== 'mail') held.add(endpoint);
    for (const story of stories) held.add(story);
  }
  return { at };
}

/** Returns when a mail is due, ms since the epoch. */
function dueAt({ entry, delivery: { at, nextAt, tries } }: WaitingDelivery, gather: number): number {
  if (nextAt !== undefined) return Date.parse(nextAt);
  return tries === undefined && at !== undefined && entry.alert && mayShareMail(entry.alert)
    ? Date.parse(at) + gather
    : 0;
}

/** Returns the messages in the same mail as the first. After the first try they stay the same. */
function sharedMessages(
  waiting: readonly WaitingDelivery[],
  first: WaitingDelivery,
): readonly [WaitingDelivery, ...WaitingDelivery[]] {
  const { endpoint, mail } = first.delivery;
  const others = waiting.filter(
    ({ entry, delivery }) => entry !== first.entry && delivery.endpoint === endpoint,
  );
  if (mail !== undefined) return [first, ...others.filter(({ delivery }) => delivery.mail === mail)];
  const [, ...sharing] = sharingMail(
    [first, ...others],
    ({ entry }) => entry.alert,
    ({ delivery }) => delivery.mail === undefined,
  );
  return [first, ...sharing];
}

function storiesOf({ alert }: OutboxEntry): string[] {
  return [...new Set(alert?.entries.map(({ storyId }) => storyId) ?? [])];
}
