import { createHash } from 'node:crypto';
import { ServiceError } from '../../../local/dynamodb/service-error.ts';

export interface MemoryQueueOptions {
  readonly fifo: boolean;
  /** ms. */
  readonly visibilityTimeout: number;
  readonly maxReceiveCount?: number;
  /** The queue for messages that were received too often. */
  readonly deadLetters?: MemoryQueue;
  readonly clock: () => number;
  /** Called when there may be something to receive. */
  readonly onChange?: () => void;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly deduplication?: string;
  readonly sequence: number;
  readonly sentAt: number;
  receives: number;
  /** The receipt handle of the last receive. */
  receipt?: string;
  visibleAt: number;
  /** The message was a dead letter, and was sent back. */
  readonly redriven?: boolean;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

const DEDUPLICATION_MS = 5 * 60_000;
const MAX_BYTES = 1024 * 1024;
const MAX_ENTRIES = 10;
const REFUSED_CHARACTERS = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** One queue of SQS, standard or FIFO. */
export class MemoryQueue {
  readonly #options: MemoryQueueOptions;
  readonly #messages: QueuedMessage[] = [];
  readonly #sent = new Map<string, { id: string; until: number }>();
  #sequence = 0;

  constructor(options: MemoryQueueOptions) {
    this.#options = options;
  }

  get standard(): boolean {
    return !this.#options.fifo;
  }

  get messages(): readonly QueuedMessage[] {
    return this.#messages;
  }

  /** Returns the earliest time at which a message can be received, or undefined if the queue is empty. */
  nextVisibleAt(): number | undefined {
    const { fifo } = this.#options;
    const byGroup = new Map<string, number>();
    for (const { id, group, visibleAt } of this.#messages) {
      // A FIFO group waits until none of its messages is being processed.
      const name = fifo ? group : id;
      byGroup.set(name, Math.max(visibleAt, byGroup.get(name) ?? 0));
    }
    return byGroup.size === 0 ? undefined : Math.min(...byGroup.values());
  }

  /** Adds the messages, each delayed by `late`, ms. Throws a ServiceError if SQS would refuse the whole batch. */
  send(entries: readonly Entry[], late: () => number = () => 0) {
    checkBatch(entries);
    const Successful: { Id: string; MessageId: string; MD5OfMessageBody: string }[] = [];
    const Failed: { Id: string; SenderFault: true; Code: string; Message: string }[] = [];
    for (const entry of entries) {
      const fault = this.#faultOf(entry);
      if (fault) Failed.push({ Id: entry.Id, SenderFault: true, Code: fault, Message: fault });
      else {
        const MD5OfMessageBody = createHash('md5').update(entry.MessageBody).digest('hex');
        Successful.push({ Id: entry.Id, MessageId: this.#take(entry, late()), MD5OfMessageBody });
      }
    }
    this.#options.onChange?.();
    return { Successful, Failed };
  }

  /** Returns visible messages. A FIFO group is skipped while one of its messages is being processed. */
  receive(count: number): QueuedMessage[] {
    const now = this.#options.clock();
    const { fifo, maxReceiveCount = Number.POSITIVE_INFINITY, deadLetters } = this.#options;
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now);
    const busy = new Set(fifo ? hidden.map(({ group }) => group) : []);
    const given: QueuedMessage[] = [];
    for (const message of [...this.#messages]) {
      if (given.length === count) break;
      if (message.visibleAt > now || busy.has(message.group)) continue;
      if (message.receives >= maxReceiveCount) {
        this.#remove(message);
        deadLetters?.adopt(message);
        continue;
      }
      message.receives++;
      message.receipt = `${message.id}#${message.receives}`;
      message.visibleAt = now + this.#options.visibilityTimeout;
      given.push(message);
    }
    return given;
  }

  /** Deletes a message. As in SQS, an outdated receipt handle does nothing, and is refused in a FIFO queue. */
  delete(receipt: string): boolean {
    const message = this.#messages.find((one) => one.receipt === receipt);
    if (!message) return !this.#options.fifo;
    if (this.#options.fifo && message.visibleAt <= this.#options.clock()) return false;
    this.#remove(message);
    return true;
  }

  /** Hides a received message for this long from now, ms. As in SQS, a message that is visible again cannot be hidden. */
  changeVisibility(receipt: string, ms: number): boolean {
    const now = this.#options.clock();
    const message = this.#messages.find((one) => one.receipt === receipt && one.visibleAt > now);
    if (!message) return false;
    message.visibleAt = now + ms;
    this.#options.onChange?.();
    return true;
  }

  /** Delivers a message a second time, as standard queues may. */
  repeat(message: QueuedMessage, delay: number): void {
    this.#messages.push({ ...message, visibleAt: this.#options.clock() + delay });
    this.#options.onChange?.();
  }

  /** Moves dead letters back to their queue, each at most once. Returns how many were moved. */
  redrive(to: MemoryQueue, which: (message: QueuedMessage) => boolean): number {
    const moved = this.#messages.filter((message) => !message.redriven && which(message));
    for (const message of moved) {
      this.#remove(message);
      // SQS treats it as a new message.
      to.adopt({ ...message, sentAt: this.#options.clock(), receives: 0, redriven: true });
    }
    to.#options.onChange?.();
    return moved.length;
  }

  adopt(message: QueuedMessage): void {
    this.#messages.push({ ...message, visibleAt: this.#options.clock() });
  }

  #faultOf({ MessageBody, MessageGroupId, MessageDeduplicationId }: Entry): string | undefined {
    if (MessageBody === '' || REFUSED_CHARACTERS.test(MessageBody)) return 'InvalidMessageContents';
    if (!this.#options.fifo) return undefined;
    if (!MessageGroupId) return 'MissingParameter';
    return MessageDeduplicationId ? undefined : 'InvalidParameterValue';
  }

  #take({ MessageBody, MessageGroupId, MessageDeduplicationId }: Entry, delay: number): string {
    const now = this.#options.clock();
    const before = MessageDeduplicationId === undefined ? undefined : this.#sent.get(MessageDeduplicationId);
    if (this.#options.fifo && before && before.until > now) return before.id;
    const sequence = this.#sequence++;
    const id = `message-${sequence}`;
    if (MessageDeduplicationId) this.#sent.set(MessageDeduplicationId, { id, until: now + DEDUPLICATION_MS });
    this.#messages.push({
      id,
      body: MessageBody,
      group: MessageGroupId ?? '',
      ...(MessageDeduplicationId ? { deduplication: MessageDeduplicationId } : {}),
      sequence,
      sentAt: now,
      receives: 0,
      // In a FIFO queue no message is late alone, because messages stay in order.
      visibleAt: now + (this.#options.fifo ? 0 : delay),
    });
    return id;
  }

  #remove(message: QueuedMessage): void {
    this.#messages.splice(this.#messages.indexOf(message), 1);
  }
}

function checkBatch(entries: readonly Entry[]): void {
  const refuse = (name: string) => {
    throw new ServiceError(`AWS.SimpleQueueService.${name}`, name);
  };
  if (entries.length === 0) refuse('EmptyBatchRequest');
  if (entries.length > MAX_ENTRIES) refuse('TooManyEntriesInBatchRequest');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) refuse('BatchEntryIdsNotDistinct');
  const bytes = entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > MAX_BYTES) refuse('BatchRequestTooLong');
}

/** SQS queues in memory, by URL. Takes and returns the API's own requests and responses. */
export class MemorySqs {
  readonly #queues: ReadonlyMap<string, MemoryQueue>;
  readonly #late: () => number;

  constructor(queues: ReadonlyMap<string, MemoryQueue>, late: () => number = () => 0) {
    this.#queues = queues;
    this.#late = late;
  }

  /** Answers a request. Throws the ServiceError with which SQS would refuse it. */
  answer(operation: string, input: Readonly<Record<string, unknown>>): unknown {
    const queue = this.#queues.get(String(input.QueueUrl));
    if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    switch (operation) {
      case 'SendMessageBatch':
        return queue.send(input.Entries as Entry[], this.#late);
      case 'SendMessage': {
        const MessageBody = String(input.MessageBody);
        const { Failed, Successful } = queue.send([{ Id: '0', MessageBody }], this.#late);
        if (Failed[0]) throw new ServiceError(Failed[0].Code, Failed[0].Message);
        return Successful[0];
      }
      case 'ChangeMessageVisibility': {
        if (queue.changeVisibility(String(input.ReceiptHandle), Number(input.VisibilityTimeout) * 1_000))
          return {};
        throw new ServiceError('MessageNotInflight', 'The message is not in flight.');
      }
      case 'ReceiveMessage':
        return { Messages: queue.receive(Number(input.MaxNumberOfMessages ?? 1)).map(toWire) };
      case 'DeleteMessageBatch': {
        const entries = (input.Entries as { Id: string; ReceiptHandle: string }[]).map((entry) => ({
          ...entry,
          deleted: queue.delete(entry.ReceiptHandle),
        }));
        const of = (wanted: boolean) => entries.filter(({ deleted }) => deleted === wanted);
        return {
          Successful: of(true).map(({ Id }) => ({ Id })),
          Failed: of(false).map(({ Id }) => ({ Id, SenderFault: true, Code: 'ReceiptHandleIsInvalid' })),
        };
      }
      default:
        throw new ServiceError('InvalidAction', `${operation} is not simulated`);
    }
  }
}

function toWire({ id, body, group, receives, receipt }: QueuedMessage): unknown {
  const Attributes = { MessageGroupId: group, ApproximateReceiveCount: String(receives) };
  const MD5OfBody = createHash('md5').update(body).digest('hex');
  return { MessageId: id, Body: body, ReceiptHandle: receipt, MD5OfBody, Attributes };
}
