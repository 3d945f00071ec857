import { held } from './evidence.ts';
import type { Rarity } from './rarity.ts';
import { has, type Reading } from './reading.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What is known of two items besides their words. */
export interface Apart {
  /** Between them, ms, where known. */
  readonly time: number | undefined;
}

/** The hours after which a headline that is the same again is another day's. */
const ANOTHER_DAY_MS = 14 * 3_600_000;
/** Words of a headline that changes daily in its text alone: "Morning briefing", "Stock market close". */
const STANDING_HEADLINE = 4;
/** Where there is no text to tell, and a day between: "Flood briefing: what happened today". */
const STANDING_ALONE = 5;
/** Share of words, but for the numbers, that two headlines of one form have in common. */
const SAME_WORDS = 0.75;
/** Share of their words that two summaries have in common when they are of one text. */
const SAME_TEXT = 0.4;
/** Words of a summary that tells what happens. */
const ENOUGH_TEXT = 8;
/** Places of a headline that may differ while it is the same form. */
const FILLED_IN = 2;

/**
 * Of what a headline tells, the share that the other item must have: more where there is nothing but headlines, and most where
 * any two letters in a row count as a word.
 */
const HELD = { texts: 0.4, titles: 0.5, letters: 0.65 };
/** Share of words, of all that two headlines have, that makes them nearly the same, however common the words. */
const SAME_TITLE = 0.8;
/** What a word must tell to count, as a part of what one tells that nobody has heard before; and how many must. */
const TELLING = 0.5;
const LEAST_SHARED = 3;

/** Whether two items that look the same are two: one form filled in twice, or one headline on two days. */
export function areTwo(a: Reading, b: Reading, apart: Apart, vocabulary: Vocabulary): boolean {
  if (shareNamesAlone(a, b)) return true;
  const titles = overlap(a.title, b.title);
  if (titles < 0.3) return false;
  return numbersDiffer(a, b, vocabulary) || isFormOf(a, b) || (titles >= 0.8 && isStanding(a, b, apart));
}

/**
 * Whether one item may be left out for the other: the headlines are nearly the same, or one of them is largely told by the
 * other item, and not for a word or two. Where many items are of the same matter, likelihood alone takes a phrase in common
 * for the same news.
 */
export function retells(a: Reading, b: Reading, rarity: Rarity, vocabulary: Vocabulary): boolean {
  if (Math.min(a.title.length, b.title.length) >= LEAST_SHARED && overlap(a.title, b.title) >= SAME_TITLE) {
    return true;
  }
  const most = Math.max(held(a.title, b, rarity), held(b.title, a, rarity));
  if (isOfLetters(a, vocabulary) || isOfLetters(b, vocabulary)) return most >= HELD.letters;
  if (most < (a.summary.length + b.summary.length === 0 ? HELD.titles : HELD.texts)) return false;
  const least = TELLING * rarity.ofUnknown;
  let shared = 0;
  for (const word of a.words) if (rarity.of(word) >= least && has(b, word)) shared++;
  return shared >= LEAST_SHARED;
}

function isOfLetters({ title }: Reading, vocabulary: Vocabulary): boolean {
  return title.filter((word) => vocabulary.isLetters(word)).length * 2 > title.length;
}

/** The same people and places, and nothing that they do, are the same names in another event. */
function shareNamesAlone(a: Reading, b: Reading): boolean {
  if (a.summary.length < ENOUGH_TEXT || b.summary.length < ENOUGH_TEXT) return false;
  return !a.words.some((word) => has(b, word) && !a.names.has(word) && !b.names.has(word));
}

/** One may leave numbers out; but 5.1 and 5.4, or 12 and 19 July, tell different news where the words are the same. */
function numbersDiffer(a: Reading, b: Reading, vocabulary: Vocabulary): boolean {
  const numbers = ({ title }: Reading) => title.filter((word) => vocabulary.isNumber(word));
  const words = ({ title }: Reading) => title.filter((word) => !vocabulary.isNumber(word));
  const [left, right] = [numbers(a), numbers(b)];
  if (left.every((number) => has(b, number)) || right.every((number) => has(a, number))) return false;
  return overlap(words(a), words(b)) >= SAME_WORDS;
}

/**
 * Headlines of the same length that differ in a place or two, where neither item says anywhere what the other has there:
 * "Strong earthquake strikes Chile", "Strong earthquake strikes Peru". Two outlets hardly ever choose the same form.
 */
function isFormOf(a: Reading, b: Reading): boolean {
  if (a.title.length !== b.title.length || a.title.length < 3) return false;
  const places = a.title.flatMap((word, n) => (word === b.title[n] ? [] : [n]));
  if (places.length === 0 || places.length > Math.min(FILLED_IN, a.title.length / 3)) return false;
  return (
    a.summary.length > 0 &&
    b.summary.length > 0 &&
    places.every((n) => !has(b, a.title[n] ?? -1) && !has(a, b.title[n] ?? -1)) &&
    // The text may be a form as well, but then it is filled in with names.
    (overlap(a.summary, b.summary) < SAME_TEXT ||
      places.some((n) => a.names.has(a.title[n] ?? -1) && b.names.has(b.title[n] ?? -1)))
  );
}

/** The same headline again a day later, over another text, or over none where it is one of few words. */
function isStanding(a: Reading, b: Reading, { time }: Apart): boolean {
  const late = time !== undefined && time > ANOTHER_DAY_MS;
  const isShort = a.title.length < STANDING_HEADLINE;
  if (a.summary.length === 0 || b.summary.length === 0) return late && a.title.length < STANDING_ALONE;
  return (late || isShort) && overlap(a.summary, b.summary) < SAME_TEXT / 2;
}

/** Share of words in common, of all that two have. */
function overlap(a: readonly number[], b: readonly number[]): number {
  let shared = 0;
  for (const word of a) if (b.includes(word)) shared++;
  return shared / (a.length + b.length - shared || 1);
}
