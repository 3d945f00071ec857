import { type TokenizerCallbacks as Callbacks, Tokenizer } from 'htmlparser2';
import { decodedHtml } from './entities.ts';
import { tagName } from './tag-name.ts';

const BLOCKS = new Set(
  'address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table td th tr ul'.split(
    ' ',
  ),
);
const HIDDEN = new Set(['script', 'style', 'template', 'noscript', 'iframe']);
/** Besides those above, what a headline can have. */
const INLINE = new Set(
  'a abbr acronym applet area audio b bdi bdo big blink body button canvas center cite code data del details dfn em embed fieldset font form frame frameset head html i img input ins kbd label legend link map mark marquee menu meta nav nobr noframes object option param picture q rp rt ruby s samp select small source span strike strong sub summary sup svg math textarea time title tt u var video wbr'.split(
    ' ',
  ),
);

export interface PlainTextOptions {
  /** "Use of <mid> & co": what is no tag of HTML has been meant to be read. */
  readonly headline?: boolean;
  /** It is plain text already: only its blanks are looked at. */
  readonly literal?: boolean;
}

/** The text that a reader of a piece of HTML sees, in one line; entities are resolved once. */
export function plainText(
  html: string,
  { headline = false, literal = false }: PlainTextOptions = {},
): string {
  if (literal || !/[<&]/.test(html)) return oneLine(html);
  if (!html.includes('<')) return oneLine(decodedHtml(html));
  const reader = new Reader(html, headline);
  return oneLine(reader.read());
}

/** Listens to a tokenizer by itself: a set of functions for every text would cost as much as the reading of most. */
class Reader implements Callbacks {
  readonly #html: string;
  readonly #headline: boolean;
  #text = '';
  #hidden = 0;
  #opened = '';
  #openedAt = 0;

  constructor(html: string, headline: boolean) {
    this.#html = html;
    this.#headline = headline;
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
    if (this.#hidden === 0) this.#text += decodedHtml(this.#html.slice(start, end));
  }

  onopentagname(start: number, end: number): void {
    this.#opened = tagName(this.#html.slice(start, end));
    this.#openedAt = start - 1;
    if (HIDDEN.has(this.#opened)) this.#hidden++;
    if (BLOCKS.has(this.#opened)) this.#text += ' ';
  }

  onopentagend(end: number): void {
    this.#literal(this.#opened, this.#openedAt, end + 1);
  }

  onclosetag(start: number, end: number): void {
    const name = tagName(this.#html.slice(start, end));
    this.#close(name);
    this.#literal(name, start - 2, end + 1);
  }

  /** XHTML's <iframe/> hides nothing. */
  onselfclosingtag(): void {
    this.#close(this.#opened);
  }

  /** XHTML's; in HTML there is none. */
  oncdata(start: number, end: number, trailer: number): void {
    this.#add(start, end - trailer);
  }

  ontextentity(): void {}
  onattribname(): void {}
  onattribdata(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #add(start: number, end: number): void {
    if (this.#hidden === 0) this.#text += this.#html.slice(start, end);
  }

  #close(name: string): void {
    if (HIDDEN.has(name)) this.#hidden = Math.max(0, this.#hidden - 1);
    if (BLOCKS.has(name)) this.#text += ' ';
  }

  #literal(name: string, start: number, end: number): void {
    if (!this.#headline || BLOCKS.has(name) || INLINE.has(name) || HIDDEN.has(name)) return;
    if (/^[a-z]\w*$/.test(name)) this.#add(start, end);
  }
}

/**
 * Blanks that are not one space: to replace those too, by themselves, takes five times as long; and to write `[^\S ]` for
 * all blanks but the space, twice.
 */
const BLANKS = /[\t-\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]\s*| \s+/g;

/** Says where a line may break, and would part the word for who looks for it. */
const SOFT_HYPHEN = '\u00ad';

function oneLine(text: string): string {
  return text.replaceAll(SOFT_HYPHEN, '').replace(BLANKS, ' ').trim().toWellFormed();
}
