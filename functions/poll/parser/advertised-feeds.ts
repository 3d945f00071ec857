import { decodeHTMLAttribute } from 'entities/decode';
import { type TokenizerCallbacks as Callbacks, Tokenizer } from 'htmlparser2';
import { headerLinks } from '../../shared/link-header.ts';
import { hasFeedScheme, webUrl, withoutFeedScheme } from './fields/web-url.ts';
import { plainText } from './text/plain-text.ts';
import { tagName } from './xml/tag-tokenizer.ts';

/** A feed that a web page links to. */
export interface AdvertisedFeed {
  readonly url: string;
  readonly title?: string;
  /** The page does not declare the feed. Its address, the text of the link or a general media type suggests one. */
  readonly guessed?: true;
}

const MAX_FEEDS = 20;
/** Characters. Most pages link to their feeds near the start; some only in their body. */
const MAX_SEARCHED = 2_000_000;

/**
 * Returns at most 20 feeds that a page declares as alternates of itself, in its head, its body, or the Link header. If it
 * declares none, returns links that look like feeds by their address or text. Feeds of comments come last.
 */
export function advertisedFeeds(
  source: string,
  pageUrl: string | undefined,
  linkHeader = '',
): AdvertisedFeed[] {
  const { links, base } = new PageReader(source.slice(0, MAX_SEARCHED)).read();
  const baseUrl = webUrl(base, { base: pageUrl }) ?? pageUrl;
  const found = [
    ...linksOf(linkHeader).flatMap((link) => candidateOf(link, pageUrl, pageUrl)),
    ...links.flatMap((link) => candidateOf(link, baseUrl, pageUrl)),
  ];
  const declared = found.filter(({ guessed }) => !guessed);
  const feeds = new Map<string, AdvertisedFeed>();
  for (const feed of declared.length > 0 ? declared : found)
    if (!feeds.has(feed.url)) feeds.set(feed.url, feed);
  return [...feeds.values()]
    .sort((a, b) => Number(isCommentFeed(a)) - Number(isCommentFeed(b)))
    .slice(0, MAX_FEEDS);
}

function isCommentFeed({ url, title = '' }: AdvertisedFeed): boolean {
  return /comment|replies/i.test(`${new URL(url).pathname} ${title}`);
}

type Attributes = ReadonlyMap<string, string>;

interface Link {
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
  readonly #links: Link[] = [];
  #base: string | undefined;
  #templates = 0;
  #element = '';
  #attribute = '';
  #attributes = new Map<string, string>();
  #anchor: Link | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  read(): { readonly links: readonly Link[]; readonly base: string | undefined } {
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
      const link = { element, attributes, text: '' };
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

/** Returns the links of a Link header. */
function linksOf(header: string): Link[] {
  return headerLinks(header).map((attributes) => ({ element: 'link', attributes, text: '' }));
}

const FEED_TYPE = /^(application|text)\/(x[.-])?(rss|atom|rdf|feed)(\+?xml|\+json)?$/;
/** JSON Feed 1.0 uses application/json, and old programs use XML types. Documents that are not feeds use these types too. */
const GENERAL_TYPE = /^(application|text)\/(xml|json)$/;

function candidateOf(
  { element, attributes, text }: Link,
  base: string | undefined,
  pageUrl: string | undefined,
): AdvertisedFeed[] {
  const href = attributes.get('href') ?? '';
  const url = webUrl(withoutFeedScheme(href), { base });
  if (!url || isSamePage(url, pageUrl)) return [];
  const rels = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/);
  const type = (attributes.get('type') ?? '').toLowerCase().replace(/;.*$/, '').trim();
  const isAlternate = rels.includes('alternate') || (rels[0] === '' && element === 'link');
  const isDeclared = rels.includes('feed') || hasFeedScheme(href) || (isAlternate && FEED_TYPE.test(type));
  const title = plainText(attributes.get('title') ?? '');
  const label = `${text} ${title} ${attributes.get('aria-label') ?? ''} ${attributes.get('alt') ?? ''}`;
  const feed = { url, ...(title ? { title } : {}) };
  if (isDeclared) return [feed];
  const looksLikeFeed =
    element === 'link'
      ? isAlternate && (type === '' ? hasFeedPath(url) : GENERAL_TYPE.test(type) && !isOtherData(url))
      : FEED_TYPE.test(type) ||
        (isSameSiteOrFeedHost(url, pageUrl) && (hasFeedPath(url) || /\b(rss|atom|feed)s?\b/i.test(label)));
  return looksLikeFeed ? [{ ...feed, guessed: true }] : [];
}

function isSamePage(url: string, pageUrl: string | undefined): boolean {
  return url.replace(/#.*$/, '') === pageUrl?.replace(/#.*$/, '');
}

const FEED_NAME =
  /^(rss|atom|rdf|feeds?)[\d._-]*$|(^|[._-])(rss\d?|atom|rdf|feed)\.(xml|json|php|aspx?|cgi)$|\.(rss|atom|rdf)$/i;

/** Returns true for "/feed/", "/news/rss.xml", "/index.rdf", "/feeds/posts/default" and "?feed=rss2". */
function hasFeedPath(address: string): boolean {
  const { pathname, searchParams } = new URL(address);
  const names = pathname.split('/').filter((name) => name !== '');
  const [last = ''] = names.slice(-1);
  if (isOtherData(address)) return false;
  return (
    FEED_NAME.test(last) ||
    /^(index|news|latest|blog|posts)\.xml$/i.test(last) ||
    (names.slice(-3, -1).some((name) => /^(rss|atom|feeds?)$/i.test(name)) && !/\.html?$/i.test(last)) ||
    [...searchParams].some(
      ([name, value]) => /^(rss|atom|feed)$/i.test(name) || /^(rss2?|atom)$/i.test(value),
    )
  );
}

/** Returns whether an address is one of the other documents with these general types. */
function isOtherData(address: string): boolean {
  return /\/wp-json\/|oembed|sitemap|opensearch|xmlrpc|wlwmanifest|manifest\.json|browserconfig/i.test(
    address,
  );
}

/** Returns whether an address is on the page's site or on a feed host. Links to feed readers contain "feed" too. */
function isSameSiteOrFeedHost(address: string, pageUrl: string | undefined): boolean {
  const { hostname } = new URL(address);
  const site = (host: string) => host.split('.').slice(-2).join('.');
  return (
    pageUrl === undefined ||
    site(hostname) === site(new URL(pageUrl).hostname) ||
    /^(feeds?\d?|rss)\.|feedburner|feedpress|feedblitz/.test(hostname)
  );
}
