import { table as layout } from '../../functions/shared/pipeline.ts';
import type { AttributeValue, Item } from './condition.ts';
import { ServiceError } from './service-error.ts';

const { partitionKey, sortKey } = layout;

/** DynamoDB's limit on one item. */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;
/** DynamoDB's limit on the size of the items in one query result. */
export const MAX_PAGE_BYTES = 1024 * 1024;

/** @throws ServiceError if the item is larger than DynamoDB allows */
export function checkSize(item: Item): void {
  if (itemSize(item) <= MAX_ITEM_BYTES) return;
  throw new ServiceError('ValidationException', 'Item size has exceeded the maximum allowed size');
}

/**
 * Returns the partition key and the sort key of an item.
 * @throws ServiceError if a key is missing, empty or too long
 */
export function keyOf(item: unknown): [string, string] {
  const part = (name: string, limit: number): string => {
    const value = (item as Item | undefined)?.[name]?.S;
    if (typeof value !== 'string' || value === '') {
      throw new ServiceError(
        'ValidationException',
        `One or more parameter values were invalid: Missing the key ${name} in the item`,
      );
    }
    if (Buffer.byteLength(value) > limit) {
      throw new ServiceError(
        'ValidationException',
        `One or more parameter values were invalid: Size of ${name} has exceeded the maximum size limit of ${limit} bytes`,
      );
    }
    return value;
  };
  return [part(partitionKey, MAX_PARTITION_KEY_BYTES), part(sortKey, MAX_SORT_KEY_BYTES)];
}

/** Returns the size in bytes as DynamoDB counts it: names and values, binary values decoded. Approximate for numbers. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value),
    0,
  );
}

function valueSize(value: AttributeValue): number {
  const [[kind, content] = ['NULL', true]] = Object.entries(value);
  if (kind === 'S') return Buffer.byteLength(String(content));
  if (kind === 'B') return (String(content).length * 3) / 4;
  if (kind === 'M') return itemSize(content as Item) + 3;
  if (kind === 'L') return (content as AttributeValue[]).reduce((sum, one) => sum + valueSize(one) + 1, 3);
  return kind === 'N' ? String(content).length / 2 + 1 : 1;
}
