import { EventEmitter } from 'node:events';
import type { LoadedConfig } from '../../config/load.ts';
import { inParallel } from '../../functions/shared/in-parallel.ts';
import type { Clock } from '../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../functions/shared/pipeline.ts';
import { digests } from '../../functions/shared/store/digests.ts';
import { feedStates } from '../../functions/shared/store/feed-states.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { ticks } from '../../functions/shared/store/ticks.ts';
import type { FeedStatus } from '../../local/feed-status.ts';
import { formatTime } from '../../local/format-time.ts';
import type { PageData, PageMessage, PageStatus } from '../../local/page-data.ts';
import type { WaitingMessage } from '../../local/waiting-messages.ts';
import { feedStatusOf } from './feed-status-of.ts';
import { PacedRead } from './paced-read.ts';

/** The period of the counts, hours. */
export const COUNTED_HOURS = 24;
const YEAR_MS = 366 * 86_400_000;
const MAX_CONCURRENT_READS = 10;
/** The page waits this long for a read. After that it shows the previous values. */
const MAX_WAIT_MS = 5_000;

/** Where a dashboard reads, and how often. */
export interface DashboardSource {
  readonly stack?: string;
  /** Only messages of this many days are read. */
  readonly messageDays?: number;
  readonly clock: Clock;
  readonly table: Table;
  /** The table for views of single stories and items. */
  readonly viewTable: Table;
  /** Time between two reads, ms. */
  readonly pauses: {
    readonly messages: number;
    readonly feeds: number;
    readonly waiting: number;
    readonly queues: number;
    readonly counts: number;
  };
  /** Returns whether reads of the table have to wait, to limit their cost. */
  readonly isHeld?: () => boolean;
  /** Reads the messages about the topics of the file, newest first. */
  messages(config: LoadedConfig['config']): Promise<readonly PageMessage[]>;
  queues(): Promise<PageStatus['queues']>;
  /** Returns what the stages have done in COUNTED_HOURS; undefined if that is not known. Absent where it is not counted. */
  counts?(): Promise<PageStatus['counts']>;
  /** Returns what the reader should know. `running`: the version of the configuration with which dispatch ran last. */
  notes(running: string | undefined): readonly string[];
  readonly past: PageData['past'];
  readonly pastNote?: () => string;
  readonly itemCounts: PageData['itemCounts'];
}

export interface DashboardPage {
  readonly data: PageData;
  /**
   * Reads everything once.
   * @throws the first error of a read
   */
  start(): Promise<void>;
}

/** Returns what a page shows of a source, read again at the pace of the source while somebody looks at the page. */
export function dashboardPage(loaded: LoadedConfig, source: DashboardSource): DashboardPage {
  const { clock, table, pauses, isHeld = () => false } = source;
  const { config } = loaded;
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  const common = { clock, onRead: () => void changes.emit('change') };
  const messages = new PacedRead({
    ...common,
    what: 'the alert log',
    pauseMs: pauses.messages,
    isHeld,
    read: async () => ({ messages: await source.messages(config), tick: await ticks(table).last() }),
  });
  const feeds = new PacedRead({
    ...common,
    what: 'the states of the feeds',
    pauseMs: pauses.feeds,
    isHeld,
    read: () => readFeeds(table, config),
  });
  const waiting = new PacedRead({
    ...common,
    what: 'the messages that wait',
    pauseMs: pauses.waiting,
    isHeld,
    read: () => readWaiting(table, clock),
  });
  const queues = new PacedRead({
    ...common,
    what: 'the queues',
    pauseMs: pauses.queues,
    read: () => source.queues(),
  });
  const counts = new PacedRead({
    ...common,
    what: 'what the stages have done',
    pauseMs: pauses.counts,
    // The page does without counts if the role may not read them.
    read: async () => source.counts?.().catch(() => undefined),
  });
  const reads = [messages, feeds, waiting, queues, counts] as const;
  const faultOf = (id: string) =>
    (loaded.topicFaults.find(({ path }) => path.startsWith(`topics.${id}.`)) ?? loaded.topicFaults[0])
      ?.message;
  const faults = () =>
    reads.flatMap(({ fault }) => {
      if (!fault) return [];
      const time = (at: number) => formatTime(at, config.timeZone ?? 'UTC');
      const shown =
        fault.readAt === undefined ? '' : ` The page shows what was read at ${time(fault.readAt)}.`;
      return [`Since ${time(fault.since)}, the dashboard ${fault.text}.${shown} It goes on trying.`];
    });
  const data: PageData = {
    demo: false,
    ...(source.stack === undefined ? {} : { stack: source.stack }),
    async refresh() {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, MAX_WAIT_MS);
      });
      await Promise.race([Promise.all(reads.map((one) => one.refresh())), patience]);
      clearTimeout(timer);
    },
    alerts: () => messages.value?.messages ?? [],
    feeds: () => feeds.value ?? [],
    status: () => ({
      lastTickAt: isoOf(messages.value?.tick?.at),
      queues: queues.value ?? [],
      counts: counts.value,
      countedHours: COUNTED_HOURS,
      faults: faults(),
      messageDays: source.messageDays,
      notes: source.notes(messages.value?.tick?.configVersion),
      topics: config.topics.map(({ id, name, query }) => ({
        id,
        name,
        fault: query ? undefined : faultOf(id),
      })),
      now: new Date(clock()).toISOString(),
      waiting: waiting.value ?? [],
      timeZone: config.timeZone,
    }),
    loaded: () => loaded,
    past: source.past,
    ...(source.pastNote ? { pastNote: source.pastNote } : {}),
    itemCounts: source.itemCounts,
    table: () => source.viewTable,
    onChange(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },
  };
  return {
    data,
    async start() {
      await Promise.all(reads.map((one) => one.readFirst()));
    },
  };
}

const isoOf = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

async function readFeeds(table: Table, config: LoadedConfig['config']): Promise<readonly FeedStatus[]> {
  const states = feedStates(table);
  const enabled = config.feeds.filter((feed) => feed.enabled);
  const statuses = new Map<string, FeedStatus>();
  await inParallel(enabled, MAX_CONCURRENT_READS, async (feed) => {
    const { seen: _, ...state } = await states.get(feed.id);
    statuses.set(feed.id, feedStatusOf(feed, state));
  });
  return enabled.flatMap(({ id }) => statuses.get(id) ?? []);
}

async function readWaiting(table: Table, clock: Clock): Promise<readonly WaitingMessage[]> {
  const all = await digests(table).waiting(clock() + YEAR_MS);
  return all
    .filter(({ topicId }) => topicId !== OPERATIONS_TOPIC_ID)
    .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
}
