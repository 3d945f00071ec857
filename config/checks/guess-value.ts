import { nearestName } from '../query/nearest-name.ts';
import { WEEKDAYS } from '../week.ts';

/** Guesses at times, durations and policies that are written in another way than the file takes. */

/** "7:30", "7.30", "7h30", "7am", "7:30 pm", "0730" as "07:30"; undefined when it is no time of the day. */
export function guessTime(text: string): string | undefined {
  const found =
    /^(\d{1,2})(?:[:.h\uff1a](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h|uhr|o'clock)?$/i.exec(text.trim()) ??
    /^(\d{2})(\d{2})(?:\s*(h|hrs?))?$/i.exec(text.trim());
  if (!found)
    return /^noon$/i.test(text.trim()) ? '12:00' : /^midnight$/i.test(text.trim()) ? '00:00' : undefined;
  const half = found[3]?.toLowerCase().replaceAll('.', '');
  const isHalf = half === 'am' || half === 'pm';
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? 0)];
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0) || (isHalf && (hour > 12 || hour === 0)))
    return undefined;
  const inDay = isHalf ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour % 24;
  return `${String(inDay).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** Short forms that people write, from Monday on. */
const SHORT_DAYS: readonly (readonly string[])[] = [
  ['mo', 'mon'],
  ['tu', 'tue', 'tues'],
  ['we', 'wed'],
  ['th', 'thu', 'thur', 'thurs'],
  ['fr', 'fri'],
  ['sa', 'sat'],
  ['su', 'sun'],
];

/** "Mon", "Mondays", "mnoday" as "monday". */
export function guessDay(text: string): string | undefined {
  const name = text.trim().toLowerCase().replace(/s$/, '').replace(/\.$/, '');
  const short = SHORT_DAYS.findIndex((names) => names.includes(name));
  return WEEKDAYS[short] ?? nearestName(name, WEEKDAYS);
}

const NOW = /^(immediate(ly)?|instant(ly)?|at once|real-?time|asap|always|live)$/;

/** Returns a value of `deliver` that a text stands for. */
export function guessDeliver(text: string): string | undefined {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (NOW.test(plain)) return 'now';
  if (/^(every|each|once an|1) ?h(our)?$/.test(plain)) return 'hourly';
  const weekly = /^(?:weekly |every |each )?(?:on )?(?:a )?([a-z]+)\.?(?:,? (?:at )?(.+))?$/.exec(plain);
  const day =
    weekly?.[1] === undefined || /^(dai?l?y|day|hou?rly|now|week(ly)?)$/.test(weekly[1])
      ? undefined
      : guessDay(weekly[1]);
  const dayTime = weekly?.[2] === undefined ? '07:30' : guessTime(weekly[2]);
  if (day && dayTime) return `weekly on ${day} at ${dayTime}`;
  const time = guessDaily(plain);
  if (time) return time;
  if (/^(weekly|every week|once a week)$/.test(plain)) return 'weekly on monday at 07:30';
  return nearestName(plain, ['now', 'hourly']);
}

/** `daily at HH:MM`, which `deliver` and `roundUp` take. */
function guessDaily(plain: string, usual = '07:30'): string | undefined {
  const [, word, rest] = /^(?:([a-z]+)(?: day)?)?(?:,? ?(?:at |@ ?)?(.+))?$/.exec(plain) ?? [];
  const isDaily =
    word === undefined ||
    nearestName(word, ['daily']) !== undefined ||
    /^(day|every|everyday|each|at)$/.test(word);
  if (!isDaily) return undefined;
  if (rest === undefined) return word === undefined || word === 'at' ? undefined : `daily at ${usual}`;
  const time = guessTime(rest.replace(/^at /, ''));
  return time && `daily at ${time}`;
}

/** Returns a value of `roundUp` that a text stands for. */
export function guessRoundUp(text: string): string | undefined {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  return isNo(plain) ? 'off' : (guessDaily(plain, '18:00') ?? nearestName(plain, ['off']));
}

/** Returns a value of `quiet` that a text stands for: "10pm - 7am", "22:00-07:00 on weekends". */
export function guessQuiet(text: string): string | undefined {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (isNo(plain)) return 'off';
  const [, from = '', to = '', days] =
    /^(?:from )?(.+?) ?(?:to|until|till|through|-|–|—) ?(.+?)(?: (?:on|every|,) ?(.+))?$/.exec(plain) ?? [];
  const [begin, end] = [guessTime(from), guessTime(to)];
  if (!begin || !end || begin === end) return undefined;
  if (days === undefined) return `${begin} to ${end}`;
  const named = guessDays(days);
  return named && `${begin} to ${end} on ${named}`;
}

function guessDays(text: string): string | undefined {
  if (/^weekends?$/.test(text)) return 'saturday and sunday';
  if (/^(week|work(ing)?) ?days?$/.test(text)) return 'monday to friday';
  const parts = text.split(/\s*(?:,|\band\b|&)\s*/).filter((part) => part !== '');
  const named = parts.map((part) => {
    const ends = part.split(/\s*(?:\bto\b|-|–)\s*/).map((day) => guessDay(day));
    return ends.includes(undefined) || ends.length > 2 ? undefined : ends.join(' to ');
  });
  return named.includes(undefined) || named.length === 0 ? undefined : named.join(' and ');
}

const UNIT = /^(?:(s)(?:ec(?:ond)?s?)?|(m)(?:in(?:ute)?s?)?|(h)(?:(?:ou)?rs?)?|(d)(?:ays?)?)$/i;

/** "5 minutes", "5min", "an hour", "5m-20m", "5-20m" as the file writes durations; undefined when it is none. */
export function guessDuration(text: string): string | undefined {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const parts = plain.replace(/^(every|each|between) /, '').split(/ ?(?:\bto\b|\band\b|\.\.+|-|–|—|,) ?/);
  if (parts.length > 2) return undefined;
  const unitOfLast = /[a-z]+$/.exec(parts.at(-1) ?? '')?.[0] ?? '';
  const found = parts.map((part) => guessOneDuration(/[a-z]$/.test(part) ? part : `${part}${unitOfLast}`));
  return found.includes(undefined) ? undefined : found.join(' to ');
}

function guessOneDuration(text: string): string | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?|an?|one) ?([a-z]+)$/.exec(text) ?? [];
  const count = /^\d/.test(number) ? number : '1';
  if (/^(w|weeks?|wks?)$/.test(unit)) return `${Number(count) * 7}d`;
  const sign = UNIT.exec(unit)
    ?.slice(1)
    .find((one) => one !== undefined);
  return number === '' || sign === undefined ? undefined : `${count}${sign.toLowerCase()}`;
}

/** True of words for no. */
export function isNo(text: string): boolean {
  return /^(no|none|never|false|disabled?|n|nothing|null|-|0)$/i.test(text.trim());
}

export function isYes(text: string): boolean {
  return /^(yes|on|true|y|enabled?|1)$/i.test(text.trim());
}

/** "Berlin", "europe/berln", "America/NewYork" as an IANA zone. */
export function guessTimeZone(text: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const plain = (zone: string) => zone.toLowerCase().replace(/[^a-z/]/g, '');
  const city = (zone: string) => plain(zone.split('/').at(-1) ?? '');
  const wanted = plain(text);
  const same =
    zones.find((zone) => plain(zone) === wanted) ?? zones.find((zone) => city(zone) === city(text));
  const near = nearestName(city(text), zones.map(city));
  return same ?? zones.find((zone) => city(zone) === near);
}
