import { ownValue } from '../own-value.ts';

/**
 * RE2 supports only ASCII in \b, \B, \w, \d, \s and classes such as [[:alpha:]], so /\bшторм\b/ would never match. This
 * rewrites patterns to match letters, digits and spaces of any script.
 *
 * RE2 has no substitute for \b. Texts get marks instead: END after a character where a word begins or ends, and INSIDE after
 * any other character. The pattern matches the mark with each character, and \b becomes a look-behind.
 */

export interface UnicodePattern {
  /** The pattern without \b and \B. It matches wherever the whole pattern does. */
  readonly plain: string;
  /** The patterns for marked texts that begin with a word or with something else. Undefined without \b and \B. */
  readonly marked?: { readonly word: string; readonly other: string };
}

/** Thrown for a valid RE2 pattern that cannot be rewritten. The message says why. */
export class PatternError extends Error {
  override name = 'PatternError';
  /** The part of the pattern that is at fault. */
  readonly part: string;
  readonly suggestion: string;

  constructor(message: string, part: string, suggestion: string) {
    super(message);
    this.part = part;
    this.suggestion = suggestion;
  }
}

// Noncharacters, which never occur in a text.
const END = '\ufdd0';
const INSIDE = '\ufdd1';
const MARK = `[${END}${INSIDE}]`;
const MARKS = new RegExp(MARK, 'g');

const WORD = /[\p{L}\p{M}\p{N}_]/u;
// The underscore comes first: at the end, it would begin a range in [\w-.].
const WORD_CLASS = String.raw`_\p{L}\p{M}\p{N}`;
const SPACE_CLASS = String.raw`\s\v\x85\p{Z}`;
/** The Unicode contents of ASCII classes, for use within brackets. */
const CLASSES: Readonly<Record<string, string>> = {
  w: WORD_CLASS,
  d: String.raw`\p{Nd}`,
  s: SPACE_CLASS,
  alnum: String.raw`\p{L}\p{M}\p{N}`,
  alpha: String.raw`\p{L}\p{M}`,
  digit: String.raw`\p{Nd}`,
  graph: String.raw`\p{L}\p{M}\p{N}\p{P}\p{S}`,
  lower: String.raw`\p{Ll}`,
  print: String.raw`\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}`,
  punct: String.raw`\p{P}\p{S}`,
  space: SPACE_CLASS,
  upper: String.raw`\p{Lu}`,
  word: WORD_CLASS,
};

/** The parts of a class, from which other classes can be subtracted. */
const CLASS_PARTS: Readonly<Record<string, readonly string[]>> = {
  [WORD_CLASS]: ['_', ...['L', 'M', 'Nd', 'Nl', 'No'].map((name) => `\\p{${name}}`)],
};

// The tokens of a pattern, in the order in which they are tried.
const QUOTED = /\\Q([\s\S]*?)(?:\\E|$)/y;
const BOUNDARY = /\\[bB]/y;
const NO_CHARACTER = /\\[Az]|[$^|)]|\(\?[imsU-]+\)|\((?:\?P?<[^>]*>|\?[imsU-]*:)?/y;
const REPEAT = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const CLASS_ESCAPE = /\\([wdsWDS])/y;
const CHARACTER = /\\[pP](?:\{[^}]*\}|[\s\S])|\\x(?:\{[^}]*\}|[\s\S]{2})|\\[0-7]{1,3}|\\?[\s\S]/uy;
const IN_CLASS =
  /\[:(\^?)(\w+):\]|\\([wdsWDS])|\\[pP](?:\{[^}]*\}|[\s\S])|\\x(?:\{[^}]*\}|[\s\S]{2})|\\?[\s\S]/uy;

/** Rewrites a valid RE2 pattern for Unicode. Throws PatternError if that is impossible. */
export function unicodePattern(pattern: string): UnicodePattern {
  const tokenizer = new PatternTokenizer(pattern.normalize('NFC'));
  const parts: Part[] = [];
  for (let part = tokenizer.next(); part; part = tokenizer.next()) parts.push(part);
  const write = (boundary: (sign: string) => string, character: (text: string) => string) =>
    parts.map(({ kind, text }) => {
      if (kind === 'boundary') return boundary(text);
      return kind === 'character' ? character(text) : text;
    });
  const plain = write(
    () => '(?:)',
    (text) => text,
  ).join('');
  if (!parts.some(({ kind }) => kind === 'boundary')) return { plain };
  rejectLineStarts(parts);
  const marked = (isEnd: boolean) => {
    const at = (mark: string, isAtStart: boolean) => `(?:(?<=${mark})${isAtStart ? '|\\A' : ''})`;
    const boundary = (sign: string) => (sign === '\\b' ? at(END, isEnd) : at(INSIDE, !isEnd));
    return write(boundary, (text) => `(?:${text}${MARK})`).join('');
  };
  return { plain, marked: { word: marked(true), other: marked(false) } };
}

interface Part {
  /** `other` is any part that matches no character, such as a group or a repetition. */
  readonly kind: 'boundary' | 'character' | 'other';
  readonly text: string;
}

/**
 * Throws PatternError for ^ at line starts: RE2 looks for a line break right before that position, but a mark would be there.
 */
function rejectLineStarts(parts: readonly Part[]): void {
  const flag = parts.find(({ kind, text }) => kind === 'other' && /^\(\?[isU]*m/.test(text));
  if (!flag || !parts.some(({ kind, text }) => kind === 'other' && text === '^')) return;
  throw new PatternError(
    String.raw`\b, or ^ at line starts, but not both`,
    flag.text,
    String.raw`remove (?m), or write (?:^|\W) instead of \b`,
  );
}

class PatternTokenizer {
  readonly #pattern: string;
  #at = 0;
  /** The remaining characters of \Q…\E. */
  #quoted: string[] = [];

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  next(): Part | undefined {
    const quoted = this.#quoted.shift();
    if (quoted !== undefined) return { kind: 'character', text: quoted };
    if (this.#at >= this.#pattern.length) return undefined;
    const inQuotes = this.#take(QUOTED);
    if (inQuotes) {
      this.#quoted = [...(inQuotes[1] ?? '')].map((character) =>
        /\p{L}/u.test(character) ? character : literal(character),
      );
      return this.next();
    }
    const [boundary] = this.#take(BOUNDARY) ?? [];
    if (boundary) return { kind: 'boundary', text: boundary };
    const [other] = this.#take(REPEAT) ?? this.#take(NO_CHARACTER) ?? [];
    if (other) return { kind: 'other', text: other };
    const [, name] = this.#take(CLASS_ESCAPE) ?? [];
    if (name) return { kind: 'character', text: classOf(name) };
    if (this.#pattern[this.#at] === '[') return { kind: 'character', text: this.#class() };
    const [character = ''] = this.#take(CHARACTER) ?? [];
    return { kind: 'character', text: character };
  }

  #take(token: RegExp): RegExpExecArray | null {
    token.lastIndex = this.#at;
    const found = token.exec(this.#pattern);
    if (found) this.#at = token.lastIndex;
    return found;
  }

  /** Rewrites a class in brackets. Negated classes within it become alternatives to the rest. */
  #class(): string {
    const start = this.#at;
    this.#at++;
    const isNegated = this.#pattern[this.#at] === '^';
    if (isNegated) this.#at++;
    const included: string[] = [];
    const excluded: string[] = [];
    // A ] in the first position is a character.
    for (let first = true; first || this.#pattern[this.#at] !== ']'; first = false) {
      const found = this.#take(IN_CLASS);
      if (!found) throw new TypeError(`${this.#pattern}: unclosed class`);
      const [text, negated, posix, letter] = found;
      const meaning = ownValue(CLASSES, posix ?? letter?.toLowerCase() ?? '');
      if (meaning === undefined) included.push(text);
      else if (negated === '^' || (letter !== undefined && /[WDS]/.test(letter))) excluded.push(meaning);
      else included.push(meaning);
    }
    this.#at++;
    if (excluded.length === 0) return `[${isNegated ? '^' : ''}${included.join('')}]`;
    if (!isNegated) {
      const rest = included.length > 0 ? [`[${included.join('')}]`] : [];
      return `(?:${[...rest, ...excluded.map((meaning) => `[^${meaning}]`)].join('|')})`;
    }
    return this.#difference(included, excluded, this.#pattern.slice(start, this.#at));
  }

  /** Rewrites [^\W\d_]: the characters of one class without those of others. */
  #difference(included: readonly string[], excluded: readonly string[], written: string): string {
    const [parts, ...others] = excluded.map((meaning) => CLASS_PARTS[meaning] ?? [meaning]);
    const remaining = parts?.filter((part) => !included.includes(part)) ?? [];
    const areAllParts = included.every((part) => parts?.includes(part));
    if (others.length === 0 && areAllParts && remaining.length > 0) return `[${remaining.join('')}]`;
    throw new PatternError(
      String.raw`a class that RE2 can express in any script, got \W, \D or \S in a negated class`,
      written,
      String.raw`list the characters you want: [\p{L}\d] for letters and digits`,
    );
  }
}

function classOf(name: string): string {
  const meaning = ownValue(CLASSES, name.toLowerCase()) ?? '';
  return `[${/[WDS]/.test(name) ? '^' : ''}${meaning}]`;
}

function literal(sign: string): string {
  return `\\x{${sign.codePointAt(0)?.toString(16)}}`;
}

/** Returns a text with a mark after each character. */
export function withBoundaryMarks(text: string): { readonly text: string; readonly beginsWithWord: boolean } {
  let marked = '';
  let before: boolean | undefined;
  let beginsWithWord = false;
  for (const character of text.replace(MARKS, '\ufffd')) {
    const isWord = WORD.test(character);
    if (before === undefined) beginsWithWord = isWord;
    else marked += before === isWord ? INSIDE : END;
    marked += character;
    before = isWord;
  }
  return { text: before === undefined ? '' : marked + (before ? END : INSIDE), beginsWithWord };
}

/** Converts an offset in a marked text to the offset in the text without marks. */
export function offsetWithoutMarks(marked: string, at: number): number {
  return marked.slice(0, at).replace(MARKS, '').length;
}
