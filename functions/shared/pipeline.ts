/**
 * The one description of the pipeline: its stages, what triggers each, and the queues, table and names they use.
 * `lib/` turns it into CloudFormation, `local/` runs it on one machine, so the two cannot drift apart.
 */

export const STAGES = ['dispatch', 'poll', 'match', 'notify'] as const;
export type StageName = (typeof STAGES)[number];

export const QUEUES = ['feeds', 'items', 'hits'] as const;
export type QueueName = (typeof QUEUES)[number];

export interface QueueSpec {
  readonly fifo: boolean;
  /** Seconds; at least 6 x the timeout of the stage that reads it, as AWS advises for event sources. */
  readonly visibilityTimeout: number;
  /** Receives before a message goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
}

export type Trigger = { readonly schedule: { readonly everyMinutes: number } } | QueueTrigger;

export interface QueueTrigger {
  readonly queue: QueueName;
  /** Messages of one invocation; more than 10 need a window. */
  readonly batchSize: number;
  /** Seconds for which messages are gathered; none for FIFO queues. */
  readonly batchWindow?: number;
  /** Invocations at one time. A queue without such a limit is polled less while it is idle: docs/cost.md. */
  readonly maxConcurrency?: number;
  /** The same, for systems of at least `MANY_FEEDS` feeds alone. */
  readonly maxConcurrencyForManyFeeds?: number;
}

/** Fewer feeds cannot take up an account's concurrency, and a limit would cost more than all else of their queues. */
export const MANY_FEEDS = 2_000;

/** Returns how many invocations a queue may have at one time, by the number of feeds; undefined for no limit but the account's. */
export function maxConcurrencyOf(trigger: QueueTrigger, feeds: number): number | undefined {
  return trigger.maxConcurrency ?? (feeds >= MANY_FEEDS ? trigger.maxConcurrencyForManyFeeds : undefined);
}

export type TableAction = 'GetItem' | 'PutItem' | 'DeleteItem' | 'Query' | 'BatchWriteItem';

/** Actions that a function may take on the records of some partitions. */
export interface TableAccess {
  readonly actions: readonly TableAction[];
  /** Partition keys; a `*` at the end matches any ending. */
  readonly keys: readonly string[];
  /** Access is through the due index, and `keys` are partition keys of the index. */
  readonly dueIndex?: true;
}

export interface StageSpec {
  readonly trigger: Trigger;
  /** Seconds. */
  readonly timeout: number;
  readonly memoryMb: number;
  readonly sendsTo: readonly QueueName[];
  /** All that the stage's role lets it do to the table; empty for a stage without one. */
  readonly table: readonly TableAccess[];
  readonly publishes?: boolean;
  /** Only this stage has the addresses of feeds, and may read the secrets in them. */
  readonly fetches?: boolean;
}

export const queues: Readonly<Record<QueueName, QueueSpec>> = {
  // Polls that Lambda throttles are received in vain, too.
  feeds: { fifo: false, visibilityTimeout: 360, maxReceiveCount: 5 },
  // What waits here is told once SNS, or whatever else failed, is back: after an hour and a half at the latest.
  items: { fifo: false, visibilityTimeout: 180, maxReceiveCount: 30 },
  hits: { fifo: true, visibilityTimeout: 180, maxReceiveCount: 30 },
};

export const stages: Readonly<Record<StageName, StageSpec>> = {
  dispatch: {
    trigger: { schedule: { everyMinutes: 1 } },
    timeout: 30,
    memoryMb: 256,
    sendsTo: ['feeds', 'hits'],
    table: [
      { actions: ['GetItem', 'PutItem'], keys: ['DISPATCH'] },
      { actions: ['Query'], keys: ['DIGEST'], dueIndex: true },
      // When each topic had its last story.
      { actions: ['GetItem'], keys: ['TOPIC#*'] },
    ],
  },
  poll: {
    // Feeds that are fetched at once share the time that their servers take.
    // An account has 1,000 invocations at one time: the other stages, and other programs, need some of them.
    trigger: { queue: 'feeds', batchSize: 20, batchWindow: 1, maxConcurrencyForManyFeeds: 500 },
    timeout: 60,
    memoryMb: 512,
    // Hits: what the owner is to know of a feed, for notify alone publishes.
    sendsTo: ['items', 'hits'],
    table: [
      { actions: ['GetItem', 'PutItem'], keys: ['FEED#*', 'STREAM'] },
      // Poll deletes the state that earlier releases kept under another id of the feed.
      { actions: ['DeleteItem'], keys: ['FEED#*'] },
      { actions: ['BatchWriteItem'], keys: ['ITEM#*'] },
    ],
    fetches: true,
  },
  match: {
    trigger: { queue: 'items', batchSize: 10, maxConcurrencyForManyFeeds: 100 },
    timeout: 30,
    memoryMb: 512,
    sendsTo: ['hits'],
    table: [],
  },
  notify: {
    // One after the other, each with a publish of up to 5 s: more would not fit the timeout when SNS does not answer.
    trigger: { queue: 'hits', batchSize: 4, maxConcurrency: 5 },
    timeout: 30,
    memoryMb: 256,
    sendsTo: [],
    table: [
      { actions: ['GetItem', 'PutItem', 'DeleteItem'], keys: ['ALERT#*'] },
      { actions: ['GetItem', 'PutItem', 'Query'], keys: ['TOPIC#*'] },
      { actions: ['GetItem', 'PutItem'], keys: ['SMS-PARTS'] },
      { actions: ['GetItem'], keys: ['STREAM'] },
    ],
    publishes: true,
  },
};

/** Access to the table of the function that makes the channels. */
export const channelsTableAccess: readonly TableAccess[] = [
  { actions: ['Query', 'PutItem', 'DeleteItem'], keys: ['CHANNELS'] },
  { actions: ['GetItem', 'PutItem'], keys: ['CHANNELS-RUN'] },
];

/** The one table: a string key pair, a sparse index of what is due, and expiry by `expiresAt` (epoch seconds). */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  ttl: 'expiresAt',
  dueIndex: { name: 'due', partitionKey: 'duePk', sortKey: 'dueSk' },
} as const;

/**
 * What is counted, in metrics of one system as a whole. `FeedsDue` are turns of feeds; of these `FeedsFailing` are those
 * that failed, or were left out since the feed fails, and `Silent` those of feeds that have brought nothing new for far
 * longer than they use to; topics that have had no story for so long add to it what makes the alarm go off.
 */
export const METRICS = [
  'Ticks',
  'FeedsDue',
  'FeedsFailing',
  'Silent',
  'ItemsFound',
  'Matches',
  'AlertsSent',
  'AlertsFailed',
] as const;
export type MetricName = (typeof METRICS)[number];

/** Alarms of a system, whose name and a hyphen begin theirs; docs/operations.md says of each what to do. */
export const ALARMS = [
  'no-ticks',
  'dead-feeds',
  'dead-items',
  'dead-hits',
  'waiting-feeds',
  'waiting-items',
  'waiting-hits',
  'failures',
  'throttles',
  'feeds-failing',
  'silence',
  'sms-spend',
] as const;
export type AlarmName = (typeof ALARMS)[number];

/** Turns of feeds, by which shares of them can be told: of a few, one says nothing of the whole. */
const MIN_POLLS = 20;

/** How many turns of feeds of a day or an hour make an alarm, when it is for such a share of them, from 0 to 1. */
export function alarmThreshold(
  feeds: readonly { readonly every: number; readonly enabled: boolean }[],
  share: number,
): { readonly hours: number; readonly turns: number } {
  const anHour = feeds.reduce((sum, { every, enabled }) => sum + (enabled ? 3_600_000 / every : 0), 0);
  const hours = anHour < MIN_POLLS ? 24 : 1;
  return { hours, turns: Math.max(1, Math.ceil(anHour * hours * share)) };
}

/** Share of feeds, and of topics, whose silence is one too many. */
export const MAX_SILENT_SHARE = 0.1;

/** `system`: the name that begins the names of its queues and channels. */
export function metricNamespace(system: string): string {
  return `NewsAlerts/${system}`;
}

/** Names of the environment variables through which a stage learns of its surroundings. */
export const environment = {
  /** The pipeline's configuration, JSON: its path, or a name that Node resolves. */
  config: 'NEWS_ALERTS_CONFIG',
  /** The compiled topics, likewise. */
  topics: 'NEWS_ALERTS_TOPICS',
  /** The subscriptions of the user's file, likewise. */
  recipients: 'NEWS_ALERTS_RECIPIENTS',
  /** Of the channels; a JSON object. */
  tags: 'NEWS_ALERTS_TAGS',
  table: 'TABLE_NAME',
  /** Name of the system, in the namespace of its metrics; without it nothing is measured. */
  system: 'NEWS_ALERTS_SYSTEM',
  queueUrl: (queue: QueueName): string => `${queue.toUpperCase()}_QUEUE_URL`,
  /** `true` lets poll fetch feeds of its own machine (127.0.0.0/8, ::1), as trials and tests need. */
  loopbackFeeds: 'NEWS_ALERTS_LOOPBACK_FEEDS',
  /** Path of the parameters that hold the secrets of feed addresses: `/news-alerts/SYSTEM/`. */
  parameters: 'NEWS_ALERTS_PARAMETERS',
  /** Everything of a channel's ARN that precedes the topic's id. */
  channelPrefix: 'CHANNEL_ARN_PREFIX',
  /** KMS key that encrypts channels at rest; unset where there is none, as on one machine. */
  channelKey: 'CHANNEL_KEY',
  /** ARN of the channel where the system tells of itself. */
  operationsChannel: 'OPERATIONS_CHANNEL_ARN',
} as const;

/** Returns what the names of the parameters of a system begin with. */
export function parameterPath(system: string): string {
  return `/news-alerts/${system}/`;
}

/** Names of the files in layers of data. */
export const CONFIG_FILE = 'index.json';
export const TOPICS_FILE = 'topics.bin';

/** Physical name of a queue: FIFO queues must end in `.fifo`. */
export function queuePhysicalName(base: string, spec: QueueSpec): string {
  return spec.fifo ? `${base}.fifo` : base;
}

/** Stands for a topic where the system tells of itself; no topic of a user has such an id. */
export const OPERATIONS_TOPIC_ID = '_operations';

/** The message attribute that says which protocols a publish is for; SMS subscriptions filter on it. */
export const PROTOCOLS_ATTRIBUTE = 'protocols';
