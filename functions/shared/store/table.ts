/** A record as it is stored: plain JSON values and byte arrays. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A condition on the record that stands at the key now; `attribute` is compared with `value`. */
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
  /** Last keys first, by which a limit keeps the last ones. */
  readonly reverse?: boolean;
}

/**
 * The one table, as the product uses it: single-record reads and conditional writes, and nothing else, so that what
 * runs on the embedded store runs on DynamoDB. Reads by key are strongly consistent; the due index is not.
 */
export interface Table {
  get(key: Key): Promise<Attributes | undefined>;
  /** False when the condition does not hold: a normal branch, not an error. */
  put(record: Key & Attributes, condition?: Condition): Promise<boolean>;
  /** Unconditional writes of many records; all are written when it resolves. */
  putAll(records: readonly (Key & Attributes)[]): Promise<void>;
  delete(key: Key, condition?: Condition): Promise<boolean>;
  /** Records of a partition, in key order unless the range says otherwise. */
  query(range: Range): Promise<Attributes[]>;
  /** Records whose `duePk` and `dueSk` lie in the range, in order of `dueSk`. */
  queryDue(range: Range): Promise<Attributes[]>;
}
