/** What a name in a feed means, whatever prefix its author took: `dc:creator`, or `title` for the feed's own elements. */

const OWN = '';
const ATOM = 'atom';

/** Without what follows the last word: feeds forget the closing "/" or "#", and write http for https. */
const NAMESPACES = new Map([
  ['www.w3.org/2005/atom', ATOM],
  ['purl.org/atom/ns', ATOM],
  ['purl.org/rss/1.0', OWN],
  ['purl.org/net/rss1.1', OWN],
  ['my.netscape.com/rdf/simple/0.9', OWN],
  ['channel.netscape.com/rdf/simple/0.9', OWN],
  ['backend.userland.com/rss', OWN],
  ['backend.userland.com/rss2', OWN],
  ['backend.userland.com/rss091', OWN],
  ['backend.userland.com/rss092', OWN],
  ['blogs.law.harvard.edu/tech/rss', OWN],
  ['cyber.law.harvard.edu/rss/rss.html', OWN],
  ['my.netscape.com/publish/formats/rss-0.91.dtd', OWN],
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
const USUAL = new Map([
  ['', OWN],
  ['rss', OWN],
  ['a10', ATOM],
]);

/** More have no meaning that anybody knows. */
const MOST_PREFIXES = 100;
const MOST_KNOWN = 1_000;

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
  with(declared: readonly (readonly [string, string])[]): Namespaces {
    if (this.#prefixes.size >= MOST_PREFIXES) return this;
    const meanings = declared.map(([prefix, uri]) => [prefix, meaning(prefix, uri)] as const);
    return new Namespaces(this.#isAtom, new Map([...this.#prefixes, ...meanings]));
  }

  /** As for a document whose root is Atom's: its elements are the feed's own. */
  ofAtom(): Namespaces {
    return new Namespaces(true, this.#prefixes);
  }

  /** `name` is in lower case already. */
  resolve(name: string): string {
    let known = this.#known.get(name);
    if (known === undefined) {
      known = this.#resolve(name);
      if (this.#known.size < MOST_KNOWN) this.#known.set(name, known);
    }
    return known;
  }

  #resolve(name: string): string {
    const colon = name.indexOf(':');
    const prefix = name.slice(0, Math.max(0, colon));
    const local = name.slice(colon + 1);
    const meant = this.#prefixes.get(prefix) ?? USUAL.get(prefix) ?? prefix;
    return meant === OWN || (meant === ATOM && this.#isAtom) ? local : `${meant}:${local}`;
  }
}

function meaning(prefix: string, uri: string): string {
  const key = uri
    .slice(0, 200)
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/#]$/, '');
  // An address that nobody knows, or a misspelt one: the prefix tells.
  return NAMESPACES.get(key) ?? USUAL.get(prefix) ?? prefix;
}
