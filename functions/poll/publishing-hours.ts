const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HALF_LIFE_MS = 14 * DAY_MS;
/** The mean rate is mixed into each hour with this weight, so that a few items prove nothing: days, and items of all hours. */
const MIN_PRIOR_DAYS = 1;
const MIN_PRIOR_ITEMS = 12;

/** At which hours of the day a feed publishes. */
export interface PublishingHours {
  /** New items by hour of the day, UTC. They fade with a half-life of 14 days. */
  readonly counts: readonly number[];
  /** Days in which they were counted, fading alike. */
  readonly days: number;
  /** When they were last counted, ms since the epoch. */
  readonly at: number;
}

const hourOf = (time: number): number => Math.floor(time / HOUR_MS) % 24;

/** Returns the hours with those of new items added. `times`: when these were published, ms. */
export function recordHours(
  before: PublishingHours | undefined,
  times: readonly number[],
  now: number,
): PublishingHours {
  const { counts, days } = faded(before ?? { counts: new Array(24).fill(0), days: 0, at: now }, now);
  const next = [...counts];
  for (const time of times) next[hourOf(time)] = (next[hourOf(time)] ?? 0) + 1;
  return { counts: next, days, at: now };
}

/**
 * Returns the feed's mean rate, relative to its rate at this hour of the day: above 1 in its quiet hours. Hours mix with
 * those beside them.
 */
export function hourFactor(hours: PublishingHours | undefined, now: number): number {
  if (!hours) return 1;
  const { counts, days } = faded(hours, now);
  const at = (hour: number) => counts[(hour + 24) % 24] ?? 0;
  // As if one item more had been seen, so that a feed without items has a rate.
  const mean = (counts.reduce((sum, count) => sum + count, 0) + 1) / (days + 1) / 24;
  const hour = hourOf(now);
  const inHour = (at(hour - 1) + 2 * at(hour) + at(hour + 1)) / 4;
  const priorDays = Math.max(MIN_PRIOR_DAYS, MIN_PRIOR_ITEMS / (24 * mean));
  return (mean * (days + priorDays)) / (inHour + priorDays * mean);
}

function faded({ counts, days, at }: PublishingHours, now: number): Omit<PublishingHours, 'at'> {
  const elapsed = Math.max(0, now - at);
  const kept = 2 ** (-elapsed / HALF_LIFE_MS);
  // The days that have passed fade as they pass.
  const passed = ((HALF_LIFE_MS / Math.LN2) * (1 - kept)) / DAY_MS;
  return { counts: counts.map((count) => count * kept), days: days * kept + passed };
}

const COUNT_BYTES = 2;
const PACKED_BYTES = 24 * COUNT_BYTES + 8;

/** Returns the hours in 56 bytes: 24 counts, days and seconds. A longer form would make each write of most states cost more. */
export function packHours({ counts, days, at }: PublishingHours): Uint8Array {
  const packed = new DataView(new ArrayBuffer(PACKED_BYTES));
  for (const [hour, count] of counts.entries()) packed.setFloat16(hour * COUNT_BYTES, count);
  packed.setFloat32(24 * COUNT_BYTES, days);
  packed.setUint32(24 * COUNT_BYTES + 4, at / 1_000);
  return new Uint8Array(packed.buffer);
}

/** Restores packed hours. Returns undefined for bytes of another length, such as those of a later release. */
export function unpackHours(bytes: Uint8Array | undefined): PublishingHours | undefined {
  if (bytes?.byteLength !== PACKED_BYTES) return undefined;
  const packed = new DataView(bytes.buffer, bytes.byteOffset);
  const days = packed.getFloat32(24 * COUNT_BYTES);
  const at = packed.getUint32(24 * COUNT_BYTES + 4) * 1_000;
  return { counts: Array.from({ length: 24 }, (_, hour) => packed.getFloat16(hour * COUNT_BYTES)), days, at };
}
