import { type QueueName, type QueueSpec, queues, type Trigger } from '../../functions/shared/pipeline.ts';
import type { MemoryQueue, QueuedMessage } from '../../test/simulation/aws/sqs.ts';
import type { VirtualTime } from '../../test/simulation/virtual-time.ts';
import { assumptions } from './assumptions.ts';
import type { Meter } from './meter.ts';
import { countSqs } from './metered-services.ts';

type QueueTrigger = Extract<Trigger, { readonly queue: QueueName }>;

export interface PollersOptions {
  readonly time: VirtualTime;
  readonly meter: Meter;
  readonly trigger: QueueTrigger;
  readonly queue: MemoryQueue;
  /** Runs the function; it must succeed with every message. */
  readonly invoke: (messages: readonly QueuedMessage[]) => Promise<void>;
}

/** SQS gives out at most so many messages at a time. */
const MAX_RECEIVED_MESSAGES = 10;
/** Batches that Lambda works on at once as soon as there is something to do, and how fast it takes on more, ms each. */
const INITIAL_CONNECTIONS = 5;
const GROWTH_INTERVAL_MS = 200;
const MAX_CONNECTIONS = 1_250;

/** A batch that is not full yet, and waits for more until its window is over. */
interface PendingBatch {
  readonly messages: QueuedMessage[];
  readonly begin: () => void;
}

/**
 * Lambda's event source as AWS bills it: connections that wait for messages, 20 s at a time, whether or not any come.
 * Messages that come while several wait are shared out evenly, which makes for small batches: on AWS they may be larger.
 */
export class Pollers {
  readonly #options: PollersOptions;
  readonly #spec: QueueSpec;
  readonly #idle: number;
  readonly #most: number;
  /** Since when each connection that waits has done so, ms. */
  readonly #waiting: number[] = [];
  readonly #gathering: PendingBatch[] = [];
  #connections = 0;
  #growing = false;

  constructor(options: PollersOptions) {
    this.#options = options;
    const { queue, maxConcurrency } = options.trigger;
    this.#spec = queues[queue];
    this.#idle = connectionsOf(this.#spec, maxConcurrency);
    this.#most = maxConcurrency ?? MAX_CONNECTIONS;
    while (this.#connections < this.#idle) this.#connect();
  }

  /** There may be something to receive. */
  wake(): void {
    const { time, queue, trigger } = this.#options;
    // Each takes its share once: those that gather first.
    for (const gathering of [...this.#gathering]) {
      const room = trigger.batchSize - gathering.messages.length;
      const taking = this.#gathering.length - this.#gathering.indexOf(gathering) + this.#waiting.length;
      gathering.messages.push(...this.#receive(Math.min(room, this.#share(taking))));
      if (gathering.messages.length >= trigger.batchSize) gathering.begin();
    }
    while (this.#waiting.length > 0) {
      const messages = this.#receive(Math.min(trigger.batchSize, this.#share(this.#waiting.length)));
      if (messages.length === 0) return;
      this.#endWait();
      this.#gather(messages);
    }
    const left = queue.nextVisibleAt();
    if (left !== undefined && left <= time.now) this.#grow();
  }

  #share(among: number): number {
    const { time, queue } = this.#options;
    return Math.ceil(queue.messages.filter(({ visibleAt }) => visibleAt <= time.now).length / among);
  }

  #receive(most: number): QueuedMessage[] {
    const { meter, queue, trigger } = this.#options;
    const messages = queue.receive(Math.min(most, MAX_RECEIVED_MESSAGES));
    if (messages.length === 0) return messages;
    const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    countSqs(meter, trigger.queue, this.#isFair(messages), 'receive', bytes);
    return messages;
  }

  #isFair(messages: readonly QueuedMessage[]): boolean {
    return !this.#spec.fifo && messages.some(({ group }) => group !== '');
  }

  #gather(messages: QueuedMessage[]): void {
    const { time, trigger } = this.#options;
    const gathering: PendingBatch = {
      messages,
      begin: () => {
        const at = this.#gathering.indexOf(gathering);
        if (at < 0) return;
        this.#gathering.splice(at, 1);
        this.#work(messages);
      },
    };
    this.#gathering.push(gathering);
    if (trigger.batchWindow === undefined || messages.length >= trigger.batchSize) gathering.begin();
    else time.after(trigger.batchWindow * 1000, gathering.begin);
  }

  /** Counts what was waited until now. */
  settle(): void {
    while (this.#waiting.length > 0) this.#endWait();
  }

  #connect(): void {
    this.#connections++;
    this.#waiting.push(this.#options.time.now);
  }

  #grow(): void {
    if (this.#growing || this.#connections >= this.#most) return;
    if (this.#connections < INITIAL_CONNECTIONS) {
      this.#connect();
      this.wake();
      return;
    }
    this.#growing = true;
    this.#options.time.after(GROWTH_INTERVAL_MS, () => {
      this.#growing = false;
      const next = this.#options.queue.nextVisibleAt();
      if (next === undefined || next > this.#options.time.now) return;
      this.#connect();
      this.wake();
    });
  }

  #endWait(): void {
    const since = this.#waiting.shift() ?? 0;
    const { meter, trigger, time } = this.#options;
    const empty = Math.floor((time.now - since) / (assumptions.polling.wait * 1000));
    meter.add(`sqs.${trigger.queue}.empty`, empty);
  }

  async #work(messages: readonly QueuedMessage[]): Promise<void> {
    const { meter, trigger, queue, time } = this.#options;
    const receipts = messages.map(({ receipt }) => receipt ?? '');
    await this.#options.invoke(messages);
    for (const receipt of receipts) queue.delete(receipt);
    for (let n = 0; n < messages.length; n += MAX_RECEIVED_MESSAGES) {
      countSqs(meter, trigger.queue, this.#isFair(messages), 'delete', 0);
    }
    const next = queue.nextVisibleAt();
    if (this.#connections > this.#idle && (next === undefined || next > time.now)) {
      // It finds nothing, and is given up.
      this.#connections--;
      meter.add(`sqs.${trigger.queue}.empty`, 1);
      return;
    }
    this.#waiting.push(time.now);
    this.wake();
  }
}

/** Long polls that are open while nothing comes. */
export function connectionsOf({ fifo }: QueueSpec, maxConcurrency: number | undefined): number {
  const { connections, fewestConnections } = assumptions.polling;
  return fifo || maxConcurrency !== undefined ? connections : fewestConnections;
}
