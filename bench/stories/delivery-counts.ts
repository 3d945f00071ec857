import type { ReplayedAlert } from '../../cli/replay/replay-snapshots.ts';
import { labelledId, type WeekItem } from './recorded-week.ts';

/** A topic whose items of the week have labels: `<story>/<what it says>`, or `<story>/-` for nothing new. */
export interface LabelledTopic {
  readonly id: string;
  readonly kind: string;
  readonly items: Readonly<Record<string, string>>;
}

const HOUR_MS = 3_600_000;
/** How long after a story's first item its interruptions are counted. */
const MAX_COUNTED_MS = 48 * HOUR_MS;
const MAX_UNNAMED_MS = 24 * HOUR_MS;

/** Counts of messages to labelled topics. Counts of several topics can be added. */
export interface DeliveryCounts {
  /** Stories of two items or more. */
  stories: number;
  firstAlerts: number;
  followUps: number;
  /** Messages other than round-ups. */
  messages: number;
  /** Messages that contain something new. */
  useful: number;
  developments: number;
  /** Hours from the discovery of a development to the alert or follow-up that contained it. */
  readonly delays: number[];
  /** Stories of any size. */
  events: number;
  /** Stories without a first alert, because they were taken for part of another. */
  merged: number;
  /** Items that no message listed within a day, except copies of one text. */
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

/** Adds one topic's counts to `sum`. */
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
  // If a feed's addresses do not identify its items, the pipeline gives the items other ids.
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
  const deliveredAt = new Map<string, number>();
  const openers = new Set<string>();
  for (const { kind, at, items: listed } of messages) {
    for (const { id, role } of listed) if (role === 'first') openers.add(storyOf(id));
    if (kind === 'roundup') continue;
    const newLabels = listed
      .map(({ id }) => labelOf(id))
      .filter((label) => !label.endsWith('/-') && !known.has(label));
    for (const label of newLabels)
      known.add(label).size && deliveredAt.set(label, deliveredAt.get(label) ?? Date.parse(at));
    if (kind === 'welcome') continue;
    sum.messages++;
    if (newLabels.length > 0) sum.useful++;
    const [lead] = listed;
    const story = storyOf(lead?.id ?? '');
    const storyItems = stories.get(story) ?? [];
    if (storyItems.length < 2 || Date.parse(at) - (storyItems[0]?.foundAt ?? 0) > MAX_COUNTED_MS) continue;
    if (kind === 'new') sum.firstAlerts++;
    else sum.followUps++;
  }
  for (const [story, storyItems] of stories) {
    sum.events++;
    if (storyItems.length > 1) sum.stories++;
    if (!openers.has(story)) sum.merged++;
    const developments = new Map(
      storyItems
        .toReversed()
        .flatMap(({ id, foundAt }) =>
          /\/(-|first)$/.test(labelOf(id)) ? [] : [[labelOf(id), foundAt] as const],
        ),
    );
    for (const [label, foundAt] of developments) {
      sum.developments++;
      const at = deliveredAt.get(label);
      if (at !== undefined) sum.delays.push((at - foundAt) / HOUR_MS);
    }
  }
  const namedAt = new Map<string, number>();
  for (const { at, items: listed } of messages) {
    for (const { id } of listed)
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

/** Returns the counts as lines for a person. */
export function countLines(name: string, sum: DeliveryCounts): string[] {
  const { stories, firstAlerts, followUps, messages, useful, developments, delays, events, merged, unnamed } =
    sum;
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const percent = (part: number, total: number) => `${Math.round((100 * part) / (total || 1))}%`;
  return [
    `${name}: ${stories} stories of several items`,
    `  interruptions per story in 48 h: ${((firstAlerts + followUps) / stories).toFixed(2)}, including ${(firstAlerts / stories).toFixed(2)} first alerts`,
    `  messages with something new: ${useful} of ${messages} (${percent(useful, messages)})`,
    `  developments in an alert or a follow-up: ${delays.length} of ${developments}; ${sorted.filter((delay) => delay <= 2).length} within 2 h; delay ${at(0.5)} h median, ${at(0.9)} h p90`,
    `  events merged into another, without a first alert: ${merged} of ${events} (${percent(merged, events)})`,
    `  items that no message listed within 24 h: ${unnamed.length}`,
  ];
}
