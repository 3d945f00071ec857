import { streamSafe } from './characters.ts';

/**
 * Returns a word without diacritics, of the scripts where readers leave them out: Latin, Greek, Cyrillic, Hebrew and
 * Arabic, and with one spelling where a script has several: "café" gives "cafe", "straße" gives "strasse".
 * Takes and gives lower case, NFC. Terms without diacritics compare this.
 */
export function folded(word: string): string {
  if (!BEYOND_ASCII.test(word)) return word;
  const byLetter = letterByLetter(word, plainLetters, plainOf);
  if (byLetter !== undefined) return byLetter;
  let plain = known.get(word);
  if (plain === undefined) {
    plain = plainOf(word);
    if (known.size >= MAX_KNOWN) known.clear();
    if (word.length <= MAX_KNOWN_UNITS) known.set(word, plain);
  }
  return plain;
}

/** Returns what `folded` does where it is found letter by letter, as of all ordinary words; any other word as it is. */
export function quicklyFolded(word: string): string {
  return BEYOND_ASCII.test(word) ? (letterByLetter(word, plainLetters, plainOf) ?? word) : word;
}

/** Matching asks for the same word several times in a row. */
const MAX_KNOWN = 2_000;
const MAX_KNOWN_UNITS = 100;
const known = new Map<string, string>();

function plainOf(word: string): string {
  const plain = unified(streamSafe(word).normalize('NFD')).replace(DIACRITIC, '$1');
  // A sign that stands for itself, such as a stretched line of Arabic, is all that there is to compare.
  return plain === '' ? word : plain.replace(STROKE, (sign) => PLAIN[sign] ?? sign).normalize('NFC');
}

/**
 * Returns a word with its diacritics, each in one spelling: ş as ș, ð and ɖ as đ, ё as е, the tone of "hòa" where "hoà" has it.
 * Hebrew and Arabic have none: their vowel signs are for learners. Terms with diacritics compare this.
 */
export function marked(word: string): string {
  if (!BEYOND_ASCII.test(word)) return word;
  return (
    (TONE_MAY_MOVE.test(word) ? undefined : letterByLetter(word, markedLetters, markedOf)) ?? markedOf(word)
  );
}

function markedOf(word: string): string {
  const one = unified(streamSafe(word).normalize('NFD'))
    .replace(SAME_MARK, (sign) => ONE_MARK[sign] ?? '')
    .replace(UNMARKED, '')
    .replace(TONE, '$1$3$2');
  return one === '' ? word : one.normalize('NFC');
}

/** Letters of which neither the letters beside them nor the order of marks change anything, and that no mark is. */
const INDEPENDENT =
  /^[\p{L}&&[\u00c0-\u024f\u0370-\u0587\u05d0-\u05ea\u0620-\u063f\u0641-\u064a\u0671-\u06d3\u10a0-\u10ff\u1200-\u167f\u1e00-\u1fff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\ua62b\uac00-\ud7a3]]$/v;

/** Keyed by UTF-16 unit; '' marks a letter whose form depends on its neighbours. */
const plainLetters = new Map<number, string>();
const markedLetters = new Map<number, string>();

/** Returns what `of` gives for a word, from what it gives for each letter; undefined where letters are not independent. */
function letterByLetter(
  word: string,
  known: Map<number, string>,
  of: (letter: string) => string,
): string | undefined {
  let whole = '';
  for (let at = 0; at < word.length; at++) {
    const unit = word.charCodeAt(at);
    if (unit < 0x80 || (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7a3)) {
      whole += word[at];
      continue;
    }
    let letter = known.get(unit);
    if (letter === undefined) {
      const one = word.charAt(at);
      letter = INDEPENDENT.test(one) ? of(one) : '';
      known.set(unit, letter);
    }
    if (letter === '') return undefined;
    whole += letter;
  }
  return whole;
}

/** Whether an accent of the word counts: whether it has any that its language does not leave out. */
export function hasDiacritics(word: string): boolean {
  return BEYOND_ASCII.test(word) && marked(word) !== folded(word);
}

/** Returns the diacritics of each letter of a word, none as ''. Words that `folded` makes the same have as many letters. */
export function accentsOf(word: string): readonly string[] {
  const letters = marked(word).normalize('NFD').match(LETTER_WITH_MARKS) ?? [];
  return letters.map((letter) => (letter in PLAIN ? letter : letter.slice(1)));
}

const LETTER_WITH_MARKS = /.\p{M}*/gsu;

const BEYOND_ASCII = /[^\0-\x7f]/;

/** One spelling for letters that are the same to every reader, of decomposed text. */
function unified(text: string): string {
  const same = text.replace(SAME_LETTER, (sign) => ONE_LETTER[sign] ?? sign);
  return DEVANAGARI.test(same) ? unifiedHindi(same) : same;
}

/** Persian and Arabic keyboards differ in yeh, kaf and heh; ß and ligatures are written with the letters they are of. */
const ONE_LETTER: Readonly<Record<string, string>> = {
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
const SAME_LETTER = new RegExp(`[${Object.keys(ONE_LETTER).join('')}]`, 'g');

const DEVANAGARI = /[\u0900-\u097f]/;

/** Hindi writes a nasal as a dot or as the letter of the row; a moon for a dot; and leaves nuktas out. */
function unifiedHindi(text: string): string {
  return text
    .replace(/ङ्(?=[क-ङ])|ञ्(?=[च-ञ])|ण्(?=[ट-ण])|न्(?=[त-न])|म्(?=[प-म])|ँ/g, 'ं')
    .replaceAll('\u093c', '');
}

/** First the letters whose sign is no diacritic to a reader: й, and the Ukrainian ї. */
const KEPT = '(и\\u0306|і\\u0308)';
/** Combining marks of Latin, Greek and Cyrillic. */
const MARKS = '[\\u0300-\\u036f\\u0483-\\u0487\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20f0\\ufe20-\\ufe2f]';
/** Those of Hebrew, of Arabic with its stretched line. */
const VOWEL_SIGNS =
  '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u08d3-\\u08ff]';
const DIACRITIC = new RegExp(`${KEPT}|${MARKS}|${VOWEL_SIGNS}`, 'g');

/** Letters with a stroke have no decomposition in Unicode. */
const PLAIN: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ɖ: 'd', ħ: 'h', ŧ: 't' };
const STROKE = /[øłđðɖħŧ]/g;

/**
 * Few keyboards have the comma of Romanian s and t; the capital Ɖ looks as Đ; papers leave the dots of ё out; Greek
 * capitals have dots where small letters have an accent (ΜΑΪΟΣ, Μάιος); stress in Cyrillic is for learners.
 */
const SAME_MARK = /(?<=[st])\u0327|[ðɖ]|(?<=[ιυ])\u0308|е\u0308|(?<=[аеиоуыэюяіїє])[\u0300\u0301]/g;
const ONE_MARK: Readonly<Record<string, string>> = { '\u0327': '\u0326', ð: 'đ', ɖ: 'đ', 'е\u0308': 'е' };
const UNMARKED = new RegExp(VOWEL_SIGNS, 'g');

/** The tone of a Vietnamese syllable: over the first vowel by the old rule, over the second by the new one. */
const TONE_MAY_MOVE = /[^\0-\x7f][aey]$/;
const TONE = /([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])$/;
