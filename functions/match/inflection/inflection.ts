import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { folded } from '../../shared/text/folded.ts';
import { type Clitics, cliticsOf, withoutClitics } from './clitics.ts';
import { englishStem, isSameEnglishWord } from './english.ts';
import { irregularForms, verbOfPast } from './english-irregular.ts';
import { DISTINCTIVE_DIACRITICS, INFLECTION_TABLE } from './inflection-table.ts';

/**
 * Inflections: the forms that one word has in its language, of number, case, gender and tense; never what is derived from
 * it. English, fourteen European languages through Snowball's stemmers, and Arabic, Hebrew and Korean, where small words
 * are written together with their neighbours. Words are in lower case, NFC, throughout.
 */

/** Where the language of a text is not known. */
const DEFAULT_LANGUAGE = 'en';

type Stemmer = (word: string) => string;
let stemmers: Readonly<Record<string, Stemmer>> | undefined;

function stemmerOf(language: string): Stemmer | undefined {
  if (language === 'en') return englishStem;
  if (!Object.hasOwn(INFLECTION_TABLE, language)) return undefined;
  // In the middle of matching, which waits for nothing. A bundle has the part beside it, under its own ending.
  stemmers ??= (
    createRequire(import.meta.url)(
      `./stemmers${extname(import.meta.filename)}`,
    ) as typeof import('./stemmers.ts')
  ).stemmers;
  const stemmer = stemmers[language];
  const respell = SPELLINGS[language];
  return respell && stemmer ? (word) => stemmer(respell(word)) : stemmer;
}

/** Stemmers know one spelling: the cedillas of Romanian, е for ё. */
const SPELLINGS: Readonly<Record<string, (word: string) => string>> = {
  ro: (word) => word.replaceAll('ș', 'ş').replaceAll('ț', 'ţ'),
  ru: (word) => word.replaceAll('ё', 'е'),
};

/** Whether the forms of its words are known. */
export function hasInflections(language: string): boolean {
  return language === 'en' || Object.hasOwn(INFLECTION_TABLE, language) || cliticsOf(language) !== undefined;
}

/** A key that the forms of a word share; undefined where the language has no stems here. */
export function stem(word: string, language: string | undefined): string | undefined {
  return stemmerOf(language ?? DEFAULT_LANGUAGE)?.(word);
}

/** What a word of a text can be a form of. */
export interface WordForms {
  /** One of these, without diacritics and of two letters or more, begins every word that it can be a form of. */
  readonly prefixes: readonly string[];
  /** Whether the word is another form of `wanted`; not whether it is the same. Diacritics count where `wanted` has some. */
  isFormOf(wanted: string): boolean;
}

export const NO_FORMS: WordForms = { prefixes: [], isFormOf: () => false };

/** For a word that many are compared with: what hangs on it alone is found out once. */
export function formsOf(word: string, language: string | undefined): WordForms {
  const tongue = language ?? DEFAULT_LANGUAGE;
  return (
    (tongue === formsCacheLanguage && formsCache.size > 0 ? formsCache.get(word) : undefined) ??
    findForms(word, tongue)
  );
}

/** Returns the same as `formsOf`, and keeps it for the next call. */
export function cachedFormsOf(word: string, language: string | undefined): WordForms {
  const tongue = language ?? DEFAULT_LANGUAGE;
  if (tongue !== formsCacheLanguage || formsCache.size >= MAX_CACHED_FORMS) {
    formsCache.clear();
    formsCacheLanguage = tongue;
  }
  const forms = formsOf(word, language);
  formsCache.set(word, forms);
  return forms;
}

/** Forgets the forms of an item's new words, which are asked for twice: to find what it matches, and to say why. */
export function clearFormsCache(): void {
  if (formsCache.size > 0) formsCache.clear();
}

const formsCache = new Map<string, WordForms>();
const MAX_CACHED_FORMS = 10_000;
let formsCacheLanguage: string | undefined;

function findForms(word: string, tongue: string): WordForms {
  const clitics = cliticsOf(tongue);
  if (clitics) {
    const found = stemsWithoutClitics(word, clitics);
    const plain = folded(word);
    return {
      prefixes: found,
      isFormOf: (wanted) => folded(wanted) !== plain && found.includes(folded(wanted)),
    };
  }
  const stemmer = stemmerOf(tongue);
  if (!stemmer) return NO_FORMS;
  const regular = regularForms(word, stemmer, tongue);
  return tongue === 'en' ? withIrregular(word, regular, stemmer) : regular;
}

function regularForms(word: string, stemmer: Stemmer, language: string): WordForms {
  const plain = folded(word);
  const stems = stemsOf(word, stemmer);
  const beginnings = beginningsOf(stems);
  return {
    prefixes: beginnings,
    isFormOf(wanted) {
      const plainWanted = folded(wanted);
      if (plainWanted === plain || !beginnings.some((beginning) => plainWanted.startsWith(beginning)))
        return false;
      // The endings first: a stem takes microseconds.
      const isSame =
        language === 'en'
          ? isSameEnglishWord(plainWanted, plain)
          : areInflectionsOfOne(wanted, word, language);
      if (!isSame) return false;
      const stemOfWanted = stemmer(wanted);
      // Written without diacritics, as a query may be; stemmers know words by them.
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

/** The stem's last letter changes: "citi" is the stem of city. */
function beginningsOf(stems: readonly string[]): readonly string[] {
  const found = new Set(stems.map((one) => folded(one).slice(0, -1)));
  return [...found].filter((beginning) => beginning.length >= 2);
}

function stemsOf(word: string, stemmer: Stemmer): readonly string[] {
  const one = stemmer(word);
  const plain = folded(word);
  return plain === word ? [one] : [one, folded(one), stemmer(plain)];
}

function stemsWithoutClitics(word: string, clitics: Clitics): readonly string[] {
  return withoutClitics(folded(word), clitics).filter((beginning) => beginning.length >= 2);
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
  const telling = DISTINCTIVE_DIACRITICS[language]?.exec(word);
  if (!telling) return folded(word);
  const { 0: letter, index } = telling;
  return folded(word.slice(0, index)) + letter + folded(word.slice(index + letter.length));
}
