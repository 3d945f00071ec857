import type { Failure } from './fetch.ts';
import type { Cut } from './http-client.ts';
import type { AdvertisedFeed } from './reading/advertised-feeds.ts';
import { readAtom } from './reading/atom.ts';
import { decode } from './reading/decode.ts';
import type { FeedDocument } from './reading/document.ts';
import { isPage, isPartOfPage } from './reading/page.ts';
import { plainText } from './reading/plain-text.ts';
import { repair } from './reading/repair.ts';
import { readRss } from './reading/rss.ts';
import type { Reading, Render } from './reading/texts.ts';
import { readXml, type XmlFeed } from './reading/xml.ts';

export type { Entry, FeedDocument } from './reading/document.ts';

export type Parsed =
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
  readonly cut?: Cut | undefined;
  /** Dates more than a day after this are wrong, ms since the epoch. */
  readonly now: number;
  /** What becomes of HTML in titles, summaries and contents: plain text. */
  readonly render?: Render;
}

/** Bytes, and so characters; whoever fetches stops there too. */
export const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;

/** Some pages have all of a feed in their body. */
const FEED_WITHIN = /<(rss|feed)\s[^<>]{0,500}(version|xmlns)\s*=/i;

/**
 * Reads RSS, Atom, RDF, CDF and JSON Feed of whatever version; of what is larger than 5 MiB, what comes before. What cannot
 * be read is an answer, not a throw.
 */
export async function parseFeed(bytes: Uint8Array, context: ParseContext): Promise<Parsed> {
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
  if (parsed.ok && parsed.feed.partial && isOldestFirst(parsed.feed))
    return failed('too-large', `${large}, the oldest entries first; look for a feed with the newest alone`);
  return parsed;
}

async function read(bytes: Uint8Array, context: ParseContext): Promise<Parsed> {
  const reading = { now: context.now, render: context.render ?? plainText, url: context.url };
  const text = (await decode(bytes, context.contentType ?? '')).trim();
  if (text === '') return failed('empty', 'the body is empty');
  const isWebPage = isPage(text);
  if (isWebPage && !FEED_WITHIN.test(text)) return page(text, context);
  if (/^[{[]/.test(text)) {
    const { readJson } = await import('#json');
    const json = readJson(text, reading);
    return 'fault' in json ? failed('malformed', json.fault) : { ok: true, feed: json };
  }
  const source = await withDeclaredEntities(repair(text));
  const xml = readXml(source, context.url);
  if (xml && xml.entries.length > 0) return { ok: true, feed: readDocument(xml, reading) };
  if (isWebPage) return page(text, context);
  const other = await askSecond(source, context);
  if (other && other.entries.length > 0) return { ok: true, feed: other };
  if (xml?.complete && !xml.hasMore) return { ok: true, feed: readDocument(xml, reading) };
  if (!xml && isPartOfPage(text, context.contentType)) return page(text, context);
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

function readDocument(xml: XmlFeed, reading: Reading): FeedDocument {
  return xml.kind === 'atom' ? readAtom(xml, reading) : readRss(xml, reading);
}

const CLAIM = /<(?:[a-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel|item|entry)[\s>]/i;
/** It takes a hundred times the time and the room that a document has. */
const LONGEST_FOR_SECOND = 200_000;

/** rss-parser, for what claims to be a feed and in which our own reader has found nothing. */
async function askSecond(source: string, { url, now }: ParseContext): Promise<FeedDocument | undefined> {
  if (source.length > LONGEST_FOR_SECOND || !CLAIM.test(source)) return undefined;
  const { readWithRssParser } = await import('#second-reader');
  return readWithRssParser(source, url, now);
}

async function page(text: string, { url, link }: ParseContext): Promise<Parsed> {
  const { advertisedFeeds } = await import('#advertised-feeds');
  const advertised = advertisedFeeds(text, url, link);
  const [first] = advertised;
  const named = first?.guessed
    ? `; it names ${first.url}, which may be a feed`
    : `; it names the feed ${first?.url}`;
  const detail = `a web page where a feed was expected${first ? named : ''}`;
  return { ...failed('html', detail), advertised };
}

function failed(kind: Failure['kind'], detail: string): Parsed & { ok: false } {
  return { ok: false, failure: { kind, detail } };
}
