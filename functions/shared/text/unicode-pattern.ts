/**
 * RE2 knows ASCII alone in \b, \B, \w, \d, \s and in [[:alpha:]] and its kind: /\bшторм\b/ would never match. A pattern is
 * rewritten to mean letters, digits and spaces of any script.
 *
 * For \b there is nothing in RE2 to write instead. Texts are marked for it: behind each character stands END or INSIDE, by
 * whether a word begins or ends there; the pattern takes the mark along with each character, and \b is a look-behind.
 */

export interface UnicodePattern {
  /** The pattern, without its \b and \B. It is found wherever the whole pattern is. */
  readonly plain: string;
  /** For marked texts, by whether these begin with a word; undefined where the pattern has no \b or \B. */
  readonly marked?: { readonly word: string; readonly other: string };
}

/** Why a pattern that RE2 knows cannot be rewritten. */
export class PatternError extends Error {
  override name = 'PatternError';
  /** What of the pattern is meant. */
  readonly part: string;
  readonly suggestion: string;

  constructor(message: string, part: string, suggestion: string) {
    super(message);
    this.part = part;
    this.suggestion = suggestion;
  }
}

// Noncharacters, which no text has.
const END = '\ufdd0';
const INSIDE = '\ufdd1';
const MARK = `[${END}${INSIDE}]`;
const MARKS = new RegExp(MARK, 'g');

const WORD = /[\p{L}\p{M}\p{N}_]/u;
// Before the rest: as the last of them, it would begin a range in [\w-.].
const WORD_CLASS = String.raw`_\p{L}\p{M}\p{N}`;
const SPACE_CLASS = String.raw`\s\v\x85\p{Z}`;
/** What the classes of ASCII mean, as they stand within brackets. */
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

/** What a class is made of, as far as others can be taken from it. */
const PIECES: Readonly<Record<string, readonly string[]>> = {
  [WORD_CLASS]: ['_', ...['L', 'M', 'Nd', 'Nl', 'No'].map((name) => `\\p{${name}}`)],
};

/** One after the other; what none of them takes is a character. */
const QUOTED = /\\Q([\s\S]*?)(?:\\E|$)/y;
const BOUNDARY = /\\[bB]/y;
const NO_CHARACTER = /\\[Az]|[$^|)]|\(\?[imsU-]+\)|\((?:\?P?<[^>]*>|\?[imsU-]*:)?/y;
const REPEAT = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const CLASS_ESCAPE = /\\([wdsWDS])/y;
const CHARACTER = /\\[pP](?:\{[^}]*\}|[\s\S])|\\x(?:\{[^}]*\}|[\s\S]{2})|\\[0-7]{1,3}|\\?[\s\S]/uy;
const IN_CLASS =
  /\[:(\^?)(\w+):\]|\\([wdsWDS])|\\[pP](?:\{[^}]*\}|[\s\S])|\\x(?:\{[^}]*\}|[\s\S]{2})|\\?[\s\S]/uy;

/** Rewrites a pattern that RE2 knows. Throws PatternError. */
export function unicodePattern(pattern: string): UnicodePattern {
  const reader = new Reader(pattern.normalize('NFC'));
  const parts: Part[] = [];
  for (let part = reader.next(); part; part = reader.next()) parts.push(part);
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
  refuseLines(parts);
  const marked = (isEnd: boolean) => {
    const at = (mark: string, isAtStart: boolean) => `(?:(?<=${mark})${isAtStart ? '|\\A' : ''})`;
    const boundary = (sign: string) => (sign === '\\b' ? at(END, isEnd) : at(INSIDE, !isEnd));
    return write(boundary, (text) => `(?:${text}${MARK})`).join('');
  };
  return { plain, marked: { word: marked(true), other: marked(false) } };
}

interface Part {
  /** `other`: what takes no character, and repeats. */
  readonly kind: 'boundary' | 'character' | 'other';
  readonly text: string;
}

/** The begin of a line is told by the line break before it, where a mark would stand. */
function refuseLines(parts: readonly Part[]): void {
  const flag = parts.find(({ kind, text }) => kind === 'other' && /^\(\?[isU]*m/.test(text));
  if (!flag || !parts.some(({ kind, text }) => kind === 'other' && text === '^')) return;
  throw new PatternError(
    String.raw`a pattern with \b or with ^ for the begins of lines, not with both`,
    flag.text,
    String.raw`leave (?m) out, or write (?:^|\W) for \b`,
  );
}

class Reader {
  readonly #pattern: string;
  #at = 0;
  /** Of \Q…\E, yet to be given. */
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
      this.#quoted = [...(inQuotes[1] ?? '')].map((one) => (/\p{L}/u.test(one) ? one : literal(one)));
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

  #take(what: RegExp): RegExpExecArray | null {
    what.lastIndex = this.#at;
    const found = what.exec(this.#pattern);
    if (found) this.#at = what.lastIndex;
    return found;
  }

  /** A class in brackets. What stands in it for all but some characters becomes an alternative to the rest of it. */
  #class(): string {
    const start = this.#at;
    this.#at++;
    const isNegated = this.#pattern[this.#at] === '^';
    if (isNegated) this.#at++;
    const within: string[] = [];
    const without: string[] = [];
    // The first ] is a character.
    for (let first = true; first || this.#pattern[this.#at] !== ']'; first = false) {
      const found = this.#take(IN_CLASS);
      if (!found) throw new TypeError(`${this.#pattern}: a class without its end`);
      const [text, negated, posix, letter] = found;
      const meaning = CLASSES[posix ?? letter?.toLowerCase() ?? ''];
      if (meaning === undefined) within.push(text);
      else if (negated === '^' || (letter !== undefined && /[WDS]/.test(letter))) without.push(meaning);
      else within.push(meaning);
    }
    this.#at++;
    if (without.length === 0) return `[${isNegated ? '^' : ''}${within.join('')}]`;
    if (!isNegated) {
      const rest = within.length > 0 ? [`[${within.join('')}]`] : [];
      return `(?:${[...rest, ...without.map((meaning) => `[^${meaning}]`)].join('|')})`;
    }
    return this.#difference(within, without, this.#pattern.slice(start, this.#at));
  }

  /** [^\W\d_]: what is in a class, and not in others. */
  #difference(within: readonly string[], without: readonly string[], written: string): string {
    const [pieces, ...others] = without.map((meaning) => PIECES[meaning] ?? [meaning]);
    const left = pieces?.filter((piece) => !within.includes(piece)) ?? [];
    const areAll = within.every((one) => pieces?.includes(one));
    if (others.length === 0 && areAll && left.length > 0) return `[${left.join('')}]`;
    throw new PatternError(
      String.raw`a class that RE2 can tell in any script, got \W, \D or \S in a class that is negated`,
      written,
      String.raw`write what is to be there: [\p{L}\d] for letters and digits`,
    );
  }
}

function classOf(name: string): string {
  const meaning = CLASSES[name.toLowerCase()] ?? '';
  return `[${/[WDS]/.test(name) ? '^' : ''}${meaning}]`;
}

function literal(sign: string): string {
  return `\\x{${sign.codePointAt(0)?.toString(16)}}`;
}

/** A text with its marks. */
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

/** Where something is in a text, of where it is in that with its marks. */
export function offsetWithoutMarks(marked: string, at: number): number {
  return marked.slice(0, at).replace(MARKS, '').length;
}
