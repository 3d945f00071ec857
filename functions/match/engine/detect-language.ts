import { functionWords } from '../../shared/text/function-words.ts';
import { countWord, decideLanguage, MAX_LANGUAGE_WORDS, newLanguageCounts } from '../text/language.ts';
import { FIRST_HASH, firstUnit, hashesOf, isLatinOnly, SECOND_HASH } from './scan-field.ts';

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;

/** Numbers of a place in the table: two hashes and the languages of the word. */
const SLOT_SIZE = 4;
const SLOTS = 1 << 12;
/** In place of a letter that tells no script. */
const LATIN_LETTER = 0x61;
const table = new Int32Array(SLOTS * SLOT_SIZE);
const MASK = table.length - 1;
let isFilled = false;

/** As `languageOf`, of the words that were scanned up to a place. */
export function detectLanguage(end: number, declared: string | undefined): string | undefined {
  if (!isFilled) fill();
  const traces = newLanguageCounts();
  const latin = isLatinOnly();
  for (let place = 0; place < end && traces.words < MAX_LANGUAGE_WORDS; place++) {
    const first = firsts[place] as number;
    const second = seconds[place] as number;
    if (first === 0 && second === 0) continue;
    countWord(traces, languagesOf(first, second), latin ? LATIN_LETTER : firstUnit(place));
  }
  return decideLanguage(traces, declared);
}

function languagesOf(first: number, second: number): number {
  let at = slotOf(first, second);
  while (table[at + 2] !== 0 && (table[at] !== first || table[at + 1] !== second))
    at = (at + SLOT_SIZE) & MASK;
  return table[at + 2] as number;
}

function slotOf(first: number, second: number): number {
  return (Math.imul(first ^ second, 0x9e37_79b1) >>> 20) * SLOT_SIZE;
}

function fill(): void {
  for (const [word, languages] of functionWords) {
    const { first, second } = hashesOf(word);
    let at = slotOf(first, second);
    while (table[at + 2] !== 0) at = (at + SLOT_SIZE) & MASK;
    table.set([first, second, languages], at);
  }
  isFilled = true;
}
