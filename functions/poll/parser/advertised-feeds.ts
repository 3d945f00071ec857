import { headerLinks } from '../../shared/link-header.ts';
import { hasFeedScheme, webUrl, withoutFeedScheme } from './fields/web-url.ts';
import { type PageLink, readPageLinks } from './page-links.ts';
import { plainText } from './text/plain-text.ts';

/** A feed that a web page links to. */
export interface AdvertisedFeed {
  readonly url: string;
  readonly title?: string;
  /** The page does not declare the feed. Its address, the text of the link or a general media type suggests one. */
  readonly guessed?: true;
}

const MAX_FEEDS = 20;
const MAX_TITLE = 1_000;

/**
 * Returns at most 20 feeds that a page declares as alternates of itself, in its head, its body, or the Link header. If it
 * declares none, returns links that look like feeds by their address or text. Feeds of comments come last.
 */
export function advertisedFeeds(
  source: string,
  pageUrl: string | undefined,
  linkHeader = '',
): AdvertisedFeed[] {
  const { links, base } = readPageLinks(source);
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
    .sort((a, b) => Number(isCommentFeed(a.url, a.title)) - Number(isCommentFeed(b.url, b.title)))
    .slice(0, MAX_FEEDS);
}

/** In a path in any case, and in the titles that blog programs write. "Comment is free" and "/commentary" are news. */
const COMMENTS =
  /(?<![\p{L}])(?:comments|comment[-_ ]?(?:feed|rss)|replies|kommentare|kommentarer|commentaires|comentarios|comentários|commenti|reacties|komentarze|комментарии)(?!\p{L})/iu;

/** Returns whether a feed brings the comments of readers, as its path and its title show. */
export function isCommentFeed(url: string, title = ''): boolean {
  return COMMENTS.test(`${new URL(url).pathname} ${title.slice(0, MAX_TITLE)}`);
}

/** Returns the links of a Link header. */
function linksOf(header: string): PageLink[] {
  return headerLinks(header).map((attributes) => ({ element: 'link', attributes, text: '' }));
}

const FEED_TYPE = /^(application|text)\/(x[.-])?(rss|atom|rdf|feed)(\+?xml|\+json)?$/;
/** JSON Feed 1.0 uses application/json, and old programs use XML types. Documents that are not feeds use these types too. */
const GENERAL_TYPE = /^(application|text)\/(xml|json)$/;

function candidateOf(
  { element, attributes, text }: PageLink,
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
