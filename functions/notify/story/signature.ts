import { hash64 } from '../../shared/hash.ts';
import { type TextTerm, termsOf } from '../../shared/text/terms.ts';

/** The parts of an item that stories compare. */
export interface ItemText {
  readonly title: string;
  readonly summary: string;
  /** A part of the title that recurs in the feed, such as the name of a column. Signatures omit it. */
  readonly rubric?: string;
  /** The publisher. */
  readonly outlet?: string | undefined;
}

/**
 * An item's terms as stored in its story: "title terms|summary terms|outlet". Names in the summary end with a star. The
 * outlet is a short hash; an unknown outlet is left out together with its bar. Terms are words rather than hashes, so
 * that people can read a record.
 */
export type Signature = string;

const MAX_BYTES = 470;
const OUTLET_DIGITS = 6;
const MAX_TITLE_BYTES = 240;
const MAX_SIGNATURES = 6;
/** Shorter summaries are mostly boilerplate: "Read more", "A report by our correspondent". */
const MIN_SUMMARY_TERMS = 6;

/** Returns the signature of an item, of at most 470 bytes plus the outlet. */
export function signatureOf({ title, summary, rubric, outlet }: ItemText): Signature {
  const names = namesIn(termsOf(summary));
  const headline = rubric ? title.replace(rubric, ' ') : title;
  const head = prefixWithin([...new Set(termsOf(headline).map(({ text }) => text))], MAX_TITLE_BYTES);
  const marked =
    names.size < MIN_SUMMARY_TERMS ? [] : [...names].map(([text, isName]) => (isName ? `${text}*` : text));
  const text = `${head}|${prefixWithin(marked, MAX_BYTES - 1 - Buffer.byteLength(head))}`;
  return outlet === undefined ? text : `${text}|${hash64(outlet).slice(0, OUTLET_DIGITS)}`;
}

/** Returns a short hash of a headline. Ignores case, punctuation and spaces. */
export function headlineHash(title: string): string {
  return hash64(
    title
      .normalize('NFC')
      .toLowerCase()
      .replace(/[\p{P}\p{Z}\s]+/gu, ' ')
      .trim(),
  ).slice(0, 8);
}

/** Returns a story's signatures after an item joins: the first item's and those of the latest, six at most. */
export function withSignature(kept: readonly Signature[], added: Signature): readonly Signature[] {
  const text = textOf(added);
  if (kept.some((signature) => textOf(signature) === text)) return kept;
  return kept.length < MAX_SIGNATURES ? [...kept, added] : [...kept.slice(0, 1), ...kept.slice(2), added];
}

/** Returns a signature without its outlet. */
export const textOf = (signature: Signature): string => signature.split('|', 2).join('|');
/** Returns the terms of a signature's headline. */
export const headlineOf = (signature: Signature): string => signature.split('|', 1).join();
/** Returns the terms of a signature, without the mark of names. The hash of the outlet is one of them. */
export const termsIn = (signature: Signature): string[] =>
  signature
    .split(/[ |]/)
    .map((term) => term.replace(/\*$/, ''))
    .filter((term) => term !== '');

/** Maps each term to whether it is a name: capitalised wherever it occurs. */
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
