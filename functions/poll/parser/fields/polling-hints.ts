import type { FeedHints } from '../../../shared/store/feed-states.ts';
import { childrenNamed, childText, type FeedElement, firstNonEmpty } from '../xml/feed-element.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PERIODS = new Map([
  ['hourly', HOUR_MS],
  ['daily', DAY_MS],
  ['weekly', 7 * DAY_MS],
  ['monthly', 30 * DAY_MS],
  ['yearly', 365 * DAY_MS],
]);
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Returns RSS's ttl, skipHours and skipDays, and the update period of the syndication module. `interval` is in ms. */
export function pollingHintsOf(head: FeedElement): FeedHints {
  const interval = Math.max(ttlMs(head), updateIntervalMs(head));
  const skipHours = validNumbers(
    values(head, 'skiphours', 'hour').map((hour) => (/^\d{1,2}$/.test(hour) ? Number(hour) % 24 : -1)),
  );
  const skipDays = validNumbers(
    values(head, 'skipdays', 'day').map((day) => DAYS.indexOf(day.slice(0, 3).toLowerCase())),
  );
  return {
    ...(interval > 0 ? { interval } : {}),
    ...(skipHours.length > 0 ? { skipHours } : {}),
    ...(skipDays.length > 0 ? { skipDays } : {}),
  };
}

function ttlMs(head: FeedElement): number {
  return numberIn(childText(head, 'ttl')) * MINUTE_MS;
}

function updateIntervalMs(head: FeedElement): number {
  const written = childText(head, 'sy:updateperiod').toLowerCase();
  const frequency = numberIn(childText(head, 'sy:updatefrequency'));
  const period = PERIODS.get(written) ?? (written === '' && frequency > 0 ? DAY_MS : 0);
  return Math.round(period / (frequency || 1));
}

function numberIn(text: string): number {
  const number = Number.parseFloat(text);
  return number > 0 && Number.isFinite(number) ? number : 0;
}

/** Returns the texts of an element's children, or the parts of its own text. */
function values(head: FeedElement, list: string, name: string): string[] {
  const found = childrenNamed(head, list)[0];
  if (!found) return [];
  const named = childrenNamed(found, name).map((element) => element.text.trim());
  return named.length > 0 ? named : (firstNonEmpty(head, list)?.text.split(/[\s,]+/) ?? []);
}

/** Returns the numbers that are not negative, sorted and without repeats. */
function validNumbers(found: readonly number[]): number[] {
  return [...new Set(found.filter((number) => number >= 0))].sort((a, b) => a - b);
}
