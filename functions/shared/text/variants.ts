import type { Term } from '../model.ts';
import { GERSHAYIM } from './characters.ts';
import { type Compound, compoundsOf } from './compounds.ts';
import { folded, hasDiacritics } from './folded.ts';
import { isUnspacedLetter, type Word, withoutInvisible, wordsOf } from './words.ts';

/** How one word of a term may be met, by a word of a text or by a compound of several. */
export interface VariantWord {
  /** Lower case; as it stands for `cased`, without diacritics for `folded`. */
  readonly text: string;
  /**
   * Of a text's word w: `folded` is w without diacritics, `marked` w with them (`capitalsFor` tells where some may be missing),
   * `exact` w in lower case, `cased` w as it stands; `inflected` is as folded or marked, or an inflection of it in the
   * text's language. Compounds without signs are neither exact nor cased.
   */
  readonly form: 'inflected' | 'folded' | 'marked' | 'exact' | 'cased';
  /** A word that begins so will do. */
  readonly prefix?: true;
  /** Of a word with diacritics: the term has it with a capital. */
  readonly isName?: true;
  /** So many letters of w must be capitals. */
  readonly capitals?: number;
}

type Variant = readonly VariantWord[];

/** Most terms: nothing in them has another spelling. Without the rest, 100,000 topics are compiled in half the time. */
const PLAIN = /^[a-z]+(?: [a-z]+)*$/;

/** Ways multiply with the words of a phrase; what is beyond is spelling that nobody mixes in one phrase. */
const MAX_VARIANTS = 16;

/**
 * The rows of words, any of which is the term: one for "flood"; several for "e-mail", "U.S.", "GPT-5". The first is as the
 * term is written, but for signs that belong to a name. Texts have compounds beside their words, so that a row is met by
 * what is written together, with a hyphen or apart.
 */
export function variantsOf(term: Term): readonly Variant[] {
  const { quoted, exact, prefix } = term;
  const text = withoutInvisible(term.text);
  if (PLAIN.test(text)) {
    const form = exact ? 'exact' : 'folded';
    const way = text.split(' ').map((word): VariantWord => ({ text: word, form }));
    return [prefix ? asPrefix(way) : quoted || exact ? way : inflected(way)];
  }
  const words = wordsOf(text);
  const compounds = compoundsOf(text, words);
  if (exact) {
    const ways = pathsOf(words, exactEdges(words, compounds));
    return prefix ? ways.map(asPrefix) : ways;
  }
  const ways = pathsOf(words, edgesOf(text, words, compounds, prefix === true));
  if (prefix) return ways.flatMap((way) => [asPrefix(way), ...inCapitals(way)]);
  if (quoted) return ways;
  return [...ways.flatMap((way) => [inflected(way), ...inOtherNumber(way)]), ...withHebrewClitics(text)];
}

/** Whether words with spaces between them are also one: "iPhone 17", "2 500", "5 percent". */
export function isOneName(parts: readonly string[]): boolean {
  const text = withoutInvisible(parts.join(' '));
  const words = wordsOf(text);
  const first = wordsOf(parts[0] ?? '').length;
  const last = words.length - wordsOf(parts.at(-1) ?? '').length;
  const edges = edgesOf(text, words, compoundsOf(text, words), false);
  return parts.length > 1 && edges.some(({ from, to }) => from < first && to > last);
}

/** What may stand for the words of a term from one place up to another. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly way: Variant;
}

function exactEdges(words: readonly Word[], compounds: readonly Compound[]): Edge[] {
  const signed = compounds.filter(({ kind }) => kind === 'signed');
  return [
    ...words.flatMap((word, at) => (isWithin(signed, at) ? [] : edge(at, at, exactly(word)))),
    ...signed.map((one) => edge(one.from, one.to, exactly(one))),
  ];
}

function edgesOf(
  text: string,
  words: readonly Word[],
  compounds: readonly Compound[],
  isPrefix: boolean,
): Edge[] {
  // A name is not met without the signs that it is written with.
  const names = compounds.filter(({ kind }) => kind === 'signed' || kind === 'dotted');
  const others = compounds.filter(
    ({ from, to, kind }) =>
      kind !== 'signed' && kind !== 'dotted' && !names.some((one) => one.from <= to && one.to >= from),
  );
  const plain = words.flatMap((word, at) => (isWithin(names, at) ? [] : edge(at, at, loosely(word))));
  const joined = [...names, ...others].map((one) => edge(one.from, one.to, loosely(one)));
  if (isPrefix) return [...plain, ...joined];
  const isFree = ({ from, to }: Edge) => !names.some((one) => one.from < to && one.to >= from);
  const numbers = compounds.filter(({ kind }) => kind === 'number');
  const variants = words.flatMap((word, at) => [
    ...acronyms(text, words, at),
    ...split(word).map((way) => ({ from: at, to: at + 1, way })),
    ...(isWithin(numbers, at) || isWithin(numbers, at + 1) ? [] : withNext(text, words, at)),
  ]);
  return [...plain, ...joined, ...variants.filter(isFree)];
}

const isWithin = (compounds: readonly Compound[], at: number) =>
  compounds.some(({ from, to }) => from <= at && at <= to);

function edge(from: number, last: number, ...way: VariantWord[]): Edge {
  return { from, to: last + 1, way };
}

/** The rows that lead from the first word behind the last. */
function pathsOf(words: readonly Word[], edges: readonly Edge[]): readonly Variant[] {
  const ways: Variant[] = [];
  const follow = (at: number, way: Variant): void => {
    if (ways.length === MAX_VARIANTS) return;
    if (at === words.length) ways.push(way);
    else for (const one of edges) if (one.from === at) follow(one.to, [...way, ...one.way]);
  };
  follow(0, []);
  // Names that overlap, such as X.Y&Z, may leave no way.
  return ways.length > 0 ? ways : [words.map(loosely)];
}

function loosely({ text, raw }: { readonly text: string; readonly raw: string }): VariantWord {
  if (!hasDiacritics(text)) return { text: folded(text), form: 'folded' };
  return { text, form: 'marked', ...(CAPITAL.test(raw) ? { isName: true } : {}) };
}

const CAPITAL = /^\p{Lu}/u;

function exactly({ raw, text }: { readonly text: string; readonly raw: string }): VariantWord {
  const isCapitals = /\p{Lu}/u.test(raw) && raw.toUpperCase() === raw;
  return isCapitals ? { text: raw, form: 'cased' } : { text, form: 'exact' };
}

function capitals(text: string): VariantWord {
  return { text, form: 'cased' };
}

const ONLY_LETTERS = /^[\p{L}\p{M}]{2,}$/u;

function inflected(way: Variant): Variant {
  const last = way.at(-1);
  const hasInflections = last && last.form !== 'cased' && ONLY_LETTERS.test(last.text);
  return hasInflections ? [...way.slice(0, -1), { ...last, form: 'inflected' }] : way;
}

/**
 * A name that ends with a digit has a plural, too: F-16s, 737s, Leopard 2s. The 1990s are none of 1990, nor is a 5s one of
 * 5, nor are the early 80s one of "early 80".
 */
function inOtherNumber(way: Variant): readonly Variant[] {
  const [before, last] = [way.at(-2), way.at(-1)];
  if (last?.form !== 'folded') return [];
  const [, one] = /^(.*\d)s$/.exec(last.text) ?? [];
  const name = one ?? last.text;
  const isName =
    NAME_OF_NUMBER.test(name) || (ONLY_LETTERS.test(before?.text ?? '') && NUMBER_OF_NAME.test(name));
  return isName ? [[...way.slice(0, -1), { ...last, text: one ?? `${name}s` }]] : [];
}

const NAME_OF_NUMBER = /^\p{L}.*\d$|^\d\d[1-9]$/u;
const NUMBER_OF_NAME = /^\d?[1-9]$/;

/** "בש״ס" holds ש״ס: inflections need more letters to tell. */
function withHebrewClitics(text: string): readonly Variant[] {
  const [, first = '', second] = HEBREW_INITIALS.exec(text) ?? [];
  return first === ''
    ? []
    : HEBREW_CLITICS.map((clitic): Variant => [{ text: clitic + first + second, form: 'folded' }]);
}

const HEBREW_INITIALS = new RegExp(`^([א-ת])[${GERSHAYIM}]([א-ת])$`, 'u');
const HEBREW_CLITICS = [...'הבלכמשו'];

function asPrefix(way: Variant): Variant {
  const last = way.at(-1);
  return last ? [...way.slice(0, -1), { ...last, prefix: true }] : way;
}

/** A beginning with diacritics, as capitals are written without them. */
function inCapitals(way: Variant): readonly Variant[] {
  const last = way.at(-1);
  if (last?.form !== 'marked') return [];
  const plain = folded(last.text);
  const capitals = hasDiacritics(withPlainFirstLetter(last.text)) ? plain.length : 1;
  return [[...way.slice(0, -1), { text: plain, form: 'folded', prefix: true, capitals }]];
}

/** A word whose first letter has no accent: "Etat" and "Elysée" are common in French. The dots of Ü stay. */
export function withPlainFirstLetter(word: string): string {
  return word.normalize('NFD').replace(ACCENT_OF_FIRST, '$1').normalize('NFC');
}

const ACCENT_OF_FIRST = /^(\p{L})[\u0300-\u0302\u0327]/u;

/** US with its dots, U.S. without; in capitals, since without them it may be a word. */
function acronyms(text: string, words: readonly Word[], at: number): Edge[] {
  const raw = words[at]?.raw ?? '';
  if (CAPITALS.test(raw)) return [{ from: at, to: at + 1, way: [...raw].map(capitals) }];
  const isInitial = (n: number) => /^\p{Lu}$/u.test(words[n]?.raw ?? '');
  const hasDot = (n: number) =>
    n >= 0 && words[n + 1]?.start === (words[n]?.end ?? 0) + 1 && text.charAt(words[n]?.end ?? 0) === '.';
  if (!isInitial(at) || (hasDot(at - 1) && isInitial(at - 1))) return [];
  let to = at;
  while (hasDot(to) && isInitial(to + 1)) to++;
  const joined = words.slice(at, to + 1).map((word) => word.raw);
  return joined.length > 1 && joined.length <= MAX_ACRONYM ? [edge(at, to, capitals(joined.join('')))] : [];
}

const MAX_ACRONYM = 8;
const CAPITALS = new RegExp(`^\\p{Lu}{2,${MAX_ACRONYM}}$`, 'u');

const RUNS = /\p{N}+|[^\p{N}]+/gu;
const MAX_RUNS = 4;

/** "GPT5" is GPT 5, and "100km" 100 km; "F16" is no F 16, which may be the end of one sentence and the beginning of another. */
function split({ text }: Word): readonly Variant[] {
  const runs = text.match(RUNS) ?? [];
  if (runs.length < 2 || runs.length > MAX_RUNS) return [];
  let ways: readonly (readonly string[])[] = [runs.slice(0, 1)];
  for (const [n, run] of runs.slice(1).entries()) {
    const isApart = mayStandApart(runs[n] ?? '', run);
    ways = ways.flatMap((way) => {
      const together = [...way.slice(0, -1), way.at(-1) + run];
      return isApart ? [together, [...way, run]] : [together];
    });
  }
  return ways
    .filter((way) => way.length > 1)
    .map((way) => way.map((one) => loosely({ text: one, raw: one })));
}

/** Letters and digits of one name, with a space between or without. */
function mayStandApart(before: string, after: string): boolean {
  const isNumber = /\p{N}$/u.test(before);
  if (isNumber === /^\p{N}/u.test(after)) return false;
  const letters = isNumber ? (after.match(RUNS)?.[0] ?? '') : (before.match(RUNS)?.at(-1) ?? '');
  if (ONLY_LETTERS.test(letters)) return !isUnspacedLetter(letters);
  return isNumber && UNIT.test(before.slice(-2) + letters);
}

/** Of one letter. 5G is no 5 g. */
const UNIT = /\d[hlm]$|\d\dg$/;

/** "GPT 5" is GPT5. */
function withNext(text: string, words: readonly Word[], at: number): Edge[] {
  const [word, next] = [words[at], words[at + 1]];
  if (!word || !next || !/^\s$/.test(text.slice(word.end, next.start))) return [];
  if (!mayStandApart(word.text, next.text)) return [];
  return [edge(at, at + 1, loosely({ text: word.text + next.text, raw: word.raw + next.raw }))];
}
