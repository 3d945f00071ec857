import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { RetryLater } from '../errors.ts';
import type { Log } from '../ports.ts';

type Work<Message> = (message: Message) => Promise<void>;

/** Versions of messages that a handler accepts: its own and the one before, which a deployment finds in the queues. */
const ACCEPTED_VERSIONS = [1, 2];

/** Works on all records at once; only those that failed go back to the queue. */
export async function processConcurrently<Message>(
  event: SQSEvent,
  log: Log,
  work: Work<Message>,
): Promise<SQSBatchResponse> {
  const done = await Promise.all(event.Records.map((record) => attempt(record, log, work)));
  return failures(event.Records.filter((_, n) => !done[n]));
}

/**
 * Works on the records one after the other, so that those of a FIFO group never run at once. A record that fails goes
 * back, and those after it that are about the same thing go with it: they come again in their order. The rest of its
 * group may pass it.
 */
export async function processSequentially<Message>(
  event: SQSEvent,
  log: Log,
  about: (message: Message) => string,
  work: Work<Message>,
): Promise<SQSBatchResponse> {
  const failed: SQSRecord[] = [];
  const waiting = new Set<string>();
  for (const record of event.Records) {
    let thing: string | undefined;
    const done = await attempt<Message>(record, log, (message) => {
      thing = about(message);
      if (waiting.has(thing)) throw new RetryLater('what came before it about the same thing has failed');
      return work(message);
    });
    if (done) continue;
    failed.push(record);
    if (thing !== undefined) waiting.add(thing);
  }
  return failures(failed);
}

async function attempt<Message>(record: SQSRecord, log: Log, work: Work<Message>): Promise<boolean> {
  try {
    const message = JSON.parse(record.body) as Message & { v?: unknown };
    if (!ACCEPTED_VERSIONS.includes(Number(message.v))) {
      throw new TypeError(
        `expected a message of version ${ACCEPTED_VERSIONS.join(' or ')}, got ${String(message.v)}`,
      );
    }
    await work(message);
    return true;
  } catch (error) {
    const fields = { messageId: record.messageId, receives: record.attributes.ApproximateReceiveCount };
    if (error instanceof RetryLater) log.info('retry-later', { ...fields, reason: error.message });
    else log.error('message-failed', { ...fields, error: describe(error) });
    return false;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function failures(records: readonly SQSRecord[]): SQSBatchResponse {
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
