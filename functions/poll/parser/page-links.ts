import { decodeHTMLAttribute } from 'entities/decode';
import { type TokenizerCallbacks as Callbacks, Tokenizer } from 'htmlparser2';
import { tagName } from './xml/tag-tokenizer.ts';

/** Characters. Most pages link to their feeds near the start; some only in their body. */
const MAX_SEARCHED = 2_000_000;

/** The links of a page, as written. */
export interface PageLinks {
  readonly links: readonly PageLink[];
  /** The address against which the links are resolved, if the page names one. */
  readonly base: string | undefined;
}

/** Returns the links in the first 2,000,000 characters of a page: at most 5,000, in document order. */
export function readPageLinks(source: string): PageLinks {
  return new PageReader(source.slice(0, MAX_SEARCHED)).read();
}

type Attributes = ReadonlyMap<string, string>;

/** An element with an address: `a`, `area` or `link`. */
export interface PageLink {
  /** The element's name in lower case. */
  readonly element: string;
  readonly attributes: Attributes;
  /** The content of an `a`, with the `alt` of its images; '' for other elements. */
  text: string;
}

const ELEMENTS_READ = new Set(['link', 'a', 'area', 'base', 'img']);
const ATTRIBUTES_READ = new Set(['rel', 'type', 'href', 'title', 'alt', 'aria-label']);
const MAX_LINKS = 5_000;
const MAX_VALUE = 4_000;
const MAX_LINK_TEXT = 100;

/** Reads the links of a page. The tokenizer skips comments and scripts. Templates are not part of the page. */
class PageReader implements Callbacks {
  readonly #source: string;
  readonly #links: PageLink[] = [];
  #base: string | undefined;
  #templates = 0;
  #element = '';
  #attribute = '';
  #attributes = new Map<string, string>();
  #anchor: PageLink | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  read(): PageLinks {
    const tokenizer = new Tokenizer({ decodeEntities: false }, this);
    tokenizer.write(this.#source);
    tokenizer.end();
    return { links: this.#links, base: this.#base };
  }

  onopentagname(start: number, end: number): void {
    this.#element = tagName(this.#source.slice(start, end));
    this.#attributes = new Map();
    if (this.#element === 'template') this.#templates++;
  }

  onattribname(start: number, end: number): void {
    this.#attribute = ELEMENTS_READ.has(this.#element) ? tagName(this.#source.slice(start, end)) : '';
  }

  onattribdata(start: number, end: number): void {
    if (!ATTRIBUTES_READ.has(this.#attribute) || this.#attributes.has(this.#attribute)) return;
    const value = this.#source.slice(start, Math.min(end, start + MAX_VALUE));
    this.#attributes.set(this.#attribute, decodeHTMLAttribute(value).trim());
  }

  onopentagend(): void {
    const [element, attributes] = [this.#element, this.#attributes];
    if (!ELEMENTS_READ.has(element) || this.#templates > 0) return;
    if (element === 'base') this.#base ??= attributes.get('href');
    else if (element === 'img') this.#addText(` ${attributes.get('alt') ?? ''} `);
    else if (attributes.has('href') && this.#links.length < MAX_LINKS) {
      const link: PageLink = { element, attributes, text: '' };
      this.#links.push(link);
      if (element === 'a') this.#anchor = link;
    }
  }

  onselfclosingtag(): void {
    this.onopentagend();
  }

  ontext(start: number, end: number): void {
    if (this.#anchor) this.#addText(this.#source.slice(start, Math.min(end, start + MAX_LINK_TEXT)));
  }

  onclosetag(start: number, end: number): void {
    const name = tagName(this.#source.slice(start, end));
    if (name === 'a') this.#anchor = undefined;
    if (name === 'template') this.#templates = Math.max(0, this.#templates - 1);
  }

  #addText(text: string): void {
    if (this.#anchor) this.#anchor.text = (this.#anchor.text + text).slice(0, MAX_LINK_TEXT);
  }

  ontextentity(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}
