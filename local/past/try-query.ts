import { evaluate } from '../../functions/match/evaluate.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { watchedTerms } from '../../functions/notify/story/watched-terms.ts';
import type { Query, Reason, Topic } from '../../functions/shared/model.ts';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { dayIn, type Estimate, estimateOf } from './estimate.ts';
import { groupStories, type PastMatch, type PastStory, type StoryItem } from './group-stories.ts';
import { matchPast } from './match-past.ts';
import { type Past, type PastItem, pastSince } from './past.ts';
import { streamCounts } from './stream-counts.ts';
import type { WorkOptions } from './take-turns.ts';

const DAY_MS = 86_400_000;
export const DEFAULT_LIMIT = 20;
/** Latest matches whose words are collected as variants. Finding the words of a match takes ten times as long as matching. */
const MAX_EXPLAINED = 200;
/** Latest matches of a query that are grouped into stories. A query with more is too broad for alerts. */
const MAX_GROUPED = 2_000;
/** Stories that a comparison gives as examples of each kind. */
const MAX_EXAMPLES = 5;

export interface TryInput extends WorkOptions {
  /** The query, with the policy by which its news would be delivered. */
  readonly topic: Topic;
  readonly past: Past;
  /** A saved topic to compare with: its query, by its own policy. */
  readonly before?: Topic | undefined;
  /** Maximum number of stories in the result. The counts cover all of them. @default 20 */
  readonly limit?: number | undefined;
  /** Only items of the last days of the past. @default 90, as long as items are stored */
  readonly days?: number | undefined;
  /** Zone of the days. @default the zone of the topic, or UTC */
  readonly timeZone?: string | undefined;
}

/** The items of the past that a query matches, as stories. Times are ms. */
export interface TryResult {
  /** The period that was searched. `pollingSince`: when its first item was found. */
  readonly period: { readonly from: number; readonly to: number; readonly pollingSince: number };
  /** Number of items that were searched. */
  readonly searched: number;
  /** Number of items that match. */
  readonly matched: number;
  /**
   * Set if so many items match that only those since this time were grouped into stories. Everything below covers the time
   * since then.
   */
  readonly groupedSince?: number;
  readonly storyCount: number;
  /** The latest stories, newest first. */
  readonly stories: readonly TriedStory[];
  /** Every day since polling began, or since an earlier story, oldest first. */
  readonly days: readonly DayCount[];
  readonly variants: readonly Variants[];
  readonly estimate: Estimate;
  readonly comparison?: Comparison;
}

/** A story, by its first report. */
export interface TriedStory {
  readonly id: string;
  /** When the first report was published or found. */
  readonly at: number;
  readonly title: string;
  readonly url?: string;
  readonly feed: string;
  /** Titles of the feeds that report the story. */
  readonly sources: readonly string[];
  /** Why the first report matches. */
  readonly why: readonly Reason[];
  /** Oldest first; the first one is the first report. */
  readonly items: readonly TriedItem[];
}

export interface TriedItem {
  readonly id: string;
  readonly at: number;
  readonly title: string;
  readonly url?: string;
  readonly feed: string;
  readonly role: StoryItem['role'];
}

export interface DayCount {
  /** Such as "2026-03-01". */
  readonly day: string;
  /** Number of stories whose first report is of this day. */
  readonly stories: number;
  readonly items: number;
}

/** The forms in which a term was found, most frequent first, without the term itself. */
export interface Variants {
  readonly term: string;
  readonly found: readonly { readonly text: string; readonly items: number }[];
}

/** The changes for a saved topic. */
export interface Comparison {
  readonly topic: string;
  /** Numbers of the saved topic. */
  readonly matched: number;
  readonly storyCount: number;
  readonly estimate: Estimate;
  /** Matches of the new query alone. */
  readonly added: Difference;
  /** Matches of the saved topic alone. */
  readonly removed: Difference;
}

export interface Difference {
  readonly items: number;
  /** Number of stories of which the other query catches no item. */
  readonly stories: number;
  /** The latest of these stories. */
  readonly examples: readonly TriedStory[];
}

/**
 * Returns what a query would have caught in the past, grouped into stories as alerts are, and what one subscriber would have
 * received.
 * @throws the reason of the signal, when it is aborted
 */
export async function tryQuery(input: TryInput): Promise<TryResult> {
  const {
    topic,
    before,
    limit = DEFAULT_LIMIT,
    days = KEPT_DAYS,
    timeZone = topic.timeZone ?? 'UTC',
  } = input;
  const searched = pastSince(input.past, input.past.to - days * DAY_MS);
  const all = await matchPast(searched, before ? [topic, before] : [topic], input);
  const groupedSince = groupedSinceOf(all);
  const past = groupedSince === undefined ? searched : pastSince(searched, groupedSince);
  // Sampled from the whole past, so that the counts are cached.
  const counts = streamCounts(input.past);
  const catchWith = async (one: Topic, matches: readonly PastMatch[] = []): Promise<Caught> => {
    const grouped =
      groupedSince === undefined ? matches : matches.filter(({ item }) => item.at >= groupedSince);
    const stories = await groupStories(grouped, counts, watchedTerms([one]), input.signal);
    return { query: one.query, matches: grouped, stories };
  };
  const caught = await catchWith(topic, all[0]);
  const { matches, stories } = caught;
  const result = {
    period: {
      from: Math.min(searched.items[0]?.at ?? searched.to, searched.from),
      to: searched.to,
      pollingSince: searched.from,
    },
    searched: searched.items.length,
    matched: all[0]?.length ?? 0,
    ...(groupedSince === undefined ? {} : { groupedSince }),
    storyCount: stories.length,
    stories: triedStories(stories, topic.query, limit),
    days: dayCounts(past, stories, dayIn(timeZone)),
    variants: variantsIn(matches, topic.query),
    estimate: await estimateOf(topic, stories, past, timeZone),
  };
  if (!before) return result;
  const caughtBefore = await catchWith(before, all[1]);
  return {
    ...result,
    comparison: {
      topic: before.id,
      matched: all[1]?.length ?? 0,
      storyCount: caughtBefore.stories.length,
      estimate: await estimateOf(before, caughtBefore.stories, past, timeZone),
      ...differences(caughtBefore, caught),
    },
  };
}

/** Returns the time since which matches are grouped, ms, if any of the topics has too many to group all. */
export function groupedSinceOf(all: readonly (readonly PastMatch[])[]): number | undefined {
  const times = all.flatMap((matches) =>
    matches.length > MAX_GROUPED ? (matches.at(-MAX_GROUPED)?.item.at ?? []) : [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/** A query with its matches and their stories. */
export interface Caught {
  readonly query: Query | undefined;
  readonly matches: readonly PastMatch[];
  readonly stories: readonly PastStory[];
}

/** Returns what changes from one query to another. */
export function differences(before: Caught, after: Caught): Pick<Comparison, 'added' | 'removed'> {
  return { added: onlyIn(after, before), removed: onlyIn(before, after) };
}

function onlyIn({ query, matches, stories }: Caught, other: Caught): Difference {
  const known = new Set(other.matches.map(({ item }) => item));
  const only = stories.filter(({ items }) => !items.some(({ item }) => known.has(item)));
  return {
    items: matches.filter(({ item }) => !known.has(item)).length,
    stories: only.length,
    examples: triedStories(only, query, MAX_EXAMPLES),
  };
}

/** Returns the latest stories, newest first. */
function triedStories(stories: readonly PastStory[], query: Query | undefined, limit: number): TriedStory[] {
  return stories
    .slice(Math.max(0, stories.length - limit))
    .reverse()
    .flatMap(({ id, openedAt, items, sources }): TriedStory[] => {
      const [first] = items;
      if (!first) return [];
      const { title, url, source } = first.item;
      return [
        {
          id,
          at: openedAt,
          title,
          ...(url === undefined ? {} : { url }),
          feed: source.title,
          sources,
          why: reasonsOf(query, first.item),
          items: items.map(({ item, role }) => ({
            id: item.id,
            at: item.at,
            title: item.title,
            ...(item.url === undefined ? {} : { url: item.url }),
            feed: item.source.title,
            role,
          })),
        },
      ];
    });
}

function reasonsOf(query: Query | undefined, item: PastItem): readonly Reason[] {
  return (query && evaluate(query, item, findPattern)) ?? [];
}

/** Returns the counts of each day since polling began, or since an earlier story, days without news included. */
function dayCounts(
  { from, to }: Past,
  stories: readonly PastStory[],
  dayOf: (time: number) => string,
): DayCount[] {
  const storiesOf = countBy(stories, ({ openedAt }) => dayOf(openedAt));
  const itemsOf = countBy(
    stories.flatMap((story) => story.items),
    ({ item }) => dayOf(item.at),
  );
  const days: DayCount[] = [];
  // Half days, since a day has 23 hours when clocks are set forward.
  for (let time = Math.min(from, stories[0]?.openedAt ?? from); ; time += DAY_MS / 2) {
    const day = dayOf(Math.min(time, to));
    if (days.at(-1)?.day !== day)
      days.push({ day, stories: storiesOf.get(day) ?? 0, items: itemsOf.get(day) ?? 0 });
    if (time >= to) return days;
  }
}

/** Returns the forms of each term that the latest matches contain. */
function variantsIn(matches: readonly PastMatch[], query: Query | undefined): Variants[] {
  const reasons = matches.slice(-MAX_EXPLAINED).flatMap(({ item }) => reasonsOf(query, item));
  return [...Map.groupBy(reasons, ({ term }) => term)].flatMap(([term, all]) => {
    if (term.startsWith('/')) return [];
    const forms = countBy(all, ({ found = term }) => found.toLowerCase());
    forms.delete(term.toLowerCase());
    const found = [...forms]
      .map(([text, items]) => ({ text, items }))
      .sort((a, b) => b.items - a.items || (a.text < b.text ? -1 : 1));
    return found.length === 0 ? [] : [{ term, found }];
  });
}

function countBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}
