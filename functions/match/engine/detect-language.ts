import { functionWords } from '../../shared/text/function-words.ts';
import { countWord, decideLanguage, MAX_LANGUAGE_WORDS, newLanguageCounts } from '../text/language.ts';
import { HashTable } from './hash-table.ts';
import { FIRST_HASH, firstUnit, hashesOf, isLatinOnly, SECOND_HASH } from './scan-field.ts';

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;

/** Stands for the first letter if all words are Latin. */
const LATIN_LETTER = 0x61;
/** The languages of each function word, as bits. Filled at the first call. */
const languagesOfWord = new HashTable();

/** Returns the same as `languageOf`, for the scanned words before position `end`. */
export function detectLanguage(end: number, declared: string | undefined): string | undefined {
  if (languagesOfWord.count === 0) addFunctionWords();
  const counts = newLanguageCounts();
  const latin = isLatinOnly();
  for (let position = 0; position < end && counts.words < MAX_LANGUAGE_WORDS; position++) {
    const first = firsts[position] as number;
    const second = seconds[position] as number;
    if (first === 0 && second === 0) continue;
    countWord(counts, languagesOfWord.find(first, second), latin ? LATIN_LETTER : firstUnit(position));
  }
  return decideLanguage(counts, declared);
}

function addFunctionWords(): void {
  for (const [word, languages] of functionWords) {
    const { first, second } = hashesOf(word);
    languagesOfWord.add(first, second, languages);
  }
}
