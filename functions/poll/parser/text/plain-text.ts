import { type TokenizerCallbacks as Callbacks, Tokenizer } from 'htmlparser2';
import { visibleText } from '../../../shared/text/visible-text.ts';
import { tagName } from '../xml/tag-tokenizer.ts';
import { decodeEntities, decodeHtmlEntities } from './entities.ts';
import { BLOCK_ELEMENTS, escapeUnknownTags, HIDDEN_ELEMENTS, isMarkup } from './markup.ts';

export interface PlainTextOptions {
  /** A title. What is no tag of HTML has been meant to be read, and entities that were escaped once too often are resolved. */
  readonly headline?: boolean;
  /** What the feed says the text is. "text" is HTML in many feeds all the same: where it looks like it, it is read as HTML. */
  readonly type?: 'text' | 'html' | undefined;
  /** It is plain text already: only its blanks and invisible characters are looked at. */
  readonly literal?: boolean;
}

/** The text that a reader of a piece of HTML sees, in one line; entities are resolved once. */
export function plainText(
  html: string,
  { headline = false, type, literal = false }: PlainTextOptions = {},
): string {
  if (literal || !/[<&]/.test(html)) return oneLine(html);
  const hasTags = html.includes('<');
  if (hasTags && type === 'text' && !isMarkup(html, false)) return oneLine(html);
  const isHtml = hasTags && (!headline || type !== undefined || isMarkup(html, true));
  const text = isHtml
    ? new Reader(headline ? escapeUnknownTags(html) : html).read()
    : decodeHtmlEntities(html);
  return oneLine(headline && text.includes('&') ? text.replace(ESCAPED_TWICE, decodeEntities) : text);
}

/** Not "&lt;" and "&gt;", nor "&nbsp;" as a word by itself: headlines of technical feeds are about them. */
const ESCAPED_TWICE =
  /&(?:#\d{1,7}|#x[\da-f]{1,6}|(?!lt;|gt;|nbsp;)[a-z][a-z\d]{1,30});|(?<=\S)&nbsp;(?=\S)/gi;

/** Listens to a tokenizer by itself: a set of functions for every text would cost as much as the reading of most. */
class Reader implements Callbacks {
  readonly #html: string;
  #text = '';
  #hidden = 0;
  #opened = '';
  /** Within ruby, and within the pronunciation of its letters. */
  #isRuby = false;
  #isAnnotation = false;

  constructor(html: string) {
    this.#html = html;
  }

  read(): string {
    // Not the parser above it, which looks for the start of every tag that closes: 600 KB of unmatched tags take it
    // minutes. Entities by ourselves: a tokenizer that looks for them takes every character by itself.
    const tokenizer = new Tokenizer({ recognizeSelfClosing: true, decodeEntities: false }, this);
    tokenizer.write(this.#html);
    tokenizer.end();
    return this.#text;
  }

  ontext(start: number, end: number): void {
    if (this.#isShown) this.#text += decodeHtmlEntities(this.#html.slice(start, end));
  }

  onopentagname(start: number, end: number): void {
    this.#opened = tagName(this.#html.slice(start, end));
    if (HIDDEN_ELEMENTS.has(this.#opened)) this.#hidden++;
    if (BLOCK_ELEMENTS.has(this.#opened)) this.#break();
    else if (RUBY.has(this.#opened)) this.#openRuby(this.#opened);
  }

  onclosetag(start: number, end: number): void {
    this.#close(tagName(this.#html.slice(start, end)));
  }

  /** XHTML's <iframe/> hides nothing. */
  onselfclosingtag(): void {
    this.#close(this.#opened);
  }

  /** XHTML's; in HTML there is none. */
  oncdata(start: number, end: number, trailer: number): void {
    if (this.#isShown) this.#text += this.#html.slice(start, end - trailer);
  }

  onopentagend(): void {}
  ontextentity(): void {}
  onattribname(): void {}
  onattribdata(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  get #isShown(): boolean {
    return this.#hidden === 0 && !this.#isAnnotation;
  }

  #close(name: string): void {
    if (HIDDEN_ELEMENTS.has(name)) this.#hidden = Math.max(0, this.#hidden - 1);
    if (BLOCK_ELEMENTS.has(name)) this.#break();
    else if (RUBY.has(name)) this.#closeRuby(name);
  }

  /** Ruby that nobody closed ends with its paragraph. */
  #break(): void {
    this.#text += ' ';
    this.#isRuby = false;
    this.#isAnnotation = false;
  }

  /** The end tags within ruby may be left out. */
  #openRuby(name: string): void {
    if (name === 'ruby') this.#isRuby = true;
    this.#isAnnotation = this.#isRuby && (name === 'rt' || name === 'rp' || name === 'rtc');
  }

  #closeRuby(name: string): void {
    if (name === 'ruby') this.#isRuby = false;
    this.#isAnnotation = false;
  }
}

const RUBY = new Set(['ruby', 'rb', 'rt', 'rp', 'rtc']);

/**
 * Blanks that are not one space: to replace those too, by themselves, takes five times as long; and to write `[^\S ]` for
 * all blanks but the space, twice.
 */
const BLANKS = /[\t-\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]\s*| \s+/g;
function oneLine(text: string): string {
  return visibleText(text).replace(BLANKS, ' ').trim().toWellFormed();
}
