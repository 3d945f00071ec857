import type { Log } from '../shared/events.ts';
import { hash64 } from '../shared/hash.ts';
import { inParallel } from '../shared/in-parallel.ts';
import type { DigestDue, FeedDue } from '../shared/messages.ts';
import type { Clock, Feed, PipelineConfig } from '../shared/model.ts';
import { isDue } from '../shared/poll-schedule.ts';
import type { Metrics, Queue } from '../shared/ports.ts';
import { slices } from '../shared/slices.ts';
import type { Digests } from '../shared/store/digests.ts';
import type { Stories } from '../shared/store/stories.ts';
import type { Ticks } from '../shared/store/ticks.ts';
import { reportSilentTopics } from './silent-topics.ts';

export interface DispatchDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly ticks: Ticks;
  readonly digests: Digests;
  readonly stories: Pick<Stories, 'activity'>;
  readonly feeds: Queue<FeedDue>;
  readonly hits: Queue<DigestDue>;
}

/** A digest that cannot be sent is enqueued again after this time. */
const DIGEST_RETRY_MS = 5 * 60_000;
/** Feeds per send. */
export const MAX_FEEDS_PER_SEND = 1_000;
/**
 * Concurrent sends. After an edit of the configuration all feeds are due, and 100,000 feeds sent one batch after another would
 * exceed the timeout.
 */
export const MAX_CONCURRENT_SENDS = 10;

/**
 * Sends every feed that became due since the last tick to the feeds queue, and every due digest to the hits queue. Commits the
 * tick last, so that the next tick repeats the work of a tick that failed half-way.
 */
export async function dispatch(deps: DispatchDeps): Promise<void> {
  const { clock, log, config, ticks, digests } = deps;
  const now = clock();
  const tickAt = new Date(now).toISOString();
  const last = await ticks.last();

  // A new configuration makes all feeds due, so that a new feed is polled at once.
  const since = last?.configVersion === config.version ? last.at : Number.NEGATIVE_INFINITY;
  const sinceText = Number.isFinite(since) ? { since: new Date(since).toISOString() } : {};
  const due = config.feeds.filter((feed) => feed.enabled && isDue(feed, since, now));
  await inParallel(slices(due, MAX_FEEDS_PER_SEND), MAX_CONCURRENT_SENDS, (feeds) =>
    deps.feeds.send(
      feeds.map((feed) => ({ body: { v: 1, feedId: feed.id, tickAt, ...sinceText }, group: hostOf(feed) })),
    ),
  );

  const dueDigests = await digests.due(now);
  await deps.hits.send(
    dueDigests.map(({ topicId, dueAt }) => ({
      body: { v: 1, kind: 'digest', topicId, dueAt },
      group: topicId,
      // Every tick finds an unsent digest due again, but one message every five minutes is enough.
      deduplication: hash64('digest', topicId, dueAt, String(Math.floor(now / DIGEST_RETRY_MS))),
    })),
  );

  await ticks.commit({ at: now, configVersion: config.version }, last);
  deps.metrics.add('Ticks', 1);
  // Runs once a day, after the tick is committed, so that a failure does no harm.
  if (last && dayOf(last.at) !== dayOf(now)) {
    await reportSilentTopics(deps, now).catch((error: unknown) =>
      log.warn('silence-unknown', { error: String(error) }),
    );
  }
  log.info('dispatch', { tickAt, feeds: due.length, digests: dueDigests.length });
}

function dayOf(time: number): number {
  return Math.floor(time / 86_400_000);
}

/** Returns the last 128 characters of a feed's host. SQS limits group ids to 128 characters, and hosts may have 253. */
function hostOf({ url }: Feed): string {
  return new URL(url).host.slice(-128);
}
