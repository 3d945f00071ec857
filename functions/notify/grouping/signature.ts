import { type Term, termsOf } from './terms.ts';

/** What is compared of an item. */
export interface Told {
  readonly title: string;
  readonly summary: string;
}

/**
 * An item's words, as a story's record keeps them: those of its title, a bar, those of its summary; names there have a
 * star. Text rather than hashes, so that a record can be read, and words that resemble each other are found.
 */
export type Signature = string;

/** A story keeps three: 1.5 KB. */
const MOST_BYTES = 480;
const MOST_TITLE_BYTES = 240;
const MOST_SIGNATURES = 3;
/** A shorter summary is mostly the feed's own: "Read more", "A report by our correspondent". */
const LEAST_WORDS = 6;

export function signatureOf({ title, summary }: Told): Signature {
  const names = namesOf(termsOf(summary));
  const head = fitting([...new Set(termsOf(title).map(({ text }) => text))], MOST_TITLE_BYTES);
  const marked =
    names.size < LEAST_WORDS ? [] : [...names].map(([text, isName]) => (isName ? `${text}*` : text));
  return `${head}|${fitting(marked, MOST_BYTES - 1 - Buffer.byteLength(head))}`;
}

/** What a story keeps when an item joins it: the item that opened it, and the last ones. */
export function remember<T>(kept: readonly T[], item: T): readonly T[] {
  if (kept.includes(item)) return kept;
  return kept.length < MOST_SIGNATURES ? [...kept, item] : [...kept.slice(0, 1), ...kept.slice(2), item];
}

/** By word: whether it is a name, which is a word that is written with a capital wherever it stands. */
function namesOf(terms: readonly Term[]): Map<string, boolean> {
  const names = new Map<string, boolean>();
  for (const { text, capital } of terms) names.set(text, capital && (names.get(text) ?? true));
  return names;
}

function fitting(words: readonly string[], most: number): string {
  let bytes = 0;
  const end = words.findIndex((word) => {
    bytes += Buffer.byteLength(word) + 1;
    return bytes - 1 > most;
  });
  return (end < 0 ? words : words.slice(0, end)).join(' ');
}
