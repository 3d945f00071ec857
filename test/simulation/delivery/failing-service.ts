import { REQUEST_DEADLINE_MS } from '../../../functions/shared/delivery/deps.ts';
import type { SendOutcome } from '../../../functions/shared/delivery/outcome.ts';
import type { DeliveryName } from '../../../functions/shared/pipeline.ts';
import type { SeededRandom } from '../../helpers/seeded-random.ts';
import type { Caller } from '../network.ts';
import { givenUpSince, type Invocation, type RunRecord } from '../run-record.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { ServicePlan, TroubleKind } from './delivery-plan.ts';

/** A message that a function sends. */
interface Message {
  /** Name or address of the recipient. */
  readonly to: string;
  /** The id that all tries of an alert for a recipient have. */
  readonly id: string;
  readonly body: string;
  /** The thread that the message continues. */
  readonly thread?: string | undefined;
}

/** A request to a service. */
export interface Try extends Message {
  readonly at: number;
  readonly by: Invocation;
  /** Ids of calls to AWS that had failed before the request. */
  readonly givenUpBefore: ReadonlySet<string>;
  /** Whether the service has taken the message. */
  accepted: boolean;
  /** The id that the service has given the message. */
  messageId?: string;
  /** The answer that the function got, and when. Undefined if the function died first. */
  heard?: { readonly at: number; readonly outcome: SendOutcome };
}

/** Returns whether the function that made a try may not know how it ended, or could not store it. */
export function isInDoubt({ by, givenUpBefore, heard }: Try): boolean {
  if (heard?.outcome.kind !== 'sent') return true;
  return by.state === 'dead' || givenUpSince(by, givenUpBefore).length > 0;
}

/** What becomes of a request. */
export type RequestFate =
  | TroubleKind
  | 'sent'
  | 'throttled'
  | 'error'
  | 'error after'
  | 'lost request'
  | 'lost answer'
  | 'crash before'
  | 'crash after';

/** The function waits for an answer until its deadline. */
const UNANSWERED: readonly RequestFate[] = ['silent', 'lost request', 'lost answer'];

interface FailingServiceOptions {
  /** The function that sends. */
  readonly name: DeliveryName;
  /** "SES", for the trace. */
  readonly service: string;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly record: RunRecord;
  readonly calmFrom: number;
}

/** Services that fail, throttle and lose answers. */
export class FailingService {
  readonly tries: Try[] = [];
  readonly #options: FailingServiceOptions;
  #messages = 0;

  constructor(options: FailingServiceOptions) {
    this.#options = options;
  }

  /** Sends a message. Resolves when the function hears the outcome, and never if it dies. */
  request(
    message: Message,
    caller: Caller,
    plan: ServicePlan,
    outcomeOf: (fate: RequestFate, one: Try) => SendOutcome,
  ): Promise<{ readonly fate: RequestFate; readonly outcome: SendOutcome }> {
    const { name, service, time, random, record } = this.#options;
    const { invocation: by } = caller;
    if (!by) throw new TypeError('only functions send');
    const givenUpBefore = new Set(by.failed.keys());
    const one: Try = { ...message, at: time.now, by, givenUpBefore, accepted: false };
    this.tries.push(one);
    const fate = this.#fateOf(one, plan);
    const outcome = outcomeOf(fate, one);
    record.trace(`${time.now} ${caller.name} sends to ${one.to}: ${fate}`);
    if (fate !== 'sent') record.fault(`${name} ${fate}`);
    if (fate === 'crash before') {
      caller.die(`before a request to ${service}`);
      return new Promise(() => undefined);
    }
    return new Promise((resolve) => {
      time.after(UNANSWERED.includes(fate) ? REQUEST_DEADLINE_MS : random.between(20, 2_000), () => {
        if (fate === 'crash after') caller.die(`after a request to ${service}`);
        if (caller.dead) return;
        one.heard = { at: time.now, outcome };
        resolve({ fate, outcome });
      });
    });
  }

  #fateOf(one: Try, { rates, troubles }: ServicePlan): RequestFate {
    const { time, random, calmFrom } = this.#options;
    const trouble = troubles.find(({ from, until }) => from <= time.now && time.now < until);
    if (trouble) {
      if (trouble.kind === 'silent' && random.chance(0.1)) this.#accept(one);
      return trouble.kind;
    }
    const isCalm = time.now >= calmFrom;
    const occurs = (rate: number) => !isCalm && random.chance(rate);
    if (occurs(rates.throttled)) return 'throttled';
    if (occurs(rates.crashBefore)) return 'crash before';
    if (occurs(rates.errorBefore)) return 'error';
    if (occurs(rates.lostRequest)) return 'lost request';
    this.#accept(one);
    if (occurs(rates.crashAfter)) return 'crash after';
    if (occurs(rates.errorAfter)) return 'error after';
    return occurs(rates.lostAnswer) ? 'lost answer' : 'sent';
  }

  #accept(one: Try): void {
    one.accepted = true;
    one.messageId = String(++this.#messages);
  }
}
