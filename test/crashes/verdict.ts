import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';
import type { OpenClaim, RemainingState } from './remaining-state.ts';

/** A story that the subscribers of a topic must receive. */
export interface ExpectedStory {
  readonly topicId: string;
  /** Titles of all items that report the story. */
  readonly titles: ReadonlySet<string>;
}

export interface Evidence {
  readonly expected: readonly ExpectedStory[];
  readonly publishes: readonly OutboxEntry[];
  /** Open claims after any of the kills. */
  readonly openClaims: readonly OpenClaim[];
  /** The state after everything had settled. */
  readonly left: RemainingState;
}

export interface Verdict {
  /** Expected stories, counted once per topic. */
  readonly expected: number;
  readonly lost: number;
  /** Publishes of an alert beyond its first. */
  readonly duplicates: number;
  /** Maximum number of duplicates: the attempts that a kill interrupted between the claim and its end. */
  readonly bound: number;
  /** Alerts that were not sent by SMS, because they might have been sent twice. */
  readonly smsSkipped: number;
  /** Violations of the rules. */
  readonly faults: readonly string[];
}

/**
 * Checks the rules of ADR 2: no item is lost, whether it is a first report or a retelling, and an alert is repeated only if a
 * kill interrupted it between the claim and its end.
 */
export function verdictOn({ expected, publishes, openClaims, left }: Evidence): Verdict {
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
    // A repeated publish is for email only.
    const bySms = times.filter((publish) => reached(publish, 'sms')).length;
    if (bySms > 1) faults.push(`${about} was sent ${bySms} times by SMS`);
    // Retellings are sent by email only, even in digests.
    const isEmailOnly = times.some(
      ({ alert }) =>
        alert?.kind === 'follow-up' ||
        alert?.kind === 'roundup' ||
        alert?.entries.every(({ role }) => role === 'also'),
    );
    if (bySms === 0 && !isEmailOnly) {
      smsSkipped++;
      if (!interrupted.has(id)) faults.push(`${about} was not sent by SMS, and no kill interrupted it`);
    }
  }

  const storyOf = new Map(
    expected.flatMap((story) => [...story.titles].map((title) => [`${story.topicId} ${title}`, story])),
  );
  const alertsOf = new Map<ExpectedStory, Set<string>>();
  const messagesOf = new Map<string, Set<string>>();
  const mailed = new Set<string>();
  for (const publish of publishes) {
    for (const { title, itemId, role = 'first' } of publish.alert?.entries ?? []) {
      const { id = '', topicId = '' } = publish.alert ?? {};
      const story = storyOf.get(`${topicId} ${title}`);
      if (!story) faults.push(`alert ${id} contains "${title}", which does not match ${topicId}`);
      else {
        if (role === 'first') alertsOf.set(story, (alertsOf.get(story) ?? new Set()).add(id));
        const item = `${topicId} ${itemId}`;
        messagesOf.set(item, (messagesOf.get(item) ?? new Set()).add(id));
        if (reached(publish, 'email')) mailed.add(`${topicId} ${title}`);
      }
    }
  }
  for (const [{ topicId, titles }, ids] of alertsOf) {
    if (ids.size > 1)
      faults.push(`${topicId} received "${[...titles][0]}" in ${ids.size} alerts: ${[...ids].join(', ')}`);
  }
  // An interrupted alert may have been repeated with another item of its story.
  for (const [item, ids] of messagesOf) {
    const isAmbiguous = [...ids].some((id) => interrupted.has(id));
    if (ids.size > 1 && !isAmbiguous)
      faults.push(`${item} was listed in ${ids.size} messages: ${[...ids].join(', ')}`);
  }
  const missing = expected.map(({ topicId, titles }) => ({
    topicId,
    titles: [...titles].filter((title) => !mailed.has(`${topicId} ${title}`)),
  }));
  const lost = missing.filter(({ titles }) => titles.length > 0);
  for (const { topicId, titles } of lost)
    faults.push(`${topicId} never received "${titles.join('", "')}" by email`);

  for (const { alertId } of left.openClaims) faults.push(`the claim of alert ${alertId} was never settled`);
  if (left.digestEntries > 0)
    faults.push(`${left.digestEntries} entries still wait for a digest that is over`);

  const bound = [...interrupted.values()].reduce((sum, owners) => sum + owners.size, 0);
  return { expected: expected.length, lost: lost.length, duplicates, bound, smsSkipped, faults };
}

function reached({ deliveries }: OutboxEntry, by: 'email' | 'sms'): boolean {
  return deliveries.some(({ protocol }) => protocol === by);
}
