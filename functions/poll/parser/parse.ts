import type { Failure } from '../fetch/fetch.ts';
import type { Truncation } from '../fetch/response-body.ts';
import type { AdvertisedFeed } from './advertised-feeds.ts';
import { readAtom } from './atom.ts';
import { decode } from './encoding/decode.ts';
import type { FeedDocument } from './feed-document.ts';
import { isHtmlFragment, isHtmlPage } from './html-page.ts';
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
      /** Of a web page: the feeds that it says it has. */
      readonly advertised?: readonly AdvertisedFeed[];
    };

/** Where relative links start from, and what the server said of the bytes. */
export interface ParseContext {
  readonly url?: string | undefined;
  readonly contentType?: string | undefined;
  /** The Link header, in which a page may name its feed. */
  readonly link?: string | undefined;
  /** Why the bytes are only the start of the document. */
  readonly cut?: Truncation | undefined;
  /** Dates more than a day after this are wrong, ms since the epoch. */
  readonly now: number;
  /** What becomes of HTML in titles, summaries and contents: plain text. */
  readonly render?: Render;
}

/** Bytes, and so characters; whoever fetches stops there too. */
export const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;

/** Some pages have all of a feed in their body. */
const EMBEDDED_FEED = /<(rss|feed)\s[^<>]{0,500}(version|xmlns)\s*=/i;

/**
 * Reads RSS, Atom, RDF, CDF and JSON Feed of whatever version; of what is larger than 5 MiB, what comes before. What cannot
 * be read is an answer, not a throw.
 */
export async function parseFeed(bytes: Uint8Array, context: ParseContext): Promise<ParseResult> {
  const cut = bytes.length > MAX_DOCUMENT_BYTES ? 'limit' : context.cut;
  const parsed = await read(wholeCharacters(bytes.subarray(0, MAX_DOCUMENT_BYTES)), context);
  if (parsed.ok && parsed.feed.hasMore && isOldestFirst(parsed.feed))
    return failed(
      'too-large',
      `more than ${parsed.feed.entries.length} entries, the oldest first; look for a feed with the newest alone`,
    );
  if (cut !== 'limit') return parsed;
  const large = `more than ${MAX_DOCUMENT_BYTES / 1024 / 1024} MiB`;
  if (!parsed.ok && parsed.failure.kind !== 'html')
    return failed(
      'too-large',
      `${large}, and no feed within; look for one with fewer entries or shorter texts`,
    );
  // What is new would never be within the limit.
  if (parsed.ok && parsed.feed.truncated && isOldestFirst(parsed.feed))
    return failed('too-large', `${large}, the oldest entries first; look for a feed with the newest alone`);
  return parsed;
}

async function read(bytes: Uint8Array, context: ParseContext): Promise<ParseResult> {
  const reading = { now: context.now, render: context.render ?? plainText, url: context.url };
  const text = (await decode(bytes, context.contentType ?? '')).trim();
  if (text === '') return failed('empty', 'the body is empty');
  const isWebPage = isHtmlPage(text);
  if (isWebPage && !EMBEDDED_FEED.test(text)) return page(text, context);
  if (/^[{[]/.test(text)) {
    const { readJson } = await import('#json');
    const json = readJson(text, reading);
    return 'fault' in json ? failed('malformed', json.fault) : { ok: true, feed: json };
  }
  const source = await withDeclaredEntities(repairXml(text));
  const xml = readXml(source, context.url);
  if (xml && xml.entries.length > 0) return { ok: true, feed: readDocument(xml, reading) };
  if (isWebPage) return page(text, context);
  const other = await parseWithFallback(source, context);
  if (other && other.entries.length > 0) return { ok: true, feed: other };
  if (xml?.complete && !xml.hasMore) return { ok: true, feed: readDocument(xml, reading) };
  if (!xml && isHtmlFragment(text, context.contentType)) return page(text, context);
  const what = xml ? 'a feed that breaks off before its first entry' : 'neither RSS, Atom, RDF nor JSON Feed';
  return failed('malformed', `${what}: ${text.slice(0, 60).replace(/\s+/g, ' ').toWellFormed()}`);
}

/** Without the start of a character of UTF-8 at the end: half of one would make all of it look like another encoding. */
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

/** Loaded for a document that declares some. */
async function withDeclaredEntities(source: string): Promise<string> {
  return /<!DOCTYPE\s[^<>[\]]{0,500}\[/i.test(source)
    ? (await import('#declared-entities')).withDeclaredEntities(source)
    : source;
}

/** Whether most entries are older than the one behind them. */
function isOldestFirst({ entries }: FeedDocument): boolean {
  const times = entries.flatMap(({ published }) => (published === undefined ? [] : [published]));
  const steps = times.slice(1).map((time, n) => Math.sign(Date.parse(time) - Date.parse(times[n] ?? '')));
  return steps.reduce((sum, step) => sum + step, 0) > steps.length / 2;
}

function readDocument(xml: XmlFeed, reading: ReadOptions): FeedDocument {
  return xml.kind === 'atom' ? readAtom(xml, reading) : readRss(xml, reading);
}

const FEED_MARKUP = /<(?:[a-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel|item|entry)[\s>]/i;
/** It takes a hundred times the time and the room that a document has. */
const MAX_FALLBACK_LENGTH = 200_000;

/** rss-parser, for what claims to be a feed and in which our own reader has found nothing. */
async function parseWithFallback(
  source: string,
  { url, now }: ParseContext,
): Promise<FeedDocument | undefined> {
  if (source.length > MAX_FALLBACK_LENGTH || !FEED_MARKUP.test(source)) return undefined;
  const { readWithRssParser } = await import('#rss-parser-fallback');
  return readWithRssParser(source, url, now);
}

async function page(text: string, { url, link }: ParseContext): Promise<ParseResult> {
  const { advertisedFeeds } = await import('#advertised-feeds');
  const advertised = advertisedFeeds(text, url, link);
  const [first] = advertised;
  const named = first?.guessed
    ? `; it names ${first.url}, which may be a feed`
    : `; it names the feed ${first?.url}`;
  const detail = `a web page where a feed was expected${first ? named : ''}`;
  return { ...failed('html', detail), advertised };
}

function failed(kind: Failure['kind'], detail: string): ParseResult & { ok: false } {
  return { ok: false, failure: { kind, detail } };
}
