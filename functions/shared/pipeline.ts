/**
 * The single description of the pipeline: its stages, their triggers, and the queues, table and names they use.
 * `lib/` turns it into CloudFormation and `local/` runs it on one machine, so the two cannot drift apart.
 */

export const STAGES = ['dispatch', 'poll', 'match', 'notify'] as const;
export type StageName = (typeof STAGES)[number];

export const QUEUES = ['feeds', 'items', 'hits'] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * The functions that deliver alerts to recipients themselves, each from a queue that is subscribed to the channels. Only
 * deployments with such recipients have them.
 */
export const DELIVERIES = ['chat', 'mail'] as const;
export type DeliveryName = (typeof DELIVERIES)[number];

export const isDelivery = (name: string): name is DeliveryName =>
  (DELIVERIES as readonly string[]).includes(name);

/** All queues that a deployment may have. */
export const DEPLOYED_QUEUES = [...QUEUES, ...DELIVERIES] as const;
export type DeployedQueueName = (typeof DEPLOYED_QUEUES)[number];

export interface QueueSpec {
  readonly fifo: boolean;
  /** Seconds; at least 6 times the timeout of the consuming stage, as AWS advises for event sources. */
  readonly visibilityTimeout: number;
  /** Receives before a message goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
}

type Trigger = { readonly schedule: { readonly everyMinutes: number } } | QueueTrigger;

export interface QueueTrigger<Name extends DeployedQueueName = QueueName> {
  readonly queue: Name;
  /** Maximum number of messages in one invocation. More than 10 need a batch window. */
  readonly batchSize: number;
  /** Seconds for which Lambda collects messages. FIFO queues have no batch window. */
  readonly batchWindow?: number;
  /** Maximum number of concurrent invocations. An idle queue without a limit is polled less often (docs/cost.md). */
  readonly maxConcurrency?: number;
  /** The same, but only for systems with at least `MANY_FEEDS` feeds. */
  readonly maxConcurrencyForManyFeeds?: number;
}

/**
 * Fewer feeds than this cannot use up an account's concurrency, and a limit would cost more than everything else about their
 * queues.
 */
export const MANY_FEEDS = 2_000;

/** Returns the maximum number of concurrent invocations of a queue; undefined if only the account's limit applies. */
export function maxConcurrencyOf(trigger: QueueTrigger, feeds: number): number | undefined {
  return trigger.maxConcurrency ?? (feeds >= MANY_FEEDS ? trigger.maxConcurrencyForManyFeeds : undefined);
}

export type TableAction = 'GetItem' | 'PutItem' | 'DeleteItem' | 'Query' | 'BatchWriteItem';

/** The actions that a function may take on the records of some partitions. */
export interface TableAccess {
  readonly actions: readonly TableAction[];
  /** Partition keys; a `*` at the end matches any ending. */
  readonly keys: readonly string[];
  /** Access goes through the due index; `keys` are partition keys of the index. */
  readonly dueIndex?: true;
}

export interface StageSpec {
  readonly trigger: Trigger;
  /** Seconds. */
  readonly timeout: number;
  readonly memoryMb: number;
  readonly sendsTo: readonly QueueName[];
  /** Everything that the stage's role may do with the table; empty for a stage that does not use it. */
  readonly table: readonly TableAccess[];
  readonly publishes?: boolean;
  /** Set for the one stage that gets the addresses of feeds and may read their secrets. */
  readonly fetches?: boolean;
}

export const queues: Readonly<Record<DeployedQueueName, QueueSpec>> = {
  // Throttled polls also count as receives.
  feeds: { fifo: false, visibilityTimeout: 360, maxReceiveCount: 5 },
  // Items and hits are retried for an hour and a half, so an outage of SNS or another service of that length loses none.
  items: { fifo: false, visibilityTimeout: 180, maxReceiveCount: 30 },
  hits: { fifo: true, visibilityTimeout: 180, maxReceiveCount: 30 },
  // The function itself gives an alert up after a day, and receives it at most 450 times until then (functions/shared/delivery).
  // If the function fails at every receive, this takes two days, half as long as SQS keeps a message.
  chat: { fifo: false, visibilityTimeout: 360, maxReceiveCount: 500 },
  mail: { fifo: false, visibilityTimeout: 360, maxReceiveCount: 500 },
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
      // Reads the time of each topic's last story.
      { actions: ['GetItem'], keys: ['TOPIC#*'] },
    ],
  },
  poll: {
    // The feeds of a batch are fetched concurrently, so they share the waiting time for their servers.
    // An account has 1,000 concurrent invocations, and the other stages and other programs need some of them.
    trigger: { queue: 'feeds', batchSize: 20, batchWindow: 1, maxConcurrencyForManyFeeds: 500 },
    timeout: 60,
    memoryMb: 512,
    // The hits queue is for notices about feeds, because only notify publishes.
    sendsTo: ['items', 'hits'],
    table: [
      { actions: ['GetItem', 'PutItem'], keys: ['FEED#*', 'PUSH#*', 'STREAM'] },
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
    // Hits run one after the other, and each may wait 5 s for SNS. A larger batch would not fit the timeout.
    trigger: { queue: 'hits', batchSize: 4, maxConcurrency: 5 },
    timeout: 30,
    memoryMb: 256,
    sendsTo: [],
    table: [
      { actions: ['GetItem', 'PutItem', 'DeleteItem'], keys: ['ALERT#*'] },
      { actions: ['GetItem', 'PutItem', 'Query'], keys: ['TOPIC#*'] },
      { actions: ['GetItem', 'PutItem'], keys: ['SMS-PARTS'] },
      { actions: ['GetItem'], keys: ['STREAM', 'SIGNUP-SMS', 'SIGNUP-DAILY'] },
    ],
    publishes: true,
  },
};

/**
 * The function that WebSub hubs call (functions/push). Anyone on the internet can call it, so it may only look subscriptions up
 * and pass on what is signed.
 */
export const push: Omit<StageSpec, 'trigger'> = {
  // Hubs wait a few seconds for an answer.
  timeout: 10,
  // Holds the largest push several times: as text, as bytes and packed.
  memoryMb: 256,
  sendsTo: ['feeds'],
  table: [{ actions: ['GetItem'], keys: ['PUSH#*'] }],
};

/**
 * The function behind the sign-up page (functions/signup). Anyone on the internet can call it. It may read what people can be
 * shown, subscribe and unsubscribe them, and publish messages for one person; it runs hourly, too, to end pauses.
 */
export const signup = {
  timeout: 30,
  memoryMb: 256,
  settleEveryMinutes: 60,
  table: [
    { actions: ['GetItem', 'PutItem', 'DeleteItem'], keys: ['SUBSCRIBER#*', 'SIGNUP-CODE#*'] },
    {
      actions: ['GetItem', 'PutItem'],
      keys: ['SIGNUP-KEY', 'SIGNUP-LIMIT#*', 'SIGNUP-SMS', 'SIGNUP-DAILY', 'SMS-PARTS'],
    },
    { actions: ['Query'], keys: ['CHANNELS', 'TOPIC#*'] },
    { actions: ['Query'], keys: ['SUBSCRIBERS'], dueIndex: true },
  ],
  /** Besides, if topics can be read as feeds. */
  feedsTable: [{ actions: ['Query'], keys: ['ITEM#*'] }],
} as const satisfies Readonly<Record<'table' | 'feedsTable', readonly TableAccess[]>> &
  Record<string, unknown>;
/** The function that sends alerts to chat services (functions/chat). Deployments without recipients there do not have it. */
export const chat: Omit<StageSpec, 'trigger'> & { readonly trigger: QueueTrigger<'chat'> } = {
  trigger: { queue: 'chat', batchSize: 10 },
  // A service may take 15 s for each message, and the recipients of a batch are served at the same time.
  timeout: 60,
  memoryMb: 256,
  sendsTo: [],
  table: [{ actions: ['GetItem', 'PutItem', 'DeleteItem', 'Query'], keys: ['CHAT#*'] }],
};

/** The function that sends alerts as HTML mail by SES (functions/mail). Only deployments with `htmlEmail` have it. */
export const mail: Omit<StageSpec, 'trigger'> & { readonly trigger: QueueTrigger<'mail'> } = {
  // Alerts can share a mail only if they are in one batch.
  trigger: { queue: 'mail', batchSize: 20, batchWindow: 5 },
  timeout: 60,
  // It reads what every reader has chosen, and the processor's share grows with the memory.
  memoryMb: 1024,
  sendsTo: [],
  table: [
    { actions: ['GetItem', 'PutItem', 'DeleteItem', 'Query'], keys: ['MAIL#*'] },
    { actions: ['Query'], keys: ['CHANNELS'] },
    { actions: ['GetItem'], keys: ['SUBSCRIBER#*'] },
    // The key that signs links is made at its first use.
    { actions: ['GetItem', 'PutItem'], keys: ['SIGNUP-KEY'] },
  ],
};

/** The table access of the function that creates the channels. */
export const channelsTableAccess: readonly TableAccess[] = [
  { actions: ['Query', 'PutItem', 'DeleteItem'], keys: ['CHANNELS'] },
  { actions: ['GetItem', 'PutItem'], keys: ['CHANNELS-RUN'] },
];

/** The single table: a pair of string keys, a sparse index of due records, and expiry by `expiresAt` (epoch seconds). */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  ttl: 'expiresAt',
  dueIndex: { name: 'due', partitionKey: 'duePk', sortKey: 'dueSk' },
} as const;

/**
 * Metrics, each a counter of the whole system. `FeedsDue` counts scheduled polls. `FeedsFailing` counts those that failed,
 * or were skipped because the feed is failing. `Silent` counts those of silent feeds (`isSilent`); when too many topics are
 * silent, dispatch adds enough to it to trigger the alarm.
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

/**
 * Alarms of a system. Each alarm name starts with the system's name and a hyphen; docs/operations.md has a runbook for each.
 */
export const ALARMS = [
  'no-ticks',
  'dead-feeds',
  'dead-items',
  'dead-hits',
  'dead-chat',
  'dead-mail',
  'waiting-feeds',
  'waiting-items',
  'waiting-hits',
  'waiting-chat',
  'waiting-mail',
  'failures',
  'throttles',
  'feeds-failing',
  'silence',
  'sms-spend',
] as const;
export type AlarmName = (typeof ALARMS)[number];

/** With fewer polls in an hour, a share of them says little, so alarms look at a day. */
const MIN_POLLS = 20;

/** Returns the period of an alarm in hours, and the number of polls in it that equals the given share (0 to 1) of all. */
export function alarmThreshold(
  feeds: readonly { readonly every: number; readonly enabled: boolean }[],
  share: number,
): { readonly hours: number; readonly polls: number } {
  const hourly = feeds.reduce((sum, { every, enabled }) => sum + (enabled ? 3_600_000 / every : 0), 0);
  const hours = hourly < MIN_POLLS ? 24 : 1;
  return { hours, polls: Math.max(1, Math.ceil(hourly * hours * share)) };
}

/** The `silence` alarm goes off when more than this share of feeds, or of topics, is silent. */
export const MAX_SILENT_SHARE = 0.1;

/** Returns the namespace of a system's metrics. `system` is also the prefix of its queues and channels. */
export function metricNamespace(system: string): string {
  return `NewsAlerts/${system}`;
}

/** Names of the environment variables that configure a stage. */
export const environment = {
  /** The pipeline's configuration as JSON: a path, or a name that Node resolves. */
  config: 'NEWS_ALERTS_CONFIG',
  /** The compiled topics: a path, or a name that Node resolves. */
  topics: 'NEWS_ALERTS_TOPICS',
  /** The subscriptions of the user's file: a path, or a name that Node resolves. */
  recipients: 'NEWS_ALERTS_RECIPIENTS',
  /** Tags of the channels, a JSON object. */
  tags: 'NEWS_ALERTS_TAGS',
  table: 'TABLE_NAME',
  /** Name of the system, used in the namespace of its metrics. If unset, there are no metrics. */
  system: 'NEWS_ALERTS_SYSTEM',
  queueUrl: (queue: DeployedQueueName): string => `${queue.toUpperCase()}_QUEUE_URL`,
  /** URL of the dead-letter queue where a function puts alerts that it gives up. */
  deadLettersUrl: 'DEAD_LETTERS_URL',
  /** ARN of a queue that is subscribed to the channels. Unset if there is none. */
  queueArn: (name: DeliveryName): string => `${name.toUpperCase()}_QUEUE_ARN`,
  /** The recipients at chat services, with names in place of secrets: a path, or a name that Node resolves. */
  chats: 'NEWS_ALERTS_CHATS',
  /** `true` lets poll fetch feeds on its own machine (127.0.0.0/8, ::1), for trials and tests. */
  loopbackFeeds: 'NEWS_ALERTS_LOOPBACK_FEEDS',
  /** The address that hubs call: see functions/push. Unset if none can. */
  pushUrl: 'NEWS_ALERTS_PUSH_URL',
  /** The address of the sign-up page: see functions/signup. Unset if there is none. */
  signupUrl: 'NEWS_ALERTS_SIGNUP_URL',
  /** Path of the parameters with the secrets of addresses: `/news-alerts/SYSTEM/`. */
  parameters: 'NEWS_ALERTS_PARAMETERS',
  /** The part of a channel's ARN before the topic's id. */
  channelPrefix: 'CHANNEL_ARN_PREFIX',
  /** KMS key that encrypts channels at rest. Unset if there is no key, as on one machine. */
  channelKey: 'CHANNEL_KEY',
  /** ARN of the channel for notices to the operators. */
  operationsChannel: 'OPERATIONS_CHANNEL_ARN',
} as const;

/** Returns the prefix of the names of a system's parameters. */
export function parameterPath(system: string): string {
  return `/news-alerts/${system}/`;
}

/** Names of the files in the data layers. */
export const CONFIG_FILE = 'index.json';
export const TOPICS_FILE = 'topics.bin';

/** Returns the physical name of a queue. AWS requires `.fifo` at the end for FIFO queues. */
export function queuePhysicalName(base: string, spec: QueueSpec): string {
  return spec.fifo ? `${base}.fifo` : base;
}

/** Id of the topic for notices to the operators. No topic of a user can have this id. */
export const OPERATIONS_TOPIC_ID = '_operations';

/** The message attribute that names the protocols of a publish. Subscriptions filter by it. */
export const PROTOCOLS_ATTRIBUTE = 'protocols';
/** The value of that attribute for people who get one mail a day. Their subscriptions accept it in place of `email`. */
export const DAILY_VALUE = 'daily';
/**
 * The names that a publish has in place of `email` and `daily` if SES sends the emails. SNS then gives it to queues and to no
 * address.
 */
export const MAIL_AUDIENCE = { email: 'mail', daily: 'mail-daily' } as const;
/** The publishes that a queue gets, by the function that reads it. */
export const QUEUE_AUDIENCES: Readonly<Record<DeliveryName, readonly string[]>> = {
  chat: ['email', MAIL_AUDIENCE.email],
  mail: Object.values(MAIL_AUDIENCE),
};

/** The message attribute with the id of the story that a publish is about; absent if it is about several. */
export const STORY_ATTRIBUTE = 'story';
