import { APOSTROPHE, digitOf, INVISIBLE, streamSafe } from './characters.ts';

/** A word of a text. */
export interface Word {
  /** The form that terms compare: `raw` in lower case. */
  readonly text: string;
  /** The word as written, but composed (NFKC: ﬁ is fi, ₂ is 2), with ASCII digits and without invisible characters. */
  readonly raw: string;
  /** The word's position in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Letters and digits, including circled and squared ones and signs made of them: Ⓐ, 🄰, ㎞, ㈱, ℃. */
const LETTER = String.raw`[[\p{L}\p{N}\u2103\u2109\u249c-\u24e9\u3200-\u33ff\u{1f110}-\u{1f149}]--[${APOSTROPHE}]]`;
/** Letters and digits of any script with their marks, and invisible characters among them. */
const RUN = new RegExp(
  `${LETTER}(?:[${LETTER}\\p{M}${INVISIBLE}]*[[${LETTER}\\p{M}]--[${INVISIBLE}]])?`,
  'gv',
);

/** Letters of scripts without spaces between words, with the prolonged sound mark of Katakana and its half-width signs. */
const UNSPACED_LETTER =
  /^[\p{L}&&[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\u30fc\uff70\uff9e\uff9f]]$/v;
const ATTACHED_CHARACTER = new RegExp(`^[\\p{M}${INVISIBLE}]$`, 'v');
const FIRST_UNSPACED_LETTER = '\u0e01';

/** A letter that is a word by itself. */
const ALONE = 1;
/** A mark or an invisible character, which belongs to the letter before it. */
const ATTACHED = 2;
const OTHER = 3;

/** The kind of each UTF-16 unit, or 0 if not yet known. */
const kinds = new Uint8Array(0x10000);

function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return kinds[unit] || kindOf(text, at, unit);
}

/** Determines the kind of a character and caches it, because this is slow. */
function kindOf(text: string, at: number, unit: number): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? unit);
  const kind = UNSPACED_LETTER.test(character)
    ? ALONE
    : ATTACHED_CHARACTER.test(character)
      ? ATTACHED
      : OTHER;
  if (unit < 0xd800 || unit > 0xdfff) kinds[unit] = kind;
  return kind;
}

/** Returns the UTF-16 units of the character at a position. */
const widthAt = (text: string, at: number) => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** Splits a run into letters that are words by themselves, with their marks, and the stretches between them. */
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
 * Returns the words of a text, at most the first `max`. In scripts without spaces, every letter is a word, so that a search
 * finds a word of such a language as a phrase of adjacent letters.
 */
export function wordsOf(text: string, max = Number.POSITIVE_INFINITY): Word[] {
  if (isAscii(text)) return asciiWordsOf(text, max);
  const found: Word[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (mayHaveParts(run)) {
      let start = index;
      for (const part of partsOf(run)) {
        addWords(found, part, start);
        start += part.length;
      }
    } else addWords(found, run, index);
    if (found.length >= max) return found.slice(0, max);
  }
  return found;
}

/**
 * Returns the words of an ASCII text. Reads the text unit by unit, which is faster. Most texts are ASCII, and some are read
 * several times.
 */
function asciiWordsOf(text: string, max: number): Word[] {
  const lower = text.toLowerCase();
  const found: Word[] = [];
  let start = -1;
  for (let at = 0; at <= text.length && found.length < max; at++) {
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

/** UTF-16 units of a word that are compared. No language has longer words. */
export const MAX_WORD = 200;

type Written = Pick<Word, 'text' | 'raw'>;

function addWords(found: Word[], part: string, start: number): void {
  const end = start + part.length;
  for (const { text, raw } of part.length > SHORT_LENGTH
    ? writtenIn(part.length > MAX_WORD ? part.slice(0, MAX_WORD) : part)
    : shortWritten(part)) {
    found.push({ text, raw, start, end });
  }
}

/** Returns the word of a part, or the words that its characters stand for: four for ㍿, and "1" for ⑴. */
function writtenIn(part: string): readonly Written[] {
  const plain = plainOf(part);
  const written = (raw: string): Written => ({ text: unifyCase(raw.toLowerCase()), raw });
  if (plain === part) return [written(plain)];
  return [...plain.matchAll(RUN)].flatMap(([run]) =>
    mayHaveParts(run) ? partsOf(run).map(written) : [written(run)],
  );
}

/** Parts up to this length are cached, since letters of scripts without spaces recur often. */
const SHORT_LENGTH = 2;
const MAX_SHORT_PARTS = 20_000;
/** Keyed by a part of two UTF-16 units, or by the unit of a shorter part. */
const shortParts = new Map<string | number, readonly Written[]>();

function shortWritten(part: string): readonly Written[] {
  const key = part.length === 1 ? part.charCodeAt(0) : part;
  let written = shortParts.get(key);
  if (!written) {
    if (shortParts.size >= MAX_SHORT_PARTS) shortParts.clear();
    written = writtenIn(part);
    shortParts.set(key, written);
  }
  return written;
}

/** Returns the words of a text in lower case. */
export function words(text: string): string[] {
  return wordsOf(text).map((word) => word.text);
}

/** Returns whether a word is a letter of a script without spaces. */
export function isUnspacedLetter(word: string): boolean {
  return mayHaveParts(word) && kindAt(word, 0) === ALONE;
}

/**
 * Returns a word in lower case, independent of the position of its letters: a final sigma becomes a sigma, and the dotted
 * capital I becomes an i.
 */
export function lowered(raw: string): string {
  return unifyCase(plainOf(raw).toLowerCase());
}

/** Returns a text in NFC, with at most 30 marks on a letter. */
export function composed(text: string): string {
  return streamSafe(text).normalize('NFC');
}

/** Returns a text without invisible characters. */
export function withoutInvisible(text: string): string {
  return isAscii(text) ? text : text.replace(INVISIBLES, '');
}

const INVISIBLES = new RegExp(INVISIBLE, 'gv');
const OTHER_DIGITS = /[\p{Nd}--[0-9]]/gv;
/** "2½" is not "21⁄2", and "10⁶" is not "106". */
const CHANGED_BY_NFKC = /[¼-¾⅐-⅟↉]|\p{Nd}[⁰¹²³⁴-⁹]/u;

/** Words of letters and digits that are the same in every Unicode normalisation form. */
const STABLE = /^[A-Za-z0-9À-ÖØ-öø-ıĴ-ľŁ-ňŊ-žΆΈ-ΊΌΎ-ΡΣ-ώЀ-џא-תء-غف-ي]*$/;

/** UTF-16 units. Longer words are only composed, since NFKC may expand a character to eighteen. */
const MAX_NFKC_LENGTH = 100;

function plainOf(part: string): string {
  if (STABLE.test(part)) return part;
  const visible = streamSafe(withoutInvisible(part));
  const usesNfkc = visible.length <= MAX_NFKC_LENGTH && !CHANGED_BY_NFKC.test(visible);
  return visible.normalize(usesNfkc ? 'NFKC' : 'NFC').replace(OTHER_DIGITS, digitOf);
}

function unifyCase(lower: string): string {
  return isAscii(lower) ? lower : lower.replace(POSITIONAL, (letter) => (letter === 'ς' ? 'σ' : 'i'));
}

/** Lower-case letters that depend on their position or on their capital. */
const POSITIONAL = /ς|i\u0307/g;

function mayHaveParts(run: string): boolean {
  for (let at = 0; at < run.length; at++) if (run.charAt(at) >= FIRST_UNSPACED_LETTER) return true;
  return false;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
