import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { folded } from '../../shared/text/folded.ts';
import { type Clitics, cliticsOf, withoutClitics } from './clitics.ts';
import { englishStem, isSameEnglishWord } from './english.ts';
import { irregularForms, verbOfPast } from './english-irregular.ts';
import { PARADIGMS, TELLING } from './paradigms.ts';

/**
 * Inflections: the forms that one word has in its language, of number, case, gender and tense; never what is derived from
 * it. English, fourteen European languages through Snowball's stemmers, and Arabic, Hebrew and Korean, where small words
 * are written together with their neighbours. Words are in lower case, NFC, throughout.
 */

/** Where the language of a text is not known. */
const DEFAULT = 'en';

type Stemmer = (word: string) => string;
let stemmers: Readonly<Record<string, Stemmer>> | undefined;

function stemmerOf(language: string): Stemmer | undefined {
  if (language === 'en') return englishStem;
  if (!Object.hasOwn(PARADIGMS, language)) return undefined;
  // In the middle of matching, which waits for nothing. A bundle has the part beside it, under its own ending.
  stemmers ??= (
    createRequire(import.meta.url)(
      `./stemmers${extname(import.meta.filename)}`,
    ) as typeof import('./stemmers.ts')
  ).stemmers;
  return stemmers[language];
}

/** Whether the forms of its words are known. */
export function inflectsIn(language: string): boolean {
  return language === 'en' || Object.hasOwn(PARADIGMS, language) || cliticsOf(language) !== undefined;
}

/** A key that the forms of a word share; undefined where the language has no stems here. */
export function stem(word: string, language: string | undefined): string | undefined {
  return stemmerOf(language ?? DEFAULT)?.(word);
}

/**
 * Whether `word`, of a text in this language, is another form of `wanted`; not whether it is the same word. Diacritics
 * count where `wanted` has some.
 */
export function inflects(wanted: string, word: string, language: string | undefined): boolean {
  const plainWanted = folded(wanted);
  const plain = folded(word);
  if (plainWanted === plain) return false;
  const tongue = language ?? DEFAULT;
  const clitics = cliticsOf(tongue);
  if (clitics) return attached(word, clitics).includes(plainWanted);
  const stemmer = stemmerOf(tongue);
  if (!stemmer) return false;
  if (tongue === 'en' && isIrregular(wanted, word)) return true;
  if (!beginningsOfStems(word, stemmer).some((beginning) => plainWanted.startsWith(beginning))) return false;
  const stemOfWanted = stemmer(wanted);
  const isOneStem =
    stemmer(word) === stemOfWanted ||
    // Written without diacritics, as a query may be; stemmers know words by them.
    (plainWanted === wanted && stemsOf(word, stemmer).includes(stemOfWanted));
  if (!isOneStem) return false;
  return tongue === 'en' ? isSameEnglishWord(plainWanted, plain) : isSameWord(wanted, word, tongue);
}

/**
 * Beginnings, without diacritics, one of which every word has that `word` can be a form of; each of two letters or more.
 */
export function beginnings(word: string, language: string | undefined): readonly string[] {
  const tongue = language ?? DEFAULT;
  const clitics = cliticsOf(tongue);
  if (clitics) return attached(word, clitics);
  const stemmer = stemmerOf(tongue);
  if (!stemmer) return [];
  const found = beginningsOfStems(word, stemmer);
  if (tongue !== 'en') return found;
  const verb = verbOfPast(word);
  return [...found, ...irregularForms(word), ...(verb === undefined ? [] : beginningsOfStems(verb, stemmer))];
}

function isIrregular(wanted: string, word: string): boolean {
  if (irregularForms(word).includes(wanted)) return true;
  const verb = verbOfPast(word);
  return verb !== undefined && (verb === wanted || inflects(wanted, verb, 'en'));
}

/** The stem's last letter changes: "citi" is the stem of city. */
function beginningsOfStems(word: string, stemmer: Stemmer): readonly string[] {
  const found = new Set(stemsOf(word, stemmer).map((one) => folded(one).slice(0, -1)));
  return [...found].filter((beginning) => beginning.length >= 2);
}

function stemsOf(word: string, stemmer: Stemmer): readonly string[] {
  const one = stemmer(word);
  const plain = folded(word);
  return plain === word ? [one] : [one, folded(one), stemmer(plain)];
}

function attached(word: string, clitics: Clitics): readonly string[] {
  return withoutClitics(folded(word), clitics).filter((beginning) => beginning.length >= 2);
}

function isSameWord(wanted: string, word: string, language: string): boolean {
  const [a, b] = [mostlyFolded(wanted, language), mostlyFolded(word, language)];
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return (PARADIGMS[language] ?? []).some(({ endings, least, most }) => {
    for (let at = Math.min(common, most ?? common); at >= least; at--) {
      if (endings.test(a.slice(at)) && endings.test(b.slice(at))) return true;
    }
    return false;
  });
}

function mostlyFolded(word: string, language: string): string {
  const telling = TELLING[language]?.exec(word);
  if (!telling) return folded(word);
  const { 0: letter, index } = telling;
  return folded(word.slice(0, index)) + letter + folded(word.slice(index + letter.length));
}
