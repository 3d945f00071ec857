/** A list, a map and each of their members take some bytes of their own. */
const MEMBER_BYTES = 4;
/** The longest number. */
const NUMBER_BYTES = 21;

/** Returns the bytes that DynamoDB counts of a value at most: of a record, with the names of its attributes. Its limit is 400 KiB. */
export function recordBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return NUMBER_BYTES;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce(
    (sum, [name, member]) =>
      sum +
      MEMBER_BYTES +
      (Array.isArray(value) ? 0 : Buffer.byteLength(name)) +
      (member === undefined ? 0 : recordBytes(member)),
    MEMBER_BYTES,
  );
}
