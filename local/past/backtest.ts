import { watchedTerms } from '../../functions/notify/story/watched-terms.ts';
import type { Topic } from '../../functions/shared/model.ts';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import { groupStories } from './group-stories.ts';
import { matchPast } from './match-past.ts';
import { type Past, pastSince } from './past.ts';
import { streamCounts } from './stream-counts.ts';
import type { WorkOptions } from './take-turns.ts';
import { type Caught, type Difference, differences, groupedSinceOf } from './try-query.ts';

const DAY_MS = 86_400_000;

export interface BacktestInput extends WorkOptions {
  readonly past: Past;
  /** The topics to test. */
  readonly topics: readonly Topic[];
  /** The topics to compare with, by id. */
  readonly before?: readonly Topic[] | undefined;
  /** Only items of the last days of the past. @default 90 */
  readonly days?: number | undefined;
  /** Zone of topics without one. @default UTC */
  readonly timeZone?: string | undefined;
}

/** The matches and messages that topics would have had in the past. Times are ms. */
export interface BacktestResult {
  readonly period: { readonly from: number; readonly to: number };
  readonly searched: number;
  /** The tested topics in order, then the removed ones. */
  readonly topics: readonly TestedTopic[];
}

export interface TestedTopic {
  readonly id: string;
  /** Whether the topic is only in the tested file, or only in the one that it is compared with. */
  readonly change?: 'new' | 'removed';
  /** Absent for a removed topic. */
  readonly after?: TopicResult;
  /** Absent for a new topic, and without a comparison. */
  readonly before?: TopicResult;
  /** Absent without a comparison. */
  readonly added?: Difference;
  readonly removed?: Difference;
}

export interface TopicResult {
  readonly matched: number;
  /** Set if so many items match that only those since this time count below. */
  readonly groupedSince?: number;
  readonly storyCount: number;
  readonly estimate: Estimate;
}

const NOTHING: Caught = { query: undefined, matches: [], stories: [] };

/**
 * Runs the past through topics, and through those to compare with.
 * @throws the reason of the signal, when it is aborted
 */
export async function backtest(input: BacktestInput): Promise<BacktestResult> {
  const { topics, before, days = KEPT_DAYS, timeZone = 'UTC', signal } = input;
  const searched = pastSince(input.past, input.past.to - days * DAY_MS);
  const counts = streamCounts(input.past);
  const all = await matchPast(searched, [...topics, ...(before ?? [])], input);
  const caughtBy = async (topic: Topic, watchedIn: readonly Topic[], index: number) => {
    const matches = all[index] ?? [];
    const groupedSince = groupedSinceOf([matches]);
    const past = groupedSince === undefined ? searched : pastSince(searched, groupedSince);
    const grouped =
      groupedSince === undefined ? matches : matches.filter(({ item }) => item.at >= groupedSince);
    const stories = await groupStories(grouped, counts, watchedTerms(watchedIn), signal);
    const result: TopicResult = {
      matched: matches.length,
      ...(groupedSince === undefined ? {} : { groupedSince }),
      storyCount: stories.length,
      estimate: await estimateOf(topic, stories, past, topic.timeZone ?? timeZone),
    };
    return { result, caught: { query: topic.query, matches, stories } satisfies Caught };
  };
  const tested: TestedTopic[] = [];
  for (const [n, topic] of topics.entries()) {
    const after = await caughtBy(topic, topics, n);
    const m = before?.findIndex(({ id }) => id === topic.id) ?? -1;
    const saved = before?.[m];
    const earlier = saved && (await caughtBy(saved, before, topics.length + m));
    tested.push({
      id: topic.id,
      ...(before && !saved ? { change: 'new' } : {}),
      after: after.result,
      ...(earlier ? { before: earlier.result } : {}),
      ...(before ? differences(earlier?.caught ?? NOTHING, after.caught) : {}),
    });
  }
  for (const [m, topic] of (before ?? []).entries()) {
    if (topics.some(({ id }) => id === topic.id)) continue;
    const { result, caught } = await caughtBy(topic, before ?? [], topics.length + m);
    tested.push({ id: topic.id, change: 'removed', before: result, ...differences(caught, NOTHING) });
  }
  return {
    period: { from: searched.from, to: searched.to },
    searched: searched.items.length,
    topics: tested,
  };
}
