import { streamSafe } from './characters.ts';

/**
 * Returns a word without diacritics, in scripts whose readers omit them: Latin, Greek, Cyrillic, Hebrew and Arabic. Unifies
 * letters with several spellings. "café" gives "cafe", "straße" gives "strasse". Takes and returns lower case in NFC. Terms
 * without diacritics match this form.
 */
export function folded(word: string): string {
  if (!BEYOND_ASCII.test(word)) return word;
  const byLetter = letterByLetter(word, plainLetters, plainOf);
  if (byLetter !== undefined) return byLetter;
  let plain = foldedWords.get(word);
  if (plain === undefined) {
    plain = plainOf(word);
    if (foldedWords.size >= MAX_CACHED_WORDS) foldedWords.clear();
    if (word.length <= MAX_CACHED_LENGTH) foldedWords.set(word, plain);
  }
  return plain;
}

/** Returns the same as `folded` for words that fold letter by letter, as ordinary words do; returns others unchanged. */
export function quicklyFolded(word: string): string {
  return BEYOND_ASCII.test(word) ? (letterByLetter(word, plainLetters, plainOf) ?? word) : word;
}

/** Words in the cache. Matching folds the same word several times in a row. */
const MAX_CACHED_WORDS = 2_000;
const MAX_CACHED_LENGTH = 100;
const foldedWords = new Map<string, string>();

function plainOf(word: string): string {
  const plain = unifyLetters(streamSafe(word).normalize('NFD')).replace(DIACRITIC, '$1');
  // Keeps a word of marks alone, such as Arabic's tatweel: nothing else is left to compare.
  return plain === '' ? word : plain.replace(STROKE, (sign) => WITHOUT_STROKE[sign] ?? sign).normalize('NFC');
}

/**
 * Returns a word with its diacritics in one spelling: ş as ș, ð and ɖ as đ, ё as е, and "hòa" as "hoà". Removes the vowel
 * signs of Hebrew and Arabic, which only learners need. Terms with diacritics match this form.
 */
export function marked(word: string): string {
  if (!BEYOND_ASCII.test(word)) return word;
  return (
    (TONE_MAY_MOVE.test(word) ? undefined : letterByLetter(word, markedLetters, markedOf)) ?? markedOf(word)
  );
}

function markedOf(word: string): string {
  const spelling = unifyLetters(streamSafe(word).normalize('NFD'))
    .replace(MARK_VARIANT, (sign) => UNIFIED_MARKS[sign] ?? '')
    .replace(VOWEL_SIGN, '')
    .replace(TONE, '$1$3$2');
  return spelling === '' ? word : spelling.normalize('NFC');
}

/** Letters that fold the same whatever their neighbours, and are not marks. */
const INDEPENDENT =
  /^[\p{L}&&[\u00c0-\u024f\u0370-\u0587\u05d0-\u05ea\u0620-\u063f\u0641-\u064a\u0671-\u06d3\u10a0-\u10ff\u1200-\u167f\u1e00-\u1fff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\ua62b\uac00-\ud7a3]]$/v;

/** Folded letters by UTF-16 unit; '' for a letter that depends on its neighbours. */
const plainLetters = new Map<number, string>();
const markedLetters = new Map<number, string>();

/** Converts a word letter by letter, with a cache. Returns undefined if any letter depends on its neighbours. */
function letterByLetter(
  word: string,
  cache: Map<number, string>,
  convert: (letter: string) => string,
): string | undefined {
  let whole = '';
  for (let at = 0; at < word.length; at++) {
    const unit = word.charCodeAt(at);
    if (unit < 0x80 || (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7a3)) {
      whole += word[at];
      continue;
    }
    let letter = cache.get(unit);
    if (letter === undefined) {
      const written = word.charAt(at);
      letter = INDEPENDENT.test(written) ? convert(written) : '';
      cache.set(unit, letter);
    }
    if (letter === '') return undefined;
    whole += letter;
  }
  return whole;
}

/** Returns whether a word has diacritics that its language does not omit. */
export function hasDiacritics(word: string): boolean {
  return BEYOND_ASCII.test(word) && marked(word) !== folded(word);
}

/** Returns the diacritics of each letter, or '' for none. Words with the same `folded` form have equally many letters. */
export function accentsOf(word: string): readonly string[] {
  const letters = marked(word).normalize('NFD').match(LETTER_WITH_MARKS) ?? [];
  return letters.map((letter) => (letter in WITHOUT_STROKE ? letter : letter.slice(1)));
}

const LETTER_WITH_MARKS = /.\p{M}*/gsu;

const BEYOND_ASCII = /[^\0-\x7f]/;

/** Unifies letters that readers consider the same. Takes decomposed text. */
function unifyLetters(text: string): string {
  const same = text.replace(LETTER_VARIANT, (sign) => UNIFIED_LETTERS[sign] ?? sign);
  return DEVANAGARI.test(same) ? unifyHindi(same) : same;
}

/** Persian and Arabic keyboards differ in yeh, kaf and heh. ß and ligatures become the letters they stand for. */
const UNIFIED_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ې: 'ي',
  ک: 'ك',
  ڪ: 'ك',
  ة: 'ه',
  ۃ: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ە: 'ه',
};
const LETTER_VARIANT = new RegExp(`[${Object.keys(UNIFIED_LETTERS).join('')}]`, 'g');

const DEVANAGARI = /[\u0900-\u097f]/;

/** Unifies Hindi's nasals, written as a dot, as a letter or as a moon and dot, and removes nuktas, which are optional. */
function unifyHindi(text: string): string {
  return text
    .replace(/ङ्(?=[क-ङ])|ञ्(?=[च-ञ])|ण्(?=[ट-ण])|न्(?=[त-न])|म्(?=[प-म])|ँ/g, 'ं')
    .replaceAll('\u093c', '');
}

/** Letters that keep their mark, since readers do not see a diacritic in it: й, and the Ukrainian ї. */
const LETTER_WITH_KEPT_MARK = '(и\\u0306|і\\u0308)';
/** Combining marks of Latin, Greek and Cyrillic. */
const MARKS = '[\\u0300-\\u036f\\u0483-\\u0487\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20f0\\ufe20-\\ufe2f]';
/** Vowel signs of Hebrew and Arabic, and Arabic's tatweel. */
const VOWEL_SIGNS =
  '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u08d3-\\u08ff]';
const DIACRITIC = new RegExp(`${LETTER_WITH_KEPT_MARK}|${MARKS}|${VOWEL_SIGNS}`, 'g');

/** Letters with a stroke have no decomposition in Unicode. */
const WITHOUT_STROKE: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ɖ: 'd',
  ħ: 'h',
  ŧ: 't',
};
const STROKE = /[øłđðɖħŧ]/g;

/**
 * Marks with several spellings: few keyboards have the comma of Romanian s and t; the capital Ɖ looks like Đ; newspapers
 * omit the dots of ё; Greek capitals have dots where small letters have an accent (ΜΑΪΟΣ, Μάιος); stress marks in Cyrillic
 * are for learners.
 */
const MARK_VARIANT = /(?<=[st])\u0327|[ðɖ]|(?<=[ιυ])\u0308|е\u0308|(?<=[аеиоуыэюяіїє])[\u0300\u0301]/g;
const UNIFIED_MARKS: Readonly<Record<string, string>> = {
  '\u0327': '\u0326',
  ð: 'đ',
  ɖ: 'đ',
  'е\u0308': 'е',
};
const VOWEL_SIGN = new RegExp(VOWEL_SIGNS, 'g');

/** A Vietnamese tone mark is on the first vowel by the old rule, and on the second by the new one. */
const TONE_MAY_MOVE = /[^\0-\x7f][aey]$/;
const TONE = /([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])$/;
