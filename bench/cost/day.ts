import { hash64 } from '../../functions/shared/hash.ts';
import type { PipelineConfig } from '../../functions/shared/model.ts';
import {
  environment,
  QUEUES,
  type QueueName,
  queuePhysicalName,
  STAGES,
  type StageName,
  queues as specs,
  stages,
} from '../../functions/shared/pipeline.ts';
import { itemSize } from '../../local/dynamodb/item.ts';
import { seededRandom } from '../../test/helpers/seeded-random.ts';
import { MemoryQueue, MemorySqs } from '../../test/simulation/aws/sqs.ts';
import { MINUTE, VirtualTime } from '../../test/simulation/virtual-time.ts';
import { assumptions } from './assumptions.ts';
import { type FeedMix, type FeedScript, feedScript, inventedFetch, inventedTopic } from './feeds.ts';
import { Functions, type StageTime } from './functions.ts';
import { Meter } from './meter.ts';
import { answerSns, answerSqs, kindOf, MeteredDynamoDb, TABLE } from './metered-services.ts';
import { Pollers } from './pollers.ts';
import { ProcessorTime } from './processor-time.ts';

export interface DayOptions {
  readonly feeds: number;
  readonly kind: FeedMix;
  readonly topics: number;
  /** Set if the feeds are a sample of many more. */
  readonly sample?: {
    /** Number of topics with news from these feeds. */
    readonly topicsWithNews: number;
  };
}

export interface BilledDay {
  /** Billed units by name. They are the same in every run. */
  readonly counts: Readonly<Record<string, number>>;
  readonly times: Readonly<Record<StageName, StageTime>>;
  /** Measured processor time, ms. It differs from run to run. */
  readonly processor: Readonly<Record<StageName, number>>;
  /** Stored bytes by kind of record at the end of the day, and the bytes added on that day. */
  readonly stored: Readonly<Record<string, { readonly bytes: number; readonly added: number }>>;
}

const START = Date.parse('2026-03-02T00:00:00Z');
const DAY = 24 * 60 * MINUTE;
/**
 * Polls before the day. In each, the feeds do not yet show the `behind` newest items. After these polls, feed states and
 * stories are complete.
 */
const WARM_UP_POLLS = [
  { at: -5 * DAY, behind: 60 },
  { at: -4 * DAY, behind: 30 },
  { at: -3 * DAY, behind: 0 },
  { at: -2 * DAY, behind: 0 },
  { at: -DAY, behind: 0 },
  { at: -MINUTE, behind: 0 },
];
/** Storage overhead that DynamoDB bills for each record, bytes. */
const RECORD_OVERHEAD = 100;
const QUEUE_URL = 'http://127.0.0.1/000000000000/';

/** Runs a day of invented news through the pipeline in virtual time, and counts what AWS would bill. */
export async function standardDay(options: DayOptions): Promise<BilledDay> {
  const world = new World(options);
  await world.warmUp();
  return world.day();
}

/** Runs only dispatch for one polling interval, with all feeds. Nothing processes its messages. */
export async function dispatchOnly(options: DayOptions): Promise<BilledDay> {
  const world = new World(options);
  await world.firstTick();
  return world.ticks(assumptions.news.every / MINUTE);
}

class World {
  readonly #scripts: readonly FeedScript[];
  readonly #time = new VirtualTime(START);
  readonly #meter = new Meter();
  readonly #processor = new ProcessorTime();
  readonly #dynamodb = new MeteredDynamoDb(this.#meter);
  readonly #queues: Readonly<Record<QueueName, MemoryQueue>>;
  readonly #pollers = new Map<QueueName, Pollers>();
  readonly #functions: Functions;
  readonly #failures: unknown[] = [];
  /** Current time during the polls before the day, ms since the epoch. Calls take no time then. */
  #past: number | undefined = START;
  #behind = 0;

  constructor({ feeds, kind, topics, sample }: DayOptions) {
    const scripts = Array.from({ length: feeds }, (_, n) => feedScript(n + 1, kind, sample !== undefined));
    this.#scripts = scripts;
    const digests = (n: number) => (n * Math.SQRT2) % 1 < assumptions.topics.digests;
    const body: Omit<PipelineConfig, 'version'> = {
      feeds: scripts.map(({ feed }) => feed),
      topics: Array.from({ length: topics }, (_, n) => inventedTopic(n, digests(n))),
      firstPoll: DAY,
      onAmbiguous: { email: 'resend', sms: 'skip' },
    };
    const config = { version: hash64(JSON.stringify(body)), ...body };
    const clock = () => this.#past ?? this.#time.now;
    const latency = seededRandom(20);

    this.#queues = byQueue((name) => {
      const { fifo, visibilityTimeout } = specs[name];
      const onChange = () => this.#time.after(1, () => this.#pollers.get(name)?.wake());
      return new MemoryQueue({ fifo, visibilityTimeout: visibilityTimeout * 1000, clock, onChange });
    });
    const urlOf = (name: QueueName) => `${QUEUE_URL}${queuePhysicalName(name, specs[name])}`;
    const sqs = new MemorySqs(new Map(QUEUES.map((name) => [urlOf(name), this.#queues[name]])));
    const names = new Map(QUEUES.map((name) => [urlOf(name), { name, fifo: specs[name].fifo }]));
    const queueOf = (url: string) => {
      const found = names.get(url);
      if (!found) throw new TypeError(`no queue at ${url}`);
      return found;
    };

    this.#functions = new Functions({
      clock,
      meter: this.#meter,
      processor: this.#processor,
      config,
      environment: {
        [environment.table]: TABLE,
        [environment.channelPrefix]: 'arn:aws:sns:us-east-1:000000000000:NewsAlerts-topic-',
        [environment.operationsChannel]: 'arn:aws:sns:us-east-1:000000000000:NewsAlerts-operations',
        ...Object.fromEntries(QUEUES.map((name) => [environment.queueUrl(name), urlOf(name)])),
      },
      fetch: inventedFetch({
        scripts,
        topics: sample?.topicsWithNews ?? topics,
        start: START,
        clock,
        behind: () => this.#behind,
      }),
      serve: (call) => {
        if (call.service === 'sns') return answerSns(this.#meter, call);
        if (call.service === 'dynamodb') return this.#dynamodb.answer(call.operation, call.input);
        return answerSqs(sqs, this.#meter, queueOf, call.operation, call.input);
      },
      wait: (what) => {
        if (this.#past !== undefined) return Promise.resolve();
        const { awsCall, fetch, fetchSpread } = assumptions.lambda;
        const normal =
          Math.sqrt(-2 * Math.log(1 - latency.fraction())) * Math.cos(2 * Math.PI * latency.fraction());
        const ms = what === 'aws' ? awsCall : fetch * Math.exp(fetchSpread * normal);
        return new Promise((resolve) => this.#time.after(ms, resolve));
      },
    });
  }

  /** Polls the feeds before the day, so that feeds and topics have the state of a system that has run for weeks. */
  async warmUp(): Promise<void> {
    for (const { at, behind } of WARM_UP_POLLS) {
      this.#past = START + at;
      this.#behind = behind;
      await this.#functions.invoke('dispatch');
      this.#dropDue();
      const tickAt = new Date(this.#past).toISOString();
      for (const { feed } of this.#scripts) {
        const MessageBody = JSON.stringify({ v: 1, feedId: feed.id, tickAt });
        this.#queues.feeds.send([{ Id: feed.id, MessageBody }]);
      }
      for (const stage of STAGES) if (stage !== 'dispatch') await this.#drain(stage);
    }
    await this.#functions.invoke('dispatch');
    this.#dropDue();
    await this.#drain('notify');
  }

  #dropDue(): void {
    const { feeds } = this.#queues;
    for (const { receipt } of feeds.receive(this.#scripts.length)) feeds.delete(receipt ?? '');
  }

  /** Runs the first tick, in which all feeds are due. */
  async firstTick(): Promise<void> {
    this.#past = START - MINUTE;
    await this.#functions.invoke('dispatch');
    this.#dropDue();
  }

  async day(): Promise<BilledDay> {
    const before = this.#stored();
    for (const stage of STAGES) {
      const { trigger } = stages[stage];
      if (!('queue' in trigger)) continue;
      const pollers = new Pollers({
        time: this.#time,
        meter: this.#meter,
        trigger,
        queue: this.#queues[trigger.queue],
        invoke: (messages) => this.#invoke(stage, messages),
      });
      this.#pollers.set(trigger.queue, pollers);
    }
    const { counts, times, processor } = await this.ticks(DAY / MINUTE);
    const stored = Object.fromEntries(
      Object.entries(this.#stored()).map(([kind, bytes]) => [
        kind,
        { bytes, added: bytes - (before[kind] ?? 0) },
      ]),
    );
    return { counts, times, processor, stored };
  }

  async ticks(count: number): Promise<BilledDay> {
    this.#past = undefined;
    this.#meter.on = true;
    this.#processor.reset();
    for (let n = 0; n < count; n++) {
      this.#time.at(START + n * MINUTE, () => {
        this.#meter.add('scheduler.invocations', 1);
        this.#invoke('dispatch');
      });
    }
    const end = START + count * MINUTE;
    await this.#time.run(() => this.#failures.length > 0 || this.#time.now >= end);
    for (const failure of this.#failures) throw failure;
    for (const pollers of this.#pollers.values()) pollers.settle();
    return {
      counts: this.#meter.counts(),
      times: this.#functions.times,
      processor: this.#processor.times(),
      stored: {},
    };
  }

  async #invoke(stage: StageName, messages: Parameters<Functions['invoke']>[1] = []): Promise<void> {
    try {
      await this.#functions.invoke(stage, messages);
    } catch (error) {
      this.#failures.push(error);
    }
  }

  async #drain(stage: StageName): Promise<void> {
    const { trigger } = stages[stage];
    if (!('queue' in trigger)) return;
    const queue = this.#queues[trigger.queue];
    for (;;) {
      const messages = queue.receive(trigger.batchSize);
      if (messages.length === 0) return;
      const receipts = messages.map(({ receipt }) => receipt ?? '');
      await this.#functions.invoke(stage, messages);
      for (const receipt of receipts) queue.delete(receipt);
    }
  }

  #stored(): Record<string, number> {
    const stored: Record<string, number> = {};
    for (const record of this.#dynamodb.table.records()) {
      const kind = kindOf(record);
      stored[kind] = (stored[kind] ?? 0) + itemSize(record) + RECORD_OVERHEAD;
    }
    return stored;
  }
}

function byQueue<Value>(make: (name: QueueName) => Value): Record<QueueName, Value> {
  return { feeds: make('feeds'), items: make('items'), hits: make('hits') };
}
