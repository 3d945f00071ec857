import { headerLinksWith } from '../../shared/link-header.ts';
import type { Failure } from '../fetch/fetch.ts';
import type { Truncation } from '../fetch/response-body.ts';
import type { AdvertisedFeed } from './advertised-feeds.ts';
import { readAtom } from './atom.ts';
import { decode } from './encoding/decode.ts';
import type { FeedDocument } from './feed-document.ts';
import { webUrl } from './fields/web-url.ts';
import { isHtmlFragment, isHtmlPage } from './html-page.ts';
import type { KnownEntries } from './known-entries.ts';
import { readRss } from './rss.ts';
import type { ReadOptions, Render } from './text/element-text.ts';
import { plainText } from './text/plain-text.ts';
import { repairXml } from './xml/repair-xml.ts';
import { readXml, type XmlFeed } from './xml/xml-feed.ts';

export type { Entry, FeedDocument } from './feed-document.ts';

export type ParseResult =
  | { readonly ok: true; readonly feed: FeedDocument }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** The feeds that the document names: set if it is a web page or a sitemap. */
      readonly advertised?: readonly AdvertisedFeed[];
    };

/** The server's information about the bytes, and options for reading them. */
export interface ParseContext {
  /** The document's own address: the base of its relative links. */
  readonly url?: string | undefined;
  readonly contentType?: string | undefined;
  /** The Link header, which may name the feed of a web page, or the hubs of a feed. */
  readonly link?: string | undefined;
  /** Why the bytes are only the start of the document; unset if they are all of it. */
  readonly cut?: Truncation | undefined;
  /** The current time, ms since the epoch. Dates more than a day later are ignored. */
  readonly now: number;
  /** Converts the HTML of titles, summaries and contents. Defaults to `plainText`. */
  readonly render?: Render;
  /** Entries of earlier documents with the same `render`. They are not read again. */
  readonly known?: KnownEntries;
}

/** Bytes. The limit also applies to the characters. Fetches stop at the same size. */
export const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;

const SITEMAP_MARKUP = /<(?:[a-z_][\w.-]{0,40}:)?(?:urlset|sitemapindex)[\s/>]/i;
/** Some web pages contain a whole feed in their body. */
const EMBEDDED_FEED = /<(rss|feed)\s[^<>]{0,500}(version|xmlns)\s*=/i;

/**
 * Returns the feed in a document of any version of RSS, Atom, RDF, CDF or JSON Feed, in a news sitemap, or the live blog in a
 * web page. Reads the first 5 MiB of larger documents. Returns a failure, and does not throw, if the document cannot be read.
 */
export async function parseFeed(bytes: Uint8Array, context: ParseContext): Promise<ParseResult> {
  const cut = bytes.length > MAX_DOCUMENT_BYTES ? 'limit' : context.cut;
  const parsed = await read(wholeCharacters(bytes.subarray(0, MAX_DOCUMENT_BYTES)), context);
  if (parsed.ok && parsed.feed.hasMore && isOldestFirst(parsed.feed))
    return failed(
      'too-large',
      `more than ${parsed.feed.entries.length} entries, oldest first; look for a feed with only the newest`,
    );
  if (cut !== 'limit') return parsed.ok ? { ok: true, feed: withHeaderHubs(parsed.feed, context) } : parsed;
  const large = `more than ${MAX_DOCUMENT_BYTES / 1024 / 1024} MiB`;
  if (!parsed.ok && !parsed.advertised)
    return failed(
      'too-large',
      `${large}, and no feed found; look for one with fewer entries or shorter texts`,
    );
  // New entries would always be beyond the limit.
  if (parsed.ok && parsed.feed.truncated && isOldestFirst(parsed.feed))
    return failed('too-large', `${large}, oldest entries first; look for a feed with only the newest`);
  return parsed;
}

/** Adds the WebSub hubs of the Link header, which take precedence over those in the document. */
function withHeaderHubs(feed: FeedDocument, { link, url: base }: ParseContext): FeedDocument {
  if (link === undefined || !/\bhub\b/i.test(link)) return feed;
  const addresses = (rel: string) =>
    headerLinksWith(rel, link).flatMap((href) => webUrl(href, { base }) ?? []);
  const hubs = addresses('hub');
  const [topic = feed.push?.topic] = addresses('self');
  return hubs.length > 0 ? { ...feed, push: { hubs, ...(topic ? { topic } : {}) } } : feed;
}

async function read(bytes: Uint8Array, context: ParseContext): Promise<ParseResult> {
  const { now, render = plainText, url, known } = context;
  const options = { now, render, url, known };
  const text = (await decode(bytes, context.contentType ?? '')).trim();
  if (text === '') return failed('empty', 'the body is empty');
  const isWebPage = isHtmlPage(text);
  const live = isWebPage ? await livePage(text, options) : undefined;
  if (live) return { ok: true, feed: live };
  if (isWebPage && !EMBEDDED_FEED.test(text)) return webPageFailure(text, context);
  if (/^[{[]/.test(text)) {
    const { readJson } = await import('#json');
    const json = readJson(text, options);
    return 'fault' in json ? failed('malformed', json.fault) : { ok: true, feed: json };
  }
  const source = await withDeclaredEntities(repairXml(text));
  const xml = readXml(source, context.url);
  if (xml && xml.entries.length > 0) return { ok: true, feed: readDocument(xml, options) };
  if (isWebPage) return webPageFailure(text, context);
  if (!xml && SITEMAP_MARKUP.test(source)) {
    const sitemap = (await import('#news-sitemap')).readSitemap(source, options);
    if (sitemap) return sitemap;
  }
  const fallback = await parseWithFallback(source, context);
  if (fallback && fallback.entries.length > 0) return { ok: true, feed: fallback };
  if (xml?.complete && !xml.hasMore) return { ok: true, feed: readDocument(xml, options) };
  if (!xml && isHtmlFragment(text, context.contentType)) {
    const fragment = await livePage(text, options);
    return fragment ? { ok: true, feed: fragment } : webPageFailure(text, context);
  }
  const found = xml ? 'a feed truncated before its first entry' : 'not RSS, Atom, RDF or JSON Feed';
  return failed('malformed', `${found}: ${text.slice(0, 60).replace(/\s+/g, ' ').toWellFormed()}`);
}

/** Drops an incomplete UTF-8 character at the end, because it would make the whole document look like another encoding. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, -back) : bytes;
  }
  return bytes;
}

/** Expands the entities that a document declares. Loads the code only for a document with such declarations. */
async function withDeclaredEntities(source: string): Promise<string> {
  const prolog = source.slice(0, source.search(/<[a-z]/i));
  return /<!DOCTYPE\s[^<>[\]]{0,500}\[/i.test(prolog)
    ? (await import('#declared-entities')).withDeclaredEntities(source)
    : source;
}

/** Returns whether most entries are older than the entry that follows them. */
function isOldestFirst({ entries }: FeedDocument): boolean {
  const times = entries.flatMap(({ published }) => (published === undefined ? [] : [published]));
  const steps = times.slice(1).map((time, n) => Math.sign(Date.parse(time) - Date.parse(times[n] ?? '')));
  return steps.reduce((sum, step) => sum + step, 0) > steps.length / 2;
}

function readDocument(xml: XmlFeed, options: ReadOptions): FeedDocument {
  return xml.kind === 'atom' ? readAtom(xml, options) : readRss(xml, options);
}

const FEED_MARKUP = /<(?:[a-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel|item|entry)[\s>]/i;
/** Characters. rss-parser takes a hundred times as much time and memory. */
const MAX_FALLBACK_LENGTH = 200_000;

/** Reads a document with rss-parser if it has feed markup but our own parser found no entries in it. */
async function parseWithFallback(
  source: string,
  { url, now }: ParseContext,
): Promise<FeedDocument | undefined> {
  if (source.length > MAX_FALLBACK_LENGTH || !FEED_MARKUP.test(source)) return undefined;
  const { readWithRssParser } = await import('#rss-parser-fallback');
  return readWithRssParser(source, url, now);
}

/** Returns the live blog in a web page, if there is one. Loads the code only for a page that mentions one. */
async function livePage(text: string, options: ReadOptions): Promise<FeedDocument | undefined> {
  return text.includes('LiveBlogPosting')
    ? (await import('#live-page')).readLivePage(text, options)
    : undefined;
}

async function webPageFailure(text: string, { url, link }: ParseContext): Promise<ParseResult> {
  const { advertisedFeeds } = await import('#advertised-feeds');
  const advertised = advertisedFeeds(text, url, link);
  const [first] = advertised;
  const named = first?.guessed
    ? `; it links to ${first.url}, which may be a feed`
    : `; it links to the feed ${first?.url}`;
  const detail = `a web page, not a feed${first ? named : ''}`;
  return { ...failed('html', detail), advertised };
}

function failed(kind: Failure['kind'], detail: string): ParseResult & { ok: false } {
  return { ok: false, failure: { kind, detail } };
}
