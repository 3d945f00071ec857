import { APOSTROPHE, digitOf, INVISIBLE, streamSafe } from './characters.ts';

/** A word of a text. */
export interface Word {
  /** As terms compare it: `raw` in lower case. */
  readonly text: string;
  /** As it stands in the text, but composed (NFKC: ﬁ is fi, ₂ is 2), with digits as ASCII and nothing invisible. */
  readonly raw: string;
  /** Where it stands in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Letters and digits; so are, to a reader, those in circles and squares and signs that are made of them: Ⓐ, 🄰, ㎞, ㈱, ℃. */
const LETTER = String.raw`[[\p{L}\p{N}\u2103\u2109\u249c-\u24e9\u3200-\u33ff\u{1f110}-\u{1f149}]--[${APOSTROPHE}]]`;
/** Letters and digits of any script with their marks, and whatever is invisible among them. */
const RUN = new RegExp(
  `${LETTER}(?:[${LETTER}\\p{M}${INVISIBLE}]*[[${LETTER}\\p{M}]--[${INVISIBLE}]])?`,
  'gv',
);

/** Letters of scripts that put no spaces between words; the prolonged sound of Katakana and its half-width signs with them. */
const ALONE_LETTER =
  /^[\p{L}&&[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\u30fc\uff70\uff9e\uff9f]]$/v;
const ATTACHED_CHARACTER = new RegExp(`^[\\p{M}${INVISIBLE}]$`, 'v');
const BEFORE_THOSE = '\u0e01';

/** A word by itself; a mark or an invisible character, which belongs to the letter before it; any other character. */
const ALONE = 1;
const ATTACHED = 2;
const OTHER = 3;

/** Maps each UTF-16 unit to one of these kinds; 0 where it has not been looked up yet. */
const kinds = new Uint8Array(0x10000);

function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return kinds[unit] || kindOf(text, at, unit);
}

/** Slow: what it finds of a unit is kept. */
function kindOf(text: string, at: number, unit: number): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? unit);
  const kind = ALONE_LETTER.test(character) ? ALONE : ATTACHED_CHARACTER.test(character) ? ATTACHED : OTHER;
  if (unit < 0xd800 || unit > 0xdfff) kinds[unit] = kind;
  return kind;
}

/** The units of the character at a place. */
const widthAt = (text: string, at: number) => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** The parts of a run: each letter that is a word, with its marks, and all that stands between two of those. */
function partsOf(run: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < run.length; ) {
    let end = at + widthAt(run, at);
    if (kindAt(run, at) === ALONE) {
      const unit = run.charCodeAt(end);
      if (unit === 0xff9e || unit === 0xff9f) end++;
      while (end < run.length && kindAt(run, end) === ATTACHED) end += widthAt(run, end);
    } else {
      while (end < run.length && kindAt(run, end) !== ALONE) end += widthAt(run, end);
    }
    parts.push(run.slice(at, end));
    at = end;
  }
  return parts;
}

/**
 * The first words of a text, `most` at most. Every letter of a script without spaces is a word of its own, so that a word of such a language is
 * found inside its text as a phrase of neighbours.
 */
export function wordsOf(text: string, most = Number.POSITIVE_INFINITY): Word[] {
  if (isAscii(text)) return asciiWordsOf(text, most);
  const found: Word[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (mayHaveParts(run)) {
      let start = index;
      for (const part of partsOf(run)) {
        addWords(found, part, start);
        start += part.length;
      }
    } else addWords(found, run, index);
    if (found.length >= most) return found.slice(0, most);
  }
  return found;
}

/** The same, by the units alone: most texts are in ASCII, and those that are looked at closely are read several times. */
function asciiWordsOf(text: string, most: number): Word[] {
  const lower = text.toLowerCase();
  const found: Word[] = [];
  let start = -1;
  for (let at = 0; at <= text.length && found.length < most; at++) {
    if (isLetterOrDigit(lower.charCodeAt(at))) {
      if (start < 0) start = at;
    } else if (start >= 0) {
      const end = Math.min(at, start + MAX_WORD);
      found.push({ text: lower.slice(start, end), raw: text.slice(start, end), start, end: at });
      start = -1;
    }
  }
  return found;
}

const isLetterOrDigit = (unit: number) => (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39);

/** Units of a word that are compared: no language has longer ones. */
export const MAX_WORD = 200;

type Written = Pick<Word, 'text' | 'raw'>;

function addWords(found: Word[], part: string, start: number): void {
  const end = start + part.length;
  for (const { text, raw } of part.length > SHORT
    ? writtenIn(part.length > MAX_WORD ? part.slice(0, MAX_WORD) : part)
    : shortWritten(part)) {
    found.push({ text, raw, start, end });
  }
}

/** One word, or those that its characters stand for: ㍿ is four, ⑴ is 1. */
function writtenIn(part: string): readonly Written[] {
  const plain = plainOf(part);
  const written = (raw: string): Written => ({ text: evened(raw.toLowerCase()), raw });
  if (plain === part) return [written(plain)];
  return [...plain.matchAll(RUN)].flatMap(([run]) =>
    mayHaveParts(run) ? partsOf(run).map(written) : [written(run)],
  );
}

/** Letters of scripts without spaces come again and again. */
const SHORT = 2;
const MAX_SHORT = 20_000;
/** Keyed by a part of two UTF-16 units, or by the single unit of a shorter part. */
const short = new Map<string | number, readonly Written[]>();

function shortWritten(part: string): readonly Written[] {
  const key = part.length === 1 ? part.charCodeAt(0) : part;
  let written = short.get(key);
  if (!written) {
    if (short.size >= MAX_SHORT) short.clear();
    written = writtenIn(part);
    short.set(key, written);
  }
  return written;
}

/** Their texts alone. */
export function words(text: string): string[] {
  return wordsOf(text).map((word) => word.text);
}

/** Whether a word is a letter of a script without spaces. */
export function isUnspacedLetter(word: string): boolean {
  return mayHaveParts(word) && kindAt(word, 0) === ALONE;
}

/**
 * A word's lower case, the same wherever in it a letter stands: a final sigma is a sigma, and the capital of the dotted i
 * is an i.
 */
export function lowered(raw: string): string {
  return evened(plainOf(raw).toLowerCase());
}

/** A text composed, with no more marks on a letter than languages put there. */
export function composed(text: string): string {
  return streamSafe(text).normalize('NFC');
}

/** A text without what is not seen of it. */
export function withoutInvisible(text: string): string {
  return isAscii(text) ? text : text.replace(INVISIBLES, '');
}

const INVISIBLES = new RegExp(INVISIBLE, 'gv');
const OTHER_DIGITS = /[\p{Nd}--[0-9]]/gv;
/** "2½" is not "21⁄2", nor 10⁶ "106". */
const NOT_PLAIN = /[¼-¾⅐-⅟↉]|\p{Nd}[⁰¹²³⁴-⁹]/u;

/** Letters and digits that are the same in every form of Unicode, as are words of them. */
const STABLE = /^[A-Za-z0-9À-ÖØ-öø-ıĴ-ľŁ-ňŊ-žΆΈ-ΊΌΎ-ΡΣ-ώЀ-џא-תء-غف-ي]*$/;

/** One character may stand for eighteen: of a longer word, none does. */
const MAX_PLAIN = 100;

function plainOf(part: string): string {
  if (STABLE.test(part)) return part;
  const seen = streamSafe(withoutInvisible(part));
  const isPlain = seen.length <= MAX_PLAIN && !NOT_PLAIN.test(seen);
  return seen.normalize(isPlain ? 'NFKC' : 'NFC').replace(OTHER_DIGITS, digitOf);
}

function evened(lower: string): string {
  return isAscii(lower) ? lower : lower.replace(ODD, (odd) => (odd === 'ς' ? 'σ' : 'i'));
}

const ODD = /ς|i\u0307/g;

function mayHaveParts(run: string): boolean {
  for (let at = 0; at < run.length; at++) if (run.charAt(at) >= BEFORE_THOSE) return true;
  return false;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
