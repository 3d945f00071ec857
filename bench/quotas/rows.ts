import { MAX_CONCURRENT_SENDS } from '../../functions/dispatch/dispatch.ts';
import { maxConcurrencyOf, type QueueTrigger, stages } from '../../functions/shared/pipeline.ts';
import { assumptions } from '../cost/assumptions.ts';
import { readUnits } from '../cost/units.ts';
import { type Measured, readMeasured } from './measure.ts';
import { type QuotaName, quotas } from './quotas.ts';

/** A part of the system and its limit. */
export interface Row {
  readonly part: string;
  /** A quota of AWS, or the name and value of our own limit. */
  readonly quota: QuotaName | { readonly name: string; readonly value: number };
  /** Returns how much of the limit a number of feeds or topics uses. */
  readonly use: (count: number) => number;
  /** The quota or setting to raise. */
  readonly raise: string;
  /** The change of design needed beyond that. */
  readonly beyond: string;
}

export const FEEDS = [1_000, 100_000, 1_000_000];
export const TOPICS = [500, 5_000, 100_000];

const MINUTE_S = 60;
const DAY_S = 86_400;
const MB = 1024 * 1024;
/** Most news comes during the day: the busiest minutes have this many times the average. */
const PEAK_FACTOR = 3;
/** The limit of SQS for one call. */
const MAX_BATCH_MESSAGES = 10;
/** Memory that Node, our code and the SDK take in a function. */
const BASE_MB = 100;
/** Price of an SMS in dollars. It differs much between countries. */
const SMS_DOLLARS = 0.01;
/**
 * Time to match an item of 400 words with topics that use the whole query language, on a shared processor
 * (docs/benchmarks.md).
 */
const MATCH_US_FOR_100_000_TOPICS = 260;
/** Bytes of a compiled topic that uses the whole query language, in a small configuration (docs/benchmarks.md). */
const COMPILED_BYTES = 234;
const SMS_PER_MONTH = 52 / 12;
/** Bytes of a digest entry in the due index. */
const ENTRY_BYTES = 1_500;
/** Items in the message of a feed that is polled for the first time. */
const ITEMS_PER_MESSAGE = 100;
/** Records that dispatch reads from the due index in one tick (functions/shared/store/digests.ts). */
const MAX_DUE_RECORDS = 5_000;
/** Number of feeds for each topic, which determines the number of hits. */
const FEEDS_PER_TOPIC = 20;
/** Topics that dispatch reads concurrently once a day (functions/dispatch/silent-topics.ts). */
const MAX_CONCURRENT_READS = 50;
/** Seconds that functions/channels/handler.ts reserves for its answer. */
const ANSWER_RESERVE_S = 30;
/** Acceptable delay of a digest, minutes. */
const MAX_DIGEST_DELAY_MINUTES = 15;

const itemsADay = assumptions.news.allKinds.reduce(
  (sum, { share, itemsPerDay }) => sum + share * itemsPerDay,
  0,
);
const everyS = assumptions.news.every / 1_000;
const awsCallS = assumptions.lambda.awsCall / 1_000;
const memoryLeft = (stage: keyof typeof stages) => (stages[stage].memoryMb - BASE_MB) * MB;
const limitOf = (stage: keyof typeof stages) =>
  maxConcurrencyOf(stages[stage].trigger as QueueTrigger, Number.POSITIVE_INFINITY) ?? 0;
const batchOf = (stage: keyof typeof stages) => (stages[stage].trigger as QueueTrigger).batchSize;

/** Returns the rows whose use grows with feeds. All feeds are polled every 15 minutes and publish as in docs/cost.md. */
export function rowsOfFeeds({ feedDay, feed }: Measured = readMeasured()): Row[] {
  const second = (perDay: number) => (perDay / DAY_S) * PEAK_FACTOR;
  const pollS =
    (feedDay.waited.poll + feedDay.processor.poll * slowness('poll')) / feedDay.invocations.poll / 1_000;
  return [
    {
      part: 'dispatch: an ordinary minute',
      quota: { name: 'its time limit, s', value: stages.dispatch.timeout },
      use: (feeds) => (((feeds / everyS) * MINUTE_S) / MAX_BATCH_MESSAGES / MAX_CONCURRENT_SENDS) * awsCallS,
      raise: '`timeout`, to at most 60 s, when the next tick comes',
      beyond: 'several dispatches, each for a share of the feeds',
    },
    {
      part: 'dispatch: after an edit, when all feeds are due',
      quota: { name: 'its time limit, s', value: stages.dispatch.timeout },
      use: (feeds) => (feeds / MAX_BATCH_MESSAGES / MAX_CONCURRENT_SENDS) * awsCallS,
      raise: '`MAX_CONCURRENT_SENDS`, then `timeout`',
      beyond: 'several dispatches; or make only new feeds due at once',
    },
    {
      part: 'dispatch: feeds in memory',
      quota: { name: 'memory left by the code', value: memoryLeft('dispatch') },
      use: (feeds) => feeds * feed.heap,
      raise: '`memoryMb` of dispatch, and of poll and notify, which read the same file',
      beyond: 'feeds as records, read by ranges of their poll times',
    },
    {
      part: 'configuration of feeds in a layer',
      quota: 'layers',
      use: (feeds) => feeds * feed.json,
      raise: 'nothing: not adjustable',
      beyond: 'feeds as records',
    },
    {
      part: 'poll: concurrent invocations',
      quota: { name: 'maximum concurrency', value: limitOf('poll') },
      use: (feeds) => (feeds / everyS / batchOf('poll')) * pollS,
      raise: '`maxConcurrencyForManyFeeds`, within Lambda’s 1,000 (adjustable)',
      beyond: 'nothing: scales further',
    },
    {
      part: 'poll: all feeds after an edit, within 15 minutes',
      quota: { name: 'seconds', value: everyS },
      use: (feeds) => (feeds / batchOf('poll') / limitOf('poll')) * pollS,
      raise: 'as above',
      beyond: 'make only new feeds due at once',
    },
    {
      part: 'feeds queue: in flight',
      quota: 'inFlight',
      use: (feeds) => Math.min(limitOf('poll'), (feeds / everyS / batchOf('poll')) * pollS) * batchOf('poll'),
      raise: 'nothing: the maximum concurrency is reached much earlier',
      beyond: 'nothing',
    },
    {
      part: 'table: writes',
      quota: 'tableWrites',
      use: (feeds) => second(feeds * (feedDay.writes + feedDay.indexWrites)),
      raise: 'the quota, by request',
      beyond: 'nothing: keys are spread by feed, item and topic',
    },
    {
      part: 'table: the record with the words of the stream',
      quota: 'partitionWrites',
      use: (feeds) => second(feeds * feedDay.streamWrites),
      raise: 'nothing: not adjustable',
      beyond: 'several records with a share of the words each; or count fewer items in each process',
    },
    {
      part: 'due index: its single partition, `DIGEST`',
      quota: 'partitionWrites',
      use: (feeds) => second(feeds * feedDay.indexWrites),
      raise: 'nothing: not adjustable',
      beyond: 'a partition for each minute or hour in which digests are due',
    },
    {
      part: 'match: concurrent invocations',
      quota: { name: 'maximum concurrency', value: limitOf('match') },
      use: (feeds) =>
        (second(feeds * feedDay.invocations.match) *
          (feedDay.waited.match + feedDay.processor.match * slowness('match'))) /
        feedDay.invocations.match /
        1_000,
      raise: '`maxConcurrencyForManyFeeds`',
      beyond: 'nothing: scales further',
    },
    {
      part: 'hits queue, FIFO',
      quota: 'fifoMessages',
      use: (feeds) => second(feeds * itemsADay * assumptions.topics.matching),
      raise: 'high throughput for FIFO queues, an attribute of the queue',
      beyond: 'nothing: groups are topics',
    },
    {
      part: 'notify: concurrent invocations',
      quota: { name: 'maximum concurrency', value: limitOf('notify') },
      use: (feeds) =>
        second(feeds * (feedDay.waited.notify + feedDay.processor.notify * slowness('notify'))) / 1_000,
      raise: '`maxConcurrency` of notify',
      beyond: 'nothing: topics are independent of each other',
    },
    {
      part: 'all functions: concurrent invocations',
      quota: 'concurrency',
      use: (feeds) =>
        Math.min(limitOf('poll'), (feeds / everyS / batchOf('poll')) * pollS) +
        limitOf('match') +
        limitOf('notify') +
        1,
      raise: 'the quota, by request: a new account may have 10',
      beyond: 'nothing',
    },
    {
      part: 'SNS: publishes',
      quota: 'publish',
      use: (feeds) => second(feeds * feedDay.published),
      raise: 'the quota, by request; large regions have 9,000 to 30,000',
      beyond: 'nothing',
    },
    {
      part: 'SNS: emails',
      quota: 'emails',
      use: (feeds) => second(feeds * feedDay.emails),
      raise: 'nothing: SNS turns off a subscription that receives more. Use digests or caps',
      beyond: '`htmlEmail`; AWS sets the quotas of SES for each account',
    },
  ];
}

/**
 * Returns the rows whose use grows with topics. Each topic has news from `FEEDS_PER_TOPIC` feeds and one email recipient.
 */
export function rowsOfTopics({ topic }: Measured = readMeasured()): Row[] {
  const hitsADay = FEEDS_PER_TOPIC * itemsADay * assumptions.topics.matching;
  return [
    {
      part: 'configuration and compiled topics in a layer',
      quota: 'layers',
      use: (topics) => topics * (topic.json + COMPILED_BYTES),
      raise: 'nothing: not adjustable',
      beyond: 'topics in shards, each with its own match function',
    },
    {
      part: 'match: compiled topics in memory',
      quota: { name: 'memory left by the code', value: memoryLeft('match') },
      use: (topics) => topics * (topic.heap + COMPILED_BYTES),
      raise: '`memoryMb` of match',
      beyond: 'topics in shards',
    },
    {
      part: 'match: a batch of ten messages with 100 long items each',
      quota: { name: 'its time limit, s', value: stages.match.timeout },
      use: (topics) =>
        (batchOf('match') *
          ITEMS_PER_MESSAGE *
          MATCH_US_FOR_100_000_TOPICS *
          slowness('match') *
          (topics / 100_000)) /
        1e6,
      raise: '`memoryMb`, which also gives more processor time; `batchSize`',
      beyond: 'topics in shards',
    },
    {
      part: 'notify: topics in memory',
      quota: { name: 'memory left by the code', value: memoryLeft('notify') },
      use: (topics) => topics * topic.heap,
      raise: '`memoryMb` of notify and dispatch',
      beyond: 'topics as records',
    },
    {
      part: 'dispatch: daily check for silent topics',
      quota: { name: 'its time limit, s', value: stages.dispatch.timeout },
      use: (topics) => (topics / MAX_CONCURRENT_READS) * awsCallS,
      raise: '`timeout` of dispatch',
      beyond: 'a share of the topics each minute',
    },
    {
      part: 'digests due in the same minute, at most 15 minutes late',
      quota: {
        name: 'entries that dispatch reads in that time',
        value: MAX_DUE_RECORDS * MAX_DIGEST_DELAY_MINUTES,
      },
      use: (topics) => topics * hitsADay,
      raise: 'different times in `deliver`',
      beyond: 'a partition of the due index for each minute',
    },
    {
      part: 'due index: read by dispatch each minute',
      quota: 'partitionReads',
      use: (topics) => readUnits(Math.min(MAX_DUE_RECORDS, topics * hitsADay) * ENTRY_BYTES, false),
      raise: 'nothing: bounded',
      beyond: 'nothing',
    },
    {
      part: 'emails of digests due in the same minute, at most 15 minutes late',
      quota: {
        name: `emails in ${MAX_DIGEST_DELAY_MINUTES} minutes`,
        value: quotas.emails.value * MAX_DIGEST_DELAY_MINUTES * MINUTE_S,
      },
      use: (topics) => topics * assumptions.topics.recipients,
      raise: 'different times in `deliver`',
      beyond: '`htmlEmail`',
    },
    {
      part: 'channels',
      quota: 'topics',
      use: (topics) => topics + 1,
      raise: 'the quota, by request',
      beyond: 'a channel for each set of recipients instead of each topic',
    },
    {
      part: 'channels created by one deployment',
      quota: {
        name: `CreateTopic in ${quotas.runTime.value - ANSWER_RESERVE_S} s, channels`,
        value: (quotas.runTime.value - ANSWER_RESERVE_S) * quotas.createTopic.value,
      },
      use: (topics) => topics,
      raise: 'nothing: deploy again, which continues where it stopped',
      beyond: 'a state machine that creates them',
    },
    {
      part: 'channels of an earlier release encrypted by one deployment',
      quota: {
        name: `SetTopicAttributes in ${quotas.runTime.value - ANSWER_RESERVE_S} s, channels`,
        value: (quotas.runTime.value - ANSWER_RESERVE_S) * quotas.setAttributes.value,
      },
      use: (topics) => topics,
      raise: 'nothing: deploy again, which continues where it stopped',
      beyond: 'nothing: happens only once',
    },
    {
      part: 'configured recipients: subscriptions with a filter',
      quota: 'filters',
      use: (topics) => topics * assumptions.topics.recipients,
      raise: 'the quota, by request',
      beyond: 'a channel for each protocol, without filters',
    },
    {
      part: 'email recipients who have not confirmed yet',
      quota: 'pending',
      use: (topics) => topics * assumptions.topics.recipients,
      raise: 'the quota, by request; or deploy topics in parts',
      beyond: 'confirmations of our own',
    },
    {
      part: 'SMS: cost of one a week for each topic',
      quota: 'smsSpend',
      use: (topics) => topics * SMS_PER_MONTH * SMS_DOLLARS,
      raise: 'the quota, by request, and `smsSpendLimit`; `smsParts` limits it',
      beyond: 'nothing',
    },
  ];
}

/** Returns how many times longer work takes with a function's memory than on a whole processor. */
function slowness(stage: keyof typeof stages): number {
  return Math.max(1, assumptions.lambda.wholeProcessor / stages[stage].memoryMb);
}
