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
 * @param gather how long an alert waits for other topics' alerts about the same items, ms
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
    if (due <= now || due > now + MAX_PAUSE_MS) return { messages: [one, ...sharedMessages(waiting, one)] };
    at = Math.min(at, due);
    if (delivery.holds !== 'mail') held.add(endpoint);
    for (const story of stories) held.add(story);
  }
  return { at };
}

/** Returns when a mail is due, ms since the epoch. */
function dueAt({ entry, delivery: { at, nextAt, tries } }: WaitingDelivery, gather: number): number {
  if (nextAt !== undefined) return Date.parse(nextAt);
  return tries === undefined && at !== undefined && mayShare(entry) ? Date.parse(at) + gather : 0;
}

/**
 * Returns the other messages in the same mail. After the first try they stay the same; before it, they are the messages of
 * other topics about the same items.
 */
function sharedMessages(waiting: readonly WaitingDelivery[], first: WaitingDelivery): WaitingDelivery[] {
  const { endpoint, mail } = first.delivery;
  return waiting.filter(
    ({ entry, delivery }) =>
      entry !== first.entry &&
      delivery.endpoint === endpoint &&
      delivery.mail === mail &&
      (mail !== undefined || isSameNews(entry, first.entry)),
  );
}

/** Returns true if both have the same kind and items, such as the alerts of two topics that match the same item. */
function isSameNews(one: OutboxEntry, other: OutboxEntry): boolean {
  const news = newsOf(one);
  return news !== undefined && news === newsOf(other);
}

function newsOf(entry: OutboxEntry): string | undefined {
  if (!mayShare(entry)) return undefined;
  const { kind, entries = [] } = entry.alert ?? {};
  return JSON.stringify([kind, ...entries.map(({ itemId }) => itemId).sort()]);
}

/** Returns true for alerts that can share a mail with alerts of other topics. Digests and round-ups belong to one topic. */
function mayShare({ alert }: OutboxEntry): boolean {
  return alert?.kind === 'new' || alert?.kind === 'follow-up';
}

function storiesOf({ alert }: OutboxEntry): string[] {
  return [...new Set(alert?.entries.map(({ storyId }) => storyId) ?? [])];
}
