import { seededRandom } from '../../test/helpers/seeded-random.ts';
import { percentile } from '../load/statistics.ts';
import type { Policy } from './policies.ts';
import type { FeedPublications } from './publications.ts';

const DAY_MS = 86_400_000;

/** Times in ms. Before `measureFrom`, policies poll and learn but are not measured. */
export interface Period {
  readonly from: number;
  readonly measureFrom: number;
  readonly to: number;
}

export interface FeedResult {
  /** Sum and number of delays, over all runs. ms. */
  readonly sum: number;
  readonly count: number;
  readonly polls: number;
}

export interface Result {
  readonly feeds: readonly FeedResult[];
  /** Mean delay and 90th percentile from publication to discovery, over all items. ms. */
  readonly mean: number;
  readonly p90: number;
  /** Polls per day and feed. */
  readonly polls: number;
}

export interface Replay {
  readonly feeds: readonly FeedPublications[];
  readonly period: Period;
  /** Number of runs, each with other phases. All policies have the same phases. */
  readonly runs: number;
}

/** Replays the publications under a policy. A poll discovers every item published before it. */
export function replay({ feeds, period, runs }: Replay, policy: Policy): Result {
  const delays: number[] = [];
  const random = seededRandom(1);
  const phases = Array.from({ length: runs }, () => feeds.map(() => random.fraction()));
  const results = feeds.map((feed, n): FeedResult => {
    const before = delays.length;
    let polls = 0;
    for (const run of phases) polls += replayFeed(feed, period, policy, run[n] as number, delays);
    const own = delays.slice(before);
    return { sum: own.reduce((sum, delay) => sum + delay, 0), count: own.length, polls };
  });
  const total = (of: (result: FeedResult) => number) => results.reduce((sum, result) => sum + of(result), 0);
  const days = (period.to - period.measureFrom) / DAY_MS;
  return {
    feeds: results,
    mean: total(({ sum }) => sum) / delays.length,
    p90: percentile(delays, 0.9),
    polls: total(({ polls }) => polls) / runs / feeds.length / days,
  };
}

/** Adds the delays of the measured items to `delays`, and returns the number of measured polls. */
function replayFeed(
  { id, times }: FeedPublications,
  { from, measureFrom, to }: Period,
  policy: Policy,
  phase: number,
  delays: number[],
): number {
  const poller = policy(id, phase, from);
  const { step, offset } = poller;
  const known = times.filter((time) => time >= from && time < to);
  let [next, polls] = [0, 0];
  // Polls after the end find the last items, but are not counted.
  for (
    let now = Math.ceil((from - offset) / step) * step + offset;
    now < to || next < known.length;
    now += step
  ) {
    if (!poller.isDue(now)) continue;
    if (now >= measureFrom && now < to) polls++;
    const first = next;
    while (next < known.length && (known[next] as number) <= now) next++;
    if (next === first) continue;
    const found = known.slice(first, next);
    poller.discover(found, now);
    for (const time of found) if (time >= measureFrom) delays.push(now - time);
  }
  return polls;
}

/** Budgets with a smaller relative difference count as equal. */
const BUDGET_TOLERANCE = 0.01;
const MAX_STEPS = 40;

/**
 * Returns the result of the policy whose scale leads to `polls` polls per day and feed, by bisection; undefined if no scale
 * does. A larger scale must lead to fewer polls.
 */
export function atBudget(
  setup: Replay,
  polls: number,
  policyFor: (scale: number) => Policy,
): { readonly scale: number; readonly result: Result } | undefined {
  let [low, high] = [1e-4, 1e4];
  for (let step = 0; step < MAX_STEPS; step++) {
    const scale = Math.sqrt(low * high);
    const result = replay(setup, policyFor(scale));
    if (Math.abs(result.polls / polls - 1) <= BUDGET_TOLERANCE / 4) return { scale, result };
    if (result.polls > polls) low = scale;
    else high = scale;
    if (high / low < 1.0001) {
      return Math.abs(result.polls / polls - 1) <= BUDGET_TOLERANCE ? { scale, result } : undefined;
    }
  }
  return undefined;
}

export interface Change {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Number of feeds for which delay times polls is less than with the reference. */
  readonly betterFeeds: number;
}

const RESAMPLES = 2_000;

/**
 * Returns the relative change of the mean delay, with a 95 % interval by bootstrap over feeds. Resampled feeds have other
 * numbers of polls, so delay times polls is compared: the delay is nearly inverse to the number of polls.
 */
export function changeOf(result: Result, reference: Result): Change {
  const random = seededRandom(2);
  const change = (chosen: readonly number[]) => {
    const cost = (feeds: readonly FeedResult[]) => {
      const all = chosen.map((n) => feeds[n] as FeedResult);
      const total = (of: (feed: FeedResult) => number) => all.reduce((sum, feed) => sum + of(feed), 0);
      return (total(({ sum }) => sum) / total(({ count }) => count)) * total(({ polls }) => polls);
    };
    return cost(result.feeds) / cost(reference.feeds) - 1;
  };
  const all = result.feeds.map((_, n) => n);
  const samples = Array.from({ length: RESAMPLES }, () => change(all.map(() => random.integer(all.length))));
  return {
    mean: result.mean / reference.mean - 1,
    low: percentile(samples, 0.025),
    high: percentile(samples, 0.975),
    betterFeeds: all.filter((n) => change([n]) < 0).length,
  };
}
