import type { Term } from '../model.ts';
import { folded } from './folded.ts';
import { isAlone, lowered, type Word, wordsOf } from './words.ts';

/** How one word of a term may be met. */
export interface Wanted {
  /** Lower case; as it stands for `cased`, without diacritics for `folded`. */
  readonly text: string;
  /**
   * Of a text's word w: `folded` is w without diacritics, `marked` w with them, `exact` w in lower case, `cased` w as it
   * stands; `inflected` is as folded or marked, or an inflection of it in the text's language.
   */
  readonly form: 'inflected' | 'folded' | 'marked' | 'exact' | 'cased';
  /** A word that begins so will do. */
  readonly prefix?: true;
}

type Way = readonly Wanted[];

/** Most terms: nothing in them has another spelling. Without the rest, 100,000 topics are compiled in half the time. */
const PLAIN = /^[a-z]+(?: [a-z]+)*$/;

/** Ways multiply with the words of a phrase; what is beyond is spelling that nobody mixes in one phrase. */
const MOST_WAYS = 8;

/**
 * The rows of words, any of which is the term: one for "flood"; several for "e-mail", "U.S.", "10000". The first is as
 * the term is written.
 */
export function waysOf(term: Term): readonly Way[] {
  const { text, quoted, exact, prefix } = term;
  if (PLAIN.test(text)) {
    const form = exact ? 'exact' : 'folded';
    const way = text.split(' ').map((word): Wanted => ({ text: word, form }));
    return [prefix ? asPrefix(way, prefix) : quoted || exact ? way : inflected(way)];
  }
  if (exact) return [asPrefix(wordsOf(text).map(exactly), prefix)];
  const ways = product(text.split(/\s+/).map((token) => waysOfToken(token, prefix === true)));
  return ways
    .filter((way) => way.length > 0)
    .map((way) => (prefix ? asPrefix(way, prefix) : quoted ? way : inflected(way)));
}

/** Whether a term that is written like this one may also be met without its diacritics. */
function loosely(word: string): Wanted {
  const plain = folded(word);
  return plain === word || ARABIC_SPELLING.test(word)
    ? { text: plain, form: 'folded' }
    : { text: word, form: 'marked' };
}

/** Hamza, the two dots of ta marbuta and those of ya are set or left out as the writer pleases; vowel signs are not. */
const ARABIC_SPELLING = /^[\u0620-\u064a\u0660-\u06d5]+$/;

function exactly({ raw, text }: Word): Wanted {
  const isCapitals = /\p{Lu}/u.test(raw) && raw.toUpperCase() === raw;
  return isCapitals ? { text: raw.normalize('NFC'), form: 'cased' } : { text, form: 'exact' };
}

function inflected(way: Way): Way {
  const last = way.at(-1);
  const hasInflections = last && last.form !== 'cased' && last.text.length > 1 && /^\D+$/.test(last.text);
  return hasInflections ? [...way.slice(0, -1), { ...last, form: 'inflected' }] : way;
}

function asPrefix(way: Way, prefix: true | undefined): Way {
  const last = way.at(-1);
  return prefix && last ? [...way.slice(0, -1), { ...last, prefix }] : way;
}

function waysOfToken(token: string, prefix: boolean): readonly Way[] {
  const parts = wordsOf(token);
  if (parts.length === 0) return [[]];
  const pieces = token.split(HYPHEN).filter((piece) => wordsOf(piece).length > 0);
  const ways = product(pieces.map((piece) => waysOfPiece(piece, prefix)));
  const joined = joinedForm(token, parts);
  return joined === undefined ? ways : [...ways, [loosely(joined)]];
}

const HYPHEN = /[-\u2010-\u2012]/;
const JOINT = /^[-\u2010-\u2012'’ʼ]$/;

/** "email" of "e-mail", "obrien" of "O'Brien"; nothing of "Putin's", nor of "9-11", which is not 911. */
function joinedForm(token: string, parts: readonly Word[]): string | undefined {
  if (parts.length < 2 || /['’ʼ]s$/i.test(token)) return undefined;
  for (const [n, { start, text }] of parts.entries()) {
    const before = parts[n - 1];
    if (!before) continue;
    if (!JOINT.test(token.slice(before.end, start)) || isAlone(text)) return undefined;
    if (/\p{N}$/u.test(before.text) && /^\p{N}/u.test(text)) return undefined;
  }
  return parts
    .map(({ text }) => text)
    .join('')
    .normalize('NFC');
}

/** Of what is written without a hyphen: an acronym with its dots and without, a number with its separators and without. */
function waysOfPiece(piece: string, prefix: boolean): readonly Way[] {
  const parts = wordsOf(piece);
  const asWritten = parts.map(({ text }) => loosely(text));
  if (prefix) return [asWritten];
  const [first] = parts;
  if (DOTTED.test(piece)) {
    const joined = parts.map(({ raw }) => raw).join('');
    // Without its dots an acronym may be a word: "U.S." is US, and not us.
    return [asWritten, [CAPITALS.test(joined) ? capitals(joined) : loosely(lowered(joined))]];
  }
  if (parts.length === 1 && first && CAPITALS.test(first.raw)) {
    return [asWritten, [...first.raw.normalize('NFC')].map(capitals)];
  }
  if (parts.length === 1 && first && LONG_NUMBER.test(first.text)) {
    return [asWritten, first.text.split(/(?=(?:\d{3})+$)/).map(loosely)];
  }
  if (parts.length > 1 && GROUPED_NUMBER.test(piece)) {
    return [asWritten, [loosely(parts.map(({ text }) => text).join(''))]];
  }
  return [asWritten];
}

const DOTTED = /^\P{L}*\p{L}(?:\.\p{L})+\P{L}*$/u;
const CAPITALS = /^\p{Lu}{2,5}$/u;
const LONG_NUMBER = /^\d{5,}$/;
const GROUPED_NUMBER = /^\D*\d{1,3}(?:[.,'’]\d{3})+\D*$/;

function capitals(text: string): Wanted {
  return { text, form: 'cased' };
}

/** Every way of the first, followed by every way of the second and so on. */
function product(choices: readonly (readonly Way[])[]): readonly Way[] {
  let ways: readonly Way[] = [[]];
  for (const choice of choices) {
    ways = ways.flatMap((way) => choice.map((next) => [...way, ...next])).slice(0, MOST_WAYS);
  }
  return ways;
}
