import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../functions/shared/events.ts';

export interface EventSourceOptions {
  readonly queueUrl: string;
  readonly batchSize: number;
  /** How many invocations may run at once. */
  readonly concurrency: number;
  /** Limit on the duration of one invocation, ms. */
  readonly timeout: number;
  readonly handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
}

export interface EventSource {
  /** Resolves when no invocation is running. */
  idle(): Promise<void>;
  /** Stops receiving, and resolves when the running invocations have finished. */
  stop(): Promise<void>;
}

/** Short, so that a stop can wait for each receive: messages of an abandoned receive would stay invisible for minutes. */
const WAIT_SECONDS = 1;
/** SQS returns at most 10 messages per receive. Lambda combines several receives into larger batches. */
const MAX_RECEIVED = 10;
const PAUSE_AFTER_ERROR_MS = 1_000;

/**
 * Stands in for Lambda's event source for SQS: receives batches, invokes the handler, and deletes the messages that
 * succeeded. The queue makes failed messages visible again after their timeout, and moves them to the dead-letter queue
 * after too many receives.
 */
export function startEventSource(sqs: SQSClient, log: Log, options: EventSourceOptions): EventSource {
  let isStopping = false;
  const running = new Set<Promise<void>>();
  const poll = async () => {
    while (!isStopping) {
      try {
        await receiveAndInvoke(sqs, log, options, running);
      } catch (error) {
        if (isStopping) return;
        log.error('receive-failed', { queue: options.queueUrl, error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
      }
    }
  };
  const polling = Array.from({ length: options.concurrency }, poll);
  return {
    async idle() {
      await Promise.all(running);
    },
    async stop() {
      isStopping = true;
      await Promise.all(polling);
    },
  };
}

async function receiveAndInvoke(
  sqs: SQSClient,
  log: Log,
  options: EventSourceOptions,
  running: Set<Promise<void>>,
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
  const invocation = processBatch(Messages, sqs, log, options);
  running.add(invocation);
  await invocation.finally(() => running.delete(invocation));
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
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
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
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the handler took longer than ${timeout / 1000} s`)), timeout);
  });
  try {
    const { batchItemFailures } = await Promise.race([handler(event), timedOut]);
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
