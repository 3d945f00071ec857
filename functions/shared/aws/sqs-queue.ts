import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { NewsAlertsError } from '../errors.ts';
import type { Queue, QueueMessage } from '../ports.ts';
import { count } from '../text/count.ts';

/** SQS allows 1 MiB and ten messages in a batch; attributes and ids need some of that. */
const MAX_BATCH_BYTES = 1_000_000;
const MAX_BATCH_MESSAGES = 10;
const MAX_ATTEMPTS = 4;

/** Returns a queue through the SQS API. A URL that ends in `.fifo` belongs to a FIFO queue. */
export function sqsQueue<Body>(client: SQSClient, url: string): Queue<Body> {
  const fifo = url.endsWith('.fifo');
  return {
    async send(messages) {
      for (const batch of inBatches(messages)) {
        let entries = batch.map(({ text, message }, n) => ({
          Id: String(n),
          MessageBody: text,
          ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
          ...(fifo && message.deduplication ? { MessageDeduplicationId: message.deduplication } : {}),
        }));
        for (let attempt = 1; ; attempt++) {
          const { Failed = [] } = await client.send(
            new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }),
          );
          if (Failed.length === 0) break;
          const refused = Failed.find(({ SenderFault }) => SenderFault);
          if (refused || attempt === MAX_ATTEMPTS) {
            const { Code, Message } = refused ?? Failed[0] ?? {};
            throw new NewsAlertsError(
              `expected ${url} to accept ${count(entries.length, 'message')}, got ${Code}: ${Message}`,
            );
          }
          const failed = new Set(Failed.map(({ Id }) => Id));
          entries = entries.filter(({ Id }) => failed.has(Id));
        }
      }
    },
  };
}

function inBatches<Body>(messages: readonly QueueMessage<Body>[]) {
  const batches: { text: string; message: QueueMessage<Body> }[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const text = plainJson(message.body);
    const size = Buffer.byteLength(text);
    const current = batches.at(-1);
    if (!current || current.length === MAX_BATCH_MESSAGES || bytes + size > MAX_BATCH_BYTES) {
      batches.push([{ text, message }]);
      bytes = size;
    } else {
      current.push({ text, message });
      bytes += size;
    }
  }
  return batches;
}

// SQS refuses U+FFFE and U+FFFF, which occur in feeds, and some compatible servers refuse everything beyond U+FFFF. JSON
// escapes represent the same text.
function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\ud7ff\ue000-\ufffd]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
