import { decodeHTMLAttribute } from 'entities/decode';
import { type TokenizerCallbacks as Callbacks, Tokenizer } from 'htmlparser2';
import { MAX_DEPTH, MAX_TEXT_LENGTH, MAX_VALUES } from '../limits.ts';
import { withoutControls } from '../text/entities.ts';
import { tagName } from '../xml/tag-tokenizer.ts';
import { Markup, nameOf, type SchemaNode } from './schema-node.ts';

/** The content of a JSON-LD script. */
export interface Script {
  readonly text: string;
  /** False if the page breaks off within the script. */
  readonly isClosed: boolean;
}

/** The structured data and the titles of a web page. */
export interface Page {
  /** Those that mention a live blog come first. */
  readonly scripts: readonly Script[];
  /** The outermost items of its microdata. */
  readonly items: readonly SchemaNode[];
  readonly title: string;
  readonly openGraphTitle: string;
  readonly language: string;
  /** The address against which the page's own are resolved, as written. */
  readonly base: string | undefined;
  readonly canonical: string | undefined;
}

/** Key under which a microdata item has the id attribute of its element. */
export const ANCHOR = '@anchor';

/** Returns the JSON-LD scripts, the microdata and the titles of a web page. Takes linear time. */
export function readPage(source: string): Page {
  return new PageReader(source).read();
}

interface Scope {
  readonly node: Record<string, unknown[]>;
  /** Number of scopes around it. */
  readonly depth: number;
}

interface OpenElement {
  readonly name: string;
  /** The scope outside of the element. */
  readonly outer: Scope | undefined;
  /** Names of the property whose value is the element's content. */
  readonly names: readonly string[];
  /** Where the element's content starts. */
  readonly from: number;
}

/** Deeper elements are read, but their closing tags close none. */
const MAX_ELEMENTS = 500;
/** Scripts that mention a live blog, and as many others. */
const MAX_SCRIPTS = 1_000;
const MAX_NAMES = 10;
/** Characters of a title, an address or a list of names. */
const MAX_VALUE = 4_000;

const ATTRIBUTES_READ = new Set([
  'content',
  'data',
  'datetime',
  'href',
  'id',
  'itemid',
  'itemprop',
  'itemscope',
  'itemtype',
  'lang',
  'name',
  'property',
  'rel',
  'src',
  'type',
  'value',
  'xml:lang',
]);
const VOID_ELEMENTS = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
/** The attributes with the values of elements. Other elements have their content as value. */
const VALUE_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ...['audio', 'embed', 'iframe', 'img', 'source', 'track', 'video'].map((name) => [name, 'src'] as const),
  ...['a', 'area', 'link'].map((name) => [name, 'href'] as const),
  ['object', 'data'],
  ['data', 'value'],
  ['meter', 'value'],
  ['time', 'datetime'],
]);
/** Elements whose closing tag may be missing, and the elements that then close them. */
const IMPLIED_ENDS: ReadonlyMap<string, RegExp> = new Map([
  [
    'p',
    /^(?:address|article|aside|blockquote|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|main|nav|ol|p|pre|section|table|ul)$/,
  ],
  ['li', /^li$/],
  ['dt', /^d[dt]$/],
  ['dd', /^d[dt]$/],
  ['tr', /^tr$/],
  ['td', /^t[dhr]$/],
  ['th', /^t[dhr]$/],
]);
/** Properties that are texts even on a link, whose value is otherwise its address. */
const TEXT_PROPERTIES = new Set(['headline', 'name', 'author', 'articleBody', 'text', 'description']);

/** Implements the tokenizer's callbacks as methods. Templates are not part of the page. */
class PageReader implements Callbacks {
  readonly #source: string;
  readonly #scripts: Script[] = [];
  readonly #liveScripts: Script[] = [];
  readonly #items: SchemaNode[] = [];
  #title: string | undefined;
  #openGraphTitle = '';
  #language = '';
  #base: string | undefined;
  #canonical: string | undefined;

  #element = '';
  #tagStart = 0;
  #attribute = '';
  /** Attributes of the tag as written, with entities. */
  #attributes = new Map<string, string>();

  readonly #stack: OpenElement[] = [];
  /** How many elements of each name are open, so that a closing tag that closes none is not searched for. */
  readonly #open = new Map<string, number>();
  #scope: Scope | undefined;
  #templates = 0;
  /** Where the content of the open JSON-LD script or the title starts. */
  #scriptFrom: number | undefined;
  #titleFrom: number | undefined;
  #values = 0;
  /** Characters that values may still have. The contents of nested elements overlap. */
  #room: number;

  constructor(source: string) {
    this.#source = source;
    this.#room = source.length * 2;
  }

  read(): Page {
    const tokenizer = new Tokenizer({ decodeEntities: false }, this);
    tokenizer.write(this.#source);
    tokenizer.end();
    this.#closeDownTo(0, this.#source.length);
    if (this.#scriptFrom !== undefined) this.#addScript(this.#source.length, false);
    return {
      scripts: [...this.#liveScripts, ...this.#scripts],
      items: this.#items,
      title: this.#title ?? '',
      openGraphTitle: this.#openGraphTitle,
      language: this.#language,
      base: this.#base,
      canonical: this.#canonical,
    };
  }

  onopentagname(start: number, end: number): void {
    this.#element = tagName(this.#source.slice(start, end));
    this.#tagStart = start - 1;
    if (this.#attributes.size > 0) this.#attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    const name = tagName(this.#source.slice(start, end));
    const isRead = ATTRIBUTES_READ.has(name) && !this.#attributes.has(name);
    this.#attribute = isRead ? name : '';
    if (isRead) this.#attributes.set(name, '');
  }

  onattribdata(start: number, end: number): void {
    if (this.#attribute === '') return;
    this.#attributes.set(this.#attribute, this.#source.slice(start, Math.min(end, start + MAX_TEXT_LENGTH)));
  }

  onopentagend(end: number): void {
    this.#openElement(end + 1, false);
  }

  onselfclosingtag(end: number): void {
    this.#openElement(end + 1, true);
  }

  onclosetag(start: number, end: number): void {
    const name = tagName(this.#source.slice(start, end));
    if (name === 'template') this.#templates = Math.max(0, this.#templates - 1);
    if (name === 'script' && this.#scriptFrom !== undefined) this.#addScript(start - 2, true);
    if (name === 'title' && this.#titleFrom !== undefined) {
      this.#title = this.#source.slice(this.#titleFrom, Math.min(start - 2, this.#titleFrom + MAX_VALUE));
      this.#titleFrom = undefined;
    }
    if (!this.#open.has(name)) return;
    let depth = this.#stack.length - 1;
    while (this.#stack[depth]?.name !== name) depth--;
    this.#closeDownTo(depth, start - 2);
  }

  ontext(): void {}
  ontextentity(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #openElement(from: number, isClosed: boolean): void {
    const name = this.#element;
    if (name === 'template' && !isClosed) this.#templates++;
    if (this.#templates > 0) return;
    const top = this.#stack.at(-1);
    if (top && IMPLIED_ENDS.get(top.name)?.test(name))
      this.#closeDownTo(this.#stack.length - 1, this.#tagStart);
    this.#readHead(name, from);
    const outer = this.#scope;
    const names = this.#attributes.size > 0 ? this.#readItem(name) : NO_NAMES;
    if (VOID_ELEMENTS.has(name) || isClosed || this.#stack.length >= MAX_ELEMENTS) {
      this.#scope = outer;
      return;
    }
    this.#stack.push({ name, outer, names, from });
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
  }

  #readHead(name: string, from: number): void {
    if (name === 'script') {
      if (/^application\/(?:ld\+json|json\+ld)\s*(?:;|$)/i.test(this.#value('type'))) this.#scriptFrom = from;
    } else if (name === 'title') {
      if (this.#title === undefined) this.#titleFrom = from;
    } else if (name === 'html') {
      this.#language ||= this.#value('lang') || this.#value('xml:lang');
    } else if (name === 'base') {
      this.#base ??= this.#value('href') || undefined;
    } else if (name === 'link') {
      if (/^canonical$/i.test(this.#value('rel'))) this.#canonical ??= this.#value('href') || undefined;
    } else if (name === 'meta') {
      const property = this.#value('property') || this.#value('name');
      if (/^og:title$/i.test(property)) this.#openGraphTitle ||= this.#value('content');
    }
  }

  /** Reads an element's microdata. Returns the names of the property whose value is the element's content. */
  #readItem(element: string): readonly string[] {
    const outer = this.#scope;
    const isScope = this.#attributes.has('itemscope');
    const written = this.#value('itemprop');
    if (!isScope && (written === '' || !outer)) return NO_NAMES;
    const names = written === '' ? NO_NAMES : written.split(/\s+/, MAX_NAMES).map(nameOf);
    if (isScope) {
      const node = this.#newNode();
      const depth = (outer?.depth ?? 0) + 1;
      this.#scope = { node, depth };
      if (depth > MAX_DEPTH) return NO_NAMES;
      if (outer && names.length > 0) this.#add(outer, names, node);
      else if (this.#values++ < MAX_VALUES) this.#items.push(node);
      return NO_NAMES;
    }
    const attribute = this.#attributes.has('content') ? 'content' : VALUE_ATTRIBUTES.get(element);
    if (attribute === undefined || !(this.#attributes.has(attribute) || element !== 'time')) return names;
    const value = this.#value(attribute, MAX_TEXT_LENGTH);
    this.#room -= value.length;
    const isText = (name: string) => element === 'a' && attribute === 'href' && TEXT_PROPERTIES.has(name);
    if (outer && this.#room > 0)
      this.#add(
        outer,
        names.filter((name) => !isText(name)),
        value,
      );
    return names.filter(isText);
  }

  #newNode(): Record<string, unknown[]> {
    // Names such as "__proto__" are then names like any other.
    const node: Record<string, unknown[]> = Object.create(null);
    const types = this.#value('itemtype');
    if (types !== '') node['@type'] = types.split(/\s+/, MAX_NAMES);
    const id = this.#value('itemid');
    if (id !== '') node['@id'] = [id];
    const anchor = this.#value('id');
    if (anchor !== '') node[ANCHOR] = [anchor];
    return node;
  }

  #add(scope: Scope, names: readonly string[], value: unknown): void {
    for (const name of names) {
      if (name.startsWith('@') || this.#values++ >= MAX_VALUES) continue;
      const values = scope.node[name];
      if (values) values.push(value);
      else scope.node[name] = [value];
    }
  }

  /** Returns the value of an attribute, or ''. */
  #value(name: string, maxLength = MAX_VALUE): string {
    const written = this.#attributes.get(name);
    return written ? withoutControls(decodeHTMLAttribute(written.slice(0, maxLength))).trim() : '';
  }

  #addScript(end: number, isClosed: boolean): void {
    const text = this.#source.slice(this.#scriptFrom, end);
    this.#scriptFrom = undefined;
    const scripts = text.includes('LiveBlogPosting') ? this.#liveScripts : this.#scripts;
    if (scripts.length < MAX_SCRIPTS) scripts.push({ text, isClosed });
  }

  #closeDownTo(depth: number, end: number): void {
    while (this.#stack.length > depth) {
      const element = this.#stack.pop();
      if (!element) return;
      const others = (this.#open.get(element.name) ?? 1) - 1;
      if (others > 0) this.#open.set(element.name, others);
      else this.#open.delete(element.name);
      this.#scope = element.outer;
      if (element.names.length === 0 || !element.outer) continue;
      const html = this.#source.slice(element.from, Math.min(end, element.from + MAX_TEXT_LENGTH));
      this.#room -= html.length;
      if (this.#room > 0) this.#add(element.outer, element.names, new Markup(html));
    }
  }
}

const NO_NAMES: readonly string[] = [];
