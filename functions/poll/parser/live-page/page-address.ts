import { webUrl } from '../fields/web-url.ts';

/** Parameters that do not select a page. */
const TRACKING = /^(?:utm_\w+|\w{1,4}clid|ref|source|cmp|amp)$/i;
/** An anchor, or an id that can be one. */
const ANCHOR = /^#?([\w.:~-]{1,200})$/;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;
const MAX_ID = 1_000;

/** The addresses of a page, and the ids and addresses in it. */
export class PageAddress {
  /** The page's address without an anchor; undefined if it is not known. */
  readonly url: string | undefined;
  readonly #base: string | undefined;
  readonly #own: Set<string>;
  /** Addresses, some with anchors, of the live blog as a whole. */
  readonly #blog = new Set<string>();

  /** `canonical` and `base` are addresses as the page writes them. */
  constructor(url: string | undefined, canonical: string | undefined, base: string | undefined) {
    const known = webUrl(canonical, { base: url });
    this.url = withoutAnchor(url ?? known);
    this.#base = webUrl(base, { base: this.url }) ?? this.url;
    this.#own = new Set([this.url, known].flatMap((address) => (address ? [pageKey(address)] : [])));
  }

  /** Adds an address that the live blog gives itself, as written. */
  addBlog(written: string): void {
    const address = this.resolve(written);
    if (address === undefined) return;
    this.#blog.add(address);
    this.#own.add(pageKey(address));
  }

  /** Returns an address in the page as a whole one, with its anchor, or undefined if it is none. */
  resolve(written: string): string | undefined {
    return written.startsWith('#') ? this.atAnchor(written) : webUrl(written, { base: this.#base });
  }

  /**
   * Returns an id in a form that is the same wherever the page writes it: an address if it is one, with the page's for an
   * anchor. Returns undefined for an empty id and for one that is valid only within one version of the page.
   */
  resolveId(written: string): string | undefined {
    if (written === '' || written.startsWith('_:') || written.length > MAX_ID) return undefined;
    if (SCHEME.test(written) && !/^https?:/i.test(written)) return written;
    return this.atAnchor(written) ?? this.resolve(written) ?? written;
  }

  /** Returns the address of a part of the page, or undefined if the id cannot be an anchor. */
  atAnchor(id: string): string | undefined {
    const [, anchor] = ANCHOR.exec(id) ?? [];
    return anchor && this.url ? `${this.url}#${anchor}` : undefined;
  }

  /** Whether the page is a site's front page. */
  get isFrontPage(): boolean {
    return this.url !== undefined && URL.parse(this.url)?.pathname === '/' && !this.url.includes('?');
  }

  /** Returns whether an address is that of the page or the live blog as a whole. */
  isWhole(address: string): boolean {
    return this.#blog.has(address) || (!hasAnchor(address) && this.isOnPage(address));
  }

  /** Returns whether an address is the page's or that of a part of the page. */
  isOnPage(address: string): boolean {
    return this.#own.has(pageKey(address));
  }
}

export function hasAnchor(address: string): boolean {
  return /#./.test(address);
}

function withoutAnchor(address: string | undefined): string | undefined {
  return address?.replace(/#.*$/s, '');
}

/** Returns the same text for all spellings of a page's address: without scheme, www., tracking and anchor. */
function pageKey(address: string): string {
  const url = URL.parse(address);
  if (!url) return address;
  const parameters = [...url.searchParams].filter(([name]) => !TRACKING.test(name)).sort();
  const path = url.pathname.replace(/(?<!\/)\/+$/, '');
  return `${url.host.replace(/^www\./, '')}${path}?${new URLSearchParams(parameters)}`;
}
