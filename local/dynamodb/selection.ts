import { table as layout } from '../../functions/shared/pipeline.ts';
import { type AttributeValue, compareText } from './condition.ts';
import { ServiceError } from './service-error.ts';

const { partitionKey, sortKey, dueIndex } = layout;
const KEY_CONDITION = /^#p = :p AND #s BETWEEN :from AND :to$/;

export interface QueryInput {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** A range of records: an SQL condition with its values, and the columns that order the range. */
export interface Selection {
  readonly where: string;
  readonly values: readonly (string | number)[];
  readonly order: readonly string[];
  readonly forward: boolean;
}

const ALL_RECORDS: Selection = {
  where: 'TRUE',
  values: [],
  order: [partitionKey, sortKey],
  forward: true,
};

const FILTER = /^begins_with\(#(\w+), :prefix\)$/;

export interface ScanInput {
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/**
 * Returns the records of a scan, or of one of its segments. Filtered records are left out before the limits of a page apply.
 * @throws ServiceError for a filter other than the beginning of a partition key: `begins_with(#name, :prefix)`
 */
export function scanSelectionOf(input: ScanInput): Selection {
  const { Segment = 0, TotalSegments = 1, FilterExpression: filter } = input;
  const segment = TotalSegments === 1 ? 'TRUE' : `unicode(substr(${partitionKey}, -1)) % ? = ?`;
  const ofSegment = TotalSegments === 1 ? [] : [TotalSegments, Segment];
  if (filter === undefined) return { ...ALL_RECORDS, where: segment, values: ofSegment };
  const [, name] = FILTER.exec(filter) ?? [];
  const prefix = input.ExpressionAttributeValues?.[':prefix']?.S;
  if (input.ExpressionAttributeNames?.[`#${name}`] !== partitionKey || typeof prefix !== 'string') {
    throw new ServiceError(
      'ValidationException',
      `the local DynamoDB supports only begins_with(#name, :prefix) on the partition key, got ${filter}`,
    );
  }
  return {
    ...ALL_RECORDS,
    where: `${segment} AND substr(${partitionKey}, 1, length(?)) = ?`,
    values: [...ofSegment, prefix, prefix],
  };
}

/**
 * Returns the range of a query on the table or its index.
 * @throws ServiceError as DynamoDB does, and for a key condition other than `#p = :p AND #s BETWEEN :from AND :to`
 */
export function selectionOf(input: QueryInput): Selection {
  const { IndexName, KeyConditionExpression = '', ExpressionAttributeValues: values = {} } = input;
  if (!KEY_CONDITION.test(KeyConditionExpression)) {
    throw new ServiceError(
      'ValidationException',
      `the local DynamoDB supports only #p = :p AND #s BETWEEN :from AND :to, got ${KeyConditionExpression}`,
    );
  }
  if (IndexName !== undefined && IndexName !== dueIndex.name) {
    throw new ServiceError(
      'ValidationException',
      `The table does not have the specified index: ${IndexName}`,
    );
  }
  if (IndexName !== undefined && input.ConsistentRead) {
    throw new ServiceError(
      'ValidationException',
      'Consistent reads are not supported on global secondary indexes',
    );
  }
  const bounds = [':p', ':from', ':to'].map((name) => values[name]?.S);
  if (!bounds.every((bound) => typeof bound === 'string' && bound !== '')) {
    throw new ServiceError(
      'ValidationException',
      'One or more parameter values are not valid: a key must be a non-empty text',
    );
  }
  const [from = '', to = ''] = bounds.slice(1).map(String);
  if (compareText(from, to) > 0) {
    throw new ServiceError(
      'ValidationException',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
    );
  }
  const [partition, sort] =
    IndexName === undefined ? [partitionKey, sortKey] : [dueIndex.partitionKey, dueIndex.sortKey];
  return {
    where: `${partition} = ? AND ${sort} BETWEEN ? AND ?`,
    values: bounds as string[],
    order: IndexName === undefined ? [partition, sort] : [partition, sort, partitionKey, sortKey],
    forward: input.ScanIndexForward !== false,
  };
}
