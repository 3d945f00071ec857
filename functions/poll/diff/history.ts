import type { FeedState } from '../../shared/store/feed-states.ts';
import type { Diff } from './diff.ts';
import type { IdentifiedEntry } from './identity.ts';

const DAY_MS = 86_400_000;
/** Press releases, embargoed reports and slow editors can be days late. */
const LATE_MS = 7 * DAY_MS;
/** Some articles are published under the date of their draft. Applies between known entries of a complete list. */
const LATE_IN_LIST_MS = 30 * DAY_MS;
/**
 * In feeds whose dates are not publication dates, a new entry is news if at least this share of the known entries is older.
 */
const USUAL_SHARE = 1 / 3;
/** Pairs of neighbours needed to tell whether a list is sorted by date. */
const MIN_PAIRS = 4;

type Shown = Diff<IdentifiedEntry>['shown'][number];
type State = Pick<FeedState, 'heardAt' | 'lastItemAt' | 'shown' | 'appends'>;

export interface History {
  /** Ids of unseen entries that are not news. */
  readonly ids: ReadonlySet<string>;
  /** Undated entries suggest that the feed adds news at the end of its list. */
  readonly appends: boolean;
}

/**
 * Finds unseen entries that are not news. A list that grew or lost an entry shows more of its past, and some lists mix in
 * articles that are years old. Compares dates with the time of the feed's last news, so that everything published while the
 * feed could not be read is news. Judges an entry without a date by its position, which in a part of a document says nothing.
 * `maxLateness` is how late news may be in any feed, ms.
 */
export function historyOf(
  state: State,
  shown: readonly Shown[],
  now: number,
  maxLateness: number,
  isPart = false,
): History {
  const isOldByDate = oldByDate(state, shown, now, maxLateness);
  const { isHistory, appends } = judgeByPosition(state, shown);
  const old = shown
    .filter(({ at }) => at === undefined)
    .filter((entry) => (isDated(entry) ? isOldByDate(entry) : !isPart && isHistory(entry)));
  return { ids: new Set(old.map(({ id }) => id)), appends };
}

/** Returns the latest time that a date can mean: midnight stands for the whole day. */
const latest = (time: number) => (time % DAY_MS === 0 ? time + DAY_MS - 1 : time);
const isDated = ({ entry }: Shown) => entry.entry.published !== undefined;
const dateOf = ({ entry }: Shown) => Date.parse(entry.entry.published ?? '');

function oldByDate(
  { heardAt, lastItemAt = '' }: State,
  shown: readonly Shown[],
  now: number,
  maxLateness: number,
): (entry: Shown) => boolean {
  // States of release 0.1.0 may lack the time of the last news, and the newest date may be wrong by years.
  const newest = Date.parse(lastItemAt);
  const lastNews = heardAt ?? Math.min(newest, now);
  let known: { dates: readonly number[]; isSorted: boolean; isOldestFirst: boolean } | undefined;
  /** Called only for an entry with an old date, which few documents have. */
  const readKnown = () => {
    const dates = shown.filter((entry) => entry.at !== undefined && isDated(entry)).map(dateOf);
    known = { dates, ...orderOf(dates) };
    return known;
  };
  const firstKnown = shown.findIndex(({ at }) => at !== undefined);
  const lastKnown = shown.findLastIndex(({ at }) => at !== undefined);
  /** If all dates of a feed are wrong by years, its news still has dates close to that of its newest entry. */
  const expected = Math.min(lastNews, newest || lastNews);

  return (entry) => {
    const date = latest(dateOf(entry));
    // Comparisons with an unknown time are false.
    if (!(date < lastNews - Math.max(LATE_MS, maxLateness)) || date >= newest) return false;
    const { dates, isSorted, isOldestFirst } = known ?? readKnown();
    if (!isSorted) return dates.filter((other) => other < date).length < dates.length * USUAL_SHARE;
    const position = shown.indexOf(entry);
    if (isOldestFirst ? position > lastKnown : position < firstKnown) {
      return date < expected - LATE_MS && !isLastYearByMistake(date, lastNews, now);
    }
    return date < expected - LATE_IN_LIST_MS || !isBetween(date, position, shown);
  };
}

/** Returns whether a date lies between those of the nearest known entries on either side. */
function isBetween(date: number, position: number, shown: readonly Shown[]): boolean {
  const isKnown = (entry: Shown) => entry.at !== undefined && isDated(entry);
  const before = shown.slice(0, position).findLast(isKnown);
  const after = shown.slice(position + 1).find(isKnown);
  if (!before || !after) return false;
  const [a, b] = [dateOf(before), dateOf(after)];
  return Math.min(a, b) <= date && date <= Math.max(a, b) + DAY_MS;
}

/** Sorted lists may have some entries out of order. Lists by title, or by the date of a court decision, are not sorted. */
function orderOf(dates: readonly number[]): { isSorted: boolean; isOldestFirst: boolean } {
  const steps = dates.slice(1).map((date, n) => date - (dates[n] ?? 0));
  const up = steps.filter((step) => step > DAY_MS).length;
  const down = steps.filter((step) => step < -DAY_MS).length;
  const isSorted = up + down < MIN_PAIRS || Math.min(up, down) <= (up + down) / 4;
  return { isSorted, isOldestFirst: up > down };
}

/** In January, dates written by hand often still have the previous year. */
function isLastYearByMistake(date: number, lastNews: number, now: number): boolean {
  const intended = new Date(date);
  if (intended.getUTCMonth() !== 0 || new Date(now).getUTCMonth() !== 0) return false;
  intended.setUTCFullYear(intended.getUTCFullYear() + 1);
  return intended.getTime() > lastNews - LATE_MS && intended.getTime() < now + DAY_MS;
}

/**
 * Decides whether new entries below all known ones are old. They are old if the list lost an entry from its middle or got
 * longer. A list that adds news at its end looks similar: it gets longer by one, or loses its first entry. If a list reorders
 * its entries, their positions say nothing.
 */
function judgeByPosition(
  { shown: shownBefore = Number.POSITIVE_INFINITY, appends: appendsBefore }: State,
  shown: readonly Shown[],
): { isHistory: (entry: Shown) => boolean; appends: boolean } {
  const firstKnown = shown.findIndex(({ at }) => at !== undefined);
  const appends = appendsBefore === true;
  const hasNewOnTop = firstKnown !== 0;
  const below = shown.slice(shown.findLastIndex(({ at }) => at !== undefined) + 1);
  if (firstKnown < 0 || below.length === 0) {
    return { isHistory: () => false, appends: appends && !hasNewOnTop };
  }
  const positions = shown.flatMap(({ at }) => (at !== undefined && at < shownBefore ? [at] : []));
  const steps = positions.slice(1).map((position, n) => position - (positions[n] ?? 0));
  const keepsOrder = steps.every((step) => step > 0);
  const hasGap = steps.some((step) => step > 1);
  const isLonger = shown.length > shownBefore && (hasNewOnTop || (below.length > 1 && !appends));
  const isPast = keepsOrder && (hasGap || isLonger);
  const isAdded = !isPast && below.some((entry) => !isDated(entry));
  return {
    isHistory: (entry) => isPast && below.includes(entry),
    appends: !hasNewOnTop && (appends || isAdded),
  };
}
