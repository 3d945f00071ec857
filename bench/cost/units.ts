const KB = 1024;

/** Write request units: one per KB begun, of the larger of what was there and what is. */
export function writeUnits(bytesBefore: number, bytesAfter: number): number {
  return Math.max(1, Math.ceil(Math.max(bytesBefore, bytesAfter) / KB));
}

/** Write request units of an index that shows whole records. Moving an entry is a removal and an insertion. */
export function indexWriteUnits(before: IndexEntry | undefined, after: IndexEntry | undefined): number {
  if (!before && !after) return 0;
  if (before && after && before.key === after.key) return writeUnits(before.bytes, after.bytes);
  return (before ? writeUnits(before.bytes, 0) : 0) + (after ? writeUnits(0, after.bytes) : 0);
}

export interface IndexEntry {
  readonly key: string;
  readonly bytes: number;
}

/** Read request units: one per 4 KB begun, half as much where an older state may be seen. What finds nothing reads, too. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / (4 * KB))) * (consistent ? 1 : 0.5);
}

/** Requests of SQS and SNS: one per 64 KB begun. */
export function chunks(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / (64 * KB)));
}

/** Billed milliseconds: every one begun. */
export function billedMs(ms: number): number {
  return Math.ceil(ms);
}

export function gbSeconds(ms: number, memoryMb: number): number {
  return (billedMs(ms) / 1000) * (memoryMb / 1024);
}
