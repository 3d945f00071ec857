import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { RetryLater } from '../errors.ts';
import type { Log } from '../events.ts';
import { ACCEPTED_VERSIONS, type MessageKind } from '../messages.ts';
import { ownValue } from '../own-value.ts';

type Work<Message> = (message: Message) => Promise<void>;

/** Returns the kind of a message. */
type KindOf<Message> = (message: Message) => MessageKind;

/** Processes all records concurrently. Only the failed ones go back to the queue. */
export async function processConcurrently<Message>(
  event: SQSEvent,
  log: Log,
  kind: MessageKind,
  work: Work<Message>,
): Promise<SQSBatchResponse> {
  const done = await Promise.all(event.Records.map((record) => attempt(record, log, () => kind, work)));
  return failures(event.Records.filter((_, n) => !done[n]));
}

/**
 * Processes the records one after the other, so those of a FIFO group never run concurrently. When a record fails, it and the
 * later records with the same subject go back to the queue and keep their order. Other records of the group may overtake them.
 *
 * @param subjectOf returns a key that identifies the subject of a message
 */
export async function processSequentially<Message>(
  event: SQSEvent,
  log: Log,
  kindOf: KindOf<Message>,
  subjectOf: (message: Message) => string,
  work: Work<Message>,
): Promise<SQSBatchResponse> {
  const failed: SQSRecord[] = [];
  const failedSubjects = new Set<string>();
  for (const record of event.Records) {
    let subject: string | undefined;
    const done = await attempt<Message>(record, log, kindOf, (message) => {
      subject = subjectOf(message);
      if (failedSubjects.has(subject)) {
        throw new RetryLater('an earlier message with the same subject has failed');
      }
      return work(message);
    });
    if (done) continue;
    failed.push(record);
    if (subject !== undefined) failedSubjects.add(subject);
  }
  return failures(failed);
}

/** Processes one record and returns whether this succeeded. Logs a failure. */
async function attempt<Message>(
  record: SQSRecord,
  log: Log,
  kindOf: KindOf<Message>,
  work: Work<Message>,
): Promise<boolean> {
  try {
    const message = JSON.parse(record.body) as Message & { v?: unknown };
    const kind = kindOf(message);
    const accepted: readonly unknown[] | undefined = ownValue(ACCEPTED_VERSIONS, kind);
    if (!accepted) {
      throw new TypeError(
        `expected one of ${Object.keys(ACCEPTED_VERSIONS).join(', ')}, got ${String(kind)}`,
      );
    }
    if (!accepted.includes(message.v)) {
      throw new TypeError(`expected ${kind} of version ${accepted.join(' or ')}, got ${String(message.v)}`);
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
