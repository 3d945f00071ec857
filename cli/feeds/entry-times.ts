import type { Entry } from '../../functions/poll/parser/parse.ts';

/** ms. A feed without new items for this long may be abandoned. */
export const SILENT_MS = 120 * 86_400_000;

/** Returns when an entry was published, or else updated, ms since the epoch; undefined if it has no date. */
export function entryTime({ published, updated }: Entry): number | undefined {
  const date = published ?? updated;
  return date === undefined ? undefined : Date.parse(date);
}

/** Returns the time of the newest entry, ms since the epoch; undefined if no entry has a date. */
export function newestTime(entries: readonly Entry[]): number | undefined {
  return entries.reduce<number | undefined>((newest, entry) => {
    const time = entryTime(entry);
    return time === undefined || (newest !== undefined && newest >= time) ? newest : time;
  }, undefined);
}
