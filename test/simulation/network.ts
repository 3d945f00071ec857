import { PUBLISH_TIMEOUT_MS } from '../../functions/shared/aws/platform.ts';
import type { Alert } from '../../functions/shared/model.ts';
import { ServiceError } from '../../local/dynamodb/service-error.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import {
  answerWith,
  type Call,
  readRequest,
  requestHandler,
  type WireRequest,
  type WireResponse,
  writeError,
} from './aws/wire.ts';
import type { FaultPeriod, FaultRates, Outage, OutageKind } from './fault-plan.ts';
import type { Invocation, PublishedAlert, RunRecord, SimulatedFunction } from './run-record.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The source of a call: an instance of a function, and its current invocation. */
export interface Caller {
  readonly name: string;
  /** The function whose role the caller has, or the reader, who has none. */
  readonly stage: SimulatedFunction | 'reader' | 'signup';
  dead: boolean;
  invocation: Invocation | undefined;
  die(why: string): void;
}

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly record: RunRecord;
  readonly faults: FaultRates;
  readonly outage: Outage | undefined;
  readonly faultPeriods: readonly FaultPeriod[];
  readonly calmFrom: number;
  readonly serve: (call: Call, caller: Caller) => unknown;
}

/** The fate of a call. */
type CallOutcome =
  | 'served'
  | 'crash-before'
  | 'crash-after'
  | 'lost-request'
  | 'lost-answer'
  | 'throttle'
  | 'server-error'
  | 'partial';

/** High enough that most calls fail, although one sometimes succeeds within the SDK's three tries. */
const FAULT_PERIOD_RATE = 0.7;

const WRITE_FAULTS = ['lost-request', 'throttle', 'server-error'] as const;

function writes({ service, operation, input }: Call, sortKey: string): boolean {
  if (service !== 'dynamodb' || operation !== 'PutItem') return false;
  return (input.Item as { sk?: { S?: string } }).sk?.S?.startsWith(sortKey) === true;
}

function duringFaultPeriod(usual: FaultRates, kind: FaultPeriod['kind']): FaultRates {
  if (kind !== 'all') return { ...usual, [kind]: FAULT_PERIOD_RATE };
  return { ...usual, crash: 0.1, lostRequest: 0.15, lostAnswer: 0.2, throttle: 0.3, serverError: 0.1 };
}

/** The network between the SDK and the services, below the SDK's retries. Calls take time, and some fail. */
export class Network {
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get calm(): boolean {
    return this.#options.time.now >= this.#options.calmFrom;
  }

  /** Returns the request handler for the SDK clients of an instance. */
  handlerOf(caller: Caller) {
    return requestHandler((request) => this.#send(caller, request));
  }

  /** Returns a random time until a call takes effect, or until its response arrives, ms. */
  latency(): number {
    const { random, faults } = this.#options;
    const slow = !this.calm && random.chance(faults.slow);
    return slow ? random.between(500, 8_000) : random.between(1, 20);
  }

  #send(caller: Caller, request: WireRequest): Promise<{ response: WireResponse }> {
    const { time, record, serve, outage } = this.#options;
    // A dead instance sends and receives nothing.
    if (caller.dead) return new Promise(() => undefined);
    const call = readRequest(request);
    record.calls++;
    const during = outage && outage.from <= time.now && time.now < outage.until;
    if (call.service === 'sns' && during) return this.#duringOutage(caller, call, outage.kind);
    const fate = this.#fateOf(call);
    const id = request.headers['amz-sdk-invocation-id'] ?? '';
    const fails = fate !== 'served' && fate !== 'partial';
    if (fails && fate !== 'throttle' && fate !== 'crash-before') noteUnanswered(call, record);
    if (fate === 'crash-before') {
      record.fault(fate);
      caller.die(`before ${call.operation}`);
      return new Promise(() => undefined);
    }
    return new Promise((resolve, reject) => {
      const { invocation } = caller;
      const unheard = publishTimeout(call, time, () => {
        noteUnanswered(call, record);
        if (!caller.dead) reject(noAnswer());
      });
      const answer = (happen: () => void) =>
        time.after(this.latency(), () => {
          if (caller.dead || unheard?.over) return;
          if (unheard) time.cancel(unheard.planned);
          happen();
        });
      time.after(this.latency(), () => {
        record.trace(`${time.now} ${caller.name} ${describe(call)} ${fate === 'served' ? '' : fate}`);
        if (fate !== 'served') record.fault(fate);
        invocation?.failed.delete(id);
        const already = record.published.length;
        const response =
          fate === 'lost-request' ? undefined : this.#respond(call, fate, (one) => serve(one, caller));
        // Only now, because the call has had its effect by the time that the SDK gives up.
        if (fails) invocation?.failed.set(id, call.operation);
        const published = record.published[already];
        if (published) {
          published.unanswered = fate !== 'served' || unheard?.over === true;
          if (unheard) unheard.published = published;
        }
        if (fate === 'crash-after') caller.die(`after ${call.operation}`);
        // A publish without a response waits for its timeout. For other calls, the connection breaks.
        else if (response && fate !== 'lost-answer') answer(() => resolve({ response }));
        else if (!unheard) answer(() => reject(noAnswer()));
      });
    });
  }

  #respond(call: Call, fate: CallOutcome, serve: (call: Call) => unknown): WireResponse {
    if (fate === 'throttle') return writeError(call, throttled(call));
    if (fate === 'server-error') return writeError(call, serverError());
    return answerWith(call, fate === 'partial' ? (one) => servePart(one, serve) : serve);
  }

  #duringOutage(caller: Caller, call: Call, kind: OutageKind): Promise<{ response: WireResponse }> {
    const { time, record } = this.#options;
    record.fault(`outage ${kind}`);
    record.trace(`${time.now} ${caller.name} ${describe(call)} outage ${kind}`);
    if (kind === 'silence' || kind === 'server-error') noteUnanswered(call, record);
    return new Promise((resolve, reject) => {
      const later = (delay: number, happen: () => void) => time.after(delay, () => caller.dead || happen());
      switch (kind) {
        case 'refused-connection':
          return later(1, () => reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
        case 'silence':
          return later(PUBLISH_TIMEOUT_MS, () => reject(noAnswer()));
        default: {
          const error = kind === 'throttle' ? throttled(call) : serverError();
          return later(this.latency(), () => resolve({ response: writeError(call, error) }));
        }
      }
    });
  }

  #fateOf(call: Call): CallOutcome {
    const { random, faults: usual, time, faultPeriods } = this.#options;
    if (this.calm) return 'served';
    const storm = faultPeriods.find(
      ({ service, from, until }) => service === call.service && from <= time.now && time.now < until,
    );
    const faults = storm ? duringFaultPeriod(usual, storm.kind) : usual;
    if (faults.failingWrites.some((spot) => writes(call, spot)) && random.chance(faults.failingWriteRate))
      return random.pick(WRITE_FAULTS);
    if (random.chance(faults.crash)) return random.pick(['crash-before', 'crash-after']);
    if (random.chance(faults.lostRequest)) return 'lost-request';
    if (random.chance(faults.lostAnswer)) return 'lost-answer';
    if (random.chance(faults.throttle)) return 'throttle';
    if (random.chance(faults.serverError)) return 'server-error';
    const batch = call.operation === 'SendMessageBatch' || call.operation === 'BatchWriteItem';
    return batch && random.chance(faults.partial) ? 'partial' : 'served';
  }
}

interface PublishDeadline {
  readonly planned: ReturnType<VirtualTime['after']>;
  over: boolean;
  published?: PublishedAlert;
}

/** Plans the timeout after which the client gives up a publish. The publish may still take effect later. */
function publishTimeout(call: Call, time: VirtualTime, giveUp: () => void): PublishDeadline | undefined {
  if (call.service !== 'sns') return undefined;
  const planned = time.after(PUBLISH_TIMEOUT_MS, () => {
    unheard.over = true;
    if (unheard.published) unheard.published.unanswered = true;
    giveUp();
  });
  const unheard: PublishDeadline = { planned, over: false };
  return unheard;
}

/** Records that the outcome of a publish may be unknown to its function. */
function noteUnanswered(call: Call, record: RunRecord): void {
  if (call.service !== 'sns' || !call.input.has('TopicArn') || call.operation !== 'Publish') return;
  const { default: json = '' } = JSON.parse(call.input.get('Message') ?? '{}') as { default?: string };
  record.unanswered.add((JSON.parse(json) as Alert).id);
}

function noAnswer(): Error {
  return Object.assign(new Error('the connection broke'), { name: 'TimeoutError', code: 'ECONNRESET' });
}

function throttled({ service }: Call): ServiceError {
  if (service === 'sns') return new ServiceError('Throttled', 'Rate exceeded', 429);
  const name = service === 'sqs' ? 'RequestThrottled' : 'ProvisionedThroughputExceededException';
  return new ServiceError(name, 'Rate exceeded');
}

function serverError(): ServiceError {
  return new ServiceError('InternalServerError', 'Internal server error', 500);
}

type Entry = { readonly Id: string };

/** Accepts every second entry of a batch, and reports the others as failed, as DynamoDB and SQS do. */
function servePart(call: Call, serve: (call: Call) => unknown): unknown {
  if (call.service === 'dynamodb') {
    const [[name, requests] = ['', []]] = Object.entries(
      call.input.RequestItems as Record<string, unknown[]>,
    );
    const taken = requests.filter((_, n) => n % 2 === 1);
    if (taken.length > 0) serve({ ...call, input: { RequestItems: { [name]: taken } } });
    return { UnprocessedItems: { [name]: requests.filter((_, n) => n % 2 === 0) } };
  }
  if (call.service === 'sns') return serve(call);
  const entries = call.input.Entries as Entry[];
  const taken = entries.filter((_, n) => n % 2 === 1);
  const answer = taken.length > 0 ? serve({ ...call, input: { ...call.input, Entries: taken } }) : {};
  const left = entries.filter((_, n) => n % 2 === 0);
  const { Successful = [], Failed = [] } = answer as { Successful?: Entry[]; Failed?: Entry[] };
  return {
    Successful,
    Failed: [...Failed, ...left.map(({ Id }) => ({ Id, SenderFault: false, Code: 'ServiceUnavailable' }))],
  };
}

type Keyed = Readonly<Record<string, { readonly S?: string }>>;

function describe(call: Call): string {
  if (call.service === 'sns') return `${call.operation} ${call.input.get('TopicArn')}`;
  const { Item, Key, QueueUrl, Entries, RequestItems } = call.input;
  if (QueueUrl) {
    const messages = (Entries ?? [call.input]) as { MessageBody?: string; VisibilityTimeout?: number }[];
    const bodies = messages.map(
      ({ MessageBody, VisibilityTimeout }) => MessageBody?.slice(0, 120) ?? VisibilityTimeout,
    );
    return `${call.operation} ${String(QueueUrl).split('/').at(-1)} ${bodies.join(' ')}`;
  }
  const { pk, sk } = ((Item ?? Key) as Keyed | undefined) ?? {};
  if (pk) return `${call.operation} ${pk.S} ${sk?.S} ${Item ? JSON.stringify(Item).slice(0, 300) : ''}`;
  return `${call.operation} ${JSON.stringify(RequestItems ?? call.input.ExpressionAttributeValues).slice(0, 160)}`;
}
