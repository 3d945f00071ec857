import { randomUUID } from 'node:crypto';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { MoveOutcome, OnProgress } from './move-outcome.ts';

export interface MoveOneByOneOptions {
  readonly sqs: SQSClient;
  readonly deadUrl: string;
  readonly liveUrl: string;
  /** How many to move: what dies again meanwhile must not go round for ever. */
  readonly max: number;
  /** Aborted to stop after the message under way. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Empty answers in a row after which a queue counts as empty: SQS asks only some of its servers each time. */
const MAX_EMPTY_RECEIVES = 3;

/**
 * Moves messages one by one, for servers that speak the API of SQS but know no move tasks. Sent before it is deleted: what
 * is cut short in between is there twice, which does no harm, and never gone.
 * @throws the SDK's errors
 */
export async function moveOneByOne(options: MoveOneByOneOptions): Promise<MoveOutcome> {
  const { sqs, deadUrl, liveUrl, max, signal, onProgress } = options;
  const fifo = liveUrl.endsWith('.fifo');
  let moved = 0;
  for (let empty = 0; empty < MAX_EMPTY_RECEIVES && moved < max; ) {
    if (signal.aborted) return { kind: 'cancelled', moved };
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadUrl,
        MaxNumberOfMessages: Math.min(10, max - moved),
        MessageSystemAttributeNames: ['MessageGroupId'],
        VisibilityTimeout: 60,
        WaitTimeSeconds: 1,
      }),
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const message of Messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: liveUrl, ...copyOf(message, fifo) }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadUrl, ReceiptHandle: message.ReceiptHandle }));
      moved++;
      onProgress(moved, max);
      if (signal.aborted) return { kind: 'cancelled', moved };
    }
  }
  return { kind: 'moved', moved };
}

function copyOf({ Body, Attributes }: Message, fifo: boolean) {
  const MessageGroupId = Attributes?.MessageGroupId;
  return {
    MessageBody: Body ?? '',
    ...(MessageGroupId === undefined ? {} : { MessageGroupId }),
    // A new one: SQS would take a message that it remembers for a copy, and drop it without a word.
    ...(fifo ? { MessageDeduplicationId: randomUUID() } : {}),
  };
}
