/** Upper bound of what DynamoDB adds for a list, a map and each of their members. */
const MEMBER_BYTES = 4;
/** Size of the longest number. */
const NUMBER_BYTES = 21;

/**
 * Returns an upper bound of the bytes that DynamoDB counts for a value. Attribute names count as well. The limit of a
 * record is 400 KiB.
 */
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
