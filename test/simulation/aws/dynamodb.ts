import { table as layout } from '../../../functions/shared/pipeline.ts';
import {
  type AttributeValue,
  compareText,
  evaluateCondition,
  type Item,
} from '../../../local/dynamodb/condition.ts';
import { checkSize, itemSize, keyOf, MAX_PAGE_BYTES } from '../../../local/dynamodb/item.ts';
import { ServiceError } from '../../../local/dynamodb/service-error.ts';

interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

interface QueryInput extends Conditional {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression: string;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Item;
}

type WriteRequest = { readonly PutRequest: { readonly Item: Item } };

export interface MemoryDynamoDbOptions {
  /** Delays a write to the index: calls `apply` when the index should show the write. By default it does so at once. */
  readonly indexLater?: (apply: () => void) => void;
  /** Called for every write when it takes effect. */
  readonly onWrite?: (before: Item | undefined, after: Item | undefined) => void;
}

const KEY_CONDITION = /^#p = :p AND #s BETWEEN :from AND :to$/;

/** One DynamoDB table in memory, with the operations that the product uses, as the API's own requests and responses. */
export class MemoryDynamoDb {
  readonly #tableName: string;
  readonly #options: MemoryDynamoDbOptions;
  readonly #partitions = new Map<string, Map<string, Item>>();
  /** The records that the index shows, by the keys of the table. */
  readonly #indexed = new Map<string, Item>();

  constructor(tableName: string, options: MemoryDynamoDbOptions = {}) {
    this.#tableName = tableName;
    this.#options = options;
  }

  /** Answers a request. Throws the ServiceError with which DynamoDB would refuse it. */
  answer(operation: string, input: Readonly<Record<string, unknown>>): unknown {
    if (operation === 'BatchWriteItem') return this.#batchWrite(input);
    this.#checkTable(input.TableName);
    switch (operation) {
      case 'GetItem': {
        const Item = this.#find(input.Key as Item);
        return Item ? { Item } : {};
      }
      case 'PutItem':
        return this.#write(input.Item as Item, input.Item as Item, input);
      case 'DeleteItem':
        return this.#write(input.Key as Item, undefined, input);
      case 'Query':
        return this.#query(input as unknown as QueryInput);
      default:
        throw new ServiceError('UnknownOperationException', `${operation} is not simulated`);
    }
  }

  /** Yields every record. */
  *records(): Generator<Item> {
    for (const partition of this.#partitions.values()) yield* partition.values();
  }

  #checkTable(name: unknown): void {
    if (name !== this.#tableName) {
      throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
    }
  }

  #find(key: Item): Item | undefined {
    const [partition, sort] = keyOf(key);
    return this.#partitions.get(partition)?.get(sort);
  }

  #write(key: Item, after: Item | undefined, conditional: Conditional): Record<string, never> {
    if (after) checkSize(after);
    const before = this.#find(key);
    const { ConditionExpression: condition } = conditional;
    const { ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = conditional;
    if (
      condition &&
      !evaluateCondition(condition, before, ExpressionAttributeNames, ExpressionAttributeValues)
    ) {
      throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed');
    }
    const [partition, sort] = keyOf(key);
    if (after) {
      const records = this.#partitions.get(partition) ?? new Map<string, Item>();
      this.#partitions.set(partition, records.set(sort, after));
    } else this.#partitions.get(partition)?.delete(sort);
    this.#index(`${partition}\0${sort}`, after);
    this.#options.onWrite?.(before, after);
    return {};
  }

  #index(name: string, after: Item | undefined): void {
    const shown = after?.[layout.dueIndex.partitionKey] && after[layout.dueIndex.sortKey] ? after : undefined;
    if (!shown && !this.#indexed.has(name) && !this.#options.indexLater) return;
    const apply = () => {
      if (shown) this.#indexed.set(name, shown);
      else this.#indexed.delete(name);
    };
    if (this.#options.indexLater) this.#options.indexLater(apply);
    else apply();
  }

  #batchWrite(input: Readonly<Record<string, unknown>>): unknown {
    const [[name, requests] = ['', []]] = Object.entries(
      input.RequestItems as Record<string, readonly WriteRequest[]>,
    );
    this.#checkTable(name);
    if (requests.length === 0 || requests.length > 25) {
      throw new ServiceError('ValidationException', `expected 1 to 25 requests, got ${requests.length}`);
    }
    const items = requests.map(({ PutRequest }) => PutRequest.Item);
    for (const item of items) checkSize(item);
    if (new Set(items.map((item) => keyOf(item).join('\0'))).size < items.length) {
      throw new ServiceError('ValidationException', 'Provided list of item keys contains duplicates');
    }
    for (const item of items) this.#write(item, item, {});
    return { UnprocessedItems: {} };
  }

  #query(input: QueryInput): unknown {
    const { IndexName, KeyConditionExpression, ExpressionAttributeNames: names = {} } = input;
    const { ExpressionAttributeValues: values = {}, ConsistentRead, ExclusiveStartKey } = input;
    const direction = input.ScanIndexForward === false ? -1 : 1;
    if (!KEY_CONDITION.test(KeyConditionExpression)) {
      throw new ServiceError('ValidationException', `${KeyConditionExpression} is not simulated`);
    }
    if (IndexName !== undefined && ConsistentRead) {
      throw new ServiceError('ValidationException', 'Consistent reads are not supported on global indexes');
    }
    const [partitionName, sortName] = [names['#p'] ?? '', names['#s'] ?? ''];
    const text = (item: Item, name: string) => String(item[name]?.S);
    const [partition, from, to] = [':p', ':from', ':to'].map((name) => String(values[name]?.S)) as [
      string,
      string,
      string,
    ];
    if (from === '') throw new ServiceError('ValidationException', 'a key value may not be empty');
    if (compareText(from, to) > 0) {
      throw new ServiceError(
        'ValidationException',
        'BETWEEN requires an upper bound that is not below the lower one',
      );
    }

    const candidates = IndexName === undefined ? this.#partitions.get(partition) : this.#indexed;
    const order = (a: Item, b: Item) =>
      direction *
      (compareText(text(a, sortName), text(b, sortName)) ||
        compareText(keyOf(a).join('\0'), keyOf(b).join('\0')));
    const found = [...(candidates?.values() ?? [])]
      .filter((item) => text(item, partitionName) === partition)
      .filter((item) => compareText(text(item, sortName), from) >= 0)
      .filter((item) => compareText(text(item, sortName), to) <= 0)
      .sort(order)
      .filter((item) => !ExclusiveStartKey || order(item, ExclusiveStartKey) > 0);
    const page = onePage(found, input.Limit);
    const last = page.length < found.length ? page.at(-1) : undefined;
    if (!last) return { Items: page, Count: page.length };
    const { partitionKey, sortKey } = layout;
    const keys = [...new Set([partitionKey, sortKey, partitionName, sortName])];
    const LastEvaluatedKey = Object.fromEntries(keys.map((name) => [name, last[name]]));
    return { Items: page, Count: page.length, LastEvaluatedKey };
  }
}

function onePage(items: readonly Item[], limit = Number.POSITIVE_INFINITY): Item[] {
  const page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (page.length >= limit) break;
    page.push(item);
    bytes += itemSize(item);
    if (bytes > MAX_PAGE_BYTES) break;
  }
  return page;
}
