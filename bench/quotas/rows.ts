import { MAX_CONCURRENT_SENDS } from '../../functions/dispatch/dispatch.ts';
import { maxConcurrencyOf, type QueueTrigger, stages } from '../../functions/shared/pipeline.ts';
import { assumptions } from '../cost/assumptions.ts';
import { readUnits } from '../cost/units.ts';
import { type Measured, readMeasured } from './measure.ts';
import { type QuotaName, quotas } from './quotas.ts';

/** One part of the system, what bounds it, and how far it gets. */
export interface Row {
  readonly part: string;
  /** A quota of AWS, or a limit of our own in words, and its value. */
  readonly quota: QuotaName | { readonly name: string; readonly value: number };
  /** How much of the limit so many feeds, or topics, use. */
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
/** News comes by day: how many times the average there is in the busiest minutes. */
const PEAK_FACTOR = 3;
/** SQS takes so many messages in one call. */
const MAX_BATCH_MESSAGES = 10;
/** Memory of a function that Node, our code and the SDK take. */
const BASE_MB = 100;
/** Dollars for an SMS, which differ much by country. */
const SMS_DOLLARS = 0.01;
/** An item of 400 words, against topics in all of the query language, on a processor that other work shared: docs/benchmarks.md. */
const MATCH_US_FOR_100_000_TOPICS = 260;
/** Bytes of a compiled topic in all of the query language, in a small configuration: docs/benchmarks.md. */
const COMPILED_BYTES = 234;
const SMS_PER_MONTH = 52 / 12;
/** Bytes of a digest entry in the due index. */
const ENTRY_BYTES = 1_500;
/** Items of a feed that is read for the first time, all in one message. */
const ITEMS_PER_MESSAGE = 100;
/** Records that dispatch reads of the due index in one tick: functions/shared/store/digests.ts. */
const MAX_DUE_RECORDS = 5_000;
/** Feeds of all kinds that a system of so many topics reads, for what topics have to tell. */
const FEEDS_PER_TOPIC = 20;
/** Topics that dispatch asks at once, once a day: functions/dispatch/silent-topics.ts. */
const MAX_CONCURRENT_READS = 50;
/** Seconds that functions/channels/handler.ts keeps for its answer. */
const ANSWER_RESERVE_S = 30;
/** When a digest may come after its time, minutes. */
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

/** Rows whose use grows with feeds, all of which are polled every 15 minutes and publish as in docs/cost.md. */
export function rowsOfFeeds({ feedDay, feed }: Measured = readMeasured()): Row[] {
  const second = (perDay: number) => (perDay / DAY_S) * PEAK_FACTOR;
  const pollS =
    (feedDay.waited.poll + feedDay.processor.poll * slowness('poll')) / feedDay.invocations.poll / 1_000;
  return [
    {
      part: 'dispatch: an ordinary minute',
      quota: { name: 'its time limit, s', value: stages.dispatch.timeout },
      use: (feeds) => (((feeds / everyS) * MINUTE_S) / MAX_BATCH_MESSAGES / MAX_CONCURRENT_SENDS) * awsCallS,
      raise: '`timeout`, to 60 s at most: the next tick comes then',
      beyond: 'several dispatches, each for a share of the feeds',
    },
    {
      part: 'dispatch: after an edit, when all feeds are due',
      quota: { name: 'its time limit, s', value: stages.dispatch.timeout },
      use: (feeds) => (feeds / MAX_BATCH_MESSAGES / MAX_CONCURRENT_SENDS) * awsCallS,
      raise: '`SENDS_AT_ONCE`, then `timeout`',
      beyond: 'several dispatches; or only feeds that are new in the file at once',
    },
    {
      part: 'dispatch: the feeds in its memory',
      quota: { name: 'memory beside the code', value: memoryLeft('dispatch') },
      use: (feeds) => feeds * feed.heap,
      raise: '`memoryMb` of dispatch, and of poll and notify, which read the same file',
      beyond: 'feeds as records, read by ranges of their turns',
    },
    {
      part: 'configuration of feeds in its layer',
      quota: 'layers',
      use: (feeds) => feeds * feed.json,
      raise: 'nothing: not adjustable',
      beyond: 'feeds as records',
    },
    {
      part: 'poll: invocations at one time',
      quota: { name: 'maximum concurrency', value: limitOf('poll') },
      use: (feeds) => (feeds / everyS / batchOf('poll')) * pollS,
      raise: '`maxConcurrencyOfMany`, within Lambda’s 1,000 (adjustable)',
      beyond: 'nothing: more of the same',
    },
    {
      part: 'poll: all feeds after an edit, within their 15 minutes',
      quota: { name: 'seconds', value: everyS },
      use: (feeds) => (feeds / batchOf('poll') / limitOf('poll')) * pollS,
      raise: 'as above',
      beyond: 'only feeds that are new in the file at once',
    },
    {
      part: 'feeds queue: in flight',
      quota: 'inFlight',
      use: (feeds) => Math.min(limitOf('poll'), (feeds / everyS / batchOf('poll')) * pollS) * batchOf('poll'),
      raise: 'nothing: the maximum concurrency is reached long before',
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
      part: 'one record of the table: words of the stream',
      quota: 'partitionWrites',
      use: (feeds) => second(feeds * feedDay.streamWrites),
      raise: 'nothing: not adjustable',
      beyond: 'a share of the words for each of several records; or each process counts fewer items',
    },
    {
      part: 'due index: its one partition, `DIGEST`',
      quota: 'partitionWrites',
      use: (feeds) => second(feeds * feedDay.indexWrites),
      raise: 'nothing: not adjustable',
      beyond: 'a partition for each minute, or hour, that digests are due in',
    },
    {
      part: 'match: invocations at one time',
      quota: { name: 'maximum concurrency', value: limitOf('match') },
      use: (feeds) =>
        (second(feeds * feedDay.invocations.match) *
          (feedDay.waited.match + feedDay.processor.match * slowness('match'))) /
        feedDay.invocations.match /
        1_000,
      raise: '`maxConcurrencyOfMany`',
      beyond: 'nothing: more of the same',
    },
    {
      part: 'hits queue, FIFO',
      quota: 'fifoMessages',
      use: (feeds) => second(feeds * itemsADay * assumptions.topics.matching),
      raise: 'high throughput for FIFO queues, an attribute of the queue',
      beyond: 'nothing: groups are topics',
    },
    {
      part: 'notify: invocations at one time',
      quota: { name: 'maximum concurrency', value: limitOf('notify') },
      use: (feeds) =>
        second(feeds * (feedDay.waited.notify + feedDay.processor.notify * slowness('notify'))) / 1_000,
      raise: '`maxConcurrency` of notify',
      beyond: 'nothing: topics are independent of each other',
    },
    {
      part: 'all functions at one time',
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
      raise: 'nothing: SNS turns off a subscription that gets more. Digests, caps',
      beyond: 'email through SES, as one machine sends by SMTP',
    },
  ];
}

/** Rows whose use grows with topics, each of which has the news of so many feeds, and one recipient by email. */
export function rowsOfTopics({ topic }: Measured = readMeasured()): Row[] {
  const hitsADay = FEEDS_PER_TOPIC * itemsADay * assumptions.topics.matching;
  return [
    {
      part: 'configuration and compiled topics in their layer',
      quota: 'layers',
      use: (topics) => topics * (topic.json + COMPILED_BYTES),
      raise: 'nothing: not adjustable',
      beyond: 'topics in shards, each with a match function of its own',
    },
    {
      part: 'match: compiled topics in its memory',
      quota: { name: 'memory beside the code', value: memoryLeft('match') },
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
      raise: '`memoryMb`, with which the processor grows; `batchSize`',
      beyond: 'topics in shards',
    },
    {
      part: 'notify: topics in its memory',
      quota: { name: 'memory beside the code', value: memoryLeft('notify') },
      use: (topics) => topics * topic.heap,
      raise: '`memoryMb` of notify and dispatch',
      beyond: 'topics as records',
    },
    {
      part: 'dispatch: whether topics are silent, once a day',
      quota: { name: 'its time limit, s', value: stages.dispatch.timeout },
      use: (topics) => (topics / MAX_CONCURRENT_READS) * awsCallS,
      raise: '`timeout` of dispatch',
      beyond: 'a share of the topics each minute',
    },
    {
      part: 'digests that are due in the same minute, a quarter of an hour late at most',
      quota: {
        name: 'entries that dispatch reads until then',
        value: MAX_DUE_RECORDS * MAX_DIGEST_DELAY_MINUTES,
      },
      use: (topics) => topics * hitsADay,
      raise: 'times of `deliver` that differ',
      beyond: 'a partition of the due index for each minute',
    },
    {
      part: 'due index: dispatch’s read each minute',
      quota: 'partitionReads',
      use: (topics) => readUnits(Math.min(MAX_DUE_RECORDS, topics * hitsADay) * ENTRY_BYTES, false),
      raise: 'nothing: bounded',
      beyond: 'nothing',
    },
    {
      part: 'emails of digests that are due in the same minute, a quarter of an hour late at most',
      quota: {
        name: `emails in ${MAX_DIGEST_DELAY_MINUTES} minutes`,
        value: quotas.emails.value * MAX_DIGEST_DELAY_MINUTES * MINUTE_S,
      },
      use: (topics) => topics * assumptions.topics.recipients,
      raise: 'times of `deliver` that differ',
      beyond: 'email through SES',
    },
    {
      part: 'channels',
      quota: 'topics',
      use: (topics) => topics + 1,
      raise: 'the quota, by request',
      beyond: 'a channel for each set of recipients, not for each topic',
    },
    {
      part: 'channels made by one deployment',
      quota: {
        name: `CreateTopic in ${quotas.runTime.value - ANSWER_RESERVE_S} s, channels`,
        value: (quotas.runTime.value - ANSWER_RESERVE_S) * quotas.createTopic.value,
      },
      use: (topics) => topics,
      raise: 'nothing: deploy again, it goes on where it stopped',
      beyond: 'a state machine that makes them',
    },
    {
      part: 'channels of an earlier version encrypted by one deployment',
      quota: {
        name: `SetTopicAttributes in ${quotas.runTime.value - ANSWER_RESERVE_S} s, channels`,
        value: (quotas.runTime.value - ANSWER_RESERVE_S) * quotas.setAttributes.value,
      },
      use: (topics) => topics,
      raise: 'nothing: deploy again, it goes on where it stopped',
      beyond: 'nothing: once only',
    },
    {
      part: 'recipients of the file: subscriptions with a filter',
      quota: 'filters',
      use: (topics) => topics * assumptions.topics.recipients,
      raise: 'the quota, by request',
      beyond: 'a channel for each protocol, without filters',
    },
    {
      part: 'recipients by email who have not confirmed yet',
      quota: 'pending',
      use: (topics) => topics * assumptions.topics.recipients,
      raise: 'the quota, by request; or deploy topics in parts',
      beyond: 'email through SES',
    },
    {
      part: 'SMS: spend, one a week for each topic',
      quota: 'smsSpend',
      use: (topics) => topics * SMS_PER_MONTH * SMS_DOLLARS,
      raise: 'the quota, by request, and `smsSpendLimit`; `smsParts` bounds it',
      beyond: 'nothing',
    },
  ];
}

/** How much longer work takes in a function's memory than on a whole processor. */
function slowness(stage: keyof typeof stages): number {
  return Math.max(1, assumptions.lambda.wholeProcessor / stages[stage].memoryMb);
}
