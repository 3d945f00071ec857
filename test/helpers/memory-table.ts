import { recordBytes } from '../../functions/shared/store/record-size.ts';
import type { Attributes, Condition, Key, Range, Table } from '../../functions/shared/store/table.ts';
import { compareText } from '../../local/dynamodb/condition.ts';

/** Returns an in-memory table that passes the same contract as the real ones. */
export function memoryTable(): Table & { readonly records: ReadonlyMap<string, Attributes> } {
  const records = new Map<string, Key & Attributes>();
  const byKey = new SortedNames('pk', 'sk');
  const byDue = new SortedNames('duePk', 'dueSk');
  const erase = (name: string) => {
    const record = records.get(name);
    if (!record) return;
    records.delete(name);
    byKey.delete(record, name);
    byDue.delete(record, name);
  };
  const write = (record: Key & Attributes) => {
    refuseLarge(record);
    const name = nameOf(record);
    erase(name);
    const stored = copy(record);
    records.set(name, stored);
    byKey.add(stored, name);
    byDue.add(stored, name);
  };
  const nameOf = ({ pk, sk }: Key) => `${pk}\0${sk}`;
  // Answers are delayed, so operations that race over a network also race here.
  const later = <T>(work: () => T) => new Promise<void>((resolve) => setImmediate(resolve)).then(work);
  const inRange = (names: SortedNames, range: Range) =>
    names.inRange(range).flatMap((name) => {
      const record = records.get(name);
      return record ? [copy(record)] : [];
    });
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
        erase(nameOf(key));
        return true;
      }),
    query: (range) => later(() => inRange(byKey, range)),
    queryDue: (range) => later(() => inRange(byDue, range)),
  };
}

interface SortedName {
  readonly sort: string;
  readonly name: string;
}

/** The names of the records of each partition in the order of a sort key, so that a query need not read all of them. */
class SortedNames {
  readonly #partitions = new Map<string, SortedName[]>();
  readonly #partition: string;
  readonly #sort: string;

  constructor(partition: string, sort: string) {
    this.#partition = partition;
    this.#sort = sort;
  }

  add(record: Attributes, name: string): void {
    const at = this.#placeOf(record, name);
    at?.list.splice(at.index, 0, { sort: at.sort, name });
  }

  delete(record: Attributes, name: string): void {
    const at = this.#placeOf(record, name);
    if (at && at.list[at.index]?.name === name) at.list.splice(at.index, 1);
  }

  inRange({ pk, from, to, limit, reverse = false }: Range): string[] {
    const list = this.#partitions.get(pk) ?? [];
    const start = indexIn(list, from, '');
    // No name follows this one.
    const end = indexIn(list, to, '\uffff');
    const names = list.slice(start, end).map(({ name }) => name);
    return (reverse ? names.reverse() : names).slice(0, limit);
  }

  #placeOf(record: Attributes, name: string) {
    const { [this.#partition]: partition, [this.#sort]: sort } = record;
    if (!isString(partition) || !isString(sort)) return undefined;
    const list = this.#partitions.get(partition) ?? [];
    this.#partitions.set(partition, list);
    return { list, sort, index: indexIn(list, sort, name) };
  }
}

/** Returns the index of a name, or that at which it would be inserted. */
function indexIn(list: readonly SortedName[], sort: string, name: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    const order = one === undefined ? 0 : compareText(one.sort, sort) || compareText(one.name, name);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Throws an Error for a record that is too large for DynamoDB. */
function refuseLarge(record: Attributes): void {
  const bytes = recordBytes(record);
  if (bytes > 400 * 1024) throw new Error(`ValidationException: a record of ${bytes} bytes`);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** Copies a record without its undefined attributes. structuredClone takes ten times as long, and most of a long test. */
function copy<T extends Attributes>(record: T): T {
  const copied: Record<string, unknown> = {};
  for (const name in record) if (record[name] !== undefined) copied[name] = copyValue(record[name]);
  return copied as T;
}

function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  const copied: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) copied[name] = copyValue(part);
  return copied;
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
