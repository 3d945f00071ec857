import { recordBytes } from '../../functions/shared/store/record-size.ts';
import type { Attributes, Condition, Key, Range, Table } from '../../functions/shared/store/table.ts';
import { compareText } from '../../local/dynamodb/condition.ts';

/** Returns an in-memory table that passes the same contract as the real ones. */
export function memoryTable(): Table & { readonly records: ReadonlyMap<string, Attributes> } {
  const records = new Map<string, Key & Attributes>();
  const partitions = new Map<string, Set<string>>();
  const write = (record: Key & Attributes) => {
    refuseLarge(record);
    const name = nameOf(record);
    records.set(name, copy(record));
    partitions.set(record.pk, (partitions.get(record.pk) ?? new Set()).add(name));
  };
  const nameOf = ({ pk, sk }: Key) => `${pk}\0${sk}`;
  // Answers are delayed, so operations that race over a network also race here.
  const later = <T>(work: () => T) => new Promise<void>((resolve) => setImmediate(resolve)).then(work);
  const inRange = (partition: string, sort: string, { pk, from, to, limit, reverse = false }: Range) =>
    [...(partition === 'pk' ? (partitions.get(pk) ?? []) : records.keys())]
      .flatMap((name) => records.get(name) ?? [])
      .filter((record) => record[partition] === pk && isString(record[sort]))
      .filter((record) => compareText(String(record[sort]), from) >= 0)
      .filter((record) => compareText(String(record[sort]), to) <= 0)
      .sort((a, b) => compareText(String(a[sort]), String(b[sort])) * (reverse ? -1 : 1))
      .slice(0, limit)
      .map(copy);
  return {
    records,
    get: (key) =>
      later(() => {
        const record = records.get(nameOf(key));
        return record && copy(record);
      }),
    put: (record, condition) =>
      later(() => {
        if (!holds(condition, records.get(nameOf(record)))) return false;
        write(record);
        return true;
      }),
    putAll: (list) =>
      later(() => {
        for (const record of list) write(record);
      }),
    delete: (key, condition) =>
      later(() => {
        if (!holds(condition, records.get(nameOf(key)))) return false;
        records.delete(nameOf(key));
        return true;
      }),
    query: (range) => later(() => inRange('pk', 'sk', range)),
    queryDue: (range) => later(() => inRange('duePk', 'dueSk', range)),
  };
}

/** Throws an Error for a record that is too large for DynamoDB. */
function refuseLarge(record: Attributes): void {
  const bytes = recordBytes(record);
  if (bytes > 400 * 1024) throw new Error(`ValidationException: a record of ${bytes} bytes`);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function copy<T extends Attributes>(record: T): T {
  return structuredClone(
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)),
  ) as T;
}

function holds(condition: Condition | undefined, record: Attributes | undefined): boolean {
  if (!condition) return true;
  if ('absent' in condition) return record === undefined;
  if ('any' in condition) return condition.any.some((part) => holds(part, record));
  if ('all' in condition) return condition.all.every((part) => holds(part, record));
  const value = record?.[condition.attribute];
  if ('equals' in condition) return value === condition.equals;
  return typeof value === typeof condition.below && (value as string | number) < condition.below;
}
