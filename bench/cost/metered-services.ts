import { table as layout, type QueueName } from '../../functions/shared/pipeline.ts';
import type { Item } from '../../local/dynamodb/condition.ts';
import { itemSize } from '../../local/dynamodb/item.ts';
import { ServiceError } from '../../local/dynamodb/service-error.ts';
import { type Publication, readPublication } from '../../local/sns/publication.ts';
import { QueryParameters } from '../../local/sns/query-parameters.ts';
import { MemoryDynamoDb } from '../../test/simulation/aws/dynamodb.ts';
import type { MemorySqs } from '../../test/simulation/aws/sqs.ts';
import type { Call } from '../../test/simulation/aws/wire.ts';
import { assumptions } from './assumptions.ts';
import type { Meter } from './meter.ts';
import { chunks, type IndexEntry, indexWriteUnits, readUnits, writeUnits } from './units.ts';

type Input = Readonly<Record<string, unknown>>;
type Written = readonly [before: Item | undefined, after: Item | undefined];

export const TABLE = 'bench';

/** In-memory DynamoDB that counts request units. */
export class MeteredDynamoDb {
  readonly #meter: Meter;
  readonly #written: Written[] = [];
  readonly table: MemoryDynamoDb;

  constructor(meter: Meter) {
    this.#meter = meter;
    this.table = new MemoryDynamoDb(TABLE, {
      onWrite: (before, after) => this.#written.push([before, after]),
    });
  }

  answer(operation: string, input: Input): unknown {
    this.#written.length = 0;
    try {
      const answer = this.table.answer(operation, input) as { Item?: Item; Items?: readonly Item[] };
      if (operation === 'GetItem') {
        const bytes = answer.Item ? itemSize(answer.Item) : 0;
        this.#meter.add(
          `dynamodb.read.${kindOf(input.Key as Item)}`,
          readUnits(bytes, input.ConsistentRead === true),
        );
      }
      if (operation === 'Query') this.#countQuery(input, answer.Items ?? []);
      for (const write of this.#written) this.#countWrite(write);
      return answer;
    } catch (error) {
      // A failed condition costs as much as writing the existing record.
      if (error instanceof ServiceError && error.name === 'ConditionalCheckFailedException') {
        const key = (input.Key ?? input.Item) as Item;
        const { Item: existing } = this.table.answer('GetItem', { TableName: TABLE, Key: key }) as {
          Item?: Item;
        };
        this.#meter.add(`dynamodb.write.${kindOf(key)}`, writeUnits(existing ? itemSize(existing) : 0, 0));
      }
      throw error;
    }
  }

  #countQuery(input: Input, items: readonly Item[]): void {
    const bytes = items.reduce((sum, item) => sum + itemSize(item), 0);
    const { ':p': partition, ':from': from } = input.ExpressionAttributeValues as Record<
      string,
      { S: string }
    >;
    const kind = input.IndexName ? 'index' : kindOf({ pk: partition ?? {}, sk: from ?? {} });
    this.#meter.add(`dynamodb.read.${kind}`, readUnits(bytes, input.ConsistentRead === true));
  }

  #countWrite([before, after]: Written): void {
    const kind = kindOf((after ?? before) as Item | undefined);
    this.#meter.add(
      `dynamodb.write.${kind}`,
      writeUnits(before ? itemSize(before) : 0, after ? itemSize(after) : 0),
    );
    this.#meter.add('dynamodb.write.index', indexWriteUnits(indexEntry(before), indexEntry(after)));
  }
}

function indexEntry(item: Item | undefined): IndexEntry | undefined {
  const { partitionKey, sortKey } = layout.dueIndex;
  if (!item?.[partitionKey] || !item[sortKey]) return undefined;
  return { key: JSON.stringify([item[partitionKey], item[sortKey]]), bytes: itemSize(item) };
}

/** Names of records in standard-day.json, by the first part of a key. A `telling` is a delivered version. */
const KINDS: Readonly<Record<string, string>> = {
  FEED: 'feed state',
  ITEM: 'item',
  ALERT: 'alert claim',
  DISPATCH: 'last tick',
  STORY: 'story',
  OPENED: 'stories opened',
  TOLD: 'telling',
  DIGEST: 'digest entry',
  MUTED: 'muted story',
  STREAM: 'words of the stream',
  CHAT: 'chat record',
};

/** Returns the kind of record that a key belongs to (docs/architecture.md). */
export function kindOf(key: Item | undefined): string {
  const prefix = (name: string) => String(key?.[name]?.S ?? '').split('#')[0] ?? '';
  return KINDS[prefix(layout.partitionKey)] ?? KINDS[prefix(layout.sortKey)] ?? 'other';
}

/** Counts an SQS request. Messages with a group cost extra in a standard queue. */
export function countSqs(
  meter: Meter,
  queue: QueueName,
  fair: boolean,
  request: string,
  bytes: number,
): void {
  meter.add(`sqs.${queue}.${request}`, chunks(bytes));
  if (fair) meter.add(`sqs.${queue}.fair`, chunks(bytes));
}

/** Answers a request to SQS, and counts it if it sends messages. */
export function answerSqs(
  sqs: MemorySqs,
  meter: Meter,
  queueOf: (url: string) => { readonly name: QueueName; readonly fifo: boolean },
  operation: string,
  input: Input,
): unknown {
  if (operation === 'SendMessageBatch') {
    const { name, fifo } = queueOf(String(input.QueueUrl));
    const entries = input.Entries as readonly {
      readonly MessageBody: string;
      readonly MessageGroupId?: string;
    }[];
    const bytes = entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
    const fair = !fifo && entries.some(({ MessageGroupId }) => MessageGroupId !== undefined);
    countSqs(meter, name, fair, 'send', bytes);
  }
  return sqs.answer(operation, input);
}

/** Answers a request to SNS. Only the number of messages matters here. */
export function answerSns(meter: Meter, call: Call & { service: 'sns' }): unknown {
  const publication: Publication = readPublication(new QueryParameters(call.input));
  meter.add('sns.publish', chunks(publication.bytes));
  meter.add('sns.email', assumptions.topics.recipients);
  // One request generates a key for the message and one decrypts it. SNS reuses a key for up to five minutes, so this is a
  // maximum.
  meter.add('kms.requests', 2);
  return { MessageId: 'published' };
}
