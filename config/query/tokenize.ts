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
  toHalfWidth,
  WORD,
} from './tokens.ts';
import { addressToken, refuseUnknownField, wordToken } from './word-token.ts';

const SIGNS: Readonly<Record<string, 'open' | 'close'>> = { '(': 'open', ')': 'close' };
const OPERATORS: Readonly<Record<string, 'and' | 'or' | 'not'>> = { AND: 'and', OR: 'or', NOT: 'not' };
const SET = /@([\p{L}\p{M}\p{N}_-]+)/uy;
const FIELD = new RegExp(`(${FIELD_NAMES.join('|')}):`, 'iy');
/** Behind url:, what begins with a slash is a path; with any other sign in it, it is a pattern. */
const ADDRESS = new RegExp(`(?![-−–=@]|/\\S*(?:[\\\\[\\]{}^$+?|(]|\\*(?![\\s)]|$)))${WORD.source}`, 'uy');
/** What other tools write for NEAR: /5, /s, /p. */
const FOREIGN_NEAR = /\/(\d{1,9}|[sp])(?=[\s)]|$)/y;
const PATTERN = /\/((?:[^\\/]|\\[\s\S])*)\//y;

/** A query's text as tokens; the last one is its end. Throws QueryError. */
export function tokenize(source: QueryText): Token[] {
  if (source.text.length > MAX_LENGTH) {
    throw new QueryError(
      `expected at most ${MAX_LENGTH} characters, got ${source.text.length}`,
      { source, at: MAX_LENGTH, length: 1 },
      'make several topics of it',
    );
  }
  const reader = new Tokenizer(source);
  const tokens: Token[] = [];
  let token: Token;
  do {
    token = reader.next();
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
  /** Where an address may begin: behind url:. */
  #address = -1;

  constructor(source: QueryText) {
    this.#source = source;
    this.#text = toHalfWidth(source.text);
  }

  next(): Token {
    while (/\s/.test(this.#sign())) this.#at++;
    const sign = this.#sign();
    if (sign === '') return { ...this.#take(0), kind: 'end' };
    const bracket = SIGNS[sign];
    if (bracket) return { ...this.#take(1), kind: bracket };
    if (sign === '|') return { ...this.#take(this.#sign(1) === '|' ? 2 : 1), kind: 'or' };
    if (sign === '&' && this.#sign(1) === '&') return { ...this.#take(2), kind: 'and' };
    // "Black & White".
    if (sign === '&' && /\s/.test(this.#sign(1))) return { ...this.#take(1), kind: 'and' };
    if (this.#at === this.#address) {
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

  #place(at: number, length: number): QuerySpan {
    return { source: this.#source, at, length };
  }

  #take(length: number): QuerySpan {
    this.#at += length;
    return this.#place(this.#at - length, length);
  }

  #find(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  /** Nothing follows that a person would take for the same word. */
  #ends(): boolean {
    return isWordEnd(this.#sign());
  }

  #minus(): Token {
    const sign = this.#sign();
    const place = this.#take(1);
    if (/^$|\s/.test(this.#sign())) {
      const message = `expected a word directly after ${sign}, got ${this.#sign() ? 'a space' : 'the end'}`;
      throw new QueryError(message, place, 'write -word to leave a word out; a dash means nothing');
    }
    if (sign === '–') {
      throw new QueryError('expected a word, got a dash before it', place, 'write -word to leave it out');
    }
    return { ...place, kind: 'minus' };
  }

  #pattern(): Token {
    const found = this.#find(PATTERN);
    const [operator, distance = ''] = this.#find(FOREIGN_NEAR) ?? [];
    if (operator && !(found && isWordEnd(this.#text[this.#at + found[0].length]))) {
      refuseSlash(this.#place(this.#at, operator.length), distance);
    }
    if (!found) {
      throw new QueryError(
        'expected a closing / for the pattern, got the end',
        this.#place(this.#at, 1),
        'write /pattern/, with \\/ for a slash in it, or put it in quotes to search for its words',
      );
    }
    const place = this.#take(found[0].length);
    if (!this.#ends()) {
      const [rest = ''] = this.#find(/[^\s()|]+/y) ?? [];
      throw new QueryError(
        `expected a space after the pattern, got ${rest}`,
        this.#place(this.#at, rest.length || 1),
        /^[a-z]{1,4}$/.test(rest)
          ? 'leave it out: capitals never count in a pattern, and (?s) and the like stand within it'
          : 'put it in quotes to search for its words, or write \\/ for a slash in the pattern',
      );
    }
    const written = this.#source.text.slice(place.at + 1, place.at + place.length - 1);
    const pattern = written.replace(/\\([\s\S])/g, (pair, escaped) => (escaped === '/' ? '/' : pair));
    return { ...place, kind: 'pattern', pattern };
  }

  #set(): Token {
    const [whole = '@', name] = this.#find(SET) ?? [];
    const place = this.#take(whole.length);
    if (name === undefined || !this.#ends()) {
      const [word = '@'] = /^\S+/.exec(this.#text.slice(place.at, place.at + 60)) ?? [];
      const message = `expected the name of a set after @, got ${word}`;
      throw new QueryError(
        message,
        { ...place, length: word.length },
        'put it in quotes to search for its words',
      );
    }
    // A comma behind it belongs to it as to a word.
    if (/[,;]/.test(this.#sign())) this.#at++;
    return { ...place, kind: 'set', name };
  }

  #exact(): Token {
    const start = this.#at;
    this.#at++;
    if (isQuote(this.#sign())) return this.#phrase(start, true);
    const [word] = this.#find(WORD) ?? [];
    if (word === undefined || /^[-=@/]/.test(word) || this.#find(FIELD)) {
      throw new QueryError(
        `expected a word or a "phrase" directly after =, got ${word ?? (this.#sign().trim() || 'nothing')}`,
        this.#place(start, 1 + (word?.length ?? 0)),
        'write =word or ="a phrase" for each, and title:=word',
      );
    }
    this.#at += word.length;
    return wordToken(word, true, this.#place(start, word.length + 1));
  }

  #phrase(start: number, exact: boolean): Token {
    const opening = this.#sign();
    const opened = this.#take(1);
    const found = this.#find(phrasePattern(QUOTE_PAIRS[opening] ?? QUOTES));
    if (!found) {
      throw new QueryError(
        'expected a closing quote, got the end',
        opened,
        'close it where the phrase ends, or leave it out',
      );
    }
    const inside = this.#source.text.slice(this.#at, this.#at + (found[1]?.length ?? 0));
    this.#at += found[0].length;
    const place = this.#place(start, this.#at - start);
    const [after] = this.#find(/\*|[~^][\d.]*|@\d+/y) ?? [];
    if (after !== undefined) {
      const near = phraseAsNear(inside, Number.parseInt(after.slice(1), 10) || 5) ?? 'one NEAR/5 other';
      throw new QueryError(
        `expected a space after the phrase, got ${after}`,
        this.#take(after.length),
        after === '*'
          ? 'write the * within the quotes: "two wor*"'
          : `leave it out; for words not far from each other write ${near}`,
      );
    }
    const text = inside.replaceAll('\ufeff', '').trim().replace(/\s+/g, ' ');
    const prefix = /[*＊]$/.test(text);
    return { ...place, kind: 'term', quoted: true, exact, prefix, text: prefix ? text.slice(0, -1) : text };
  }

  #word(): Token {
    // Before the word is read to its end: of "title:title:…" it would be, again and again.
    const [known, name] = this.#find(FIELD) ?? [];
    if (known && name) {
      const field = {
        ...this.#take(known.length),
        kind: 'field',
        name: name.toLowerCase() as FieldName,
      } as const;
      if (field.name === 'url') this.#address = this.#at;
      return field;
    }
    const [word = this.#sign()] = this.#find(WORD) ?? [];
    this.#refuseSigns(word);
    const operator = OPERATORS[word];
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
      const around = this.#take(word.length);
      throw new QueryError('expected NEAR/ and a number, got AROUND', around, 'write NEAR/5 for AROUND(5)');
    }
    const place = this.#place(this.#at, word.length);
    refuseUnknownField(word, this.#sign(word.length), place);
    this.#at += word.length;
    return wordToken(word, false, place);
  }

  /** What other tools read before a word, or around several. */
  #refuseSigns(word: string): void {
    if (
      word[0] === '!' &&
      (/^!+[\p{L}\p{N}]/u.test(word) || (/^!$/.test(word) && /[("“„«]/.test(this.#sign(1))))
    ) {
      const message = 'expected a word, got ! before it';
      throw new QueryError(
        message,
        this.#place(this.#at, 1),
        'write -word to leave a word out, or put it in quotes',
      );
    }
    // "[Update]" is a word with signs that mean nothing.
    if (/^[[{]/.test(word) && !/^(?:\[[^,]*\]|\{[^,]*\})$/.test(word)) {
      throw new QueryError(
        `expected ( to begin a group, got ${word[0]}`,
        this.#place(this.#at, 1),
        'write (one OR other) for either, or "one other" for words in a row',
      );
    }
  }

  #near(word: string): Token {
    const place = this.#take(word.length);
    const [, digits] = /^NEAR\/(\d{1,9})$/.exec(word) ?? [];
    const distance = Number(digits);
    if (!(distance >= 1 && distance <= MAX_NEAR)) {
      throw new QueryError(
        `expected NEAR/ and a number from 1 to ${MAX_NEAR}, got ${word}`,
        place,
        'write NEAR/5 for at most five words between the two, or put NEAR in quotes to search for it',
      );
    }
    return { ...place, kind: 'near', distance };
  }
}
