import type { Tokenizer } from 'htmlparser2';
import { MAX_URL, webUrl } from '../fields/web-url.ts';
import { MAX_ENTRIES, MAX_TEXT_LENGTH, MAX_VALUES } from '../limits.ts';
import { decodeEntities } from '../text/entities.ts';
import { ElementStack, type Scope } from './element-stack.ts';
import { type EntryElement, type FeedElement, NO_CHILDREN } from './feed-element.ts';
import { Namespaces } from './namespaces.ts';
import { type Attributes, createTagTokenizer, type TagEvents } from './tag-tokenizer.ts';
import {
  CONTAINER_ELEMENTS,
  ENTRY_ELEMENTS,
  type FeedKind,
  impliesTextEnd,
  KEPT_ELEMENTS,
  ROOT_ELEMENTS,
} from './vocabulary.ts';

/** The elements of an XML feed of any kind, well-formed or not. */
export interface XmlFeed {
  readonly kind: FeedKind;
  /** The root and the channel as one element. */
  readonly head: FeedElement;
  /** Entries in the channel, beside it, or in another entry that was not closed. */
  readonly entries: readonly EntryElement[];
  /** The root is closed, or we stopped at a limit: the document itself is not truncated. */
  readonly complete: boolean;
  /** We stopped at a limit, so the document has more than we read. */
  readonly hasMore: boolean;
}

/** Children of one name in an element. */
const MAX_CHILDREN = 1_000;
/** Namespace prefix declarations in a whole document. Each declaration copies all the prefixes in force. */
const MAX_DECLARATIONS = 20_000;

/** Characters of an element that embeds other entries. */
const MAX_EMBEDDING_LENGTH = 100_000;
/** Longer names, in UTF-16 units, are broken markup and too long for a regular expression. */
const MAX_EMBEDDING_NAME = 200;

/** Returns undefined if the document has no root of a feed. */
export function readXml(source: string, url: string | undefined): XmlFeed | undefined {
  const reader = new XmlFeedReader(source, url);
  reader.run();
  return reader.result();
}

class XmlFeedReader implements TagEvents {
  readonly #source: string;
  readonly #url: string | undefined;
  readonly #tokenizer: Tokenizer;
  readonly #open: ElementStack;
  readonly #entries: EntryElement[] = [];
  #head: FeedElement | undefined;
  #kind: FeedKind = 'rss';
  #hasChannel = false;
  #complete = false;
  #hasMore = false;
  /** The number of kept elements; those with attributes count twice. */
  #values = 0;
  /** A link without an address, directly before the current position. */
  #emptyLink: FeedElement | undefined;
  #declarations = 0;
  /** Where the element that embeds other entries ends. */
  #embeddingEnd = 0;
  /** Characters that may still be scanned ahead of the current position. */
  #lookahead: number;

  constructor(source: string, url: string | undefined) {
    this.#source = source;
    this.#url = url;
    this.#lookahead = source.length;
    this.#open = new ElementStack(source, {
      namespaces: new Namespaces(),
      base: undefined,
      language: undefined,
    });
    this.#tokenizer = createTagTokenizer(source, this);
  }

  run(): void {
    this.#tokenizer.write(this.#source);
    this.#tokenizer.end();
    // Some documents lack only the last character.
    const [, last = ''] = /<\/([^<>/\s]{1,100})\s{0,9}$/.exec(this.#source.slice(-120)) ?? [];
    if (last) this.close(last.toLowerCase(), this.#source.length);
    // A truncated entry waits for the next poll. Otherwise half of its text would go out now, and the rest as an edit.
    if (this.#open.entry) this.#entries.pop();
    this.#open.closeAll(this.#source.length);
  }

  result(): XmlFeed | undefined {
    if (!this.#head) return undefined;
    // A root without content is no feed. A channel without content is an empty feed.
    const hasContent = this.#entries.length > 0 || this.#head.children.size > 0;
    if (this.#kind === 'rss' && !this.#hasChannel && !hasContent) return undefined;
    return {
      kind: this.#kind,
      head: this.#head,
      entries: this.#entries,
      complete: this.#complete,
      hasMore: this.#hasMore,
    };
  }

  wantsAttributes(): boolean {
    return this.#open.text === undefined && !this.#complete;
  }

  text(start: number, end: number, isCdata: boolean): void {
    const { innermost } = this.#open;
    const element = innermost?.element;
    if (!element) return;
    if (innermost.role === 'head' || innermost.role === 'entry') {
      if (this.#emptyLink) this.#setAddress(this.#emptyLink, start, end);
      return;
    }
    const room = MAX_TEXT_LENGTH - element.text.length;
    if (room <= 0) return;
    const text = this.#source.slice(start, Math.min(end, start + room));
    element.text += isCdata ? text : decodeEntities(text);
  }

  open(tag: string, written: Attributes | undefined, start: number, from: number): void {
    if (this.#complete) return;
    this.#emptyLink = undefined;
    const isEntry = ENTRY_ELEMENTS.has(tag.slice(tag.indexOf(':') + 1));
    if (start < this.#embeddingEnd || (isEntry && this.#isEmbedded(tag, start))) {
      this.#open.push(tag, this.#open.scope, 'other', undefined, from);
      return;
    }
    let attributes = written;
    const { text } = this.#open;
    if (text) {
      if (!impliesTextEnd(text.element?.name ?? '', tag, this.#open.innermost === text)) {
        this.#open.push(tag, text.scope, 'other', undefined, from);
        return;
      }
      this.#open.closeText(start);
      attributes = undefined;
    }
    // The next entry inherits nothing from an unclosed one.
    if (isEntry && this.#open.scope.namespaces.resolve(tag) === this.#open.entry?.element?.name)
      this.#open.closeEntry(start);
    const scope = attributes ? this.#scopeOf(attributes) : this.#open.scope;
    const name = scope.namespaces.resolve(tag);
    if (!this.#head) this.#openRoot(tag, name, attributes, scope, start, from);
    else if (ENTRY_ELEMENTS.has(name) && !this.#open.entry)
      this.#openEntry(tag, name, attributes, scope, from);
    else if (name === 'channel') this.#openChannel(tag, attributes, scope, from);
    else this.#openField(tag, name, attributes, scope, from);
  }

  close(tag: string, end: number): void {
    const { innermost } = this.#open;
    this.#emptyLink =
      innermost?.tag === tag && isEmptyLink(innermost.element) ? innermost.element : undefined;
    if (this.#open.close(tag, end) && this.#head && this.#open.depth === 0) this.#complete = true;
  }

  /** Returns whether an entry is embedded in an element of another entry, as quoted and related entries are. */
  #isEmbedded(tag: string, start: number): boolean {
    const parent = this.#open.entryChild;
    if (parent) this.#open.forgetSource();
    if (!parent || parent.tag.length > MAX_EMBEDDING_NAME || tag.length > MAX_EMBEDDING_NAME) return false;
    const { end, scanned } = endOfEmbedding(
      this.#source.slice(start, start + Math.min(MAX_EMBEDDING_LENGTH, this.#lookahead)),
      parent.tag,
      tag,
    );
    this.#lookahead -= scanned;
    this.#embeddingEnd = start + (end ?? 0);
    return end !== undefined;
  }

  /**
   * Takes the link's address from the text after its tag. HTML parsers move the address there, since links have no content in
   * HTML.
   */
  #setAddress(link: FeedElement, start: number, end: number): void {
    const [address] = ADDRESS.exec(this.#source.slice(start, Math.min(end, start + MAX_URL))) ?? [];
    if (address) link.text = address;
  }

  #openRoot(
    tag: string,
    name: string,
    attributes: Attributes | undefined,
    scope: Scope,
    start: number,
    from: number,
  ): void {
    const local = name.slice(name.indexOf(':') + 1);
    const isEntry = name === 'entry' || name === 'atom:entry';
    // An Atom document may be a single entry.
    const kind = isEntry ? 'atom' : ROOT_ELEMENTS.get(local);
    // A CDF root must be outermost, since other formats use its name too.
    if (!kind || (kind === 'cdf' && this.#open.depth > 0)) {
      this.#open.push(tag, scope, 'other', undefined, from);
      return;
    }
    // Markup before a feed, such as a server's warning, may be unclosed.
    this.#open.closeAll(start);
    this.#kind = kind;
    this.#hasChannel = kind === 'cdf';
    const headScope = kind === 'atom' ? { ...scope, namespaces: scope.namespaces.forAtom() } : scope;
    this.#head = elementOf(name, isEntry ? undefined : attributes, headScope, new Map());
    if (isEntry) this.#openEntry(tag, 'entry', attributes, headScope, from);
    else this.#open.push(tag, headScope, 'head', this.#head, from);
  }

  /** Opens the channel within a root. Both describe the feed, so they share their children. */
  #openChannel(tag: string, attributes: Attributes | undefined, scope: Scope, from: number): void {
    this.#hasChannel = true;
    const { name, children } = this.#head as FeedElement;
    const element = elementOf(name, attributes, scope, children);
    if (children.size === 0) this.#head = element;
    this.#open.push(tag, scope, 'head', element, from);
  }

  #openEntry(
    tag: string,
    name: string,
    attributes: Attributes | undefined,
    scope: Scope,
    from: number,
  ): void {
    if (this.#entries.length >= MAX_ENTRIES) {
      this.#stop();
      return;
    }
    const element = {
      ...elementOf(name, attributes, scope, new Map()),
      source: undefined,
      prefixes: scope.namespaces.key,
    };
    this.#entries.push(element);
    this.#open.push(tag, scope, 'entry', element, from);
  }

  /** Stops reading, since megabytes may follow. Drops the open entry. */
  #stop(): void {
    this.#complete = true;
    this.#hasMore = true;
    this.#tokenizer.pause();
  }

  #openField(
    tag: string,
    name: string,
    attributes: Attributes | undefined,
    scope: Scope,
    from: number,
  ): void {
    const parent = this.#open.innermost;
    const children = parent?.role === 'other' ? undefined : parent?.element?.children;
    const sameName = children?.get(name);
    if (!children || !KEPT_ELEMENTS.has(name) || (sameName && sameName.length >= MAX_CHILDREN)) {
      // Adds the text of unknown elements to the person element around them, because that may be the only text.
      this.#open.push(tag, scope, 'other', parent?.role === 'container' ? parent.element : undefined, from);
      return;
    }
    // A map of attributes takes more memory than its element.
    this.#values += attributes ? 2 : 1;
    if (this.#values > MAX_VALUES) {
      this.#stop();
      return;
    }
    const isContainer = CONTAINER_ELEMENTS.has(name);
    const element = elementOf(name, attributes, scope, isContainer ? new Map() : NO_CHILDREN);
    if (sameName) sameName.push(element);
    else children.set(name, [element]);
    this.#open.push(tag, scope, isContainer ? 'container' : 'text', element, from);
  }

  #scopeOf(attributes: Attributes): Scope {
    const outer = this.#open.scope;
    const declared: [string, string][] = [];
    for (const [name, value] of attributes) {
      if (name === 'xmlns') declared.push(['', value]);
      else if (name.startsWith('xmlns:')) declared.push([name.slice('xmlns:'.length), value]);
    }
    const base = attributes.get('xml:base')?.trim();
    const language = attributes.get('xml:lang')?.trim();
    this.#declarations += declared.length;
    if (this.#declarations > MAX_DECLARATIONS) {
      declared.length = 0;
      this.#open.forgetSource();
    }
    if (declared.length === 0 && !base && !language) return outer;
    return {
      namespaces: declared.length > 0 ? outer.namespaces.withDeclared(declared) : outer.namespaces,
      base: base ? (resolvedBase(base, outer.base ?? this.#url) ?? outer.base) : outer.base,
      language: language || outer.language,
    };
  }
}

const ADDRESS = /^\s*(?:https?:|www\.|\/)\S+\s*$/i;

function isEmptyLink(element: FeedElement | undefined): boolean {
  return element?.name === 'link' && element.text === '' && !element.attributes.has('href');
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function elementOf(
  name: string,
  attributes: Attributes | undefined,
  { base, language }: Scope,
  children: Map<string, FeedElement[]>,
): FeedElement {
  return {
    name,
    attributes: attributes ? byLocalName(attributes) : NO_ATTRIBUTES,
    children,
    text: '',
    markup: undefined,
    base,
    language,
  };
}

function byLocalName(attributes: Attributes): ReadonlyMap<string, string> {
  for (const [name, value] of attributes) {
    const colon = name.indexOf(':');
    if (colon <= 0 || name.startsWith('xml')) continue;
    const local = name.slice(colon + 1);
    if (!attributes.has(local)) attributes.set(local, value);
  }
  return attributes;
}

function resolvedBase(written: string, base: string | undefined): string | undefined {
  const url = webUrl(written, { base });
  return url !== undefined && url.length <= MAX_URL ? url : undefined;
}

function escaped(name: string): string {
  return name.replace(/[^\w:]/g, '\\$&');
}

/**
 * Finds the end of `parent`, an element that was opened before `text`. `text` starts with the tag of an entry. Returns no
 * `end` if `parent` was never closed, as in broken markup: then the next end tag of its name belongs to another element, or is
 * inside the entry. `scanned` counts the characters that were read.
 */
function endOfEmbedding(text: string, parent: string, entry: string): { end?: number; scanned: number } {
  const tags = new RegExp(`<(/?)(${[parent, entry].map(escaped).join('|')})(?=[\\s/>])([^<>]*)`, 'gi');
  const open = new Map([parent, entry].map((tag) => [tag, 0]));
  for (const { index, 1: slash, 2: written = '', 3: rest = '' } of text.matchAll(tags)) {
    const tag = written.toLowerCase();
    if (rest.endsWith('/')) continue;
    const depth = (open.get(tag) ?? 0) + (slash ? -1 : 1);
    if (depth < 0)
      return tag === parent && open.get(entry) === 0 ? { end: index, scanned: index } : { scanned: index };
    open.set(tag, depth);
  }
  return { scanned: text.length };
}
