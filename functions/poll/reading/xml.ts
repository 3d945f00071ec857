import { Tokenizer } from 'htmlparser2';
import type { FeedElement } from './elements.ts';
import { resolved } from './entities.ts';
import { Namespaces } from './names.ts';

/** What there is in a feed that is XML of whatever kind, well-formed or not. */
export interface XmlFeed {
  readonly kind: 'rss' | 'atom' | 'cdf';
  /** Root and channel as one. */
  readonly head: FeedElement;
  /** Wherever they stand: in the channel, beside it, or in another entry that was not closed. */
  readonly entries: readonly FeedElement[];
  /** Its root is closed: nothing was cut off. */
  readonly complete: boolean;
}

const ROOTS = new Map<string, XmlFeed['kind']>([
  ['rss', 'rss'],
  ['rdf', 'rss'],
  ['feed', 'atom'],
  ['channel', 'cdf'],
]);
const ENTRIES = new Set(['item', 'entry']);

/** Elements with elements in them that say something. What is in all others is their text. */
const CONTAINERS = new Set([
  'author',
  'contributor',
  'atom:author',
  'itunes:category',
  'media:group',
  'media:content',
  'skiphours',
  'skipdays',
]);

/** What is read of a feed or an entry. Of others, nothing is kept. */
const KEPT = new Set(
  `title link description guid id pubdate published updated modified issued created date author contributor managingeditor
  webmaster category categories tags keywords subject summary content body fullitem tagline subtitle language abstract
  issuedate lastbuilddate name email uri url ttl skiphours skipdays hour day creator encoded lastmod
  dc:title dc:description dc:creator dc:author dc:contributor dc:date dc:subject dc:language dc:identifier dc:publisher
  dc:source dcterms:created dcterms:issued dcterms:modified dcterms:available dcterms:date dcterms:alternative
  dcterms:abstract dcterms:valid content:encoded xhtml:body xhtml:div
  media:group media:content media:title media:description media:category media:keywords media:credit
  itunes:title itunes:subtitle itunes:summary itunes:author itunes:category itunes:keywords itunes:name
  sy:updateperiod sy:updatefrequency feedburner:origlink
  atom:link atom:title atom:id atom:updated atom:published atom:summary atom:content atom:author atom:category
  atom:name atom:email`.split(/\s+/),
);

/** Never in HTML, so that one within a text shows that the text was not closed. */
const NEVER_IN_TEXT = new Set([
  'item',
  'entry',
  'guid',
  'pubdate',
  'description',
  'content:encoded',
  'dc:date',
]);

/** Texts that are short and never hold a link of the page's. */
const SHORT = new Set(['title', 'guid', 'id', 'pubdate', 'published', 'updated', 'link']);
const NEVER_IN_SHORT = new Set([
  'link',
  'title',
  'summary',
  'content',
  'id',
  'updated',
  'published',
  'category',
]);

/** Deeper is nothing of a feed, and takes room. */
const DEEPEST = 100;
/** So many that the seen set, with as many again that have left the feed, fits its record. Feeds show the newest first. */
export const MOST_ENTRIES = 5_000;
const MOST_CHILDREN = 1_000;
/** More than ten times what is matched and shown of any text: what is longer is cut before any work is done on it. */
export const LONGEST_TEXT = 300_000;
const MOST_ATTRIBUTES = 100;
/** Of prefixes, in the whole of a document: each costs a copy of all. */
const MOST_DECLARATIONS = 20_000;
const LONGEST_BASE = 2_000;

/** What an element passes on to those within it. */
interface Scope {
  readonly names: Namespaces;
  readonly base: string | undefined;
  readonly language: string | undefined;
}

interface Open {
  /** As it is written, in lower case. */
  readonly tag: string;
  readonly scope: Scope;
  /** Only of those that are kept. */
  readonly element?: FeedElement;
  readonly role: 'head' | 'container' | 'text' | 'other';
  readonly isEntry: boolean;
  /** Where its content starts. */
  readonly from: number;
}

type Attributes = Map<string, string>;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** Undefined where no root of a feed is found. */
export function readXml(source: string, base: string | undefined): XmlFeed | undefined {
  const reader = new Reader(source, base);
  reader.run();
  return reader.result();
}

/**
 * Makes elements of a tokenizer's events. Not htmlparser2's parser, which searches its whole stack at every closing tag,
 * and stops at nothing: here the stack is short, and a tag that closes nothing costs a look-up.
 */
class Reader {
  readonly #source: string;
  readonly #tokenizer: Tokenizer;
  readonly #open: Open[] = [];
  readonly #openTags = new Map<string, number>();
  readonly #entries: FeedElement[] = [];
  #head: FeedElement | undefined;
  #kind: XmlFeed['kind'] = 'rss';
  #complete = false;
  #hasChannel = false;
  #text: Open | undefined;
  #scope: Scope;
  /** Elements open beyond the deepest that are followed. */
  #beyond = 0;

  #tag = '';
  #tagStart = 0;
  #declarations = 0;
  #attribute = '';
  #value = '';
  #attributes: Attributes | undefined;

  constructor(source: string, base: string | undefined) {
    this.#source = source;
    this.#scope = { names: new Namespaces(), base, language: undefined };
    const ignore = () => undefined;
    this.#tokenizer = new Tokenizer(
      // Entities are resolved by us: a feed may use HTML's without declaring them.
      { xmlMode: true, decodeEntities: false },
      {
        ontext: (start, end) => this.#onText(start, end, true),
        oncdata: (start, end, trailer) => this.#onText(start, end - trailer, false),
        onopentagname: (start, end) => {
          this.#tag = source.slice(start, end).toLowerCase();
          this.#tagStart = start - 1;
          this.#attributes = undefined;
        },
        onattribname: (start, end) => {
          this.#attribute = source.slice(start, end).toLowerCase();
          this.#value = '';
        },
        onattribdata: (start, end) => {
          this.#value = source.slice(start, end);
        },
        onattribend: () => this.#onAttribute(),
        onopentagend: (end) => this.#onOpen(end + 1),
        onselfclosingtag: (end) => {
          this.#onOpen(end + 1);
          this.#onClose(this.#tag, end + 1);
        },
        onclosetag: (start, end) => this.#onClose(source.slice(start, end).toLowerCase(), start - 2),
        ontextentity: ignore,
        onattribentity: ignore,
        oncomment: ignore,
        ondeclaration: ignore,
        onprocessinginstruction: ignore,
        onend: ignore,
      },
    );
  }

  run(): void {
    this.#tokenizer.write(this.#source);
    this.#tokenizer.end();
    // Some cut off no more than the last character.
    const [, last = ''] = /<\/([^<>/\s]{1,100})\s{0,9}$/.exec(this.#source.slice(-120)) ?? [];
    if (last) this.#onClose(last.toLowerCase(), this.#source.length);
    // What breaks off is read at the next poll: half of a text would be told now, and its rest as an edit.
    if (this.#open.some(({ isEntry, element }) => isEntry && element)) this.#entries.pop();
    this.#closeDownTo(0, this.#source.length);
  }

  result(): XmlFeed | undefined {
    // A root and nothing in it is no feed, and a channel with nothing in it is an empty one.
    if (!this.#head) return undefined;
    const hasAny = this.#entries.length > 0 || (this.#head.children?.size ?? 0) > 0;
    if (this.#kind === 'rss' && !this.#hasChannel && !hasAny) return undefined;
    return { kind: this.#kind, head: this.#head, entries: this.#entries, complete: this.#complete };
  }

  #onText(start: number, end: number, hasEntities: boolean): void {
    const top = this.#open.at(-1);
    if (!top?.element || top.role === 'head') return;
    const room = LONGEST_TEXT - top.element.text.length;
    if (room <= 0) return;
    const text = this.#source.slice(start, Math.min(end, start + room));
    top.element.text += hasEntities ? resolved(text) : text;
  }

  #onAttribute(): void {
    if (this.#text || this.#complete) return;
    this.#attributes ??= new Map();
    const { size } = this.#attributes;
    if (size < MOST_ATTRIBUTES && !this.#attributes.has(this.#attribute)) {
      this.#attributes.set(this.#attribute, resolved(this.#value));
    }
  }

  #onOpen(from: number): void {
    if (this.#complete) return;
    if (this.#text && this.#breaksOff(this.#text, this.#tag)) {
      this.#closeDownTo(this.#open.indexOf(this.#text), this.#tagStart);
      this.#attributes = undefined;
    }
    if (this.#open.length >= DEEPEST) {
      this.#beyond++;
      return;
    }
    if (this.#text) {
      this.#push({ tag: this.#tag, scope: this.#scope, role: 'other', isEntry: false, from });
      return;
    }
    // One that was not closed passes nothing on to the next.
    if (ENTRIES.has(this.#tag.slice(this.#tag.indexOf(':') + 1))) this.#closeEntry();
    const scope = this.#scopeOf(this.#attributes);
    const name = scope.names.resolve(this.#tag);
    if (!this.#head && /^(atom:)?entry$/.test(name)) this.#openAlone(scope, from);
    else if (!this.#head) this.#openRoot(name, scope, from);
    else if (ENTRIES.has(name)) this.#openEntry(name, scope, from);
    else if (name === 'channel') this.#openHead(scope, from);
    else this.#openField(name, scope, from);
  }

  /** A text was not closed, as is seen by what follows it. */
  #breaksOff({ element }: Open, tag: string): boolean {
    if (NEVER_IN_TEXT.has(tag)) return true;
    return (
      SHORT.has(element?.name ?? '') && NEVER_IN_SHORT.has(tag) && this.#open.at(-1)?.element === element
    );
  }

  #openRoot(name: string, scope: Scope, from: number): void {
    const local = name.slice(name.indexOf(':') + 1);
    const kind = ROOTS.get(local);
    // The oldest is one element by a name that others have too: not within anything.
    if (!kind || (kind === 'cdf' && this.#open.length > 0)) {
      this.#push({ tag: this.#tag, scope, role: 'other', isEntry: false, from });
      return;
    }
    // What stands before a feed, such as the warning of a server, may not be closed.
    this.#closeDownTo(0, this.#tagStart);
    this.#kind = kind;
    this.#hasChannel = kind === 'cdf';
    const own = kind === 'atom' ? { ...scope, names: scope.names.ofAtom() } : scope;
    this.#head = elementOf(name, this.#attributes, own);
    this.#push({ tag: this.#tag, scope: own, element: this.#head, role: 'head', isEntry: false, from });
  }

  /** An Atom document may be one entry. */
  #openAlone(scope: Scope, from: number): void {
    const own = { ...scope, names: scope.names.ofAtom() };
    this.#kind = 'atom';
    this.#head = elementOf('feed', undefined, own);
    this.#openEntry('entry', own, from);
  }

  /** The channel within a root: what both say is said of the feed. */
  #openHead(scope: Scope, from: number): void {
    this.#hasChannel = true;
    const head = this.#head as FeedElement;
    const element: FeedElement = {
      ...elementOf(head.name, this.#attributes, scope),
      children: head.children,
    };
    if (!head.children?.size) this.#head = element;
    this.#push({ tag: this.#tag, scope, element, role: 'head', isEntry: false, from });
  }

  #openEntry(name: string, scope: Scope, from: number): void {
    const element = elementOf(name, this.#attributes, scope);
    if (this.#entries.length >= MOST_ENTRIES) {
      // Nothing is left to be read, and megabytes may follow.
      this.#complete = true;
      this.#tokenizer.pause();
      return;
    }
    this.#entries.push(element);
    this.#push({ tag: this.#tag, scope, element, role: 'head', isEntry: true, from });
  }

  #closeEntry(): void {
    const unclosed = this.#open.findIndex(({ isEntry }) => isEntry);
    if (unclosed >= 0) this.#closeDownTo(unclosed, this.#tagStart);
  }

  #openField(name: string, scope: Scope, from: number): void {
    const parent = this.#open.at(-1);
    const children = parent?.element?.children;
    const sameName = children?.get(name) ?? [];
    if (!children || !KEPT.has(name) || sameName.length >= MOST_CHILDREN) {
      // Of a person who is no more than a text, all the text.
      const within = parent?.role === 'container' && parent.element ? { element: parent.element } : {};
      this.#push({ tag: this.#tag, scope, role: 'other', isEntry: false, from, ...within });
      return;
    }
    const role = CONTAINERS.has(name) ? 'container' : 'text';
    const element = elementOf(name, this.#attributes, scope, role === 'container');
    sameName.push(element);
    if (sameName.length === 1) children.set(name, sameName);
    this.#push({ tag: this.#tag, scope, element, role, isEntry: false, from });
    if (role === 'text') this.#text = this.#open.at(-1);
  }

  #scopeOf(attributes: Attributes | undefined): Scope {
    const outer = this.#scope;
    if (!attributes) return outer;
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

  #push(open: Open): void {
    this.#open.push(open);
    this.#openTags.set(open.tag, (this.#openTags.get(open.tag) ?? 0) + 1);
    this.#scope = open.scope;
    if (this.#text?.element && open !== this.#text) this.#text.element.markup ??= '';
  }

  #onClose(tag: string, end: number): void {
    if (this.#beyond > 0) {
      this.#beyond--;
      return;
    }
    if (!this.#openTags.get(tag)) return;
    let depth = this.#open.length - 1;
    while (this.#open[depth]?.tag !== tag) depth--;
    this.#closeDownTo(depth, end);
    if (depth === 0 && this.#head) this.#complete = true;
  }

  #closeDownTo(depth: number, end: number): void {
    while (this.#open.length > depth) {
      const { tag, element, from } = this.#open.pop() as Open;
      this.#openTags.set(tag, (this.#openTags.get(tag) ?? 1) - 1);
      if (this.#text?.element === element && element) {
        if (element.markup !== undefined) element.markup = this.#source.slice(from, end);
        this.#text = undefined;
      }
    }
    this.#beyond = 0;
    this.#scope = this.#open.at(-1)?.scope ?? this.#scope;
  }
}

function elementOf(
  name: string,
  attributes: Attributes | undefined,
  scope: Scope,
  hasChildren = true,
): FeedElement {
  return {
    name,
    attributes: attributes ? byLocalName(attributes) : NO_ATTRIBUTES,
    children: hasChildren ? new Map() : undefined,
    text: '',
    base: scope.base,
    language: scope.language,
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
