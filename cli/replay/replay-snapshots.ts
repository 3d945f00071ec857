import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { type Log, logTo } from '../../functions/shared/events.ts';
import type { Alert, Feed, PipelineConfig, StoryRole } from '../../functions/shared/model.ts';
import { digests } from '../../functions/shared/store/digests.ts';
import { virtualClock } from '../../local/clock.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import type { PublishedMessage } from '../../local/sns/outgoing-message.ts';
import { startSnapshotServer } from './snapshot-server.ts';
import type { SnapshotFolder } from './snapshots.ts';

/** An alert as `replay` prints it. */
export interface ReplayedAlert {
  /** Virtual time of publishing, ISO. */
  readonly at: string;
  readonly topic: string;
  readonly kind: Alert['kind'];
  readonly title: string;
  readonly url: string | null;
  readonly feed: string;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly url: string | null;
    readonly feed: string;
    readonly story: string;
    readonly role: StoryRole;
  }[];
}

/** The totals of a replay, as `replay` prints them. */
export interface ReplaySummary {
  feeds: number;
  polls: number;
  unchanged: number;
  newItems: number;
  edits: number;
  /** Number of matching pairs of an item and a topic. */
  matches: number;
  alerts: number;
  /** Entries of all alerts; a digest has several. */
  stories: number;
  /** Failed polls by kind of failure. */
  failures: Record<string, number>;
  /** Polls that made no request, since the feed had failed before and was still backing off. */
  waited: number;
  /** Messages in dead-letter queues. Anything but 0 is a bug in news-alerts. */
  dead: number;
  from: string;
  to: string;
  seconds: number;
  snapshotsPerSecond: number;
}

export interface ReplayOptions {
  readonly folder: SnapshotFolder;
  readonly config: PipelineConfig;
  readonly onAlert: (alert: ReplayedAlert) => void;
  readonly onFailure: (failure: { feed: string; at: string; kind: string; detail: string }) => void;
  readonly onProgress: (done: number, of: number) => void;
  /** Ends the replay after the current poll. */
  readonly signal?: AbortSignal;
}

/**
 * Puts recorded snapshots through the real pipeline (all four stages, the embedded servers, HTTP) under a virtual clock.
 * Polls one feed at a time, so that the same folder always gives the same alerts.
 */
export async function replaySnapshots(options: ReplayOptions): Promise<ReplaySummary> {
  const { folder, config, signal } = options;
  const started = performance.now();
  const polls = folder.feeds
    .flatMap(({ snapshots }, feed) => snapshots.map(({ file, at }) => ({ feed, file, at })))
    .sort((a, b) => a.at - b.at || a.feed - b.feed);
  const [first, last] = [polls[0]?.at ?? 0, polls.at(-1)?.at ?? 0];
  const clock = virtualClock(first);
  const summary = emptySummary(folder.feeds.length, first, last);

  const server = await startSnapshotServer();
  const feeds = folder.feeds.map(
    ({ id, title }, n): Feed => ({
      id: id.replaceAll('/', '-'),
      title,
      url: server.urlOf(n),
      every: 60_000,
      everyAtMost: 60_000,
      offset: 0,
      tags: [],
      enabled: true,
    }),
  );
  const titles = new Map(feeds.map(({ id, title }) => [id, title]));
  const runtime = await startRuntime({
    config: { ...config, feeds },
    subscriptions: [],
    clock: clock.now,
    loopbackFeeds: true,
    log: countingLog(summary, (feedId, kind, detail) =>
      options.onFailure({ feed: titles.get(feedId) ?? feedId, at: iso(clock.now()), kind, detail }),
    ),
    onPublish: (publish) => {
      const alert = toReplayedAlert(publish, iso(clock.now()));
      summary.alerts++;
      summary.stories += alert.items.length;
      options.onAlert(alert);
    },
  });
  const dispatch = createDispatcher(runtime, config);
  try {
    for (const [done, { feed, file, at }] of polls.entries()) {
      if (signal?.aborted) break;
      await sendDueDigests(runtime, clock, at, dispatch);
      clock.advanceTo(at);
      server.show(feed, file);
      await dispatch(feeds.slice(feed, feed + 1));
      options.onProgress(done + 1, polls.length);
    }
    if (!signal?.aborted) await sendDueDigests(runtime, clock, Number.POSITIVE_INFINITY, dispatch);
    for (const { dead } of Object.values(await runtime.depths())) summary.dead += dead;
  } finally {
    await runtime.stop();
    await server.stop();
  }
  summary.seconds = Math.round(performance.now() - started) / 1000;
  summary.snapshotsPerSecond = Math.round(summary.polls / summary.seconds);
  return summary;
}

type Dispatch = (feeds: readonly Feed[]) => Promise<void>;

/** Returns a function that dispatches the given feeds. Each run has a new configuration version, so that all of them are due. */
function createDispatcher({ platform, drained }: Runtime, config: PipelineConfig): Dispatch {
  let run = 0;
  return async (feeds) => {
    run++;
    await createDispatch({ ...platform, config: () => ({ ...config, feeds, version: `replay-${run}` }) })();
    await drained();
  };
}

/** Sends each digest that is due up to a time, at its own time. */
async function sendDueDigests(
  { platform }: Runtime,
  clock: ReturnType<typeof virtualClock>,
  until: number,
  dispatch: Dispatch,
): Promise<void> {
  const waiting = digests(platform.table());
  const horizon = Math.min(until, clock.now() + 400 * 86_400_000);
  for (;;) {
    const [next] = (await waiting.due(horizon)).map(({ dueAt }) => Date.parse(dueAt)).sort((a, b) => a - b);
    if (next === undefined) return;
    clock.advanceTo(next);
    await dispatch([]);
  }
}

/** Returns a log that counts its events in the summary. */
function countingLog(
  summary: ReplaySummary,
  onFailure: (feedId: string, kind: string, detail: string) => void,
): Log {
  return logTo(({ name, fields }, level) => {
    // An error inside the pipeline ends as a dead letter in the summary; its details are only in the log.
    if (level === 'error') process.stderr.write(`${name} ${JSON.stringify(fields)}\n`);
    if (name === 'match') summary.matches += fields.hits;
    if (name !== 'poll') return;
    summary.polls++;
    if (fields.outcome === 'unchanged') summary.unchanged++;
    if (fields.outcome === 'waiting') summary.waited++;
    if (fields.outcome === 'changed') {
      summary.newItems += fields.new;
      summary.edits += fields.edited;
    }
    if (fields.outcome === 'failed') {
      const { feedId, kind, detail } = fields;
      summary.failures[kind] = (summary.failures[kind] ?? 0) + 1;
      onFailure(feedId, kind, detail);
    }
  });
}

function toReplayedAlert({ bodies }: PublishedMessage, at: string): ReplayedAlert {
  const alert = JSON.parse(bodies.http ?? bodies.default ?? '{}') as Alert;
  const items = alert.entries.map(({ itemId, kind, title, url = null, feed, storyId, role }) => ({
    id: itemId,
    title,
    url,
    feed,
    story: storyId,
    role: role ?? (kind === 'new' ? ('first' as const) : ('development' as const)),
  }));
  const { title = '', url = null, feed = '' } = items[0] ?? {};
  return { at, topic: alert.topicId, kind: alert.kind, title, url, feed, items };
}

function emptySummary(feeds: number, first: number, last: number): ReplaySummary {
  return {
    feeds,
    polls: 0,
    unchanged: 0,
    newItems: 0,
    edits: 0,
    matches: 0,
    alerts: 0,
    stories: 0,
    failures: {},
    waited: 0,
    dead: 0,
    from: iso(first),
    to: iso(last),
    seconds: 0,
    snapshotsPerSecond: 0,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
