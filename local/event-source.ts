import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../functions/shared/ports.ts';

export interface EventSourceOptions {
  readonly queueUrl: string;
  readonly batchSize: number;
  /** How many invocations may run at once. */
  readonly concurrency: number;
  /** Of one invocation, ms. */
  readonly timeout: number;
  readonly handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
}

export interface EventSource {
  /** Resolves when no invocation is under way. */
  idle(): Promise<void>;
  /** Lets the invocations under way come to their end. */
  stop(): Promise<void>;
}

/** Short, so that stopping never abandons a receive: what it had taken would stay invisible for minutes. */
const WAIT_SECONDS = 1;
/** SQS gives out no more at a time; Lambda gathers larger batches from several receives. */
const MAX_RECEIVED = 10;
const PAUSE_AFTER_ERROR_MS = 1_000;

/**
 * Lambda's event source for SQS: receives batches, invokes the handler, deletes what succeeded. What failed stays in
 * the queue, becomes visible again when its time is up, and goes to the dead-letter queue when it was received too
 * often; the queue sees to both.
 */
export function startEventSource(sqs: SQSClient, log: Log, options: EventSourceOptions): EventSource {
  let stopping = false;
  const underWay = new Set<Promise<void>>();
  const poller = async () => {
    while (!stopping) {
      try {
        await receiveAndInvoke(sqs, log, options, underWay);
      } catch (error) {
        if (stopping) return;
        log.error('event-source', { queue: options.queueUrl, error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
      }
    }
  };
  const pollers = Array.from({ length: options.concurrency }, poller);
  return {
    async idle() {
      await Promise.all(underWay);
    },
    async stop() {
      stopping = true;
      await Promise.all(pollers);
    },
  };
}

async function receiveAndInvoke(
  sqs: SQSClient,
  log: Log,
  options: EventSourceOptions,
  underWay: Set<Promise<void>>,
): Promise<void> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: options.queueUrl,
      MaxNumberOfMessages: Math.min(options.batchSize, MAX_RECEIVED),
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  if (Messages.length === 0) return;
  const work = processBatch(Messages, sqs, log, options);
  underWay.add(work);
  await work.finally(() => underWay.delete(work));
}

async function processBatch(
  messages: readonly Message[],
  sqs: SQSClient,
  log: Log,
  options: EventSourceOptions,
) {
  const { queueUrl, timeout, handler } = options;
  let failed: ReadonlySet<string>;
  try {
    failed = await invoke(
      handler,
      { Records: messages.map((message) => toRecord(message, queueUrl)) },
      timeout,
    );
  } catch (error) {
    log.error('invocation-failed', {
      queue: queueUrl,
      error: error instanceof Error ? error.stack : String(error),
    });
    return;
  }
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (done.length === 0) return;
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: done.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle })),
    }),
  );
}

async function invoke(
  handler: EventSourceOptions['handler'],
  event: SQSEvent,
  timeout: number,
): Promise<ReadonlySet<string>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the handler took longer than ${timeout / 1000} s`)), timeout);
  });
  try {
    const { batchItemFailures } = await Promise.race([handler(event), late]);
    return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } finally {
    clearTimeout(timer);
  }
}

function toRecord(message: Message, queueUrl: string): SQSRecord {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MD5OfBody = '' } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueUrl.split('/').at(-1)}`,
    awsRegion: 'us-east-1',
  };
}
