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
  /** Number of messages to move. Without this limit, a message that dies again meanwhile would be moved for ever. */
  readonly max: number;
  /** Stops after the current message when aborted. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** A queue counts as empty after this many empty answers in a row, since each receive asks only some of SQS's servers. */
const MAX_EMPTY_RECEIVES = 3;

/**
 * Moves messages one by one, for servers with the SQS API but without move tasks. Sends each message before deleting it.
 * An interruption in between leaves two copies, which does no harm, but never loses a message.
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
    // A new id, since SQS silently drops a message with an id that it remembers.
    ...(fifo ? { MessageDeduplicationId: randomUUID() } : {}),
  };
}
