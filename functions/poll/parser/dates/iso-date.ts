import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { ENGLISH_MONTHS } from './months.ts';
import { digitsTime, isoTime, toTimestamp } from './numeric-dates.ts';

const MIN_TIME = Date.UTC(1990, 0, 1);
const DAY_MS = 86_400_000;
/** No date is longer, and looking for one in megabytes takes minutes. */
const MAX_LENGTH = 100;

/**
 * A feed's date in UTC; dates that cannot be read, or are absurd, are unknown. One without a zone means UTC, wherever this
 * runs. Never `Date.parse`, which takes much that is no date and knows nothing of half of what feeds write.
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
  return commonTime(text) ?? isoTime(text) ?? digitsTime(text) ?? readOther(text);
}

let others: typeof import('./other-dates.ts') | undefined;

/** Few feeds have such dates, and what they need is loaded then. A bundle has the part beside it, under its own ending. */
function readOther(text: string): number | undefined {
  others ??= createRequire(import.meta.url)(
    `./other-dates${extname(import.meta.filename)}`,
  ) as typeof import('./other-dates.ts');
  return others.otherTime(text);
}

const COMMON_FORMAT =
  /^(?:[a-z]{3}, *)?(\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (gmt|[a-z]{1,4}|[+-]\d{4})$/;

/** What nearly all of RSS has: quickly. */
function commonTime(text: string): number | undefined {
  const [, day, name = '', year, hours, minutes, seconds, zone] = COMMON_FORMAT.exec(text) ?? [];
  const month = ENGLISH_MONTHS.get(name);
  if (month === undefined) return undefined;
  return toTimestamp({ year: Number(year), month, day: Number(day) }, [hours, minutes, seconds], zone);
}
