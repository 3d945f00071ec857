import type { WaitingDelivery } from '../outbox/outbox.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';

/** A mail that may be sent now, or when the next one may. */
export type NextMail =
  | { readonly messages: readonly [WaitingDelivery, ...WaitingDelivery[]] }
  /** Ms since the epoch; infinite when nothing is queued. */
  | { readonly at: number };

/** The longest pause between two tries; a later time is the work of a clock that was wrong. */
export const MAX_PAUSE_MS = 3 * 3_600_000;

/**
 * Returns the oldest mail that may be sent. Mails go to each recipient in the order in which they were published: one
 * that has to wait holds back the later ones to the recipient, or, where it was refused itself, those of its stories.
 * No mail holds back those to others. `gather`: how long an alert waits for those of other topics about the same
 * items, ms.
 */
export function nextMail(open: readonly WaitingDelivery[], now: number, gather: number): NextMail {
  const held = new Set<string>();
  let at = Number.POSITIVE_INFINITY;
  for (const one of open) {
    const { entry, delivery } = one;
    const { endpoint } = delivery;
    const stories = storiesOf(entry).map((id) => `${endpoint} ${id}`);
    if (held.has(endpoint) || stories.some((story) => held.has(story))) {
      // What follows on from a mail that is held back must not overtake it either.
      for (const story of stories) held.add(story);
      continue;
    }
    const due = dueAt(one, gather);
    if (due <= now || due > now + MAX_PAUSE_MS) return { messages: [one, ...messagesToShare(open, one)] };
    at = Math.min(at, due);
    if (delivery.holds !== 'mail') held.add(endpoint);
    for (const story of stories) held.add(story);
  }
  return { at };
}

/** Ms since the epoch. */
function dueAt({ entry, delivery: { at, nextAt, tries } }: WaitingDelivery, gather: number): number {
  if (nextAt !== undefined) return Date.parse(nextAt);
  return tries === undefined && at !== undefined && mayShare(entry) ? Date.parse(at) + gather : 0;
}

/**
 * Returns the other messages that go out in the same mail: those that its first try had, or, before that, all about
 * the same items, which other topics were alerted to.
 */
function messagesToShare(open: readonly WaitingDelivery[], first: WaitingDelivery): WaitingDelivery[] {
  const { endpoint, mail } = first.delivery;
  return open.filter(
    ({ entry, delivery }) =>
      entry !== first.entry &&
      delivery.endpoint === endpoint &&
      delivery.mail === mail &&
      (mail !== undefined || isSameNews(entry, first.entry)),
  );
}

/** True when both tell of the same items in the same way, such as the alerts of two topics that one item matches. */
export function isSameNews(one: OutboxEntry, other: OutboxEntry): boolean {
  const news = newsOf(one);
  return news !== undefined && news === newsOf(other);
}

function newsOf(entry: OutboxEntry): string | undefined {
  if (!mayShare(entry)) return undefined;
  const { kind, entries = [] } = entry.alert ?? {};
  return JSON.stringify([kind, ...entries.map(({ itemId }) => itemId).sort()]);
}

/** True for alerts that can share a mail with those of other topics. Digests and round-ups are gathered by topic. */
function mayShare({ alert }: OutboxEntry): boolean {
  return alert?.kind === 'new' || alert?.kind === 'follow-up';
}

function storiesOf({ alert }: OutboxEntry): string[] {
  return [...new Set(alert?.entries.map(({ storyId }) => storyId) ?? [])];
}
