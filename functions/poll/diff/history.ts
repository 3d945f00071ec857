import type { FeedState } from '../../shared/store/feed-states.ts';
import type { Diff } from './diff.ts';
import type { IdentifiedEntry } from './identity.ts';

const DAY_MS = 86_400_000;
/** Press releases, embargoed reports and slow editors are some days late. */
const LATE_MS = 7 * DAY_MS;
/** Drafts are published under the date of their first line: among known entries, where the list was complete before. */
const LATE_IN_PLACE_MS = 30 * DAY_MS;
/** Where dates are not those of publication, an age that so many entries have is usual for news. */
const USUAL_SHARE = 1 / 3;
/** Pairs of neighbours, at least, that show whether a list goes by its dates. */
const MIN_PAIRS = 4;

type Shown = Diff<IdentifiedEntry>['shown'][number];
type State = Pick<FeedState, 'heardAt' | 'lastItemAt' | 'shown' | 'appends'>;

export interface History {
  /** Ids of entries that are new to us and no news. */
  readonly ids: ReadonlySet<string>;
  /** The feed adds its news at the end of its list, for all that undated entries show. */
  readonly appends: boolean;
}

/**
 * Finds the entries of a document that were not seen before and are no news: a list that got longer, or lost an entry, shows
 * more of its past, and some lists mix in articles that are years old. Dates are compared with the time at which the feed
 * last brought news, so that all that came while it could not be read is news. An entry without a date goes by its place.
 * `late`: how late news may be in any feed, ms.
 */
export function historyOf(state: State, shown: readonly Shown[], now: number, late: number): History {
  const byDate = isOldIn(state, shown, now, late);
  const { isHistory, appends } = byPlace(state, shown);
  const old = shown
    .filter(({ at }) => at === undefined)
    .filter((one) => (isDated(one) ? byDate(one) : isHistory(one)));
  return { ids: new Set(old.map(({ id }) => id)), appends };
}

/** What is dated at midnight may be of any time of that day. */
const latest = (time: number) => (time % DAY_MS === 0 ? time + DAY_MS - 1 : time);
const isDated = ({ entry }: Shown) => entry.entry.published !== undefined;
const dateOf = ({ entry }: Shown) => Date.parse(entry.entry.published ?? '');

function isOldIn(
  { heardAt, lastItemAt = '' }: State,
  shown: readonly Shown[],
  now: number,
  late: number,
): (one: Shown) => boolean {
  // The time of the newest entry is not in every state of release 0.1.0, and may be of a feed whose dates are years off.
  const newest = Date.parse(lastItemAt);
  const heard = heardAt ?? Math.min(newest, now);
  const known = shown.filter((one) => one.at !== undefined && isDated(one));
  const { isSorted, isOldestFirst } = orderOf(known.map(dateOf));
  const firstKnown = shown.findIndex(({ at }) => at !== undefined);
  const lastKnown = shown.findLastIndex(({ at }) => at !== undefined);
  /** In a feed whose dates are all years off, news is dated about as its last news. */
  const last = Math.min(heard, newest || heard);

  return (one) => {
    const date = latest(dateOf(one));
    // Unknown times compare as false.
    if (!(date < heard - Math.max(LATE_MS, late)) || date >= newest) return false;
    if (!isSorted) return known.filter((other) => dateOf(other) < date).length < known.length * USUAL_SHARE;
    const place = shown.indexOf(one);
    if (isOldestFirst ? place > lastKnown : place < firstKnown) {
      return date < last - LATE_MS && !isLastYearByMistake(date, heard, now);
    }
    return date < last - LATE_IN_PLACE_MS || !isBetween(date, place, shown);
  };
}

/** Whether there are known entries on both sides, one older and the other newer. */
function isBetween(date: number, place: number, shown: readonly Shown[]): boolean {
  const isKnown = (one: Shown) => one.at !== undefined && isDated(one);
  const before = shown.slice(0, place).findLast(isKnown);
  const after = shown.slice(place + 1).find(isKnown);
  if (!before || !after) return false;
  const [a, b] = [dateOf(before), dateOf(after)];
  return Math.min(a, b) <= date && date <= Math.max(a, b) + DAY_MS;
}

/** Lists are newest or oldest first, but for some entries. Those that go by titles, or by when a court decided, are not. */
function orderOf(dates: readonly number[]): { isSorted: boolean; isOldestFirst: boolean } {
  const steps = dates.slice(1).map((date, n) => date - (dates[n] ?? 0));
  const up = steps.filter((step) => step > DAY_MS).length;
  const down = steps.filter((step) => step < -DAY_MS).length;
  const isSorted = up + down < MIN_PAIRS || Math.min(up, down) <= (up + down) / 4;
  return { isSorted, isOldestFirst: up > down };
}

/** In January the year of a date written by hand is often the last one. */
function isLastYearByMistake(date: number, heard: number, now: number): boolean {
  const meant = new Date(date);
  if (meant.getUTCMonth() !== 0 || new Date(now).getUTCMonth() !== 0) return false;
  meant.setUTCFullYear(meant.getUTCFullYear() + 1);
  return meant.getTime() > heard - LATE_MS && meant.getTime() < now + DAY_MS;
}

/**
 * New entries below all known ones are the past of a list that has lost an entry from among the others, or got longer. A
 * list that adds its news at the end looks much the same: it gets longer by one, or loses its first. A list that puts its
 * entries into another order goes by something else.
 */
function byPlace(
  { shown: shownBefore = Number.POSITIVE_INFINITY, appends: appendsBefore }: State,
  shown: readonly Shown[],
): { isHistory: (one: Shown) => boolean; appends: boolean } {
  const firstKnown = shown.findIndex(({ at }) => at !== undefined);
  const appends = appendsBefore === true;
  const hasNewOnTop = firstKnown !== 0;
  const below = shown.slice(shown.findLastIndex(({ at }) => at !== undefined) + 1);
  if (firstKnown < 0 || below.length === 0) {
    return { isHistory: () => false, appends: appends && !hasNewOnTop };
  }
  const places = shown.flatMap(({ at }) => (at !== undefined && at < shownBefore ? [at] : []));
  const steps = places.slice(1).map((place, n) => place - (places[n] ?? 0));
  const keepsOrder = steps.every((step) => step > 0);
  const hasGap = steps.some((step) => step > 1);
  const isLonger = shown.length > shownBefore && (hasNewOnTop || (below.length > 1 && !appends));
  const isPast = keepsOrder && (hasGap || isLonger);
  const isAdded = !isPast && below.some((one) => !isDated(one));
  return {
    isHistory: (one) => isPast && below.includes(one),
    appends: !hasNewOnTop && (appends || isAdded),
  };
}
