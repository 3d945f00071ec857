import type { Term } from '../model.ts';
import { GERSHAYIM } from './characters.ts';
import { type Compound, compoundsOf } from './compounds.ts';
import { folded, hasDiacritics } from './folded.ts';
import { isUnspacedLetter, type Word, withoutInvisible, wordsOf } from './words.ts';

/** One word of a variant, and how it matches a word or a compound of a text. */
export interface VariantWord {
  /** In lower case; unchanged for `cased`, and without diacritics for `folded`. */
  readonly text: string;
  /**
   * The form of a text's word that is compared: `folded` has no diacritics, `marked` keeps them (`requiredCapitals` says which
   * may be missing), `exact` is in lower case, and `cased` is unchanged. `inflected` matches like `folded` or `marked`, and
   * also matches inflections in the text's language. Compounds without signs never match `exact` or `cased`.
   */
  readonly form: 'inflected' | 'folded' | 'marked' | 'exact' | 'cased';
  /** Also matches words that begin with `text`. */
  readonly prefix?: true;
  /** This word begins with a capital in the term. Set only for words with diacritics. */
  readonly isName?: true;
  /** The number of letters at the start that must be capitals in the text. */
  readonly capitals?: number;
}

type Variant = readonly VariantWord[];

/** Most terms have no other spelling. This shortcut halves the time to compile 100,000 topics. */
const PLAIN = /^[a-z]+(?: [a-z]+)*$/;

/** Variants multiply with the words of a phrase. Nobody mixes more spellings than this in one phrase. */
const MAX_VARIANTS = 16;

/**
 * Returns the variants of a term, each a row of words; matching any of them matches the term. "flood" has one variant;
 * "e-mail", "U.S." and "GPT-5" have several. The first is the term as written, without signs unless they belong to a name.
 * Texts have compounds besides words, so a variant matches with or without a hyphen or a space.
 */
export function variantsOf(term: Term): readonly Variant[] {
  const { quoted, exact, prefix } = term;
  const text = withoutInvisible(term.text);
  if (PLAIN.test(text)) {
    const form = exact ? 'exact' : 'folded';
    const variant = text.split(' ').map((word): VariantWord => ({ text: word, form }));
    return [prefix ? asPrefix(variant) : quoted || exact ? variant : inflected(variant)];
  }
  const words = wordsOf(text);
  const compounds = compoundsOf(text, words);
  if (exact) {
    const variants = pathsOf(words, exactEdges(words, compounds));
    return prefix ? variants.map(asPrefix) : variants;
  }
  const variants = pathsOf(words, edgesOf(text, words, compounds, prefix === true));
  if (prefix) return variants.flatMap((variant) => [asPrefix(variant), ...capitalPrefix(variant)]);
  if (quoted) return variants;
  return [
    ...variants.flatMap((variant) => [inflected(variant), ...withOtherNumber(variant)]),
    ...withHebrewClitics(text),
  ];
}

/** Returns whether words separated by spaces are also a single name: "iPhone 17", "2 500", "5 percent". */
export function isOneName(parts: readonly string[]): boolean {
  const text = withoutInvisible(parts.join(' '));
  const words = wordsOf(text);
  const first = wordsOf(parts[0] ?? '').length;
  const last = words.length - wordsOf(parts.at(-1) ?? '').length;
  const edges = edgesOf(text, words, compoundsOf(text, words), false);
  return parts.length > 1 && edges.some(({ from, to }) => from < first && to > last);
}

/** An alternative for the words of a term from position `from` up to `to`. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly variant: Variant;
}

function exactEdges(words: readonly Word[], compounds: readonly Compound[]): Edge[] {
  const signed = compounds.filter(({ kind }) => kind === 'signed');
  return [
    ...words.flatMap((word, at) => (isWithin(signed, at) ? [] : edge(at, at, exactly(word)))),
    ...signed.map((compound) => edge(compound.from, compound.to, exactly(compound))),
  ];
}

function edgesOf(
  text: string,
  words: readonly Word[],
  compounds: readonly Compound[],
  isPrefix: boolean,
): Edge[] {
  // A name does not match without its signs.
  const names = compounds.filter(({ kind }) => kind === 'signed' || kind === 'dotted');
  const otherCompounds = compounds.filter(
    ({ from, to, kind }) =>
      kind !== 'signed' && kind !== 'dotted' && !names.some((name) => name.from <= to && name.to >= from),
  );
  const plain = words.flatMap((word, at) => (isWithin(names, at) ? [] : edge(at, at, loosely(word))));
  const joined = [...names, ...otherCompounds].map((compound) =>
    edge(compound.from, compound.to, loosely(compound)),
  );
  if (isPrefix) return [...plain, ...joined];
  const isFree = ({ from, to }: Edge) => !names.some((name) => name.from < to && name.to >= from);
  const numbers = compounds.filter(({ kind }) => kind === 'number');
  const otherSpellings = words.flatMap((word, at) => [
    ...acronyms(text, words, at),
    ...split(word).map((variant) => ({ from: at, to: at + 1, variant })),
    ...(isWithin(numbers, at) || isWithin(numbers, at + 1) ? [] : withNext(text, words, at)),
  ]);
  return [...plain, ...joined, ...otherSpellings.filter(isFree)];
}

const isWithin = (compounds: readonly Compound[], at: number) =>
  compounds.some(({ from, to }) => from <= at && at <= to);

function edge(from: number, last: number, ...variant: VariantWord[]): Edge {
  return { from, to: last + 1, variant };
}

/** Returns the variants: the paths of edges from the first word to the end. */
function pathsOf(words: readonly Word[], edges: readonly Edge[]): readonly Variant[] {
  const variants: Variant[] = [];
  const follow = (at: number, variant: Variant): void => {
    if (variants.length === MAX_VARIANTS) return;
    if (at === words.length) variants.push(variant);
    else for (const next of edges) if (next.from === at) follow(next.to, [...variant, ...next.variant]);
  };
  follow(0, []);
  // Overlapping names, such as X.Y&Z, may leave no path.
  return variants.length > 0 ? variants : [words.map(loosely)];
}

/** Returns a word whose diacritics count only if the term has any. */
function loosely({ text, raw }: { readonly text: string; readonly raw: string }): VariantWord {
  if (!hasDiacritics(text)) return { text: folded(text), form: 'folded' };
  return { text, form: 'marked', ...(CAPITAL.test(raw) ? { isName: true } : {}) };
}

const CAPITAL = /^\p{Lu}/u;

function exactly({ raw, text }: { readonly text: string; readonly raw: string }): VariantWord {
  const isCapitals = /\p{Lu}/u.test(raw) && raw.toUpperCase() === raw;
  return isCapitals ? { text: raw, form: 'cased' } : { text, form: 'exact' };
}

function inCapitals(text: string): VariantWord {
  return { text, form: 'cased' };
}

const ONLY_LETTERS = /^[\p{L}\p{M}]{2,}$/u;

function inflected(variant: Variant): Variant {
  const last = variant.at(-1);
  const hasInflections = last && last.form !== 'cased' && ONLY_LETTERS.test(last.text);
  return hasInflections ? [...variant.slice(0, -1), { ...last, form: 'inflected' }] : variant;
}

/**
 * Returns the plural of a name that ends with a digit, or its singular: F-16s, 737s, Leopard 2s. "1990s" does not count as a
 * plural of "1990", nor "5s" of "5", nor "early 80s" of "early 80".
 */
function withOtherNumber(variant: Variant): readonly Variant[] {
  const [before, last] = [variant.at(-2), variant.at(-1)];
  if (last?.form !== 'folded') return [];
  const [, singular] = /^(.*\d)s$/.exec(last.text) ?? [];
  const name = singular ?? last.text;
  const isName =
    NAME_OF_NUMBER.test(name) || (ONLY_LETTERS.test(before?.text ?? '') && NUMBER_OF_NAME.test(name));
  return isName ? [[...variant.slice(0, -1), { ...last, text: singular ?? `${name}s` }]] : [];
}

const NAME_OF_NUMBER = /^\p{L}.*\d$|^\d\d[1-9]$/u;
const NUMBER_OF_NAME = /^\d?[1-9]$/;

/** Returns an acronym of two letters with its clitics: "בש״ס" contains ש״ס. It is too short for inflections. */
function withHebrewClitics(text: string): readonly Variant[] {
  const [, first = '', second] = HEBREW_INITIALS.exec(text) ?? [];
  return first === ''
    ? []
    : HEBREW_CLITICS.map((clitic): Variant => [{ text: clitic + first + second, form: 'folded' }]);
}

const HEBREW_INITIALS = new RegExp(`^([א-ת])[${GERSHAYIM}]([א-ת])$`, 'u');
const HEBREW_CLITICS = [...'הבלכמשו'];

function asPrefix(variant: Variant): Variant {
  const last = variant.at(-1);
  return last ? [...variant.slice(0, -1), { ...last, prefix: true }] : variant;
}

/** Returns a prefix without its diacritics, because words in capitals may lack them. */
function capitalPrefix(variant: Variant): readonly Variant[] {
  const last = variant.at(-1);
  if (last?.form !== 'marked') return [];
  const plain = folded(last.text);
  const capitals = hasDiacritics(withPlainFirstLetter(last.text)) ? plain.length : 1;
  return [[...variant.slice(0, -1), { text: plain, form: 'folded', prefix: true, capitals }]];
}

/** Returns a word without the accent of its first letter: "Etat" and "Elysée" are common in French. Keeps the dots of Ü. */
export function withPlainFirstLetter(word: string): string {
  return word.normalize('NFD').replace(ACCENT_OF_FIRST, '$1').normalize('NFC');
}

const ACCENT_OF_FIRST = /^(\p{L})[\u0300-\u0302\u0327]/u;

/**
 * Returns the form of "US" with dots, and of "U.S." without dots. Requires capitals, since a lower-case acronym may be a word.
 */
function acronyms(text: string, words: readonly Word[], at: number): Edge[] {
  const raw = words[at]?.raw ?? '';
  if (CAPITALS.test(raw)) return [{ from: at, to: at + 1, variant: [...raw].map(inCapitals) }];
  const isInitial = (n: number) => /^\p{Lu}$/u.test(words[n]?.raw ?? '');
  const hasDot = (n: number) =>
    n >= 0 && words[n + 1]?.start === (words[n]?.end ?? 0) + 1 && text.charAt(words[n]?.end ?? 0) === '.';
  if (!isInitial(at) || (hasDot(at - 1) && isInitial(at - 1))) return [];
  let to = at;
  while (hasDot(to) && isInitial(to + 1)) to++;
  const joined = words.slice(at, to + 1).map((word) => word.raw);
  return joined.length > 1 && joined.length <= MAX_ACRONYM ? [edge(at, to, inCapitals(joined.join('')))] : [];
}

const MAX_ACRONYM = 8;
const CAPITALS = new RegExp(`^\\p{Lu}{2,${MAX_ACRONYM}}$`, 'u');

const RUNS = /\p{N}+|[^\p{N}]+/gu;
const MAX_RUNS = 4;

/** Splits "GPT5" into GPT 5, and "100km" into 100 km. Keeps "F16": F 16 may end one sentence and start another. */
function split({ text }: Word): readonly Variant[] {
  const runs = text.match(RUNS) ?? [];
  if (runs.length < 2 || runs.length > MAX_RUNS) return [];
  let variants: readonly (readonly string[])[] = [runs.slice(0, 1)];
  for (const [n, run] of runs.slice(1).entries()) {
    const isApart = mayStandApart(runs[n] ?? '', run);
    variants = variants.flatMap((variant) => {
      const together = [...variant.slice(0, -1), variant.at(-1) + run];
      return isApart ? [together, [...variant, run]] : [together];
    });
  }
  return variants
    .filter((variant) => variant.length > 1)
    .map((variant) => variant.map((word) => loosely({ text: word, raw: word })));
}

/** Returns whether letters and digits are one name with or without a space between them. */
function mayStandApart(before: string, after: string): boolean {
  const isNumber = /\p{N}$/u.test(before);
  if (isNumber === /^\p{N}/u.test(after)) return false;
  const letters = isNumber ? (after.match(RUNS)?.[0] ?? '') : (before.match(RUNS)?.at(-1) ?? '');
  if (ONLY_LETTERS.test(letters)) return !isUnspacedLetter(letters);
  return isNumber && UNIT.test(before.slice(-2) + letters);
}

/** Units of one letter. "5G" is not 5 g. */
const UNIT = /\d[hlm]$|\d\dg$/;

/** Joins "GPT 5" into GPT5. */
function withNext(text: string, words: readonly Word[], at: number): Edge[] {
  const [word, next] = [words[at], words[at + 1]];
  if (!word || !next || !/^\s$/.test(text.slice(word.end, next.start))) return [];
  if (!mayStandApart(word.text, next.text)) return [];
  return [edge(at, at + 1, loosely({ text: word.text + next.text, raw: word.raw + next.raw }))];
}
