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
export function inflectsIn(language: string): boolean {
  return language === 'en' || Object.hasOwn(PARADIGMS, language) || cliticsOf(language) !== undefined;
}

/** A key that the forms of a word share; undefined where the language has no stems here. */
export function stem(word: string, language: string | undefined): string | undefined {
  return stemmerOf(language ?? DEFAULT)?.(word);
}

/** What a word of a text can be a form of. */
export interface Forms {
  /** One of these, without diacritics and of two letters or more, begins every word that it can be a form of. */
  readonly beginnings: readonly string[];
  /** Whether the word is another form of `wanted`; not whether it is the same. Diacritics count where `wanted` has some. */
  areOf(wanted: string): boolean;
}

export const NO_FORMS: Forms = { beginnings: [], areOf: () => false };

/** For a word that many are compared with: what hangs on it alone is found out once. */
export function formsOf(word: string, language: string | undefined): Forms {
  const tongue = language ?? DEFAULT;
  return (tongue === knownIn && known.size > 0 ? known.get(word) : undefined) ?? findForms(word, tongue);
}

/** Returns the same as `formsOf`, and keeps it for the next call. */
export function keptFormsOf(word: string, language: string | undefined): Forms {
  const tongue = language ?? DEFAULT;
  if (tongue !== knownIn || known.size >= MAX_KNOWN) {
    known.clear();
    knownIn = tongue;
  }
  const forms = formsOf(word, language);
  known.set(word, forms);
  return forms;
}

/** Forgets the forms of an item's new words, which are asked for twice: to find what it matches, and to say why. */
export function forgetForms(): void {
  if (known.size > 0) known.clear();
}

const known = new Map<string, Forms>();
const MAX_KNOWN = 10_000;
let knownIn: string | undefined;

function findForms(word: string, tongue: string): Forms {
  const clitics = cliticsOf(tongue);
  if (clitics) {
    const found = attached(word, clitics);
    const plain = folded(word);
    return {
      beginnings: found,
      areOf: (wanted) => folded(wanted) !== plain && found.includes(folded(wanted)),
    };
  }
  const stemmer = stemmerOf(tongue);
  if (!stemmer) return NO_FORMS;
  const regular = regularForms(word, stemmer, tongue);
  return tongue === 'en' ? withIrregular(word, regular, stemmer) : regular;
}

function regularForms(word: string, stemmer: Stemmer, language: string): Forms {
  const plain = folded(word);
  const stems = stemsOf(word, stemmer);
  const beginnings = beginningsOf(stems);
  return {
    beginnings,
    areOf(wanted) {
      const plainWanted = folded(wanted);
      if (plainWanted === plain || !beginnings.some((beginning) => plainWanted.startsWith(beginning)))
        return false;
      // The endings first: a stem takes microseconds.
      const isSame =
        language === 'en' ? isSameEnglishWord(plainWanted, plain) : isSameWord(wanted, word, language);
      if (!isSame) return false;
      const stemOfWanted = stemmer(wanted);
      // Written without diacritics, as a query may be; stemmers know words by them.
      return stems[0] === stemOfWanted || (plainWanted === wanted && stems.includes(stemOfWanted));
    },
  };
}

function withIrregular(word: string, regular: Forms, stemmer: Stemmer): Forms {
  const others = irregularForms(word);
  const verb = verbOfPast(word);
  if (others.length === 0 && verb === undefined) return regular;
  const ofVerb = verb === undefined ? NO_FORMS : regularForms(verb, stemmer, 'en');
  return {
    beginnings: [...regular.beginnings, ...others, ...ofVerb.beginnings],
    areOf: (wanted) =>
      folded(wanted) !== word &&
      (others.includes(wanted) || wanted === verb || ofVerb.areOf(wanted) || regular.areOf(wanted)),
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
