/** A word of a text. */
export interface Word {
  /** As terms compare it: lower case, NFC; full-width letters and digits as ASCII. */
  readonly text: string;
  /** As it stands in the text. */
  readonly raw: string;
  /** Where it stands in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Letters, marks and digits of any script. */
const RUN = /[\p{L}\p{M}\p{N}]+/gu;

/** Scripts that put no spaces between words, the prolonged sound of Katakana and its half-width signs with them. */
const ALONE = String.raw`[\p{L}&&[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\u30fc\uff70\uff9e\uff9f]]`;
const BEFORE_THOSE = '\u0e01';

/** Made when it is first needed: it takes milliseconds, and most processes never see such a text. */
let parts: RegExp | undefined;

function partsOf(run: string): RegExpExecArray[] {
  parts ??= new RegExp(`(${ALONE})\\p{M}*|(?:(?!${ALONE})[^])+`, 'gv');
  return [...run.matchAll(parts)];
}

/**
 * The words of a text. Every letter of a script without spaces is a word of its own, so that a word of such a language is
 * found inside its text as a phrase of neighbours.
 */
export function wordsOf(text: string): Word[] {
  const found: Word[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (mayHaveParts(run)) {
      for (const { 0: part, index: within } of partsOf(run)) found.push(wordOf(part, index + within));
    } else found.push(wordOf(run, index));
  }
  return found;
}

/** Their texts alone. */
export function words(text: string): string[] {
  return wordsOf(text).map((word) => word.text);
}

/** Whether a word is a letter of a script without spaces. */
export function isAlone(word: string): boolean {
  return mayHaveParts(word) && partsOf(word)[0]?.[1] !== undefined;
}

/**
 * A word's lower case, the same wherever in it a letter stands: a final sigma is a sigma, and the capital of the dotted i
 * is an i.
 */
export function lowered(raw: string): string {
  const lower = raw.toLowerCase();
  return isAscii(lower) ? lower : lower.normalize('NFC').replace(ODD, (odd) => EVEN[odd] ?? halved(odd));
}

const ODD = /ς|i\u0307|[０-９ａ-ｚ]/g;
const EVEN: Readonly<Record<string, string>> = { ς: 'σ', 'i\u0307': 'i' };
const FULL_WIDTH = 0xfee0;

function halved(fullWidth: string): string {
  return String.fromCharCode(fullWidth.charCodeAt(0) - FULL_WIDTH);
}

function wordOf(raw: string, start: number): Word {
  return { text: lowered(raw), raw, start, end: start + raw.length };
}

function mayHaveParts(run: string): boolean {
  for (let at = 0; at < run.length; at++) if (run.charAt(at) >= BEFORE_THOSE) return true;
  return false;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
