import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { digitsTime, ENGLISH_MONTHS, isoTime, toTimestamp } from './numeric-dates.ts';

const MIN_TIME = Date.UTC(1990, 0, 1);
const DAY_MS = 86_400_000;
/** Characters. No date is longer, and searching megabytes for one takes minutes. */
const MAX_LENGTH = 100;

/**
 * Returns a feed's date as ISO 8601 in UTC. Returns undefined if it cannot be read, is before 1990, or is more than a day
 * after `now`. Takes a date without a zone as UTC, wherever this code runs. Avoids `Date.parse`, which accepts texts that are
 * not dates and rejects half of the formats that feeds use.
 */
export function isoDate(text: string, now: number): string | undefined {
  const time = timeOf(
    text
      .slice(0, MAX_LENGTH + 1)
      .trim()
      .toLowerCase(),
  );
  return time !== undefined && time >= MIN_TIME && time <= now + DAY_MS
    ? new Date(time).toISOString()
    : undefined;
}

function timeOf(text: string): number | undefined {
  if (text === '' || text.length > MAX_LENGTH) return undefined;
  return commonTime(text) ?? isoTime(text) ?? digitsTime(text) ?? otherTime(text);
}

let otherDates: typeof import('./other-dates.ts') | undefined;

/** Reads rare formats. Loads the code on demand; in a bundle, it is a file beside the bundle with the same extension. */
function otherTime(text: string): number | undefined {
  otherDates ??= createRequire(import.meta.url)(
    `./other-dates${extname(import.meta.filename)}`,
  ) as typeof import('./other-dates.ts');
  return otherDates.otherTime(text);
}

const COMMON_FORMAT =
  /^(?:[a-z]{3}, *)?(\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (gmt|[a-z]{1,4}|[+-]\d{4})$/;

/** Reads the format of nearly all RSS feeds, fast. */
function commonTime(text: string): number | undefined {
  const [, day, name = '', year, hours, minutes, seconds, zone] = COMMON_FORMAT.exec(text) ?? [];
  const month = ENGLISH_MONTHS.get(name);
  if (month === undefined) return undefined;
  return toTimestamp({ year: Number(year), month, day: Number(day) }, [hours, minutes, seconds], zone);
}
