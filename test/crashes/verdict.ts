import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';
import type { OpenClaim, RemainingState } from './remaining-state.ts';

/** A story of a topic, which its subscribers are to be told of. */
export interface ExpectedStory {
  readonly topicId: string;
  /** Of all items that tell it. */
  readonly titles: ReadonlySet<string>;
}

export interface Evidence {
  readonly owed: readonly ExpectedStory[];
  readonly publishes: readonly OutboxEntry[];
  /** Found by any of the kills. */
  readonly openClaims: readonly OpenClaim[];
  /** When all had settled. */
  readonly left: RemainingState;
}

export interface Verdict {
  /** Stories that were to be told, once per topic. */
  readonly expected: number;
  readonly lost: number;
  /** Publishes of an alert beyond its first. */
  readonly duplicates: number;
  /** How many there could have been: attempts at an alert that a kill ended between claim and end. */
  readonly bound: number;
  /** Alerts that were not sent by SMS, for fear of sending them twice. */
  readonly smsSkipped: number;
  /** What must not be. */
  readonly faults: readonly string[];
}

/**
 * Judges by the rules of ADR 2: no item is lost, whether it is a first report or a retelling, and only what a kill
 * interrupted between claim and end comes twice.
 */
export function verdictOn({ owed, publishes, openClaims, left }: Evidence): Verdict {
  const faults: string[] = [];
  const interrupted = new Map<string, Set<string>>();
  for (const { alertId, owner } of openClaims) {
    interrupted.set(alertId, (interrupted.get(alertId) ?? new Set()).add(owner));
  }
  const alerts = Map.groupBy(publishes, ({ alert }) => alert?.id ?? '');

  let duplicates = 0;
  let smsSkipped = 0;
  for (const [id, times] of alerts) {
    const about = `alert ${id} (${times[0]?.subject})`;
    const attempts = 1 + (interrupted.get(id)?.size ?? 0);
    duplicates += times.length - 1;
    if (times.length > attempts) {
      faults.push(`${about} was published ${times.length} times; its claim allowed ${attempts}`);
    }
    // A publish for both is one for SMS; one that is sent again is for email alone.
    const bySms = times.filter((publish) => reached(publish, 'sms')).length;
    if (bySms > 1) faults.push(`${about} was sent ${bySms} times by SMS`);
    // Retellings go by email alone, in digests, too.
    const isMailAlone = times.some(
      ({ alert }) =>
        alert?.kind === 'follow-up' ||
        alert?.kind === 'roundup' ||
        alert?.entries.every(({ role }) => role === 'also'),
    );
    if (bySms === 0 && !isMailAlone) {
      smsSkipped++;
      if (!interrupted.has(id)) faults.push(`${about} was not sent by SMS, and no kill interrupted it`);
    }
  }

  const owing = new Map(
    owed.flatMap((one) => [...one.titles].map((title) => [`${one.topicId} ${title}`, one])),
  );
  const told = new Map<ExpectedStory, Set<string>>();
  const named = new Map<string, Set<string>>();
  const mailed = new Set<string>();
  for (const publish of publishes) {
    for (const { title, itemId, role = 'first' } of publish.alert?.entries ?? []) {
      const { id = '', topicId = '' } = publish.alert ?? {};
      const story = owing.get(`${topicId} ${title}`);
      if (!story) faults.push(`alert ${id} tells "${title}", which ${topicId} does not watch`);
      else {
        if (role === 'first') told.set(story, (told.get(story) ?? new Set()).add(id));
        const item = `${topicId} ${itemId}`;
        named.set(item, (named.get(item) ?? new Set()).add(id));
        if (reached(publish, 'email')) mailed.add(`${topicId} ${title}`);
      }
    }
  }
  for (const [{ topicId, titles }, by] of told) {
    if (by.size > 1)
      faults.push(`${topicId} was told "${[...titles][0]}" in ${by.size} alerts: ${[...by].join(', ')}`);
  }
  // One that a kill left in doubt may have been sent again with another item of its story in its place.
  for (const [item, by] of named) {
    const isInDoubt = [...by].some((id) => interrupted.has(id));
    if (by.size > 1 && !isInDoubt)
      faults.push(`${item} was named in ${by.size} messages: ${[...by].join(', ')}`);
  }
  const missing = owed.map(({ topicId, titles }) => ({
    topicId,
    titles: [...titles].filter((title) => !mailed.has(`${topicId} ${title}`)),
  }));
  const lost = missing.filter(({ titles }) => titles.length > 0);
  for (const { topicId, titles } of lost)
    faults.push(`${topicId} was never told "${titles.join('", "')}" by email`);

  for (const { alertId } of left.openClaims) faults.push(`the claim of alert ${alertId} was never settled`);
  if (left.digestEntries > 0)
    faults.push(`${left.digestEntries} entries still wait for a digest that is over`);

  const bound = [...interrupted.values()].reduce((sum, owners) => sum + owners.size, 0);
  return { expected: owed.length, lost: lost.length, duplicates, bound, smsSkipped, faults };
}

function reached({ deliveries }: OutboxEntry, by: 'email' | 'sms'): boolean {
  return deliveries.some(({ protocol }) => protocol === by);
}
