import { zoneOffset } from './zones.ts';

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** Months from 0 to 11, by the first three letters of their English names. */
export const ENGLISH_MONTHS: ReadonlyMap<string, number> = new Map(MONTHS.map((month, n) => [month, n]));

/** Years between the Thai and the common calendar. */
const BUDDHIST_ERA_OFFSET = 543;
const MIN_BUDDHIST_YEAR = 1990 + BUDDHIST_ERA_OFFSET;

const ISO =
  /^(\d{4}|\d\d(?=-\d\d-\d\d$))(?:-(\d{1,3})(?:-(\d{1,2}))?|(\d\d)(\d\d))?(?:(?:t|\s+|t\s+)(\d{1,2}):?(\d\d)(?::?(\d\d(?:[.,]\d+)?))?)?\s*(\S+)?$/;

/** Reads ISO 8601 and W3C's profile of it, with their common errors. Returns ms since the epoch. */
export function isoTime(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  // "2013-01-27Z" and "2013-01-27+01:00" have a zone; "2013-01-27-01" is not a date.
  if (match[6] === undefined && match[9] !== undefined && !/^(z|gmt|utc|[+-]\d\d:\d\d)$/.test(match[9]))
    return undefined;
  const [, year = '', month = '', day, basicMonth, basicDay, hours, minutes, seconds, zone] = match;
  // Three digits are the day of the year, unless a day follows ("2003-012-31").
  if (month.length === 3 && day === undefined) {
    return toTimestamp(
      { year: Number(year), month: 0, day: Number(month), dayOfYear: true },
      [hours, minutes, seconds],
      zone,
    );
  }
  const date = {
    year: fullYear(year),
    month: Number(month || basicMonth || 1) - 1,
    day: Number(day ?? basicDay ?? 1),
  };
  return toTimestamp(date, [hours, minutes, seconds], zone);
}

/** Reads digits alone: seconds or milliseconds since 1970, or a date without separators. Returns ms since the epoch. */
export function digitsTime(text: string): number | undefined {
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (/^\d{12,13}$/.test(text)) return Number(text);
  if (/^\d{14}$/.test(text)) return isoTime(`${text.slice(0, 8)}t${text.slice(8)}`);
  const [, year = '', month, day, longYear, dayOfYear] =
    /^(?:(\d\d)(\d\d)(\d\d)|(\d{4})(\d{3}))$/.exec(text) ?? [];
  if (month) return toTimestamp({ year: fullYear(year), month: Number(month) - 1, day: Number(day) }, []);
  if (!longYear) return undefined;
  return toTimestamp({ year: Number(longYear), month: 0, day: Number(dayOfYear), dayOfYear: true }, []);
}

export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear?: boolean;
}

/** Returns the year of two or more digits. By RFC 2822, two digits below 50 are in this century. */
export function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}

type ClockTime = readonly [
  hours?: string | undefined,
  minutes?: string | undefined,
  seconds?: string | undefined,
];

/** Returns ms since the epoch, or undefined if there is no such day, time or zone. */
export function toTimestamp(
  { year: writtenYear, month, day, dayOfYear }: CalendarDate,
  [hours = '0', minutes = '0', seconds = '0']: ClockTime,
  zone = 'z',
): number | undefined {
  const year = writtenYear < MIN_BUDDHIST_YEAR ? writtenYear : writtenYear - BUDDHIST_ERA_OFFSET;
  const midnight = Date.UTC(year, month, day);
  const isDay = dayOfYear
    ? day >= 1 && new Date(midnight).getUTCFullYear() === year
    : new Date(midnight).getUTCMonth() === month && new Date(midnight).getUTCDate() === day;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds.replace(/[,:]/, '.'))];
  const isTime = (h < 24 && m < 60 && s < 61) || (h === 24 && m === 0 && s === 0);
  const offset = zoneOffset(zone, midnight);
  if (!isDay || !isTime || offset === undefined) return undefined;
  // A leap second counts as the last second of its minute.
  return midnight + (h * 60 + m - offset) * 60_000 + Math.floor((s < 60 ? s : 59) * 1_000);
}
