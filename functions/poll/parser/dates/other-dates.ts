import { monthOf } from './months.ts';
import { type CalendarDate, digitsTime, fullYear, isoTime, toTimestamp } from './numeric-dates.ts';
import { offsetOfName } from './zone-names.ts';
import { zoneOffset } from './zones.ts';

/** Reads a lower-case date with words or with non-ASCII digits. Returns ms since the epoch, or undefined. */
export function otherTime(text: string): number | undefined {
  const plain = text.replace(/\p{Cf}/gu, '').replace(/[^\P{Nd}\d]/gu, asciiDigit);
  const numericTime = plain === text ? undefined : (isoTime(plain) ?? digitsTime(plain));
  return (
    numericTime ??
    timeInWords(normalizeFormats(plain), /[\uac00-\ud7a3]/.test(plain) ? KOREAN_ZONE : undefined)
  );
}

/** Returns the ASCII digit of any script's digit. The digits of a script are consecutive, from zero. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}

/** Rewrites special formats of dates and times in the form that the functions below read. */
function normalizeFormats(text: string): string {
  const normalized = text
    .replace(/(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]/, '$1-$2-$3 ')
    .replace(/(\d{1,2})[時时시](?:\s*(\d{1,2})[分분])?(?:\s*(\d{1,2})[秒초])?/, clock)
    .replace(/(\d)t(?=\d)/, '$1 ')
    .replace(/(\d{4}):(?=\d\d:)/, '$1 ')
    .replace(/\b(\d{1,2})h(\d\d)\b/, '$1:$2')
    // Java's "+01:00[Europe/Berlin]".
    .replace(/\[([^[\]]*)\]$/, ' ($1)')
    // Thai and Lao abbreviations have dots in them.
    .replace(/(?<=[\u0e00-\u0eff])\.(?=[\u0e00-\u0eff])/g, '');
  if (/\d:\d\d/.test(normalized)) return normalized;
  return normalized
    .replace(
      /^(.*\d.*[\s,])(\d{1,2})\.(\d\d)(?:\.(\d\d))?(?=$|[\s(+-]|\p{L})/u,
      (_, date: string, ...parts) => `${date}${clock('', ...parts.slice(0, 3))}`,
    )
    .replace(/(?<![.\d])(\d{1,2})\s*(?:uhr|o['’]clock)\b/, '$1:00');
}

function clock(_match: string, ...[hours, minutes = '00', seconds = '00']: (string | undefined)[]): string {
  return [hours ?? '', minutes, seconds].map((part) => part.padStart(2, '0')).join(':');
}

/** Words for a.m. and p.m., in the languages that write them. */
const DAY_HALVES = new Map(
  Object.entries({ a: 'a 오전 上午 午前 am ص πμ sa', p: 'p 오후 下午 午後 pm م μμ ch' }).flatMap(
    ([half, names]) => names.split(' ').map((name) => [name, half] as const),
  ),
);
const CLOCK =
  /(?:(오전|오후|上午|下午|午前|午後|\b[ap]m(?=\s*\d+:))\s*)?(?<!\d)(\d{1,2})(?::(\d\d)(?::(\d\d(?:[.,:]\d+)?))?\s*(?:uhr\b|(?:([ap])\.?\s?m\b|(ص|م|π\.?μ|μ\.?μ|sa|ch)(?![\p{L}/]))\.?)?|\s?([ap])\.?m\b(?!\s*\d+:)\.?)/u;
/** Words between date and time and around numbers, in several languages. */
const FILLERS = new Set([
  'at',
  'um',
  'uhr',
  'à',
  'de',
  'del',
  'of',
  'the',
  'kl',
  'klo',
  'г',
  'року',
  'h',
  'den',
  't',
  'm',
  'd',
  'gada',
  'g',
  'ж',
  'thg',
  'ta’',
  'ngày',
  'tháng',
  'năm',
  'พศ',
]);
/** Dates with Korean words are in Korean time. */
const KOREAN_ZONE = 'kst';

/** Reads RFC 822, asctime and written dates of any language: numbers and words in any unambiguous order. */
function timeInWords(text: string, defaultZone: string | undefined): number | undefined {
  const clock = CLOCK.exec(text);
  const { index = text.length, 0: time = '' } = clock ?? {};
  const afterTime = text.slice(index + time.length);
  const { zone, rest } = zoneAndRest(afterTime);
  // "10:00:00Text" is not a time.
  if (zone === undefined && /\d$/.test(time) && /^[a-z]/.test(afterTime)) return undefined;
  const [before, after] = [wordsOf(text.slice(0, index)), wordsOf(rest)];
  const words = [...withoutUnknown(before), ...withoutUnknown(after)];
  const date = before.length + after.length - words.length > MAX_UNKNOWN ? undefined : dateOf(words);
  if (!date) return undefined;
  const [, halfBefore, hour, minutes, seconds, ...halves] = clock ?? [];
  const half = [halfBefore, ...halves].find((name) => name !== undefined);
  const hour24 = to24Hours(hour, half === undefined ? undefined : DAY_HALVES.get(half.replaceAll('.', '')));
  return toTimestamp(date, [hour24, minutes, seconds], zone ?? defaultZone);
}

const ZONE =
  /^\s*[,(]?\s*((?:(?:utc?|gmt)\s?)?[+-]\s?\d{1,2}(?:[:.]?\d{1,2})?(?![\d:/])|[a-z]+\/[a-z\d_/+-]+|[a-z][a-z. -]{1,30} time\b|[a-z]{3}\d[a-z]{3}\b|\p{L}{1,6}(?![\p{L}.]))(.*)$/su;
/** A text with more unknown words is a sentence, and the date in it may be about something else. */
const MAX_UNKNOWN = 4;
const LETTERS = /^[\p{L}\p{M}'’._/()-]+$/u;

/** Drops unknown words at both ends: weekdays, prepositions and unknown zones. */
function withoutUnknown(words: readonly string[]): string[] {
  const isKnown = (word: string) => !LETTERS.test(word) || monthOf(word) !== undefined;
  return words.slice(Math.max(0, words.findIndex(isKnown)), words.findLastIndex(isKnown) + 1);
}

/** In "WIB +0700" and "UTC/GMT +3", the offset counts. */
const NAME_BEFORE_OFFSET = /^\s*\(?(?!(?:utc?|gmt)\s)[\p{L}/]{1,8}\)?\s+(?=[+-]\d{1,2}(?::?\d\d)?$)/u;

function zoneAndRest(text: string): { zone?: string; rest: string } {
  const [, zone = '', rest = ''] = ZONE.exec(text.replace(NAME_BEFORE_OFFSET, '')) ?? [];
  const name = offsetOfName(zone) ?? zone.replace(/\s/g, '');
  // "-06:00text" is not an offset.
  const isAttached = /\d$/.test(zone) && /^[a-z]/.test(rest);
  if (name === '' || isAttached || zoneOffset(name, 0) === undefined) return { rest: text };
  // "+0100 (CET)" gives the zone twice.
  return { zone: name, rest: rest.replace(/^\s*(\([^)]*\)|\))/, '') };
}

function wordsOf(text: string): string[] {
  return text
    .replace(/(\d)(st|nd|rd|th|º|°|ª|er)(?![\p{L}])/gu, '$1')
    .split(/[\s,،，]+|(?<=[\p{L}\p{M}])[.:]|(?<=\d)\.(?=[\s,]|$)/u)
    .filter((word) => word !== '' && !/^[-–—|.]$/.test(word) && !FILLERS.has(word));
}

function dateOf(words: readonly string[]): CalendarDate | undefined {
  const parts = words.flatMap((word) =>
    /^[\p{L}\d]+([-/.][\p{L}\d]+){1,2}$/u.test(word) ? [...word.split(/[-/.]/)] : [word],
  );
  const isAmerican = words.some((word) => /^\d{1,2}\/\d{1,2}\/\d{2,4}$/.test(word));
  const [first, ...others] = parts;
  // The first word is a weekday in some language, or a month.
  const isWeekday =
    first !== undefined &&
    LETTERS.test(first) &&
    (others.some(isMonth) || monthOf(first) === undefined || others.length === 3);
  const rest = isWeekday ? others : parts;
  const numbers = rest.filter((word) => /^\d+$/.test(word));
  const names = rest.filter((word) => !/^\d+$/.test(word));
  if (names.length > 1 || rest.length !== 3) return undefined;
  const month = names[0] === undefined ? undefined : monthOf(names[0]);
  if (names.length === 1) return month === undefined ? undefined : dateWithMonth(numbers, month);
  return dateOfNumbers(numbers, isAmerican);
}

function isMonth(word: string): boolean {
  return /^\p{L}/u.test(word) && monthOf(word) !== undefined;
}

function dateWithMonth([one = '', two = '']: readonly string[], month: number): CalendarDate {
  const [year, day] = one.length > 2 ? [one, two] : [two, one];
  return { year: fullYear(year), month, day: Number(day) };
}

/** Reads "2006/09/15" and "15.09.2006". If `isAmerican` is set, which is for dates with slashes, reads "9/15/2006" too. */
function dateOfNumbers(
  [one = '', two = '', three = '']: readonly string[],
  isAmerican: boolean,
): CalendarDate {
  if (one.length > 2) return { year: Number(one), month: Number(two) - 1, day: Number(three) };
  const monthFirst = isAmerican ? Number(one) <= 12 : Number(two) > 12;
  const [month, day] = monthFirst ? [one, two] : [two, one];
  return { year: fullYear(three), month: Number(month) - 1, day: Number(day) };
}

function to24Hours(hour: string | undefined, half: string | undefined): string | undefined {
  if (hour === undefined || half === undefined || Number(hour) > 12) return hour;
  return String((Number(hour) % 12) + (half === 'p' ? 12 : 0));
}
