import type { TokenizerCallbacks as Callbacks } from 'htmlparser2';
import { isAscii } from '../../../shared/text/characters.ts';
import { visibleText } from '../../../shared/text/visible-text.ts';
import { FastTokenizer } from '../xml/fast-tokenizer.ts';
import { tagName } from '../xml/tag-tokenizer.ts';
import { decodeEntities, decodeHtmlEntities } from './entities.ts';
import { BLOCK_ELEMENTS, escapeUnknownTags, HIDDEN_ELEMENTS, isMarkup } from './markup.ts';

export interface PlainTextOptions {
  /** The text is a title. Keeps tags that HTML does not have as text, and decodes entities that were escaped twice. */
  readonly headline?: boolean;
  /** The type that the feed states. Many feeds say "text" and send HTML, so text that looks like HTML is read as HTML. */
  readonly type?: 'text' | 'html' | undefined;
  /** The text is plain already. Changes only blanks and invisible characters. */
  readonly literal?: boolean;
}

/** Returns the visible text of a piece of HTML in one line, with entities decoded once. */
export function plainText(
  html: string,
  { headline = false, type, literal = false }: PlainTextOptions = {},
): string {
  if (literal || !/[<&]/.test(html)) return oneLine(html);
  const hasTags = html.includes('<');
  if (hasTags && type === 'text' && !isMarkup(html, false)) return oneLine(html);
  const isHtml = hasTags && (!headline || type !== undefined || isMarkup(html, true));
  const text = isHtml
    ? new TextExtractor(headline ? escapeUnknownTags(html) : html).read()
    : decodeHtmlEntities(html);
  return oneLine(headline ? withoutDoubleEscapes(text) : text);
}

/** Decodes the entities in a text that has been decoded once already. */
export function withoutDoubleEscapes(text: string): string {
  return text.includes('&') ? text.replace(ESCAPED_TWICE, decodeEntities) : text;
}

/** Excludes "&lt;" and "&gt;", and "&nbsp;" as a separate word: headlines of technical feeds are about them. */
const ESCAPED_TWICE =
  /&(?:#\d{1,7}|#x[\da-f]{1,6}|(?!lt;|gt;|nbsp;)[a-z][a-z\d]{1,30});|(?<=\S)&nbsp;(?=\S)/gi;

/** Implements the tokenizer's callbacks as methods: creating closures for every text costs as much as reading most texts. */
class TextExtractor implements Callbacks {
  readonly #html: string;
  #text = '';
  #hidden = 0;
  #opened = '';
  #isRuby = false;
  /** Within the pronunciation of ruby text. */
  #isAnnotation = false;

  constructor(html: string) {
    this.#html = html;
  }

  read(): string {
    // htmlparser2's parser searches for the start of every closing tag, and takes minutes for 600 KB of unmatched tags.
    // With decodeEntities, the tokenizer handles each character separately, so we decode entities ourselves.
    const tokenizer = new FastTokenizer({ recognizeSelfClosing: true, decodeEntities: false }, this);
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

  /** An XHTML <iframe/> hides nothing. */
  onselfclosingtag(): void {
    this.#close(this.#opened);
  }

  /** Only XHTML has CDATA sections. */
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

  /** Also ends unclosed ruby. */
  #break(): void {
    this.#text += ' ';
    this.#isRuby = false;
    this.#isAnnotation = false;
  }

  /** End tags within ruby are optional. */
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
 * Matches blanks other than a single space. Replacing single spaces too takes five times as long; `[^\S ]` instead of the
 * list takes twice as long.
 */
const BLANKS = /[\t-\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]\s*| \s+/g;
/** The same for ASCII. Two simple searches take a third of the time. */
const ASCII_BLANKS = [/ {2}/, /[\t-\r]/];

function oneLine(text: string): string {
  if (!isAscii(text)) return visibleText(text).replace(BLANKS, ' ').trim().toWellFormed();
  return (ASCII_BLANKS.some((blanks) => blanks.test(text)) ? text.replace(BLANKS, ' ') : text).trim();
}
