import { nearestName } from '../query/nearest-name.ts';
import { WEEKDAYS } from '../week.ts';

/** Guesses what times, durations and policies are meant by texts that the schema rejects. */

/** Returns "07:30" for "7:30", "7.30", "7h30", "7:30 am" or "0730", and undefined for a text that is no time of day. */
function guessTime(text: string): string | undefined {
  const found =
    /^(\d{1,2})(?:[:.h\uff1a](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h|uhr|o'clock)?$/i.exec(text.trim()) ??
    /^(\d{2})(\d{2})(?:\s*(h|hrs?))?$/i.exec(text.trim());
  if (!found)
    return /^noon$/i.test(text.trim()) ? '12:00' : /^midnight$/i.test(text.trim()) ? '00:00' : undefined;
  const suffix = found[3]?.toLowerCase().replaceAll('.', '');
  const isTwelveHour = suffix === 'am' || suffix === 'pm';
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? 0)];
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0) || (isTwelveHour && (hour > 12 || hour === 0)))
    return undefined;
  const hourOfDay = isTwelveHour ? (hour % 12) + (suffix === 'pm' ? 12 : 0) : hour % 24;
  return `${String(hourOfDay).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** Abbreviations of weekdays, from Monday. */
const SHORT_DAYS: readonly (readonly string[])[] = [
  ['mo', 'mon'],
  ['tu', 'tue', 'tues'],
  ['we', 'wed'],
  ['th', 'thu', 'thur', 'thurs'],
  ['fr', 'fri'],
  ['sa', 'sat'],
  ['su', 'sun'],
];

/** Returns "monday" for "Mon", "Mondays" or "mnoday". */
function guessDay(text: string): string | undefined {
  const name = text.trim().toLowerCase().replace(/s$/, '').replace(/\.$/, '');
  const short = SHORT_DAYS.findIndex((names) => names.includes(name));
  return WEEKDAYS[short] ?? nearestName(name, WEEKDAYS);
}

const NOW = /^(immediate(ly)?|instant(ly)?|at once|real-?time|asap|always|live)$/;

/** Returns the value of `deliver` that a text probably means. */
export function guessDeliver(text: string): string | undefined {
  const plain = normalize(text);
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

/** Returns `daily at HH:MM`, which `deliver`, `roundUp` and `digest` accept. */
function guessDaily(plain: string, defaultTime = '07:30'): string | undefined {
  const [, word, rest] = /^(?:([a-z]+)(?: day)?)?(?:,? ?(?:at |@ ?)?(.+))?$/.exec(plain) ?? [];
  const isDaily =
    word === undefined ||
    nearestName(word, ['daily']) !== undefined ||
    /^(day|every|everyday|each|at)$/.test(word);
  if (!isDaily) return undefined;
  if (rest === undefined) return word === undefined || word === 'at' ? undefined : `daily at ${defaultTime}`;
  const time = guessTime(rest.replace(/^at /, ''));
  return time && `daily at ${time}`;
}

/** Returns the `daily at HH:MM` or `off` that a text probably means. */
export function guessDailyOrOff(text: string, defaultTime: string): string | undefined {
  const plain = normalize(text);
  return isNo(plain) ? 'off' : (guessDaily(plain, defaultTime) ?? nearestName(plain, ['off']));
}

/** Returns the value of `quiet` that a text probably means, such as "10pm - 7am" or "22:00-07:00 on weekends". */
export function guessQuiet(text: string): string | undefined {
  const plain = normalize(text);
  if (isNo(plain)) return 'off';
  const [, from = '', to = '', days] =
    /^(?:from )?(.+?) ?(?:to|until|till|through|-|–|—) ?(.+?)(?: (?:on|every|,) ?(.+))?$/.exec(plain) ?? [];
  const [start, end] = [guessTime(from), guessTime(to)];
  if (!start || !end || start === end) return undefined;
  if (days === undefined) return `${start} to ${end}`;
  const names = guessDays(days);
  return names && `${start} to ${end} on ${names}`;
}

function normalize(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ');
}

function guessDays(text: string): string | undefined {
  if (/^weekends?$/.test(text)) return 'saturday and sunday';
  if (/^(week|work(ing)?) ?days?$/.test(text)) return 'monday to friday';
  const parts = text.split(/\s*(?:,|\band\b|&)\s*/).filter((part) => part !== '');
  const names = parts.map((part) => {
    const bounds = part.split(/\s*(?:\bto\b|-|–)\s*/).map((day) => guessDay(day));
    return bounds.includes(undefined) || bounds.length > 2 ? undefined : bounds.join(' to ');
  });
  return names.includes(undefined) || names.length === 0 ? undefined : names.join(' and ');
}

const UNIT = /^(?:(s)(?:ec(?:ond)?s?)?|(m)(?:in(?:ute)?s?)?|(h)(?:(?:ou)?rs?)?|(d)(?:ays?)?)$/i;

/** Returns the duration or range that a text such as "5 minutes", "5min", "an hour", "5m-20m" or "5-20m" means. */
export function guessDuration(text: string): string | undefined {
  const parts = normalize(text)
    .replace(/^(every|each|between) /, '')
    .split(/ ?(?:\bto\b|\band\b|\.\.+|-|–|—|,) ?/);
  if (parts.length > 2) return undefined;
  const lastUnit = /[a-z]+$/.exec(parts.at(-1) ?? '')?.[0] ?? '';
  const found = parts.map((part) => guessSingleDuration(/[a-z]$/.test(part) ? part : `${part}${lastUnit}`));
  return found.includes(undefined) ? undefined : found.join(' to ');
}

function guessSingleDuration(text: string): string | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?|an?|one) ?([a-z]+)$/.exec(text) ?? [];
  const count = /^\d/.test(number) ? number : '1';
  if (/^(w|weeks?|wks?)$/.test(unit)) return `${Number(count) * 7}d`;
  const letter = UNIT.exec(unit)
    ?.slice(1)
    .find((group) => group !== undefined);
  return number === '' || letter === undefined ? undefined : `${count}${letter.toLowerCase()}`;
}

/** Whether a text means no, such as "never", "disabled" or "0". */
export function isNo(text: string): boolean {
  return /^(no|none|never|false|disabled?|n|nothing|null|-|0)$/i.test(text.trim());
}

/** Whether a text means yes, such as "on", "enabled" or "1". */
export function isYes(text: string): boolean {
  return /^(yes|on|true|y|enabled?|1)$/i.test(text.trim());
}

/** Returns the IANA time zone that a text such as "Berlin", "europe/berln" or "America/NewYork" means. */
export function guessTimeZone(text: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const lettersOf = (zone: string) => zone.toLowerCase().replace(/[^a-z/]/g, '');
  const city = (zone: string) => lettersOf(zone.split('/').at(-1) ?? '');
  const wanted = lettersOf(text);
  const same =
    zones.find((zone) => lettersOf(zone) === wanted) ?? zones.find((zone) => city(zone) === city(text));
  const near = nearestName(city(text), zones.map(city));
  return same ?? zones.find((zone) => city(zone) === near);
}
