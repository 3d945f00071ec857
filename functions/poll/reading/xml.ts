import type { Tokenizer } from 'htmlparser2';
import { type FeedElement, NO_CHILDREN } from './elements.ts';
import { resolved } from './entities.ts';
import { LONGEST_TEXT, MOST_ENTRIES } from './limits.ts';
import { Namespaces } from './names.ts';
import { OpenElements, type Scope } from './open-elements.ts';
import { type Attributes, type TagEvents, tagsOf } from './tags.ts';
import { breaksOff, CONTAINERS, ENTRIES, type FeedKind, KEPT, ROOTS } from './vocabulary.ts';

/** What there is in a feed that is XML of whatever kind, well-formed or not. */
export interface XmlFeed {
  readonly kind: FeedKind;
  /** Root and channel as one. */
  readonly head: FeedElement;
  /** Wherever they stand: in the channel, beside it, or in another entry that was not closed. */
  readonly entries: readonly FeedElement[];
  /** Its root is closed: nothing was cut off. */
  readonly complete: boolean;
}

/** Elements of one name in another. */
const MOST_CHILDREN = 1_000;
/** Of prefixes, in the whole of a document: each costs a copy of all. */
const MOST_DECLARATIONS = 20_000;
const LONGEST_BASE = 2_000;

/** Undefined where no root of a feed is found. */
export function readXml(source: string, base: string | undefined): XmlFeed | undefined {
  const reader = new Reader(source, base);
  reader.run();
  return reader.result();
}

class Reader implements TagEvents {
  readonly #source: string;
  readonly #tokenizer: Tokenizer;
  readonly #open: OpenElements;
  readonly #entries: FeedElement[] = [];
  #head: FeedElement | undefined;
  #kind: FeedKind = 'rss';
  #hasChannel = false;
  #complete = false;
  #declarations = 0;

  constructor(source: string, base: string | undefined) {
    this.#source = source;
    this.#open = new OpenElements(source, { names: new Namespaces(), base, language: undefined });
    this.#tokenizer = tagsOf(source, this);
  }

  run(): void {
    this.#tokenizer.write(this.#source);
    this.#tokenizer.end();
    // Some cut off no more than the last character.
    const [, last = ''] = /<\/([^<>/\s]{1,100})\s{0,9}$/.exec(this.#source.slice(-120)) ?? [];
    if (last) this.close(last.toLowerCase(), this.#source.length);
    // What breaks off is read at the next poll: half of a text would be told now, and its rest as an edit.
    if (this.#open.hasEntry) this.#entries.pop();
    this.#open.closeAll(this.#source.length);
  }

  result(): XmlFeed | undefined {
    if (!this.#head) return undefined;
    // A root and nothing in it is no feed, and a channel with nothing in it is an empty one.
    const hasAny = this.#entries.length > 0 || this.#head.children.size > 0;
    if (this.#kind === 'rss' && !this.#hasChannel && !hasAny) return undefined;
    return { kind: this.#kind, head: this.#head, entries: this.#entries, complete: this.#complete };
  }

  wantsAttributes(): boolean {
    return this.#open.text === undefined && !this.#complete;
  }

  text(start: number, end: number, isCdata: boolean): void {
    const { innermost } = this.#open;
    const element = innermost?.element;
    if (!element || innermost.role === 'head' || innermost.role === 'entry') return;
    const room = LONGEST_TEXT - element.text.length;
    if (room <= 0) return;
    const text = this.#source.slice(start, Math.min(end, start + room));
    element.text += isCdata ? text : resolved(text);
  }

  open(tag: string, written: Attributes | undefined, start: number, from: number): void {
    if (this.#complete) return;
    let attributes = written;
    const { text } = this.#open;
    if (text) {
      if (!breaksOff(text.element?.name ?? '', tag, this.#open.innermost === text)) {
        this.#open.push(tag, text.scope, 'other', undefined, from);
        return;
      }
      this.#open.closeText(start);
      attributes = undefined;
    }
    // An entry that was not closed passes nothing on to the next.
    if (ENTRIES.has(tag.slice(tag.indexOf(':') + 1))) this.#open.closeEntry(start);
    const scope = attributes ? this.#scopeOf(attributes) : this.#open.scope;
    const name = scope.names.resolve(tag);
    if (!this.#head) this.#openRoot(tag, name, attributes, scope, start, from);
    else if (ENTRIES.has(name)) this.#openEntry(tag, name, attributes, scope, from);
    else if (name === 'channel') this.#openChannel(tag, attributes, scope, from);
    else this.#openField(tag, name, attributes, scope, from);
  }

  close(tag: string, end: number): void {
    if (this.#open.close(tag, end) && this.#head && this.#open.depth === 0) this.#complete = true;
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
    // An Atom document may be one entry.
    const kind = isEntry ? 'atom' : ROOTS.get(local);
    // The oldest is one element by a name that others have too: not within anything.
    if (!kind || (kind === 'cdf' && this.#open.depth > 0)) {
      this.#open.push(tag, scope, 'other', undefined, from);
      return;
    }
    // What stands before a feed, such as the warning of a server, may not be closed.
    this.#open.closeAll(start);
    this.#kind = kind;
    this.#hasChannel = kind === 'cdf';
    const own = kind === 'atom' ? { ...scope, names: scope.names.ofAtom() } : scope;
    this.#head = elementOf(name, isEntry ? undefined : attributes, own, new Map());
    if (isEntry) this.#openEntry(tag, 'entry', attributes, own, from);
    else this.#open.push(tag, own, 'head', this.#head, from);
  }

  /** The channel within a root: what both say is said of the feed. */
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
    if (this.#entries.length >= MOST_ENTRIES) {
      // Nothing is left to be read, and megabytes may follow.
      this.#complete = true;
      this.#tokenizer.pause();
      return;
    }
    const element = elementOf(name, attributes, scope, new Map());
    this.#entries.push(element);
    this.#open.push(tag, scope, 'entry', element, from);
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
    if (!children || !KEPT.has(name) || (sameName && sameName.length >= MOST_CHILDREN)) {
      // Of a person who is no more than a text, all the text.
      this.#open.push(tag, scope, 'other', parent?.role === 'container' ? parent.element : undefined, from);
      return;
    }
    const isContainer = CONTAINERS.has(name);
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
    if (this.#declarations > MOST_DECLARATIONS) declared.length = 0;
    if (declared.length === 0 && !base && !language) return outer;
    return {
      names: declared.length > 0 ? outer.names.with(declared) : outer.names,
      base: base ? resolveBase(base, outer.base) : outer.base,
      language: language || outer.language,
    };
  }
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

function resolveBase(base: string, outer: string | undefined): string | undefined {
  const url = base.length <= LONGEST_BASE ? URL.parse(base, outer) : null;
  return url && url.href.length <= LONGEST_BASE ? url.href : outer;
}
