import type { ParsedSignature } from './term-table.ts';

/** A headline that is the same again after this long is another day's. */
const REPEATED_HEADLINE_MS = 14 * 3_600_000;
/** Terms of a headline that changes daily in its text alone: "Morning briefing", "Stock market close". */
const MAX_STANDING_TITLE = 4;
/** Where there is no text to tell, and a day between: "Flood briefing: what happened today". */
const MAX_STANDING_TITLE_WITHOUT_TEXT = 5;
/** Share of terms, but for the numbers, that two headlines of one form have in common. */
const MIN_SAME_WORDS = 0.75;
/** Share of their terms that two summaries have in common when they are one text. */
const MIN_SAME_TEXT = 0.4;
/** Share of terms of two headlines of one article. */
const MIN_SAME_TITLE = 0.6;
/** Terms of a summary that says what happens. */
const MIN_TEXT_TERMS = 8;
const MIN_SHARED_LETTERS = 0.65;
/** Places of a headline that may differ while it is the same form. */
const MAX_FILLED_IN = 2;
/** Terms of either headline that the other lacks while one outlet says something else in the same words. */
const MAX_REWRITTEN = 2;

/**
 * Whether two items that look alike report two events all the same: a form filled in twice, a headline that comes every
 * day, or the same names in something else. `apart`: the time between them, ms, where it is known.
 */
export function areDistinct(a: ParsedSignature, b: ParsedSignature, apart?: number): boolean {
  if (shareOnlyNames(a, b)) return true;
  const titles = overlap(a.title, b.title);
  if (titles < 0.3) return false;
  return (
    numbersDiffer(a, b) ||
    fillSameTemplate(a, b) ||
    isRewordedByOutlet(a, b) ||
    (titles >= 0.8 && isRecurringHeadline(a, b, apart))
  );
}

/** Whether two items with the same headline are copies of one text: one has none, or the two texts are not wholly different. */
export function haveSameText(a: ParsedSignature, b: ParsedSignature): boolean {
  const shorter = Math.min(a.summary.length, b.summary.length);
  return (
    overlap(a.title, b.title) === 1 && (shorter === 0 || overlap(a.summary, b.summary) >= MIN_SAME_TEXT / 2)
  );
}

/**
 * Whether two items at one address are one article, as feeds of a site show it under headlines of their own. Warnings that
 * follow one another at one address are not: an address alone names no article.
 */
export function areSameArticle(a: ParsedSignature, b: ParsedSignature): boolean {
  if (numbersDiffer(a, b) || fillSameTemplate(a, b)) return false;
  if (overlap(a.title, b.title) === 1) return haveSameText(a, b);
  return overlap(a.title, b.title) >= MIN_SAME_TITLE || overlap(a.summary, b.summary) >= MIN_SAME_TEXT;
}

function shareOnlyNames(a: ParsedSignature, b: ParsedSignature): boolean {
  if (a.summary.length < MIN_TEXT_TERMS || b.summary.length < MIN_TEXT_TERMS) return false;
  return !a.terms.some((term) => b.termSet.has(term) && !a.names.has(term) && !b.names.has(term));
}

/**
 * Whether two items in a script without spaces, where a name makes several terms, share hardly more than a name: less than
 * two thirds of either headline.
 */
export function shareOnlyNameLetters(a: ParsedSignature, b: ParsedSignature): boolean {
  if (!a.isUnspaced && !b.isUnspaced) return false;
  const share = (of: ParsedSignature, other: ParsedSignature) =>
    of.title.filter((term) => other.termSet.has(term)).length / (of.title.length || 1);
  return Math.max(share(a, b), share(b, a)) < MIN_SHARED_LETTERS;
}

/** One may leave numbers out; but 5.1 and 5.4, or 12 and 19 July, tell different news where the words are the same. */
function numbersDiffer(a: ParsedSignature, b: ParsedSignature): boolean {
  const words = ({ title, numbers }: ParsedSignature) => title.filter((term) => !numbers.includes(term));
  const hasAll = ({ termSet }: ParsedSignature, { numbers }: ParsedSignature) =>
    numbers.every((number) => termSet.has(number));
  return !hasAll(b, a) && !hasAll(a, b) && overlap(words(a), words(b)) >= MIN_SAME_WORDS;
}

/**
 * Headlines of the same length that differ in a place or two, where neither item says anywhere what the other has there:
 * "Strong earthquake strikes Chile", "Strong earthquake strikes Peru". Two outlets hardly ever choose the same form.
 */
function fillSameTemplate(a: ParsedSignature, b: ParsedSignature): boolean {
  if (a.title.length !== b.title.length || a.title.length < 3) return false;
  const places = a.title.flatMap((term, n) => (term === b.title[n] ? [] : [n]));
  if (places.length === 0 || places.length > Math.min(MAX_FILLED_IN, a.title.length / 3)) return false;
  const at = ({ title }: ParsedSignature, n: number) => title[n] ?? -1;
  return (
    a.summary.length > 0 &&
    b.summary.length > 0 &&
    places.every((n) => !b.termSet.has(at(a, n)) && !a.termSet.has(at(b, n))) &&
    // The text may be a form as well, but then it is filled in with names.
    (overlap(a.summary, b.summary) < MIN_SAME_TEXT ||
      places.some((n) => a.names.has(at(a, n)) && b.names.has(at(b, n))))
  );
}

/**
 * Whether one outlet has published two items under one headline but for a word or two: "Storm warning issued", "Storm
 * warning lifted". Two outlets may choose other words for one event, but none reports it again by exchanging some.
 */
function isRewordedByOutlet(a: ParsedSignature, b: ParsedSignature): boolean {
  if (a.outlet === undefined || a.outlet !== b.outlet) return false;
  const [onlyA, onlyB] = [without(a.title, b.title), without(b.title, a.title)];
  const most = Math.max(onlyA.length, onlyB.length);
  const shared = a.title.length - onlyA.length;
  if (onlyA.length === 0 || onlyB.length === 0 || most > MAX_REWRITTEN || shared < Math.max(2, most)) {
    return false;
  }
  // Numbers move freely: "Vask, 71, taken to hospital", "Vask dies in hospital aged 71".
  const inOrder = (one: ParsedSignature, other: ParsedSignature) =>
    without(
      one.title.filter((term) => other.title.includes(term)),
      one.numbers,
    );
  return (
    String(inOrder(a, b)) === String(inOrder(b, a)) &&
    (onlyA.some((term) => !b.termSet.has(term)) || onlyB.some((term) => !a.termSet.has(term)))
  );
}

const without = (terms: readonly number[], others: readonly number[]): readonly number[] =>
  terms.filter((term) => !others.includes(term));

/** The same headline again a day later, over another text, or over none where it has few words. */
function isRecurringHeadline(a: ParsedSignature, b: ParsedSignature, apart: number | undefined): boolean {
  const late = apart !== undefined && apart > REPEATED_HEADLINE_MS;
  const isShort = a.title.length < MAX_STANDING_TITLE;
  if (a.summary.length === 0 || b.summary.length === 0) {
    return late && a.title.length < MAX_STANDING_TITLE_WITHOUT_TEXT;
  }
  return (late || isShort) && overlap(a.summary, b.summary) < MIN_SAME_TEXT / 2;
}

/** Share of terms in common, of all that two have. */
function overlap(a: readonly number[], b: readonly number[]): number {
  const shared = a.filter((term) => b.includes(term)).length;
  return shared / (a.length + b.length - shared || 1);
}
