import type { ParsedSignature } from './term-table.ts';

/** After this long, a repeated headline is treated as new. */
const REPEATED_HEADLINE_MS = 14 * 3_600_000;
/** A headline of fewer terms may be the same every day: "Morning briefing", "Stock market close". */
const MAX_STANDING_TITLE = 4;
/** The same limit for items without a text, a day apart: "Flood briefing: what happened today". */
const MAX_STANDING_TITLE_WITHOUT_TEXT = 5;
/** Share of terms, apart from numbers, that two headlines of one template have in common. */
const MIN_SAME_WORDS = 0.75;
/** Share of terms that two versions of one summary have in common. */
const MIN_SAME_TEXT = 0.4;
/** Share of terms that two headlines of one article have in common. */
const MIN_SAME_TITLE = 0.6;
/** Minimum number of terms in a summary that describes an event. */
const MIN_TEXT_TERMS = 8;
const MIN_SHARED_LETTERS = 0.65;
/** Maximum number of positions at which two headlines of one template may differ. */
const MAX_FILLED_IN = 2;
/** Maximum number of terms that either headline may lack when one outlet rewords a headline for other news. */
const MAX_REWRITTEN = 2;

/**
 * Returns whether two similar items report two different events: a template filled in twice, a headline that recurs daily,
 * or the same names in another context. `apart` is the time between the items, ms, if known.
 */
export function areDistinct(a: ParsedSignature, b: ParsedSignature, apart?: number): boolean {
  if (shareOnlyNames(a, b)) return true;
  const titles = overlap(a.title, b.title);
  if (titles < 0.3) return false;
  return (
    differByNumbers(a, b) ||
    fillSameTemplate(a, b) ||
    isRewordedByOutlet(a, b) ||
    (titles >= 0.8 && isRecurringHeadline(a, b, apart))
  );
}

/** Returns whether two items have the same headline and, if both have a summary, similar summaries. */
export function haveSameText(a: ParsedSignature, b: ParsedSignature): boolean {
  const shorter = Math.min(a.summary.length, b.summary.length);
  return (
    overlap(a.title, b.title) === 1 && (shorter === 0 || overlap(a.summary, b.summary) >= MIN_SAME_TEXT / 2)
  );
}

/**
 * Returns whether two items at one address are one article. Feeds of a site may show an article under different
 * headlines. An address alone does not identify an article: successive warnings can share one.
 */
export function areSameArticle(a: ParsedSignature, b: ParsedSignature): boolean {
  if (differByNumbers(a, b) || fillSameTemplate(a, b)) return false;
  if (overlap(a.title, b.title) === 1) return haveSameText(a, b);
  return overlap(a.title, b.title) >= MIN_SAME_TITLE || overlap(a.summary, b.summary) >= MIN_SAME_TEXT;
}

function shareOnlyNames(a: ParsedSignature, b: ParsedSignature): boolean {
  if (a.summary.length < MIN_TEXT_TERMS || b.summary.length < MIN_TEXT_TERMS) return false;
  return !a.terms.some((term) => b.termSet.has(term) && !a.names.has(term) && !b.names.has(term));
}

/**
 * Returns whether two items in a script without spaces share little more than a name: less than two thirds of either
 * headline. In such scripts a name makes several terms.
 */
export function shareOnlyNameLetters(a: ParsedSignature, b: ParsedSignature): boolean {
  if (!a.isUnspaced && !b.isUnspaced) return false;
  const share = (of: ParsedSignature, other: ParsedSignature) =>
    of.title.filter((term) => other.termSet.has(term)).length / (of.title.length || 1);
  return Math.max(share(a, b), share(b, a)) < MIN_SHARED_LETTERS;
}

/**
 * Returns whether two headlines have the same words but conflicting numbers: 5.1 and 5.4, or 12 and 19 July, are different
 * news. One headline may leave numbers out.
 */
function differByNumbers(a: ParsedSignature, b: ParsedSignature): boolean {
  const words = ({ title, numbers }: ParsedSignature) => title.filter((term) => !numbers.includes(term));
  const hasAll = ({ termSet }: ParsedSignature, { numbers }: ParsedSignature) =>
    numbers.every((number) => termSet.has(number));
  return !hasAll(b, a) && !hasAll(a, b) && overlap(words(a), words(b)) >= MIN_SAME_WORDS;
}

/**
 * Returns whether two headlines of the same length differ at one or two positions, with terms that occur nowhere in the
 * other item: "Strong earthquake strikes Chile", "Strong earthquake strikes Peru". Two outlets rarely choose the same
 * template.
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
    // The text may be a template as well, but then the terms filled in are names.
    (overlap(a.summary, b.summary) < MIN_SAME_TEXT ||
      places.some((n) => a.names.has(at(a, n)) && b.names.has(at(b, n))))
  );
}

/**
 * Returns whether one outlet published two headlines that differ in a word or two: "Storm warning issued", "Storm warning
 * lifted". Two outlets may word one event differently, but no outlet reports it again by swapping a few words.
 */
function isRewordedByOutlet(a: ParsedSignature, b: ParsedSignature): boolean {
  if (a.outlet === undefined || a.outlet !== b.outlet) return false;
  const [onlyA, onlyB] = [without(a.title, b.title), without(b.title, a.title)];
  const most = Math.max(onlyA.length, onlyB.length);
  const shared = a.title.length - onlyA.length;
  if (onlyA.length === 0 || onlyB.length === 0 || most > MAX_REWRITTEN || shared < Math.max(2, most)) {
    return false;
  }
  // Numbers may move: "Vask, 71, taken to hospital", "Vask dies in hospital aged 71".
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

/** Returns whether a headline recurs: above another text or, if it is short, a day later without a text. */
function isRecurringHeadline(a: ParsedSignature, b: ParsedSignature, apart: number | undefined): boolean {
  const late = apart !== undefined && apart > REPEATED_HEADLINE_MS;
  const isShort = a.title.length < MAX_STANDING_TITLE;
  if (a.summary.length === 0 || b.summary.length === 0) {
    return late && a.title.length < MAX_STANDING_TITLE_WITHOUT_TEXT;
  }
  return (late || isShort) && overlap(a.summary, b.summary) < MIN_SAME_TEXT / 2;
}

/** Returns the Jaccard similarity of two sets of terms, from 0 to 1. */
function overlap(a: readonly number[], b: readonly number[]): number {
  const shared = a.filter((term) => b.includes(term)).length;
  return shared / (a.length + b.length - shared || 1);
}
