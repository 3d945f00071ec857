import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { createHandler as createMatch } from '../../functions/match/handler.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import { createHandler as createNotify } from '../../functions/notify/handler.ts';
import type { Fetch } from '../../functions/poll/fetch/fetch.ts';
import { createHandler as createPoll } from '../../functions/poll/handler.ts';
import { platformFromEnvironment } from '../../functions/shared/aws/platform.ts';
import type { PipelineConfig } from '../../functions/shared/model.ts';
import { environment as names, STAGES, type StageName, stages } from '../../functions/shared/pipeline.ts';
import { refusalOf } from '../../test/simulation/aws/role.ts';
import { SDK_OPTIONS } from '../../test/simulation/aws/sdk-options.ts';
import type { QueuedMessage } from '../../test/simulation/aws/sqs.ts';
import { answerWith, type Call, readRequest, type WireRequest } from '../../test/simulation/aws/wire.ts';
import { assumptions } from './assumptions.ts';
import type { Meter } from './meter.ts';
import type { ProcessorTime } from './processor-time.ts';

export interface FunctionsOptions {
  readonly clock: () => number;
  readonly meter: Meter;
  readonly processor: ProcessorTime;
  readonly config: PipelineConfig;
  readonly environment: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
  readonly serve: (call: Call) => unknown;
  /** Waits for the simulated duration of a call to an AWS service or to a feed's server. */
  readonly wait: (what: 'aws' | 'feed') => Promise<void>;
}

/** Times of the invocations of a stage. */
export interface StageTime {
  /** Total time spent waiting for services and servers, ms. Lambda bills it. */
  waited: number;
  /** Maximum number of concurrent invocations. */
  peak: number;
}

/** Runs the real handlers of the stages with their SDK clients. */
export class Functions {
  readonly #options: FunctionsOptions;
  readonly #handlers: Readonly<Record<StageName, (event: SQSEvent) => Promise<SQSBatchResponse | undefined>>>;
  readonly #running = new Map<StageName, number>();
  readonly #refused = new Set<string>();
  readonly times: Readonly<Record<StageName, StageTime>>;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    const platform = (stage: StageName) => this.#platform(stage);
    const fetch: Fetch = async (wanted) => {
      await options.wait('feed');
      options.processor.of(undefined);
      const fetched = await options.fetch(wanted);
      options.processor.of('poll');
      return fetched;
    };
    const dispatch = createDispatch(platform('dispatch'));
    this.#handlers = {
      dispatch: async () => {
        await dispatch();
        return undefined;
      },
      poll: createPoll(platform('poll'), fetch),
      match: createMatch(platform('match'), compileMatcher(options.config.topics, findPattern)),
      notify: createNotify(platform('notify')),
    };
    this.times = Object.fromEntries(STAGES.map((stage) => [stage, { waited: 0, peak: 0 }])) as Record<
      StageName,
      StageTime
    >;
  }

  /** Invokes a stage. Throws an Error if the function or a message fails, which does not happen on a standard day. */
  async invoke(stage: StageName, messages: readonly QueuedMessage[] = []): Promise<void> {
    const { clock, meter, processor } = this.#options;
    const started = clock();
    const running = (this.#running.get(stage) ?? 0) + 1;
    this.#running.set(stage, running);
    processor.of(stage);
    const answer = await this.#handlers[stage]({ Records: messages.map(toRecord) } as SQSEvent);
    processor.of(undefined);
    // Checked here, because some stages continue when they could not read or write something.
    if (this.#refused.size > 0) throw new Error([...this.#refused].join('\n'));
    this.#running.set(stage, (this.#running.get(stage) ?? 1) - 1);
    const failed = answer?.batchItemFailures.length ?? 0;
    if (failed > 0) throw new Error(`expected ${stage} to succeed, but ${failed} of its messages failed`);
    if (!meter.on) return;
    meter.add(`lambda.${stage}.invocations`, 1);
    meter.add('logs.bytes', assumptions.logs.perInvocation);
    const time = this.times[stage];
    time.waited += clock() - started;
    time.peak = Math.max(time.peak, running);
    const { timeout } = stages[stage];
    if (clock() - started > timeout * 1000)
      throw new Error(`${stage} would have taken more than ${timeout} s`);
  }

  #platform(stage: StageName) {
    const { clock, config, environment, serve, wait, processor } = this.#options;
    const log = (level: string) => (event: string, fields: object) => this.#log(level, event, fields);
    const requestHandler = {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async (request: WireRequest) => {
        processor.of(undefined);
        const call = readRequest(request);
        const refusal = refusalOf(stage, call, (queue) => environment[names.queueUrl(queue)] ?? '');
        if (refusal !== undefined) this.#refused.add(`the role of ${stage} does not allow ${refusal}`);
        const response = answerWith(call, serve);
        processor.of(stage);
        await wait('aws');
        processor.of(stage);
        return { response };
      },
      destroy: () => undefined,
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    };
    return platformFromEnvironment(
      environment,
      {
        clock,
        // The id is as long as a real one, because it is stored with every claim.
        instance: `00000000-0000-0000-0000-${stage.padEnd(12, '0')}`,
        log: { debug: () => undefined, info: log('INFO'), warn: log('WARN'), error: log('ERROR') },
        config: () => config,
        metrics: this.#metrics(),
      },
      { ...SDK_OPTIONS, requestHandler },
    );
  }

  /** Counts one line of metrics per invocation, in the embedded format that Powertools writes. */
  #metrics() {
    let counts: Record<string, number> = {};
    return {
      add: (name: string, count: number) => {
        counts[name] = (counts[name] ?? 0) + count;
      },
      flush: () => {
        const names = Object.keys(counts);
        if (names.length === 0) return;
        const Metrics = names.map((Name) => ({ Name, Unit: 'Count' }));
        const metrics = { Namespace: 'NewsAlerts/NewsAlerts', Dimensions: [['service']], Metrics };
        const line = {
          _aws: { Timestamp: this.#options.clock(), CloudWatchMetrics: [metrics] },
          service: 'news-alerts',
          ...counts,
        };
        counts = {};
        this.#countLine(line);
      },
    };
  }

  /** Counts a line in the format of Powertools' logger. */
  #log(level: string, event: string, fields: object): void {
    if (level === 'ERROR') throw new Error(`${event}: ${JSON.stringify(fields)}`);
    const line = {
      level,
      message: event,
      timestamp: new Date(this.#options.clock()).toISOString(),
      service: 'news-alerts',
      sampling_rate: 0,
      xray_trace_id: '1-00000000-000000000000000000000000',
      ...fields,
    };
    this.#countLine(line);
  }

  #countLine(line: object): void {
    const bytes = Buffer.byteLength(JSON.stringify(line)) + 1 + assumptions.logs.perLine;
    this.#options.meter.add('logs.bytes', bytes);
  }
}

function toRecord({ id, body, receives, receipt }: QueuedMessage) {
  return {
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: { ApproximateReceiveCount: String(receives) },
  };
}
