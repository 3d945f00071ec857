import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { createHandler as createMatch } from '../../functions/match/handler.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import { createHandler as createNotify } from '../../functions/notify/handler.ts';
import type { Fetch } from '../../functions/poll/fetch/fetch.ts';
import { createHandler as createPoll } from '../../functions/poll/handler.ts';
// Poll loads these on demand. If they were not loaded yet, that would take real time.
import '../../functions/poll/count-words.ts';
import '../../functions/poll/rarely-needed.ts';
import type { HubAccess } from '../../functions/poll/push/pushing.ts';
import { createHandler as createPush, type PushEvent } from '../../functions/push/handler.ts';
import type { DeliveryHandler } from '../../functions/shared/aws/delivery-handler.ts';
import {
  type Platform,
  platformFromEnvironment,
  type Retrying,
  retrying,
} from '../../functions/shared/aws/platform.ts';
import type { PipelineConfig } from '../../functions/shared/model.ts';
import {
  chat,
  type DeliveryName,
  type DeployedQueueName,
  mail,
  push,
  type QueueTrigger,
  STAGES,
  type StageName,
  stages,
} from '../../functions/shared/pipeline.ts';
import { SDK_OPTIONS } from './aws/sdk-options.ts';
import type { MemoryQueue, QueuedMessage } from './aws/sqs.ts';
import type { Caller, Network } from './network.ts';
import { previousHandler, previousPlatform } from './previous-release.ts';
import type { Invocation, RunRecord, SimulatedFunction } from './run-record.ts';
import type { Scenario } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SimulatedLambdaOptions {
  readonly time: VirtualTime;
  readonly scenario: Scenario;
  readonly record: RunRecord;
  readonly network: Network;
  /** Environment variables of every function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly fetchOf: (caller: Caller) => Fetch;
  readonly hubsOf: (caller: Caller) => HubAccess;
  /** Returns the handler of the function that delivers alerts to recipients itself, if there is one. */
  readonly deliveryOf?: (platform: Platform & Retrying, caller: Caller) => DeliveryHandler;
}

type Handler = (event?: SQSEvent | PushEvent) => Promise<unknown>;

/** An execution environment of a function, which keeps its clients and its configuration between invocations. */
class Instance implements Caller {
  readonly name: string;
  readonly stage: SimulatedFunction;
  readonly deployed: boolean;
  readonly handler: Handler;
  readonly #onDeath: (why: string) => void;
  dead = false;
  invocation: Invocation | undefined;

  constructor(name: string, stage: SimulatedFunction, deployed: boolean, options: SimulatedLambdaOptions) {
    this.name = name;
    this.stage = stage;
    this.deployed = deployed;
    const { time, scenario, record, network } = options;
    const skew = scenario.random.between(-scenario.clockSkew, scenario.clockSkew);
    const config: PipelineConfig =
      deployed && scenario.deployment ? scenario.deployment.config : scenario.config;
    const log = (event: string, fields?: object) =>
      record.trace(`${time.now} ${name} ${event} ${JSON.stringify(fields ?? {})}`);
    const sdk = { ...SDK_OPTIONS, requestHandler: network.handlerOf(this) };
    const current = platformFromEnvironment(
      options.environment,
      {
        clock: () => time.now + skew + scenario.clockStep(time.now),
        instance: name,
        log: { debug: log, info: log, warn: log, error: log },
        config: () => config,
      },
      sdk,
    );
    const outdated = scenario.deployment !== undefined && !deployed;
    const platform = outdated ? previousPlatform(current) : current;
    const deliver = (): Handler => {
      if (!options.deliveryOf) throw new TypeError(`nothing is known of ${stage}`);
      const handle = options.deliveryOf({ ...platform, ...retrying(options.environment, sdk) }, this);
      const getRemainingTimeInMillis = () =>
        (this.invocation?.startedAt ?? 0) + SPECS[stage].timeout * 1_000 - time.now;
      return (event) => handle(event as SQSEvent, { getRemainingTimeInMillis });
    };
    const handlers: Record<SimulatedFunction, () => Handler> = {
      chat: deliver,
      mail: deliver,
      dispatch: () => async () => {
        await createDispatch(platform)();
        return undefined;
      },
      poll: () => createPoll(platform, options.fetchOf(this), options.hubsOf(this)) as Handler,
      match: () => createMatch(platform, compileMatcher(config.topics, findPattern)) as Handler,
      push: () => createPush(platform) as unknown as Handler,
      notify: () => createNotify(platform) as Handler,
    };
    const handler = handlers[stage]();
    this.handler = outdated ? (previousHandler(handler as never) as Handler) : handler;
    this.#onDeath = (why) => record.trace(`${time.now} ${name} dies ${why}`);
  }

  die(why: string): void {
    if (this.dead) return;
    this.dead = true;
    if (this.invocation) this.invocation.state = 'dead';
    this.#onDeath(why);
  }
}

/** Runs the functions as Lambda does: with warm instances, one invocation at a time in each, timeouts and event sources. */
export class SimulatedLambda {
  readonly #options: SimulatedLambdaOptions;
  readonly #instances: Instance[] = [];
  readonly #deployedAt = new Map<SimulatedFunction, number>();
  #names = 0;

  constructor(options: SimulatedLambdaOptions) {
    this.#options = options;
    const { deployment, random } = options.scenario;
    if (!deployment) return;
    // A deployment changes the functions one by one. With one there are no hubs, so nobody calls the function for pushes.
    for (const stage of STAGES) {
      this.#deployedAt.set(stage, deployment.at + random.integer(90_000));
    }
  }

  get idle(): boolean {
    return this.#instances.every(({ invocation }) => invocation?.state !== 'running');
  }

  /** Invokes a function. Calls `done` with the result when it ends, unless the instance dies first. */
  invoke(
    stage: StageName | DeliveryName,
    event: SQSEvent | undefined,
    done: (answer?: SQSBatchResponse) => void,
  ): void {
    this.#run(stage, event, (answer) => done(answer as SQSBatchResponse | undefined));
  }

  /** Calls the function for pushes by its address, as a hub does. `done` gets no answer if the function failed. */
  receivePush(
    event: PushEvent,
    done: (answer?: { readonly statusCode?: number; body?: string }) => void,
  ): void {
    this.#run('push', event, (answer) => done(answer as { statusCode?: number } | undefined));
  }

  #run(
    stage: SimulatedFunction,
    event: SQSEvent | PushEvent | undefined,
    done: (answer: unknown) => void,
  ): void {
    const { time, record } = this.#options;
    const instance = this.#instanceOf(stage);
    record.invocations++;
    const invocation: Invocation = {
      name: `${instance.name}-${record.invocations}`,
      stage,
      startedAt: time.now,
      state: 'running',
      failed: new Map(),
    };
    instance.invocation = invocation;
    const messages =
      event && 'Records' in event ? event.Records.map(({ messageId }) => messageId).join(' ') : '';
    record.trace(`${time.now} ${instance.name} invoked ${messages}`);
    const timeout = time.after(SPECS[stage].timeout * 1000, () => {
      if (invocation.state !== 'running') return;
      record.fault('timeout');
      instance.die('of its timeout');
    });
    const end = (state: 'done' | 'failed', answer?: unknown) => {
      if (instance.dead) return;
      time.cancel(timeout);
      invocation.state = state;
      invocation.endedAt = time.now;
      done(answer);
    };
    instance.handler(event).then(
      (answer) => end('done', answer),
      (error: unknown) => {
        record.trace(`${time.now} ${instance.name} failed ${String(error)}`);
        end('failed');
      },
    );
  }

  /** Starts an event source, which passes a queue's messages to a function and deletes those that were processed. */
  startEventSource(stage: StageName | DeliveryName, queue: MemoryQueue): { wake(): void } {
    const { time, scenario, record, network } = this.#options;
    const { random, faults } = scenario;
    const trigger = triggerOf(stage);
    const latecomers: { readonly messages: readonly QueuedMessage[]; start(): void }[] = [];
    const most = trigger.maxConcurrency ?? Number.POSITIVE_INFINITY;
    let running = 0;
    let planned = false;
    let plannedAt = Number.POSITIVE_INFINITY;

    const wake = () => {
      const next = queue.nextVisibleAt();
      if (next === undefined || running >= most) return;
      const at = Math.max(next, time.now) + random.between(10, 1_500);
      if (planned && plannedAt <= at) return;
      planned = true;
      plannedAt = at;
      time.at(at, () => {
        if (plannedAt !== at) return;
        planned = false;
        plannedAt = Number.POSITIVE_INFINITY;
        receive();
      });
    };
    const receive = () => {
      const messages = queue.receive(random.between(1, trigger.batchSize));
      if (messages.length > 0) {
        startWithRepeats(messages);
        if (!network.calm && random.chance(faults.lateStart)) startLate(messages);
        else time.after(random.between(1, 50), () => start(messages));
      }
      wake();
    };
    /** Starts an invocation so late that its messages may be visible again. Half start together with the next receiver. */
    const startLate = (messages: readonly QueuedMessage[]) => {
      record.fault('late start');
      if (random.chance(0.5)) time.after(random.between(1_000, 150_000), () => start(messages));
      else latecomers.push({ messages, start: () => start(messages) });
    };
    const startWithRepeats = (messages: readonly QueuedMessage[]) => {
      for (const latecomer of [...latecomers]) {
        if (!latecomer.messages.some(({ id }) => messages.some((other) => other.id === id))) continue;
        latecomers.splice(latecomers.indexOf(latecomer), 1);
        time.after(random.between(1, 200), latecomer.start);
      }
    };
    const start = (messages: readonly QueuedMessage[]) => {
      running++;
      const receipts = messages.map(({ receipt }) => receipt);
      const finish = () => {
        running--;
        wake();
      };
      // The death of an instance is noticed only after the function's timeout.
      let ended = false;
      time.after(SPECS[stage].timeout * 1000 + 100, () => ended || finish());
      this.invoke(stage, { Records: messages.map(toRecord) } as SQSEvent, (answer) => {
        ended = true;
        const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        const all = answer === undefined;
        time.after(random.between(1, 20), () => {
          const kept = !network.calm && random.chance(faults.notDeleted);
          if (kept) record.fault('not deleted');
          for (const [n, message] of messages.entries()) {
            if (all || failed.has(message.id) || kept) continue;
            queue.delete(receipts[n] ?? '');
            const again = queue.standard && !network.calm && random.chance(faults.repeat);
            if (!again) continue;
            record.fault('repeated');
            queue.repeat(message, random.between(0, 60 * 60_000));
          }
          finish();
        });
      });
    };
    return { wake };
  }

  #instanceOf(stage: SimulatedFunction): Instance {
    const { time, scenario } = this.#options;
    const deployed = time.now >= (this.#deployedAt.get(stage) ?? Number.POSITIVE_INFINITY);
    const warm = this.#instances.find(
      (instance) =>
        instance.stage === stage &&
        !instance.dead &&
        instance.deployed === deployed &&
        instance.invocation?.state !== 'running',
    );
    // Sometimes a warm instance is not used again.
    if (warm && !scenario.random.chance(0.05)) return warm;
    const fresh = new Instance(`${stage}-${++this.#names}`, stage, deployed, this.#options);
    this.#instances.push(fresh);
    return fresh;
  }
}

const SPECS = { ...stages, push, chat, mail };

function triggerOf(stage: StageName | DeliveryName): QueueTrigger<DeployedQueueName> {
  const { trigger } = SPECS[stage];
  if ('queue' in trigger) return trigger;
  throw new TypeError(`${stage} reads no queue`);
}

function toRecord({ id, body, receives, receipt, sentAt }: QueuedMessage) {
  return {
    messageId: id,
    receiptHandle: receipt ?? '',
    body,
    attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentAt) },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'us-east-1',
  };
}
