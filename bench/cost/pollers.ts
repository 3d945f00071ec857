import { type QueueSpec, type QueueTrigger, queues } from '../../functions/shared/pipeline.ts';
import type { MemoryQueue, QueuedMessage } from '../../test/simulation/aws/sqs.ts';
import type { VirtualTime } from '../../test/simulation/virtual-time.ts';
import { assumptions } from './assumptions.ts';
import type { Meter } from './meter.ts';
import { countSqs } from './metered-services.ts';

export interface PollersOptions {
  readonly time: VirtualTime;
  readonly meter: Meter;
  readonly trigger: QueueTrigger;
  readonly queue: MemoryQueue;
  /** Runs the function, which must succeed for every message. */
  readonly invoke: (messages: readonly QueuedMessage[]) => Promise<void>;
}

/** The limit of a receive in SQS. */
const MAX_RECEIVED_MESSAGES = 10;
/** Initial number of concurrent batches. Lambda adds another after each interval. */
const INITIAL_CONNECTIONS = 5;
const GROWTH_INTERVAL_MS = 200;
const MAX_CONNECTIONS = 1_250;

/** A batch that waits for more messages until its window ends. */
interface PendingBatch {
  readonly messages: QueuedMessage[];
  readonly start: () => void;
}

/**
 * Lambda's event source as AWS bills it. Connections wait for messages in long polls of 20 s, and empty polls are billed too.
 * Messages are shared evenly among waiting connections, which makes small batches. On AWS they may be larger.
 */
export class Pollers {
  readonly #options: PollersOptions;
  readonly #spec: QueueSpec;
  readonly #idleConnections: number;
  readonly #maxConnections: number;
  /** Start of the wait of each waiting connection, ms. */
  readonly #waiting: number[] = [];
  readonly #pending: PendingBatch[] = [];
  #connections = 0;
  #growing = false;

  constructor(options: PollersOptions) {
    this.#options = options;
    const { queue, maxConcurrency } = options.trigger;
    this.#spec = queues[queue];
    this.#idleConnections = connectionsOf(this.#spec, maxConcurrency);
    this.#maxConnections = maxConcurrency ?? MAX_CONNECTIONS;
    while (this.#connections < this.#idleConnections) this.#connect();
  }

  /** Receives messages, if there are any. */
  wake(): void {
    const { time, queue, trigger } = this.#options;
    // Each connection takes its share once; those with a pending batch come first.
    for (const batch of [...this.#pending]) {
      const room = trigger.batchSize - batch.messages.length;
      const receivers = this.#pending.length - this.#pending.indexOf(batch) + this.#waiting.length;
      batch.messages.push(...this.#receive(Math.min(room, this.#share(receivers))));
      if (batch.messages.length >= trigger.batchSize) batch.start();
    }
    while (this.#waiting.length > 0) {
      const messages = this.#receive(Math.min(trigger.batchSize, this.#share(this.#waiting.length)));
      if (messages.length === 0) return;
      this.#endWait();
      this.#collect(messages);
    }
    const left = queue.nextVisibleAt();
    if (left !== undefined && left <= time.now) this.#grow();
  }

  #share(among: number): number {
    const { time, queue } = this.#options;
    return Math.ceil(queue.messages.filter(({ visibleAt }) => visibleAt <= time.now).length / among);
  }

  #receive(max: number): QueuedMessage[] {
    const { meter, queue, trigger } = this.#options;
    const messages = queue.receive(Math.min(max, MAX_RECEIVED_MESSAGES));
    if (messages.length === 0) return messages;
    const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    countSqs(meter, trigger.queue, this.#isFair(messages), 'receive', bytes);
    return messages;
  }

  #isFair(messages: readonly QueuedMessage[]): boolean {
    return !this.#spec.fifo && messages.some(({ group }) => group !== '');
  }

  #collect(messages: QueuedMessage[]): void {
    const { time, trigger } = this.#options;
    const batch: PendingBatch = {
      messages,
      start: () => {
        const at = this.#pending.indexOf(batch);
        if (at < 0) return;
        this.#pending.splice(at, 1);
        this.#work(messages);
      },
    };
    this.#pending.push(batch);
    if (trigger.batchWindow === undefined || messages.length >= trigger.batchSize) batch.start();
    else time.after(trigger.batchWindow * 1000, batch.start);
  }

  /** Counts the empty polls up to now. */
  settle(): void {
    while (this.#waiting.length > 0) this.#endWait();
  }

  #connect(): void {
    this.#connections++;
    this.#waiting.push(this.#options.time.now);
  }

  #grow(): void {
    if (this.#growing || this.#connections >= this.#maxConnections) return;
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
    if (this.#connections > this.#idleConnections && (next === undefined || next > time.now)) {
      // The additional connection receives nothing and is closed.
      this.#connections--;
      meter.add(`sqs.${trigger.queue}.empty`, 1);
      return;
    }
    this.#waiting.push(time.now);
    this.wake();
  }
}

/** Returns the number of connections that an idle event source keeps open. */
export function connectionsOf({ fifo }: QueueSpec, maxConcurrency: number | undefined): number {
  const { connections, fewestConnections } = assumptions.polling;
  return fifo || maxConcurrency !== undefined ? connections : fewestConnections;
}
