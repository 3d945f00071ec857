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
// Not lib-dynamodb, whose client does this by itself: esbuild cannot leave it out where nothing of it is used, and it
// brings the DynamoDB client along.
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { NewsAlertsError } from '../errors.ts';
import { table as names } from '../pipeline.ts';
import { slices } from '../slices.ts';
import type { Attributes, Condition, Key, Range, Table } from '../store/table.ts';
import { count } from '../text/count.ts';

/** The table through the DynamoDB API: AWS's own, or any server that speaks it. */
export function dynamoTable(client: DynamoDBClient, tableName: string): Table {
  const at = { TableName: tableName };
  return {
    async get({ pk, sk }) {
      const command = new GetItemCommand({ ...at, Key: typed({ pk, sk }), ConsistentRead: true });
      const { Item } = await client.send(command);
      return Item && unmarshall(Item);
    },
    put(record, condition) {
      return conditionHolds(() =>
        client.send(new PutItemCommand({ ...at, Item: typed(record), ...expression(condition) })),
      );
    },
    async putAll(records) {
      for (const batch of slices(lastOfEachKey(records), 25)) {
        await writeBatch(client, tableName, batch);
      }
    },
    delete({ pk, sk }, condition) {
      return conditionHolds(() =>
        client.send(new DeleteItemCommand({ ...at, Key: typed({ pk, sk }), ...expression(condition) })),
      );
    },
    query: (range) =>
      query(client, { ...at, ConsistentRead: true }, [names.partitionKey, names.sortKey], range),
    queryDue: (range) => {
      const { name, partitionKey, sortKey } = names.dueIndex;
      return query(client, { ...at, IndexName: name }, [partitionKey, sortKey], range);
    },
  };
}

/** Values with their types beside them, as DynamoDB has them. */
type Typed = Record<string, AttributeValue>;

function typed(values: Attributes | Key): Typed {
  return marshall(values, { removeUndefinedValues: true });
}

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
        // An empty string is no valid key: a range from the beginning starts at the lowest character.
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

/** Unprocessed records are tried again, ever more slowly; 8 rounds take about 13 seconds. */
const MAX_ROUNDS = 8;

async function writeBatch(client: DynamoDBClient, name: string, batch: readonly (Key & Attributes)[]) {
  let requests: WriteRequest[] = batch.map((record) => ({ PutRequest: { Item: typed(record) } }));
  for (let round = 0; requests.length > 0; round++) {
    if (round === MAX_ROUNDS) {
      throw new NewsAlertsError(
        `expected the table to take ${count(batch.length, 'record')}, but it left ${requests.length}`,
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
