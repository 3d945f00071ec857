import { MAX_DEPTH } from '../limits.ts';

/** Says where a text stops being JSON, and what was expected there. */
class JsonSyntaxError extends Error {
  constructor(expected: string, source: string, at: number) {
    const before = source.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    const got = at < source.length ? JSON.stringify(source.slice(at, at + 12).toWellFormed()) : 'the end';
    super(`line ${line}, column ${column}: expected ${expected}, got ${got}`);
  }
}

/**
 * Parses JSON and the errors that some programs make in it: line breaks and tabs in strings, commas before a bracket, no
 * comma or several between items, comments, unknown escapes, and NaN and the like (as null). Parsers of JSON5 and JSONC
 * reject the first of these, which is the most frequent. `fault` says where any other text fails. Takes linear time.
 */
export function parseLenientJson(source: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: new Parser(source).document() };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { fault: error.message };
    throw error;
  }
}

const BLANKS = /(?:\s+|\/\/[^\n]*|\/\*(?:(?!\*\/)[\s\S])*(?:\*\/)?)*/y;
const PLAIN = /[^"\\]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const WORD = /[+-]?[a-z]+/iy;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ...['null', 'undefined', 'nan', 'infinity', '-infinity', '+infinity'].map((word) => [word, null] as const),
]);
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The parts of a string that are kept before they are joined. Millions of escapes would take hundreds of megabytes. */
const MAX_PARTS = 10_000;

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  document(): unknown {
    const value = this.#value(0);
    return this.#at < this.#source.length ? this.#fail('the end') : value;
  }

  #value(depth: number): unknown {
    this.#read(BLANKS);
    if (depth > MAX_DEPTH) return this.#fail(`at most ${MAX_DEPTH} nested brackets`);
    if (this.#skip('{'))
      return Object.fromEntries(this.#list('}', () => [this.#key(), this.#value(depth + 1)]));
    if (this.#skip('[')) return this.#list(']', () => this.#value(depth + 1));
    if (this.#skip('"')) return this.#after(this.#string());
    const number = this.#read(NUMBER);
    if (number) return this.#after(Number(number));
    const start = this.#at;
    const word = this.#read(WORD).toLowerCase();
    if (WORDS.has(word)) return this.#after(WORDS.get(word));
    this.#at = start;
    return this.#fail('a value');
  }

  #list<Part>(end: '}' | ']', part: () => Part): Part[] {
    const parts: Part[] = [];
    for (;;) {
      do this.#read(BLANKS);
      while (this.#skip(','));
      if (this.#skip(end)) return this.#after(parts);
      parts.push(part());
      const next = this.#source[this.#at];
      const isItem = next === '{' && end === ']';
      if (next !== ',' && next !== end && !isItem) this.#fail(`"," or "${end}"`);
    }
  }

  #key(): string {
    if (!this.#skip('"')) this.#fail('a quoted name');
    const key = this.#after(this.#string());
    return this.#skip(':') ? key : this.#fail('":"');
  }

  #string(): string {
    let text = '';
    let parts: string[] = [];
    for (;;) {
      parts.push(this.#read(PLAIN));
      if (this.#skip('"')) return text + parts.join('');
      if (parts.length > MAX_PARTS) {
        text += parts.join('');
        parts = [];
      }
      if (!this.#skip('\\')) return this.#fail('a closing quote');
      const character = this.#source[this.#at++] ?? '';
      const [code] =
        character === 'u' ? (/^[\da-f]{4}/i.exec(this.#source.slice(this.#at, this.#at + 4)) ?? []) : [];
      if (code) this.#at += code.length;
      parts.push(code ? String.fromCharCode(Number.parseInt(code, 16)) : (ESCAPES[character] ?? character));
    }
  }

  #after<Value>(value: Value): Value {
    this.#read(BLANKS);
    return value;
  }

  #skip(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #read(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#source) ?? [];
    this.#at += found.length;
    return found;
  }

  #fail(expected: string): never {
    throw new JsonSyntaxError(expected, this.#source, this.#at);
  }
}
