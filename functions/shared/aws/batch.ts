import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { RetryLater } from '../errors.ts';
import type { Log } from '../log.ts';

type Work<Message> = (message: Message) => Promise<void>;

/** Versions of messages that a handler accepts: its own, and the one before once there is one. */
const ACCEPTED = [1];

/** Works on all records at once; only those that failed go back to the queue. */
export async function eachRecord<Message>(
  event: SQSEvent,
  log: Log,
  work: Work<Message>,
): Promise<SQSBatchResponse> {
  const done = await Promise.all(event.Records.map((record) => attempt(record, log, work)));
  return failures(event.Records.filter((_, n) => !done[n]));
}

/**
 * Works on the records one after the other, so that those of a FIFO group never run at once. A record that fails goes
 * back alone: the rest of its group may pass it, since stages rely on one at a time, not on order. Sending the rest
 * back too would use up their receives and take good messages to the dead-letter queue with a bad one.
 */
export async function oneAtATime<Message>(
  event: SQSEvent,
  log: Log,
  work: Work<Message>,
): Promise<SQSBatchResponse> {
  const failed: SQSRecord[] = [];
  for (const record of event.Records) {
    if (!(await attempt(record, log, work))) failed.push(record);
  }
  return failures(failed);
}

async function attempt<Message>(record: SQSRecord, log: Log, work: Work<Message>): Promise<boolean> {
  try {
    const message = JSON.parse(record.body) as Message & { v?: unknown };
    if (!ACCEPTED.includes(Number(message.v))) {
      throw new TypeError(`expected a message of version ${ACCEPTED.join(' or ')}, got ${String(message.v)}`);
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
