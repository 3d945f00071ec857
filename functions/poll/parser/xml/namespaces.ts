/** What a name in a feed means, whatever prefix its author took: `dc:creator`, or `title` for the feed's own elements. */

const FEED_NAMESPACE = '';
const ATOM_NAMESPACE = 'atom';

/** Without what follows the last word: feeds forget the closing "/" or "#", and write http for https. */
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

/** What prefixes stand for where no one says so. */
const DEFAULT_PREFIXES = new Map([
  ['', FEED_NAMESPACE],
  ['rss', FEED_NAMESPACE],
  ['a10', ATOM_NAMESPACE],
]);

/** More have no meaning that anybody knows. */
const MAX_PREFIXES = 100;
const MAX_CACHED_NAMES = 1_000;

/** The prefixes that are in force at some place of a document, and the names that were asked for there. */
export class Namespaces {
  readonly #prefixes: ReadonlyMap<string, string>;
  readonly #isAtom: boolean;
  readonly #known = new Map<string, string>();

  constructor(isAtom = false, prefixes: ReadonlyMap<string, string> = new Map()) {
    this.#isAtom = isAtom;
    this.#prefixes = prefixes;
  }

  /** With those that an element declares: pairs of prefix and address. */
  withDeclared(declared: readonly (readonly [string, string])[]): Namespaces {
    if (this.#prefixes.size >= MAX_PREFIXES) return this;
    const meanings = declared.map(([prefix, uri]) => [prefix, namespaceOf(prefix, uri)] as const);
    return new Namespaces(this.#isAtom, new Map([...this.#prefixes, ...meanings]));
  }

  /** As for a document whose root is Atom's: its elements are the feed's own. */
  forAtom(): Namespaces {
    return new Namespaces(true, this.#prefixes);
  }

  /** `name` is in lower case already. */
  resolve(name: string): string {
    let known = this.#known.get(name);
    if (known === undefined) {
      known = this.#resolve(name);
      if (this.#known.size < MAX_CACHED_NAMES) this.#known.set(name, known);
    }
    return known;
  }

  #resolve(name: string): string {
    const colon = name.indexOf(':');
    const prefix = name.slice(0, Math.max(0, colon));
    const local = name.slice(colon + 1);
    const meant = this.#prefixes.get(prefix) ?? DEFAULT_PREFIXES.get(prefix) ?? prefix;
    return meant === FEED_NAMESPACE || (meant === ATOM_NAMESPACE && this.#isAtom)
      ? local
      : `${meant}:${local}`;
  }
}

function namespaceOf(prefix: string, uri: string): string {
  const key = uri
    .slice(0, 200)
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/#]$/, '');
  // An address that nobody knows, or a misspelt one: the prefix tells.
  return NAMESPACES.get(key) ?? DEFAULT_PREFIXES.get(prefix) ?? prefix;
}
