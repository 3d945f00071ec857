import { ownValue } from '../../functions/shared/own-value.ts';
import { phraseAsNear, refuseSlash } from './foreign-operators.ts';
import { MAX_LENGTH, MAX_NEAR } from './limits.ts';
import { QueryError, type QuerySpan, type QueryText } from './query-error.ts';
import {
  FIELD_NAMES,
  type FieldName,
  isQuote,
  phrasePattern,
  QUOTE_PAIRS,
  QUOTES,
  type Token,
  takesAddresses,
  toHalfWidth,
  WORD,
} from './tokens.ts';
import { addressToken, refuseUnknownField, wordToken } from './word-token.ts';

const BRACKETS: Readonly<Record<string, 'open' | 'close'>> = { '(': 'open', ')': 'close' };
const OPERATORS: Readonly<Record<string, 'and' | 'or' | 'not'>> = { AND: 'and', OR: 'or', NOT: 'not' };
const SET = /@([\p{L}\p{M}\p{N}_-]+)/uy;
const FIELD = new RegExp(`(${FIELD_NAMES.join('|')}):`, 'iy');
/** An address after a field of addresses. If the address starts with a slash and contains signs of patterns, it is a pattern instead. */
const ADDRESS = new RegExp(`(?![-−–=@]|/\\S*(?:[\\\\[\\]{}^$+?|(]|\\*(?![\\s)]|$)))${WORD.source}`, 'uy');
/** NEAR as written in other tools: /5, /s, /p. */
const FOREIGN_NEAR = /\/(\d{1,9}|[sp])(?=[\s)]|$)/y;
const PATTERN = /\/((?:[^\\/]|\\[\s\S])*)\//y;

/** Returns the tokens of a query, the last of which is the end. Throws QueryError. */
export function tokenize(source: QueryText): Token[] {
  if (source.text.length > MAX_LENGTH) {
    throw new QueryError(
      `expected at most ${MAX_LENGTH} characters, got ${source.text.length}`,
      { source, at: MAX_LENGTH, length: 1 },
      'split it into several topics',
    );
  }
  const tokenizer = new Tokenizer(source);
  const tokens: Token[] = [];
  let token: Token;
  do {
    token = tokenizer.next();
    tokens.push(token);
  } while (token.kind !== 'end');
  return tokens;
}

function isWordEnd(sign: string | undefined): boolean {
  return /^$|[\s()|,;]/.test(sign ?? '');
}

class Tokenizer {
  readonly #source: QueryText;
  readonly #text: string;
  #at = 0;
  /** The offset after a field of addresses, where an address may start. */
  #addressStart = -1;

  constructor(source: QueryText) {
    this.#source = source;
    this.#text = toHalfWidth(source.text);
  }

  next(): Token {
    while (/\s/.test(this.#sign())) this.#at++;
    const sign = this.#sign();
    if (sign === '') return { ...this.#take(0), kind: 'end' };
    const bracket = BRACKETS[sign];
    if (bracket) return { ...this.#take(1), kind: bracket };
    if (sign === '|') return { ...this.#take(this.#sign(1) === '|' ? 2 : 1), kind: 'or' };
    if (sign === '&' && this.#sign(1) === '&') return { ...this.#take(2), kind: 'and' };
    // As in "Black & White".
    if (sign === '&' && /\s/.test(this.#sign(1))) return { ...this.#take(1), kind: 'and' };
    if (this.#at === this.#addressStart) {
      const [address] = this.#find(ADDRESS) ?? [];
      if (address !== undefined) return addressToken(address, this.#take(address.length));
    }
    if (/[-−–]/.test(sign)) return this.#minus();
    if (sign === '/') return this.#pattern();
    if (sign === '@') return this.#set();
    if (sign === '=') return this.#exact();
    if (isQuote(sign)) return this.#phrase(this.#at, false);
    return this.#word();
  }

  #sign(ahead = 0): string {
    return this.#text[this.#at + ahead] ?? '';
  }

  #span(at: number, length: number): QuerySpan {
    return { source: this.#source, at, length };
  }

  #take(length: number): QuerySpan {
    this.#at += length;
    return this.#span(this.#at - length, length);
  }

  #find(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  /** Returns whether the next character ends a word. */
  #isAtWordEnd(): boolean {
    return isWordEnd(this.#sign());
  }

  #minus(): Token {
    const sign = this.#sign();
    const span = this.#take(1);
    if (/^$|\s/.test(this.#sign())) {
      const message = `expected a word directly after ${sign}, got ${this.#sign() ? 'a space' : 'the end'}`;
      throw new QueryError(message, span, 'write -word to exclude a word, or remove the dash');
    }
    if (sign === '–') {
      throw new QueryError(
        'expected - to exclude a word, got the dash –',
        span,
        'write -word, with a hyphen',
      );
    }
    return { ...span, kind: 'minus' };
  }

  #pattern(): Token {
    const found = this.#find(PATTERN);
    const [operator, distance = ''] = this.#find(FOREIGN_NEAR) ?? [];
    if (operator && !(found && isWordEnd(this.#text[this.#at + found[0].length]))) {
      refuseSlash(this.#span(this.#at, operator.length), distance);
    }
    if (!found) {
      throw new QueryError(
        'expected a closing / after the pattern, got the end',
        this.#span(this.#at, 1),
        'write /pattern/, with \\/ for a slash in it, or put the text in quotes to search for its words',
      );
    }
    const span = this.#take(found[0].length);
    if (!this.#isAtWordEnd()) {
      const [rest = ''] = this.#find(/[^\s()|]+/y) ?? [];
      throw new QueryError(
        `expected a space after the pattern, got ${rest}`,
        this.#span(this.#at, rest.length || 1),
        /^[a-z]{1,4}$/.test(rest)
          ? 'remove it: patterns always ignore case, and flags such as (?s) go inside the pattern'
          : 'put it in quotes to search for its words, or write \\/ for a slash in the pattern',
      );
    }
    const written = this.#source.text.slice(span.at + 1, span.at + span.length - 1);
    const pattern = written.replace(/\\([\s\S])/g, (pair, escaped) => (escaped === '/' ? '/' : pair));
    return { ...span, kind: 'pattern', pattern };
  }

  #set(): Token {
    const [whole = '@', name] = this.#find(SET) ?? [];
    const span = this.#take(whole.length);
    if (name === undefined || !this.#isAtWordEnd()) {
      const [word = '@'] = /^\S+/.exec(this.#text.slice(span.at, span.at + 60)) ?? [];
      const message = `expected the name of a set after @, got ${word}`;
      throw new QueryError(
        message,
        { ...span, length: word.length },
        'put it in quotes to search for its words',
      );
    }
    // A comma after a set is ignored, as after a word.
    if (/[,;]/.test(this.#sign())) this.#at++;
    return { ...span, kind: 'set', name };
  }

  #exact(): Token {
    const start = this.#at;
    this.#at++;
    if (isQuote(this.#sign())) return this.#phrase(start, true);
    const [word] = this.#find(WORD) ?? [];
    if (word === undefined || /^[-=@/]/.test(word) || this.#find(FIELD)) {
      throw new QueryError(
        `expected a word or a "phrase" directly after =, got ${word ?? (this.#sign().trim() || 'nothing')}`,
        this.#span(start, 1 + (word?.length ?? 0)),
        'write =word or ="a phrase"; with a field, write title:=word',
      );
    }
    this.#at += word.length;
    return wordToken(word, true, this.#span(start, word.length + 1));
  }

  #phrase(start: number, exact: boolean): Token {
    const opening = this.#sign();
    const openingSpan = this.#take(1);
    const found = this.#find(phrasePattern(QUOTE_PAIRS[opening] ?? QUOTES));
    if (!found) {
      throw new QueryError(
        'expected a closing quote, got the end',
        openingSpan,
        'add a quote where the phrase ends, or remove this one',
      );
    }
    const inside = this.#source.text.slice(this.#at, this.#at + (found[1]?.length ?? 0));
    this.#at += found[0].length;
    const span = this.#span(start, this.#at - start);
    const [after] = this.#find(/\*|[~^][\d.]*|@\d+/y) ?? [];
    if (after !== undefined) {
      const near = phraseAsNear(inside, Number.parseInt(after.slice(1), 10) || 5) ?? 'one NEAR/5 other';
      throw new QueryError(
        `expected a space after the phrase, got ${after}`,
        this.#take(after.length),
        after === '*'
          ? 'write the * within the quotes: "two wor*"'
          : `remove it; to find words close to each other, write ${near}`,
      );
    }
    const text = inside.replaceAll('\ufeff', '').trim().replace(/\s+/g, ' ');
    const prefix = /[*＊]$/.test(text);
    return { ...span, kind: 'term', quoted: true, exact, prefix, text: prefix ? text.slice(0, -1) : text };
  }

  #word(): Token {
    // Checked before reading the whole word, which would take quadratic time for "title:title:…".
    const [known, name] = this.#find(FIELD) ?? [];
    if (known && name) {
      const field = {
        ...this.#take(known.length),
        kind: 'field',
        name: name.toLowerCase() as FieldName,
      } as const;
      if (takesAddresses(field.name)) this.#addressStart = this.#at;
      return field;
    }
    const [word = this.#sign()] = this.#find(WORD) ?? [];
    this.#refuseForeignSigns(word);
    const operator = ownValue(OPERATORS, word);
    if (operator) return { ...this.#take(word.length), kind: operator };
    const [, before, sign] = /^(AND|OR|NOT)([,;.:!?…、，。]+)$/.exec(word) ?? [];
    if (before !== undefined) {
      throw new QueryError(
        `expected a space after ${before}, got ${sign}`,
        this.#take(word.length),
        `write ${before} alone, or put it in quotes to search for it`,
      );
    }
    if (/^NEAR\b(?!-)/.test(word)) return this.#near(word);
    if (word === 'AROUND' && this.#sign(word.length) === '(') {
      const span = this.#take(word.length);
      throw new QueryError(
        'expected NEAR/ and a number, got AROUND',
        span,
        'write NEAR/5 instead of AROUND(5)',
      );
    }
    const span = this.#span(this.#at, word.length);
    refuseUnknownField(word, this.#sign(word.length), span);
    this.#at += word.length;
    return wordToken(word, false, span);
  }

  /** Throws QueryError for signs of other tools before a word or around several words. */
  #refuseForeignSigns(word: string): void {
    if (
      word[0] === '!' &&
      (/^!+[\p{L}\p{N}]/u.test(word) || (/^!$/.test(word) && /[("“„«]/.test(this.#sign(1))))
    ) {
      const message = 'expected - to exclude a word, got !';
      throw new QueryError(
        message,
        this.#span(this.#at, 1),
        'write -word to exclude a word, or put it in quotes',
      );
    }
    // "[Update]" is a word with signs that have no meaning.
    if (/^[[{]/.test(word) && !/^(?:\[[^,]*\]|\{[^,]*\})$/.test(word)) {
      throw new QueryError(
        `expected ( to begin a group, got ${word[0]}`,
        this.#span(this.#at, 1),
        'write (one OR other) for either, or "one other" for words in a row',
      );
    }
  }

  #near(word: string): Token {
    const span = this.#take(word.length);
    const [, digits] = /^NEAR\/(\d{1,9})$/.exec(word) ?? [];
    const distance = Number(digits);
    if (!(distance >= 1 && distance <= MAX_NEAR)) {
      throw new QueryError(
        `expected NEAR/ and a number from 1 to ${MAX_NEAR}, got ${word}`,
        span,
        'write NEAR/5 for at most five words between the two, or put NEAR in quotes to search for it',
      );
    }
    return { ...span, kind: 'near', distance };
  }
}
