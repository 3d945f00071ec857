import { functionWords } from '../../shared/text/function-words.ts';
import { languageFrom, newTraces, note, WORDS_THAT_TELL } from '../language.ts';
import { areLatin, FIRST_HASH, firstUnit, hashesOf, SECOND_HASH } from './scan.ts';

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;

/** Numbers of a place in the table: two hashes and the languages of the word. */
const PLACE = 4;
const PLACES = 1 << 12;
/** In place of a letter that tells no script. */
const A = 0x61;
const table = new Int32Array(PLACES * PLACE);
const MASK = table.length - 1;
let isFilled = false;

/** As `languageOf`, of the words that were scanned up to a place. */
export function spoken(end: number, declared: string | undefined): string | undefined {
  if (!isFilled) fill();
  const traces = newTraces();
  const latin = areLatin();
  for (let place = 0; place < end && traces.words < WORDS_THAT_TELL; place++) {
    const first = firsts[place] as number;
    const second = seconds[place] as number;
    if (first === 0 && second === 0) continue;
    note(traces, languagesOf(first, second), latin ? A : firstUnit(place));
  }
  return languageFrom(traces, declared);
}

function languagesOf(first: number, second: number): number {
  let at = placeOf(first, second);
  while (table[at + 2] !== 0 && (table[at] !== first || table[at + 1] !== second)) at = (at + PLACE) & MASK;
  return table[at + 2] as number;
}

function placeOf(first: number, second: number): number {
  return (Math.imul(first ^ second, 0x9e37_79b1) >>> 20) * PLACE;
}

function fill(): void {
  for (const [word, languages] of functionWords) {
    const { first, second } = hashesOf(word);
    let at = placeOf(first, second);
    while (table[at + 2] !== 0) at = (at + PLACE) & MASK;
    table.set([first, second, languages], at);
  }
  isFilled = true;
}
