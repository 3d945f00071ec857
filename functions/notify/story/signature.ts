import { hash64 } from '../../shared/hash.ts';
import { type TextTerm, termsOf } from '../../shared/text/terms.ts';

/** The texts of an item that are compared. */
export interface ItemText {
  readonly title: string;
  readonly summary: string;
  /** A part of the title that the feed gives to many items, such as the name of a column. It is left out. */
  readonly rubric?: string;
  /** Who published it. */
  readonly outlet?: string | undefined;
}

/**
 * An item's terms as a story's record keeps them: those of its title, a bar, those of its summary, a bar, and a short hash
 * of its outlet, if that is known. Names in the summary have a star. Terms are words rather than hashes, so that a record
 * can be read.
 */
export type Signature = string;

const MAX_BYTES = 470;
const OUTLET_DIGITS = 6;
const MAX_TITLE_BYTES = 240;
const MAX_SIGNATURES = 6;
/** A shorter summary is mostly the feed's own: "Read more", "A report by our correspondent". */
const MIN_SUMMARY_TERMS = 6;

export function signatureOf({ title, summary, rubric, outlet }: ItemText): Signature {
  const names = namesIn(termsOf(summary));
  const headline = rubric ? title.replace(rubric, ' ') : title;
  const head = prefixWithin([...new Set(termsOf(headline).map(({ text }) => text))], MAX_TITLE_BYTES);
  const marked =
    names.size < MIN_SUMMARY_TERMS ? [] : [...names].map(([text, isName]) => (isName ? `${text}*` : text));
  const text = `${head}|${prefixWithin(marked, MAX_BYTES - 1 - Buffer.byteLength(head))}`;
  return outlet === undefined ? text : `${text}|${hash64(outlet).slice(0, OUTLET_DIGITS)}`;
}

/** Returns a short hash of a headline as it stands, but for its case, punctuation and spaces. */
export function headlineHash(title: string): string {
  return hash64(
    title
      .normalize('NFC')
      .toLowerCase()
      .replace(/[\p{P}\p{Z}\s]+/gu, ' ')
      .trim(),
  ).slice(0, 8);
}

/** Returns what a story keeps when an item joins it: the signatures of the item that opened it, and of the latest. */
export function withSignature(kept: readonly Signature[], added: Signature): readonly Signature[] {
  const text = textOf(added);
  if (kept.some((signature) => textOf(signature) === text)) return kept;
  return kept.length < MAX_SIGNATURES ? [...kept, added] : [...kept.slice(0, 1), ...kept.slice(2), added];
}

/** Returns a signature without its outlet. */
const textOf = (signature: Signature): string => signature.split('|', 2).join('|');

/** By term: whether it is a name, that is, written with a capital wherever it stands. */
function namesIn(terms: readonly TextTerm[]): Map<string, boolean> {
  const names = new Map<string, boolean>();
  for (const { text, capital } of terms) names.set(text, capital && (names.get(text) ?? true));
  return names;
}

function prefixWithin(words: readonly string[], maxBytes: number): string {
  let bytes = 0;
  const end = words.findIndex((word) => {
    bytes += Buffer.byteLength(word) + 1;
    return bytes - 1 > maxBytes;
  });
  return (end < 0 ? words : words.slice(0, end)).join(' ');
}
