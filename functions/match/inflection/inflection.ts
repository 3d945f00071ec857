import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { folded } from '../../shared/text/folded.ts';
import { type Clitics, cliticsOf, withoutClitics } from './clitics.ts';
import { englishStem, isSameEnglishWord } from './english.ts';
import { irregularForms, verbOfPast } from './english-irregular.ts';
import { DISTINCTIVE_DIACRITICS, INFLECTION_TABLE } from './inflection-table.ts';

/**
 * Finds the inflections of words: number, case, gender and tense, but not words derived from others. Supports
 * English, fourteen European languages through Snowball's stemmers, and Arabic, Hebrew and Korean, which attach
 * particles to words. All words are in lower case and NFC.
 */

/** Assumed for texts whose language is unknown. */
const DEFAULT_LANGUAGE = 'en';

type Stemmer = (word: string) => string;
let stemmers: Readonly<Record<string, Stemmer>> | undefined;

function stemmerOf(language: string): Stemmer | undefined {
  if (language === 'en') return englishStem;
  if (!Object.hasOwn(INFLECTION_TABLE, language)) return undefined;
  // Matching is synchronous, so this is `require` and not `import`. In a bundle, the file next to this one has
  // another extension.
  stemmers ??= (
    createRequire(import.meta.url)(
      `./stemmers${extname(import.meta.filename)}`,
    ) as typeof import('./stemmers.ts')
  ).stemmers;
  const stemmer = stemmers[language];
  const toStemmerSpelling = STEMMER_SPELLINGS[language];
  return toStemmerSpelling && stemmer ? (word) => stemmer(toStemmerSpelling(word)) : stemmer;
}

/** Respells words as the stemmers expect: Romanian with cedillas, Russian with е for ё. */
const STEMMER_SPELLINGS: Readonly<Record<string, (word: string) => string>> = {
  ro: (word) => word.replaceAll('ș', 'ş').replaceAll('ț', 'ţ'),
  ru: (word) => word.replaceAll('ё', 'е'),
};

/** Returns whether the inflections of a language are known. */
export function hasInflections(language: string): boolean {
  return language === 'en' || Object.hasOwn(INFLECTION_TABLE, language) || cliticsOf(language) !== undefined;
}

/** Returns a stem shared by the forms of a word, or undefined if the language has no stemmer here. */
export function stem(word: string, language: string | undefined): string | undefined {
  return stemmerOf(language ?? DEFAULT_LANGUAGE)?.(word);
}

/** The words that a word of a text may be a form of. */
export interface WordForms {
  /**
   * Every word that matches begins with one of these prefixes after folding. Prefixes have no diacritics and at least
   * two letters.
   */
  readonly prefixes: readonly string[];
  /**
   * Returns whether the word is another form of `wanted`, but not `wanted` itself. Diacritics must match if `wanted`
   * has any.
   */
  isFormOf(wanted: string): boolean;
}

/**
 * Returns whether all words that a word may be a form of surely begin with the same letter as the word, after folding. This
 * is far quicker than finding the forms. Returns false if that is not known, as in most languages.
 */
export function keepsFirstLetter(word: string, language: string | undefined): boolean {
  // "Ate" is a form of "eat". Porter's stemmer drops an apostrophe at the beginning.
  return (language ?? DEFAULT_LANGUAGE) === 'en' && ASCII_LETTER.test(word) && verbOfPast(word) === undefined;
}

const ASCII_LETTER = /^[a-z]/;

export const NO_FORMS: WordForms = { prefixes: [], isFormOf: () => false };

/**
 * Returns the forms of a word. Computes once everything that depends on the word alone, because the result is
 * compared with many words.
 */
export function formsOf(word: string, language: string | undefined): WordForms {
  const languageOrDefault = language ?? DEFAULT_LANGUAGE;
  return (
    (languageOrDefault === formsCacheLanguage && formsCache.size > 0 ? formsCache.get(word) : undefined) ??
    findForms(word, languageOrDefault)
  );
}

/** Returns the same as `formsOf` and caches the result. */
export function cachedFormsOf(word: string, language: string | undefined): WordForms {
  const languageOrDefault = language ?? DEFAULT_LANGUAGE;
  if (languageOrDefault !== formsCacheLanguage || formsCache.size >= MAX_CACHED_FORMS) {
    formsCache.clear();
    formsCacheLanguage = languageOrDefault;
  }
  const forms = formsOf(word, language);
  formsCache.set(word, forms);
  return forms;
}

/**
 * Clears the cache of forms. An item's new words are looked up twice, first to match the item and then for the
 * reasons, so the cache lasts for one item.
 */
export function clearFormsCache(): void {
  if (formsCache.size > 0) formsCache.clear();
}

const formsCache = new Map<string, WordForms>();
const MAX_CACHED_FORMS = 10_000;
let formsCacheLanguage: string | undefined;

function findForms(word: string, language: string): WordForms {
  const clitics = cliticsOf(language);
  if (clitics) {
    const found = stemsWithoutClitics(word, clitics);
    const plain = folded(word);
    return {
      prefixes: found,
      isFormOf: (wanted) => folded(wanted) !== plain && found.includes(folded(wanted)),
    };
  }
  const stemmer = stemmerOf(language);
  if (!stemmer) return NO_FORMS;
  const regular = regularForms(word, stemmer, language);
  return language === 'en' ? withIrregular(word, regular, stemmer) : regular;
}

function regularForms(word: string, stemmer: Stemmer, language: string): WordForms {
  const plain = folded(word);
  const stems = stemsOf(word, stemmer);
  const prefixes = prefixesOf(stems);
  return {
    prefixes,
    isFormOf(wanted) {
      const plainWanted = folded(wanted);
      if (plainWanted === plain || !prefixes.some((prefix) => plainWanted.startsWith(prefix))) return false;
      // The endings are compared first, because a stemmer takes microseconds.
      const isSame =
        language === 'en'
          ? isSameEnglishWord(plainWanted, plain)
          : areInflectionsOfOne(wanted, word, language);
      if (!isSame) return false;
      const stemOfWanted = stemmer(wanted);
      // A query may leave diacritics out, but the stemmers need them.
      return stems[0] === stemOfWanted || (plainWanted === wanted && stems.includes(stemOfWanted));
    },
  };
}

function withIrregular(word: string, regular: WordForms, stemmer: Stemmer): WordForms {
  const others = irregularForms(word);
  const verb = verbOfPast(word);
  if (others.length === 0 && verb === undefined) return regular;
  const ofVerb = verb === undefined ? NO_FORMS : regularForms(verb, stemmer, 'en');
  return {
    prefixes: [...regular.prefixes, ...others, ...ofVerb.prefixes],
    isFormOf: (wanted) =>
      folded(wanted) !== word &&
      (others.includes(wanted) || wanted === verb || ofVerb.isFormOf(wanted) || regular.isFormOf(wanted)),
  };
}

/** Drops the last letter of each stem, because it can differ from the word: the stem of "city" is "citi". */
function prefixesOf(stems: readonly string[]): readonly string[] {
  const found = new Set(stems.map((one) => folded(one).slice(0, -1)));
  return [...found].filter((prefix) => prefix.length >= 2);
}

function stemsOf(word: string, stemmer: Stemmer): readonly string[] {
  const stemOfWord = stemmer(word);
  const plain = folded(word);
  return plain === word ? [stemOfWord] : [stemOfWord, folded(stemOfWord), stemmer(plain)];
}

function stemsWithoutClitics(word: string, clitics: Clitics): readonly string[] {
  return withoutClitics(folded(word), clitics).filter((prefix) => prefix.length >= 2);
}

function areInflectionsOfOne(wanted: string, word: string, language: string): boolean {
  const [a, b] = [foldKeepingDistinctive(wanted, language), foldKeepingDistinctive(word, language)];
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return (INFLECTION_TABLE[language] ?? []).some(({ endings, minStem, maxStem }) => {
    for (let at = Math.min(common, maxStem ?? common); at >= minStem; at--) {
      if (endings.test(a.slice(at)) && endings.test(b.slice(at))) return true;
    }
    return false;
  });
}

function foldKeepingDistinctive(word: string, language: string): string {
  const distinctive = DISTINCTIVE_DIACRITICS[language]?.exec(word);
  if (!distinctive) return folded(word);
  const { 0: ending, index } = distinctive;
  return folded(word.slice(0, index)) + ending + folded(word.slice(index + ending.length));
}
