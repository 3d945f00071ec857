import { Tokenizer } from 'htmlparser2';
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

const ignore = () => undefined;

class Reader {
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
    const html = this.#html;
    // Not the parser above it, which looks for the start of every tag that closes: 600 KB of unmatched tags take it
    // minutes. XHTML's <iframe/> hides nothing.
    const tokenizer = new Tokenizer(
      // Entities by ourselves: a tokenizer that looks for them takes every character by itself.
      { recognizeSelfClosing: true, decodeEntities: false },
      {
        ontext: (start, end) => {
          if (this.#hidden === 0) this.#text += decodedHtml(html.slice(start, end));
        },
        ontextentity: ignore,
        onopentagname: (start, end) => {
          this.#opened = tagName(html.slice(start, end));
          this.#openedAt = start - 1;
          if (HIDDEN.has(this.#opened)) this.#hidden++;
          if (BLOCKS.has(this.#opened)) this.#text += ' ';
        },
        onopentagend: (end) => this.#literal(this.#opened, this.#openedAt, end + 1),
        onclosetag: (start, end) => {
          const name = tagName(html.slice(start, end));
          this.#close(name);
          this.#literal(name, start - 2, end + 1);
        },
        onselfclosingtag: () => this.#close(this.#opened),
        // XHTML's; in HTML there is none.
        oncdata: (start, end, trailer) => this.#add(start, end - trailer),
        onattribname: ignore,
        onattribdata: ignore,
        onattribentity: ignore,
        onattribend: ignore,
        oncomment: ignore,
        ondeclaration: ignore,
        onprocessinginstruction: ignore,
        onend: ignore,
      },
    );
    tokenizer.write(html);
    tokenizer.end();
    return this.#text;
  }

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

/** Blanks that are not one space: to replace those too, by themselves, takes ten times as long. */
const BLANKS = /[^\S ]\s*| \s+/g;

function oneLine(text: string): string {
  return text.replace(BLANKS, ' ').trim().toWellFormed();
}
