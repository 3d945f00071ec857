import { createHash } from 'node:crypto';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemsFound } from '../../functions/shared/messages.ts';
import type { Alert, AlertEntry } from '../../functions/shared/model.ts';
import {
  DAILY_VALUE,
  type DeployedQueueName,
  environment,
  OPERATIONS_TOPIC_ID,
  PROTOCOLS_ATTRIBUTE,
  QUEUES,
  type QueueName,
  queuePhysicalName,
  queues as queueSpecs,
  STAGES,
  STORY_ATTRIBUTE,
  stages,
} from '../../functions/shared/pipeline.ts';
import { isDue } from '../../functions/shared/poll-schedule.ts';
import { isProtocol } from '../../functions/shared/protocols.ts';
import { protocolsOf } from '../../functions/shared/store/protocol-attributes.ts';
import type { Attributes } from '../../functions/shared/store/table.ts';
import type { Item } from '../../local/dynamodb/condition.ts';
import { ServiceError } from '../../local/dynamodb/service-error.ts';
import { MemoryDynamoDb } from './aws/dynamodb.ts';
import { refusalOf } from './aws/role.ts';
import { MemorySns } from './aws/sns.ts';
import { MemoryQueue, MemorySqs } from './aws/sqs.ts';
import type { Call } from './aws/wire.ts';
import { simulateChat } from './chat/simulate-chat.ts';
import { reportIds } from './daily-rules.ts';
import { type DeliveryCounts, NO_DELIVERIES } from './delivery/delivery-counts.ts';
import type { DeliveryRun } from './delivery/simulate-delivery.ts';
import type { Theme } from './fault-plan.ts';
import { feedServers } from './feed-servers.ts';
import { brokenRules } from './invariants.ts';
import { simulateMail } from './mail/simulate-mail.ts';
import { isOfSecondEvent } from './mixed-story.ts';
import type { StoryOfTopic } from './mute-rules.ts';
import { type Caller, Network, type NetworkOptions } from './network.ts';
import { owedNotices } from './notices.ts';
import { SimulatedReader } from './reader.ts';
import { type PublishedAlert, RunRecord } from './run-record.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { SimulatedLambda } from './simulated-lambda.ts';
import { type ShownReport, SplitReader } from './split-reader.ts';
import { REFUSED_WORD } from './stories.ts';
import { HOUR, MINUTE, takeOverTimers, VirtualTime } from './virtual-time.ts';
import { SimulatedVisitors, visitorFaults } from './visitors.ts';
import { CALLBACK_URL, SimulatedHub } from './websub-hub.ts';

/** The outcome of one run. */
export interface RunOutcome {
  readonly seed: number;
  /** Rules that were broken; empty if there are none. */
  readonly broken: readonly string[];
  readonly events: number;
  readonly calls: number;
  readonly invocations: number;
  /** Faults by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly counts: RunCounts;
  /** SHA-256 of the trace. */
  readonly fingerprint: string;
  readonly trace: readonly string[];
}

export interface RunCounts extends DeliveryCounts {
  /** Number of stories that must be delivered to a topic. */
  readonly owed: number;
  /** Number of these that several articles reported, each in its own words. */
  readonly rewritten: number;
  readonly published: number;
  /** Items sent by email as developments, and as retellings. */
  readonly developments: number;
  readonly retellings: number;
  /** Reports that were repeated within the window of ADR 2. */
  readonly repeated: number;
  /** Reports that were left out because of `skip`, since an earlier attempt may have sent them. */
  readonly skipped: number;
  /** Stories that a reader muted. */
  readonly muted: number;
  /** How often a message left out a muted story. */
  readonly leftOut: number;
  /** Reports that a reader took out of their stories. */
  readonly split: number;
  /** How many of their new stories were sent as stories when the next report came. */
  readonly followed: number;
  /** Mails to those who get one a day. */
  readonly daily: number;
}

const TABLE = 'simulated';
const QUEUE_URL = 'http://127.0.0.1/000000000000/';
const CHANNEL_PREFIX = 'arn:aws:sns:us-east-1:000000000000:simulated-';
/** By then everything must be at rest: backoffs are over, failing messages are dead letters, and every digest was due. */
const MAX_SETTLING_TIME = 200 * HOUR;

/** About ten times the events of the longest run. A run with more is in an endless loop. */
const MAX_EVENTS = 200_000;

/** Runs the scenario of a seed to its end, in virtual time. The same seed gives the same run, byte for byte. */
export async function simulate(seed: number, theme?: Theme): Promise<RunOutcome> {
  const scenario = scenarioOf(seed, theme);
  const time = new VirtualTime(scenario.start);
  const giveBack = takeOverTimers(time, () => scenario.random.fraction());
  let outcome: RunOutcome;
  let published: readonly PublishedAlert[];
  try {
    ({ outcome, published } = await run(scenario, time));
  } finally {
    giveBack();
  }
  const chatted = withDelivery(outcome, await simulateChat(scenario, published));
  return withDelivery(chatted, await simulateMail(scenario, published));
}

/** Adds to a run what has become of its alerts. */
function withDelivery(outcome: RunOutcome, delivery: DeliveryRun | undefined): RunOutcome {
  if (!delivery) return outcome;
  const { record, counts } = delivery;
  const trace = [...outcome.trace, ...record.lines];
  const faults = { ...outcome.faults };
  for (const [kind, count] of record.faults) faults[kind] = (faults[kind] ?? 0) + count;
  return {
    ...outcome,
    broken: [...outcome.broken, ...delivery.broken],
    events: outcome.events + delivery.events,
    calls: outcome.calls + record.calls,
    invocations: outcome.invocations + record.invocations,
    faults,
    counts: { ...outcome.counts, ...counts },
    fingerprint: createHash('sha256').update(trace.join('\n')).digest('hex'),
    trace,
  };
}

async function run(
  scenario: Scenario,
  time: VirtualTime,
): Promise<{ readonly outcome: RunOutcome; readonly published: readonly PublishedAlert[] }> {
  const { random, faults, news, calmFrom, tickEvery, outage, faultPeriods } = scenario;
  const record = new RunRecord();
  const clock = () => time.now;

  // The source of the call that is being served, so that a write can be assigned to its invocation.
  let caller: Caller | undefined;
  const table = new MemoryDynamoDb(TABLE, {
    indexLater: (apply) =>
      time.after((caller?.stage === 'signup' ? scenario.signing : random).between(0, 2_000), apply),
    onWrite: (before, after) => watchWrite(before, after),
  });
  const wakers = new Map<QueueName, () => void>();
  const deadLetters = byQueue(() => new MemoryQueue({ fifo: false, visibilityTimeout: HOUR, clock }));
  const queues = byQueue((name) => {
    const { fifo, visibilityTimeout, maxReceiveCount } = queueSpecs[name];
    return new MemoryQueue({
      fifo,
      visibilityTimeout: visibilityTimeout * 1000,
      maxReceiveCount,
      deadLetters: deadLetters[name],
      clock,
      onChange: () => wakers.get(name)?.(),
    });
  });
  const urlOf = (name: DeployedQueueName) => `${QUEUE_URL}${queuePhysicalName(name, queueSpecs[name])}`;
  const sqs = new MemorySqs(new Map(QUEUES.map((name) => [urlOf(name), queues[name]])), () => {
    const late = !network.calm && random.chance(faults.late);
    if (late) record.fault('late');
    return late ? random.between(0, 900_000) : 0;
  });
  const topics = [...scenario.watched.keys()];
  const sns = new MemorySns({
    channels: new Set([...topics, OPERATIONS_TOPIC_ID].map((id) => `${CHANNEL_PREFIX}${id}`)),
    onSms: (number, text) => visitors.receiveSms(number, text),
    onPublish: (topicArn, { bodies, attributes }, receivers) => {
      const alert = JSON.parse(bodies.default ?? '') as Alert;
      if (alert.kind === 'new' && alert.entries[0]?.title.includes(REFUSED_WORD)) {
        throw new ServiceError('InvalidParameter', 'Invalid parameter: Message');
      }
      const attribute = (wanted: string) => attributes.find(({ name }) => name === wanted)?.text;
      const values = JSON.parse(attribute(PROTOCOLS_ATTRIBUTE) ?? '[]') as string[];
      const isDaily = values.includes(DAILY_VALUE);
      const readers = !isDaily ? 'at once' : values.includes('email') ? 'all' : 'daily';
      const by = caller?.invocation;
      if (!by) throw new TypeError('only functions publish');
      const topicId = topicArn.slice(CHANNEL_PREFIX.length);
      const { covers = [] } = record.attempts.get(alert.id)?.at(-1) ?? {};
      const reports = reportIds(alert.id, covers);
      visitors.checkReceivers({ topicId, storyId: attribute(STORY_ATTRIBUTE), values, receivers, reports });
      record.published.push({
        at: time.now,
        topicId,
        alert,
        protocols: values.filter(isProtocol),
        readers,
        by,
        givenUpBefore: new Set(by.failed.keys()),
        unanswered: false,
      });
    },
  });

  const connection: Omit<NetworkOptions, 'random'> = {
    time,
    record,
    faults,
    outage,
    faultPeriods,
    calmFrom,
    serve(call: Call, from: Caller): unknown {
      caller = from;
      const refusal = from.stage === 'reader' ? undefined : refusalOf(from.stage, call, urlOf);
      if (refusal !== undefined) {
        record.broken.push(`the role of ${from.stage} does not allow ${refusal}`);
        throw new ServiceError('AccessDeniedException', refusal);
      }
      if (call.service === 'sns') return sns.answer(call.operation, call.input);
      if (call.input.QueueUrl === urlOf('items')) noteSent(call.input.Entries as { MessageBody: string }[]);
      return (call.service === 'sqs' ? sqs : table).answer(call.operation, call.input);
    },
  };
  const network = new Network({ ...connection, random });
  const visitors = new SimulatedVisitors({
    time,
    random: scenario.signing,
    record,
    network: new Network({
      ...connection,
      faults: visitorFaults(scenario.signing),
      random: scenario.signing,
      record: record.withoutTrace(),
    }),
    sns,
    tableName: TABLE,
    channelPrefix: CHANNEL_PREFIX,
    config: scenario.config,
    planned: scenario.visits,
  });

  const hub = new SimulatedHub({
    time,
    random: scenario.pushing,
    record,
    news,
    watched: [...scenario.watched.values()],
    calmFrom,
  });
  const functions = new SimulatedLambda({
    time,
    scenario,
    record,
    network,
    environment: {
      [environment.table]: TABLE,
      [environment.pushUrl]: CALLBACK_URL,
      [environment.channelPrefix]: CHANNEL_PREFIX,
      [environment.operationsChannel]: `${CHANNEL_PREFIX}${OPERATIONS_TOPIC_ID}`,
      ...Object.fromEntries(QUEUES.map((name) => [environment.queueUrl(name), urlOf(name)])),
    },
    fetchOf: feedServers({ time, scenario, record, network }),
    hubsOf: hub.accessOf(network),
  });
  hub.connect((event, done) => functions.receivePush(event, done));
  new SimulatedReader({
    time,
    random: scenario.muting,
    record,
    network,
    tableName: TABLE,
    planned: scenario.mutes,
    calmFrom,
  });
  new SplitReader({
    time,
    random: scenario.splitting,
    record,
    // Calls of the reader must not change the random numbers of the functions.
    network: new Network({ ...connection, random: scenario.splitting }),
    tableName: TABLE,
    planned: scenario.splits,
    calmFrom,
    reports: shownReports,
    feedTitle: (feedId) => scenario.config.feeds.find(({ id }) => id === feedId)?.title,
    isOtherEvent: (title) =>
      news.articles.some(
        (one) => isOfSecondEvent(one) && one.versions.some((version) => version.title === title),
      ),
  });
  for (const stage of STAGES) {
    const { trigger } = stages[stage];
    if ('queue' in trigger)
      wakers.set(trigger.queue, functions.startEventSource(stage, queues[trigger.queue]).wake);
  }

  function shownReports(): ShownReport[] {
    return [...table.records()]
      .filter(({ sk }) => String(sk?.S).startsWith('TOLD#'))
      .map((item) => unmarshall(item as never) as ShownReport & { readonly pk: string; readonly sk: string })
      .map(({ pk, sk, storyId, lead, role, title }) => {
        const report = { storyId, lead, title, ...(role ? { role } : {}) };
        return { ...report, topicId: pk.slice('TOPIC#'.length), itemId: sk.split('#')[1] ?? '' };
      });
  }

  function noteSent(entries: readonly { readonly MessageBody: string }[]): void {
    for (const { MessageBody } of entries) {
      const { feed, revision, polledAt, items } = JSON.parse(MessageBody) as ItemsFound;
      const name = `${feed.id} ${revision}`;
      const attempts = record.sent.get(name) ?? [];
      record.sent.set(name, attempts);
      attempts.push({ polledAt, items: items.map(({ item: { title }, loudness }) => ({ title, loudness })) });
    }
  }

  /** Records from each write what must be delivered, and what was claimed. */
  function watchWrite(beforeItem: Item | undefined, afterItem: Item | undefined): void {
    const before = beforeItem && unmarshall(beforeItem as never);
    const after = afterItem && unmarshall(afterItem as never);
    const { pk = '', sk = '' } = (after ?? before ?? {}) as { pk?: string; sk?: string };
    const [kind, id = ''] = pk.split('#');
    if (kind === 'FEED' && after) {
      if (Number(after.version) !== Number(before?.version ?? 0) + 1) {
        record.broken.push(`a poll of ${id} overwrote what another had committed`);
      }
      for (const noticeId of owedNotices(id, before ?? {}, after)) record.notices.set(noticeId, id);
      const edition = record.editions.get(String(after.bodyHash));
      if (edition && after.failures === 0 && after.bodyHash !== before?.bodyHash) {
        const first = !record.committed.some(
          ({ feedId, edition: { shown } }) => feedId === id && shown.length > 0,
        );
        record.committed.push({ at: time.now, feedId: id, edition, first });
      }
    } else if (kind === 'ALERT') {
      if (after?.state === 'claimed') noteClaim(id, before, after);
      else if (after) {
        for (const publish of record.published) {
          if (publish.alert.id === id) publish.settledAt ??= time.now;
        }
      }
    } else if (kind === 'TOPIC' && sk.startsWith('DIGEST#') && after?.entry) {
      const name = `${id} ${sk}`;
      const { storyId, title, feed, role = 'first' } = after.entry as AlertEntry;
      const kind = String(after.kind);
      const laidBy = { at: time.now, storyId, title, feed, role, kind, protocols: protocolsOf(after) };
      const entries = kind === 'daily' ? record.dailyEntries : record.digestEntries;
      if (!entries.has(name)) entries.set(name, laidBy);
    } else if (kind === 'TOPIC' && sk.startsWith('MUTED#')) {
      noteMute({ topicId: id, storyId: sk.slice('MUTED#'.length) }, after !== undefined);
    } else if (kind === 'ITEM' && after) {
      const name = `${pk} ${sk}`;
      // The text of a live page's update is its content.
      const text = `${after.title} ${after.summary || after.content}`;
      record.stored.set(name, (record.stored.get(name) ?? new Set()).add(text));
    } else if (kind === 'DISPATCH' && after) checkTurns(before, after);
  }

  function noteMute({ topicId, storyId }: StoryOfTopic, isMuted: boolean): void {
    const now = record.mutes.find(
      (mute) => mute.topicId === topicId && mute.storyId === storyId && mute.until === undefined,
    );
    if (!isMuted && now) now.until = time.now;
    else if (isMuted && !now) record.mutes.push({ topicId, storyId, from: time.now });
  }

  function noteClaim(alertId: string, before: Attributes | undefined, after: Attributes): void {
    const by = caller?.invocation;
    if (!by) throw new TypeError('only functions claim');
    const { owner } = after as { owner: string };
    // The SDK repeated a write that had already taken effect.
    if (before?.owner === owner) return;
    const attempts = record.attempts.get(alertId) ?? [];
    record.attempts.set(alertId, attempts);
    attempts.push({
      at: time.now,
      owner,
      by,
      givenUpBefore: new Set(by.failed.keys()),
      claimedAt: Number(after.claimedAt),
      protocols: protocolsOf(after),
      covers: (after.covers ?? []) as string[],
      isWaiting: typeof after.digest === 'number',
      ...(after.storyId === undefined ? {} : { storyId: String(after.storyId) }),
    });
  }

  const sentAt = new Map<string, number>();
  /** Checks that a committed tick has sent all feeds that became due since the previous one. */
  function checkTurns(before: Attributes | undefined, after: Attributes): void {
    const since =
      before?.configVersion === after.configVersion ? Number(before?.at) : Number.NEGATIVE_INFINITY;
    const config = after.configVersion === 'first' ? scenario.config : scenario.deployment?.config;
    for (const feed of config?.feeds ?? []) {
      if (!isDue(feed, since, Number(after.at))) continue;
      if ((sentAt.get(feed.id) ?? Number.NEGATIVE_INFINITY) < (caller?.invocation?.startedAt ?? 0)) {
        record.broken.push(`a tick was committed though ${feed.id}, which was due, had not been sent`);
      }
    }
  }
  const watchFeeds = () => {
    for (const { body, sentAt: at } of queues.feeds.messages) {
      const { feedId } = JSON.parse(body) as { feedId: string };
      sentAt.set(feedId, Math.max(at, sentAt.get(feedId) ?? 0));
    }
  };
  const wakeFeeds = wakers.get('feeds');
  wakers.set('feeds', () => {
    watchFeeds();
    wakeFeeds?.();
  });

  const tick = () => functions.invoke('dispatch', undefined, () => undefined);
  const everyTick = () => {
    if (!network.calm && random.chance(0.05)) record.fault('missed tick');
    else tick();
    if (!network.calm && random.chance(0.05)) tick();
    const calmFor = time.now - calmFrom;
    // After the faults end, ticks become less frequent, since waits become longer too.
    const next = calmFor < 0 ? tickEvery : Math.min(Math.max(tickEvery, calmFor / 4), HOUR);
    // Some ticks come close to the times at which digests are due, as real ticks do every minute.
    const untilDue = HOUR / 2 - (time.now % (HOUR / 2));
    const soon = untilDue < next && random.chance(0.5);
    time.after((soon ? untilDue : next) + random.between(-MINUTE, MINUTE), everyTick);
  };
  time.after(random.between(0, MINUTE), everyTick);

  /** Returns whether the last edition of every feed was read, nothing waits, and no function is running. */
  const atRest = (): boolean => {
    if (time.now < calmFrom || !functions.idle) return false;
    if (QUEUES.some((name) => queues[name].messages.length > 0)) return false;
    if ([...table.records()].some(({ sk, entry }) => entry && String(sk?.S).startsWith('DIGEST#')))
      return false;
    return news.feeds.every((feed) => {
      if (feed.goneAt !== undefined && time.now >= feed.goneAt) return true;
      const last = record.committed.findLast(({ feedId }) => feedId === feed.id);
      return last !== undefined && last.edition.content === news.edition(feed, time.now).content;
    });
  };
  /** Moves dead letters that failed for about an hour and a half back to their queues, as an operator would. */
  const redrive = () => {
    for (const name of ['items', 'hits'] as const) {
      const moved = deadLetters[name].redrive(
        queues[name],
        ({ sentAt, visibleAt, body }) => visibleAt - sentAt >= 85 * MINUTE && !body.includes(REFUSED_WORD),
      );
      for (let n = 0; n < moved; n++) record.fault('redriven');
    }
  };
  // The check costs more than an event, so it runs only every five minutes.
  let looked = 0;
  let restless = false;
  const settle = () =>
    time.run(() => {
      if (time.now - calmFrom > MAX_SETTLING_TIME || time.events > MAX_EVENTS) {
        restless = true;
        return true;
      }
      if (time.now < calmFrom || time.now - looked < 5 * MINUTE) return false;
      looked = time.now;
      redrive();
      return atRest();
    });
  await settle();
  let isChecked = false;
  visitors.checkAtRest().then(
    () => {
      isChecked = true;
    },
    (error: unknown) => {
      throw error;
    },
  );
  await time.run(() => isChecked);
  // Meanwhile a feed may have been polled again.
  await settle();
  if (restless) record.broken.push('the run did not come to rest');

  const { broken, counts } = brokenRules({
    scenario,
    record,
    records: [...table.records()].map((item) => unmarshall(item as never)),
    deadLetters: QUEUES.flatMap((name) =>
      deadLetters[name].messages.map(({ body }) => ({ queue: name, body })),
    ),
  });
  const outcome = {
    seed: scenario.seed,
    broken,
    events: time.events,
    calls: record.calls,
    invocations: record.invocations,
    faults: Object.fromEntries(record.faults),
    counts: { ...counts, ...NO_DELIVERIES },
    fingerprint: createHash('sha256').update(record.lines.join('\n')).digest('hex'),
    trace: record.lines,
  };
  return { outcome, published: record.published };
}

function byQueue<Value>(make: (name: QueueName) => Value): Record<QueueName, Value> {
  return { feeds: make('feeds'), items: make('items'), hits: make('hits') };
}
