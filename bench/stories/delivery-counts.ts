import type { ReplayedAlert } from '../../cli/replay/replay-snapshots.ts';
import { labelledId, type WeekItem } from './recorded-week.ts';

/** A topic whose matched items of the week are labelled: `<story>/<what it says>`, where `-` says nothing new. */
export interface LabelledTopic {
  readonly id: string;
  readonly kind: string;
  readonly items: Readonly<Record<string, string>>;
}

const HOUR_MS = 3_600_000;
/** Interruptions of a story are counted for so long after its first item was found. */
const MAX_COUNTED_MS = 48 * HOUR_MS;
const MAX_UNNAMED_MS = 24 * HOUR_MS;

/** Counts of what the topics with labels were sent; the counts of two topics can be added. */
export interface DeliveryCounts {
  /** Stories of two items or more. */
  stories: number;
  firstAlerts: number;
  followUps: number;
  /** Messages but round-ups, and those of them that have something that no message before had. */
  messages: number;
  useful: number;
  developments: number;
  /** From when a development was found to when an alert or a follow-up had it, hours. */
  readonly delays: number[];
  /** Stories of any size, and those without a first alert, since they were taken for another. */
  events: number;
  merged: number;
  /** Items that no message named within a day, copies of one text apart. */
  readonly unnamed: string[];
}

export function emptyCounts(): DeliveryCounts {
  return {
    stories: 0,
    firstAlerts: 0,
    followUps: 0,
    messages: 0,
    useful: 0,
    developments: 0,
    delays: [],
    events: 0,
    merged: 0,
    unnamed: [],
  };
}

export function addTopicCounts(
  sum: DeliveryCounts,
  { id: topicId, items: labels }: LabelledTopic,
  alerts: readonly ReplayedAlert[],
  week: ReadonlyMap<string, WeekItem>,
): void {
  const items = [...week.values()].filter(({ id, silent }) => id in labels && !silent);
  const labelOf = (id: string) => labels[id] ?? '?/-';
  const storyOf = (id: string) => labelOf(id).split('/')[0] ?? '';
  const stories = Map.groupBy(items, ({ id }) => storyOf(id));
  // A feed whose addresses do not name its items has other ids in the pipeline.
  const byTitle = new Map(items.map(({ id, title }) => [title, id]));
  const messages = alerts
    .filter(({ topic }) => topic === topicId)
    .map((alert) => ({
      ...alert,
      items: alert.items.map((item) => ({
        ...item,
        id: labelledId(item.id) in labels ? labelledId(item.id) : (byTitle.get(item.title) ?? item.id),
      })),
    }));
  const known = new Set<string>();
  const toldAt = new Map<string, number>();
  const openers = new Set<string>();
  for (const { kind, at, items: named } of messages) {
    for (const { id, role } of named) if (role === 'first') openers.add(storyOf(id));
    if (kind === 'roundup') continue;
    const fresh = named
      .map(({ id }) => labelOf(id))
      .filter((label) => !label.endsWith('/-') && !known.has(label));
    for (const label of fresh)
      known.add(label).size && toldAt.set(label, toldAt.get(label) ?? Date.parse(at));
    if (kind === 'welcome') continue;
    sum.messages++;
    if (fresh.length > 0) sum.useful++;
    const [lead] = named;
    const story = storyOf(lead?.id ?? '');
    const of = stories.get(story) ?? [];
    if (of.length < 2 || Date.parse(at) - (of[0]?.foundAt ?? 0) > MAX_COUNTED_MS) continue;
    if (kind === 'new') sum.firstAlerts++;
    else sum.followUps++;
  }
  for (const [story, of] of stories) {
    sum.events++;
    if (of.length > 1) sum.stories++;
    if (!openers.has(story)) sum.merged++;
    const developments = new Map(
      of
        .toReversed()
        .flatMap(({ id, foundAt }) =>
          /\/(-|first)$/.test(labelOf(id)) ? [] : [[labelOf(id), foundAt] as const],
        ),
    );
    for (const [label, foundAt] of developments) {
      sum.developments++;
      const at = toldAt.get(label);
      if (at !== undefined) sum.delays.push((at - foundAt) / HOUR_MS);
    }
  }
  const namedAt = new Map<string, number>();
  for (const { at, items: named } of messages) {
    for (const { id } of named)
      namedAt.set(id, Math.min(namedAt.get(id) ?? Number.POSITIVE_INFINITY, Date.parse(at)));
  }
  const texts = new Map<string, string>();
  for (const { id, title, foundAt } of items) {
    const text = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    const isCopy = texts.has(text);
    texts.set(text, id);
    if ((namedAt.get(id) ?? Number.POSITIVE_INFINITY) - foundAt > MAX_UNNAMED_MS && !isCopy)
      sum.unnamed.push(`${topicId} ${id}`);
  }
}

export function countLines(name: string, sum: DeliveryCounts): string[] {
  const { stories, firstAlerts, followUps, messages, useful, developments, delays, events, merged, unnamed } =
    sum;
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const percent = (part: number, of: number) => `${Math.round((100 * part) / (of || 1))} %`;
  return [
    `${name}: ${stories} stories of several items`,
    `  interruptions a story in 48 h: ${((firstAlerts + followUps) / stories).toFixed(2)}, of which first alerts ${(firstAlerts / stories).toFixed(2)}`,
    `  messages with something new: ${useful} of ${messages}, ${percent(useful, messages)}`,
    `  developments in an alert or a follow-up: ${delays.length} of ${developments}; within 2 h ${sorted.filter((delay) => delay <= 2).length}; delay ${at(0.5)} h median, ${at(0.9)} h p90`,
    `  events taken for another, without a first alert: ${merged} of ${events}, ${percent(merged, events)}`,
    `  items named in no message within 24 h: ${unnamed.length}`,
  ];
}
