/** A record as it is stored: plain JSON values and byte arrays. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A condition on the record currently at the key. */
export type Condition =
  | { readonly absent: true }
  | { readonly attribute: string; readonly equals: string | number }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] }
  | { readonly attribute: string; readonly below: string | number };

export interface Range {
  readonly pk: string;
  /** Both ends included. */
  readonly from: string;
  readonly to: string;
  readonly limit?: number;
  /** Last keys first, so that `limit` keeps the last ones. */
  readonly reverse?: boolean;
}

/**
 * The one table. It offers only single-record reads and conditional writes, so that code which runs on the embedded store
 * also runs on DynamoDB. Reads by key are strongly consistent; the due index is not.
 */
export interface Table {
  get(key: Key): Promise<Attributes | undefined>;
  /** Writes a record. Returns false if the condition does not hold, which is a normal case. */
  put(record: Key & Attributes, condition?: Condition): Promise<boolean>;
  /** Writes many records unconditionally. All are written when the promise resolves. */
  putAll(records: readonly (Key & Attributes)[]): Promise<void>;
  /** Deletes a record. Returns false if the condition does not hold. */
  delete(key: Key, condition?: Condition): Promise<boolean>;
  /** Returns the records of a partition in key order, or in reverse. */
  query(range: Range): Promise<Attributes[]>;
  /** Returns the records whose `duePk` and `dueSk` lie in the range, in order of `dueSk`. */
  queryDue(range: Range): Promise<Attributes[]>;
}
