const FEED_NAMESPACE = '';
const ATOM_NAMESPACE = 'atom';

/** Prefixes by namespace, without the scheme and the closing "/" or "#", which feeds often get wrong. */
const NAMESPACES = new Map([
  ['www.w3.org/2005/atom', ATOM_NAMESPACE],
  ['purl.org/atom/ns', ATOM_NAMESPACE],
  ['purl.org/rss/1.0', FEED_NAMESPACE],
  ['purl.org/net/rss1.1', FEED_NAMESPACE],
  ['my.netscape.com/rdf/simple/0.9', FEED_NAMESPACE],
  ['channel.netscape.com/rdf/simple/0.9', FEED_NAMESPACE],
  ['backend.userland.com/rss', FEED_NAMESPACE],
  ['backend.userland.com/rss2', FEED_NAMESPACE],
  ['backend.userland.com/rss091', FEED_NAMESPACE],
  ['backend.userland.com/rss092', FEED_NAMESPACE],
  ['blogs.law.harvard.edu/tech/rss', FEED_NAMESPACE],
  ['cyber.law.harvard.edu/rss/rss.html', FEED_NAMESPACE],
  ['my.netscape.com/publish/formats/rss-0.91.dtd', FEED_NAMESPACE],
  ['www.w3.org/1999/02/22-rdf-syntax-ns', 'rdf'],
  ['www.w3.org/1999/xhtml', 'xhtml'],
  ['purl.org/dc/elements/1.0', 'dc'],
  ['purl.org/dc/elements/1.1', 'dc'],
  ['purl.org/dc/terms', 'dcterms'],
  ['purl.org/rss/1.0/modules/content', 'content'],
  ['purl.org/rss/1.0/modules/syndication', 'sy'],
  ['purl.oclc.org/net/rss_2.0/enc', 'enc'],
  ['search.yahoo.com/mrss', 'media'],
  ['video.search.yahoo.com/mrss', 'media'],
  ['www.itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['rssnamespace.org/feedburner/ext/1.0', 'feedburner'],
]);

/** The meaning of undeclared prefixes. */
const DEFAULT_PREFIXES = new Map([
  ['', FEED_NAMESPACE],
  ['rss', FEED_NAMESPACE],
  ['a10', ATOM_NAMESPACE],
]);

/** No feed declares more known namespaces. */
const MAX_PREFIXES = 100;
const MAX_CACHED_NAMES = 1_000;

/**
 * The prefixes in force at a position of a document. Resolves names to one form, whatever prefix the author chose:
 * `dc:creator`, or `title` for the feed's own elements.
 */
export class Namespaces {
  readonly #prefixes: ReadonlyMap<string, string>;
  readonly #isAtom: boolean;
  readonly #resolved = new Map<string, string>();
  #key: string | undefined;

  constructor(isAtom = false, prefixes: ReadonlyMap<string, string> = new Map()) {
    this.#isAtom = isAtom;
    this.#prefixes = prefixes;
  }

  /** Returns these namespaces and those that an element declares, as pairs of prefix and URI. */
  withDeclared(declared: readonly (readonly [string, string])[]): Namespaces {
    if (this.#prefixes.size >= MAX_PREFIXES) return this;
    const added = declared.map(([prefix, uri]) => [prefix, namespaceOf(prefix, uri)] as const);
    return new Namespaces(this.#isAtom, new Map([...this.#prefixes, ...added]));
  }

  /** Returns the same namespaces for an Atom document, where Atom's elements are the feed's own. */
  forAtom(): Namespaces {
    return new Namespaces(true, this.#prefixes);
  }

  /** A text that is the same for the same prefixes. */
  get key(): string {
    this.#key ??= JSON.stringify([this.#isAtom, ...this.#prefixes]);
    return this.#key;
  }

  /** Returns the standard form of a lower-case name. */
  resolve(name: string): string {
    let resolved = this.#resolved.get(name);
    if (resolved === undefined) {
      resolved = this.#resolve(name);
      if (this.#resolved.size < MAX_CACHED_NAMES) this.#resolved.set(name, resolved);
    }
    return resolved;
  }

  #resolve(name: string): string {
    const colon = name.indexOf(':');
    const prefix = name.slice(0, Math.max(0, colon));
    const local = name.slice(colon + 1);
    const namespace = this.#prefixes.get(prefix) ?? DEFAULT_PREFIXES.get(prefix) ?? prefix;
    return namespace === FEED_NAMESPACE || (namespace === ATOM_NAMESPACE && this.#isAtom)
      ? local
      : `${namespace}:${local}`;
  }
}

function namespaceOf(prefix: string, uri: string): string {
  const key = uri
    .slice(0, 200)
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/#]$/, '');
  // For an unknown or misspelt URI, trust the prefix.
  return NAMESPACES.get(key) ?? DEFAULT_PREFIXES.get(prefix) ?? prefix;
}
