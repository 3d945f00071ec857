const KB = 1024;

/** Returns the write request units: one for each started KB of the larger of the old and the new record. */
export function writeUnits(bytesBefore: number, bytesAfter: number): number {
  return Math.max(1, Math.ceil(Math.max(bytesBefore, bytesAfter) / KB));
}

/** Returns the write request units of an index with whole records. Moving an entry is a removal and an insertion. */
export function indexWriteUnits(before: IndexEntry | undefined, after: IndexEntry | undefined): number {
  if (!before && !after) return 0;
  if (before && after && before.key === after.key) return writeUnits(before.bytes, after.bytes);
  return (before ? writeUnits(before.bytes, 0) : 0) + (after ? writeUnits(0, after.bytes) : 0);
}

export interface IndexEntry {
  readonly key: string;
  readonly bytes: number;
}

/**
 * Returns the read request units: one for each started 4 KB, or half of that for an eventually consistent read. At least one
 * read is billed.
 */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / (4 * KB))) * (consistent ? 1 : 0.5);
}

/** Returns the billed requests of SQS or SNS: one for each started 64 KB. */
export function chunks(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / (64 * KB)));
}
