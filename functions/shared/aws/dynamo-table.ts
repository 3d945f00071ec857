import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
// lib-dynamodb would convert values by itself, but esbuild cannot drop its unused parts, and those include a second
// DynamoDB client.
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { NewsAlertsError } from '../errors.ts';
import { table as names } from '../pipeline.ts';
import { slices } from '../slices.ts';
import type { Attributes, Condition, Key, Range, Table } from '../store/table.ts';
import { count } from '../text/count.ts';

/** Returns the table through the DynamoDB API of AWS or any compatible server. */
export function dynamoTable(client: DynamoDBClient, tableName: string): Table {
  const target = { TableName: tableName };
  return {
    async get({ pk, sk }) {
      const command = new GetItemCommand({ ...target, Key: typed({ pk, sk }), ConsistentRead: true });
      const { Item } = await client.send(command);
      return Item && unmarshall(Item);
    },
    put(record, condition) {
      return conditionHolds(() =>
        client.send(new PutItemCommand({ ...target, Item: typed(record), ...expression(condition) })),
      );
    },
    async putAll(records) {
      for (const batch of slices(lastOfEachKey(records), 25)) {
        await writeBatch(client, tableName, batch);
      }
    },
    delete({ pk, sk }, condition) {
      return conditionHolds(() =>
        client.send(new DeleteItemCommand({ ...target, Key: typed({ pk, sk }), ...expression(condition) })),
      );
    },
    query: (range) =>
      query(client, { ...target, ConsistentRead: true }, [names.partitionKey, names.sortKey], range),
    queryDue: (range) => {
      const { name, partitionKey, sortKey } = names.dueIndex;
      return query(client, { ...target, IndexName: name }, [partitionKey, sortKey], range);
    },
  };
}

/** Attributes as DynamoDB sends them: each value with its type. */
type Typed = Record<string, AttributeValue>;

function typed(values: Attributes | Key): Typed {
  return marshall(values, { removeUndefinedValues: true });
}

/** Writes, and returns whether the condition of the write held. */
async function conditionHolds(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function query(
  client: DynamoDBClient,
  target: { TableName: string; IndexName?: string; ConsistentRead?: boolean },
  [partition, sort]: readonly [string, string],
  { pk, from, to, limit = Number.POSITIVE_INFINITY, reverse = false }: Range,
): Promise<Attributes[]> {
  const found: Attributes[] = [];
  let start: Typed | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        ...target,
        KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#p': partition, '#s': sort },
        // DynamoDB refuses an empty string as a key, so a range from the beginning starts at the lowest character in use.
        ExpressionAttributeValues: typed({ ':p': pk, ':from': from === '' ? ' ' : from, ':to': to }),
        ...(Number.isFinite(limit) ? { Limit: limit - found.length } : {}),
        ...(reverse ? { ScanIndexForward: false } : {}),
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    found.push(...(page.Items ?? []).map((record) => unmarshall(record)));
    start = page.LastEvaluatedKey;
  } while (start && found.length < limit);
  return found;
}

/** Unprocessed records are retried with growing delays; 8 rounds take about 13 seconds. */
const MAX_ROUNDS = 8;

async function writeBatch(client: DynamoDBClient, name: string, batch: readonly (Key & Attributes)[]) {
  let requests: WriteRequest[] = batch.map((record) => ({ PutRequest: { Item: typed(record) } }));
  for (let round = 0; requests.length > 0; round++) {
    if (round === MAX_ROUNDS) {
      throw new NewsAlertsError(
        `expected the table to accept ${count(batch.length, 'record')}, but ${requests.length} were not written`,
      );
    }
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** round));
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [name]: requests } }),
    );
    requests = UnprocessedItems?.[name] ?? [];
  }
}

// BatchWriteItem refuses a batch that names one key twice.
function lastOfEachKey<T extends Key>(records: readonly T[]): T[] {
  return [...new Map(records.map((record) => [`${record.pk}\0${record.sk}`, record])).values()];
}

interface Expression {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Typed;
}

function expression(condition: Condition | undefined): Expression {
  if (!condition) return {};
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const write = (part: Condition): string => {
    if ('absent' in part) return 'attribute_not_exists(pk)';
    if ('any' in part) return `(${part.any.map(write).join(' OR ')})`;
    if ('all' in part) return `(${part.all.map(write).join(' AND ')})`;
    const n = Object.keys(values).length;
    names[`#c${n}`] = part.attribute;
    const [sign, value] = 'equals' in part ? ['=', part.equals] : ['<', part.below];
    values[`:c${n}`] = value;
    return `#c${n} ${sign} :c${n}`;
  };
  const ConditionExpression = write(condition);
  if (Object.keys(values).length === 0) return { ConditionExpression };
  return { ConditionExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: typed(values) };
}
