import { decodeHTMLAttribute } from 'entities/decode';
import { webUrl } from './links.ts';
import { plainText } from './plain-text.ts';

/** A feed that a web page says it has. */
export interface AdvertisedFeed {
  readonly url: string;
  readonly title?: string;
}

const MOST = 20;
/** Feeds are named at the start of a page; some have it in their body. */
const SEARCHED = 1_000_000;
const LINK = /<(link|a|base)\s([^<>]{1,4000})>/gi;
const ATTRIBUTE = /([a-z-]{1,20})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const FEED_TYPE =
  /^(application\/(rss|atom|rdf|feed)\+(xml|json)|application\/rss|text\/(rss|atom)\+xml|text\/rss)$/;

/** Not what some feeds begin with: a doctype of HTML, and then a feed. */
const FEED_AFTER = /(?:\s{0,99}<!--[\s\S]{0,2000}?-->){0,5}\s{0,99}<(?:[\w-]{1,20}:)?(?:rss|feed|rdf)\b/;
const PAGE = new RegExp(
  String.raw`^(?:<\?xml[^>]{0,500}\?>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*){0,5}` +
    String.raw`<(?:!doctype\s+html\b[^>]{0,500}>(?!${FEED_AFTER.source})|(?:html|head|body)\b)`,
  'i',
);

export function isPage(source: string): boolean {
  return PAGE.test(source.slice(0, 15_000));
}

/** The feeds that a page names as other forms of itself, against the page's address and its <base>. */
export function advertisedFeeds(source: string, pageUrl: string | undefined): AdvertisedFeed[] {
  let base = pageUrl;
  const feeds = new Map<string, AdvertisedFeed>();
  for (const [, element = '', written = ''] of source.slice(0, SEARCHED).matchAll(LINK)) {
    const attributes = attributesOf(written);
    if (element.toLowerCase() === 'base') {
      base = webUrl(attributes.get('href'), pageUrl) ?? base;
      continue;
    }
    const feed = feedOf(attributes, base);
    if (feed && !feeds.has(feed.url)) feeds.set(feed.url, feed);
    if (feeds.size >= MOST) break;
  }
  return [...feeds.values()];
}

function attributesOf(written: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single, bare] of written.matchAll(ATTRIBUTE)) {
    attributes.set(name.toLowerCase(), decodeHTMLAttribute(double ?? single ?? bare ?? '').trim());
  }
  return attributes;
}

function feedOf(
  attributes: ReadonlyMap<string, string>,
  base: string | undefined,
): AdvertisedFeed | undefined {
  const rels = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/);
  const type = (attributes.get('type') ?? '').toLowerCase().replace(/;.*$/, '').trim();
  const isFeed = rels.includes('feed') || (rels.includes('alternate') && FEED_TYPE.test(type));
  const url = isFeed ? webUrl(attributes.get('href'), base) : undefined;
  if (!url) return undefined;
  const title = plainText(attributes.get('title') ?? '');
  return { url, ...(title ? { title } : {}) };
}
