import { decodeHTMLAttribute } from 'entities/decode';
import { webUrl } from './address.ts';
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

/** A page shows what it is in its first elements. */
const PROLOG = 15_000;

/** Whether a document's first element is one of a page's. Some feeds begin with a doctype of HTML. */
export function isPage(source: string): boolean {
  const start = source.slice(0, PROLOG);
  const at = afterProlog(start, 0);
  const doctype = /^<!doctype\s+html\b/i.test(start.slice(at, at + 50));
  if (!doctype) return /^<(html|head|body)\b/i.test(start.slice(at, at + 10));
  const end = start.indexOf('>', at);
  return (
    end < 0 ||
    !/^<([\w-]{1,20}:)?(rss|feed|rdf)\b/i.test(start.slice(afterProlog(start, end + 1)).slice(0, 30))
  );
}

/** Behind blanks, comments and processing instructions. */
function afterProlog(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : undefined;
    const end = close ? text.indexOf(close, at) : -1;
    if (!close || end < 0) return at;
    at = end + close.length;
  }
}

/** The feeds that a page names as other forms of itself, against the page's address and its <base>. */
export function advertisedFeeds(source: string, pageUrl: string | undefined): AdvertisedFeed[] {
  let base = pageUrl;
  const feeds = new Map<string, AdvertisedFeed>();
  for (const [, element = '', written = ''] of source.slice(0, SEARCHED).matchAll(LINK)) {
    const attributes = attributesOf(written);
    if (element.toLowerCase() === 'base') {
      base = webUrl(attributes.get('href'), { base: pageUrl }) ?? base;
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
  const url = isFeed ? webUrl(attributes.get('href'), { base }) : undefined;
  if (!url) return undefined;
  const title = plainText(attributes.get('title') ?? '');
  return { url, ...(title ? { title } : {}) };
}
