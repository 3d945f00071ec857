import type { Failure } from './fetch.ts';
import { readAtom } from './reading/atom.ts';
import { withDeclaredEntities } from './reading/declared-entities.ts';
import { decode } from './reading/decode.ts';
import type { FeedDocument } from './reading/document.ts';
import { readJsonFeed } from './reading/json-feed.ts';
import { type AdvertisedFeed, advertisedFeeds, isPage } from './reading/page.ts';
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
  /** Dates more than a day after this are wrong, ms since the epoch. */
  readonly now: number;
  /** What becomes of HTML in titles, summaries and contents: plain text. */
  readonly render?: Render;
}

/** Bytes, and characters; whoever fetches stops there too. */
const LONGEST_DOCUMENT = 5 * 1024 * 1024;

/** Some pages have all of a feed in their body. */
const FEED_WITHIN = /<(rss|feed)\s[^<>]{0,500}(version|xmlns)\s*=/i;

/** Reads RSS, Atom, RDF, CDF and JSON Feed of whatever version. What cannot be read is an answer, not a throw. */
export async function parseFeed(bytes: Uint8Array, context: ParseContext): Promise<Parsed> {
  if (bytes.length > LONGEST_DOCUMENT) return failed('too-large', `more than ${LONGEST_DOCUMENT} bytes`);
  const reading = { now: context.now, render: context.render ?? plainText, url: context.url };
  const text = (await decode(bytes, context.contentType ?? '')).trim();
  if (text === '') return failed('empty', 'the body is empty');
  const isWebPage = isPage(text);
  if (isWebPage && !FEED_WITHIN.test(text)) return page(text, context.url);
  if (/^[{[]/.test(text)) {
    const feed = readJsonFeed(text, reading);
    return 'fault' in feed ? failed('malformed', feed.fault) : { ok: true, feed };
  }
  const source = withDeclaredEntities(repair(text));
  const xml = readXml(source, context.url);
  if (xml && xml.entries.length > 0) return { ok: true, feed: readDocument(xml, reading) };
  if (isWebPage) return page(text, context.url);
  const other = await askSecond(source, context);
  if (other && other.entries.length > 0) return { ok: true, feed: other };
  if (xml?.complete) return { ok: true, feed: readDocument(xml, reading) };
  const what = xml ? 'a feed that breaks off before its first entry' : 'neither RSS, Atom, RDF nor JSON Feed';
  return failed('malformed', `${what}: ${text.slice(0, 60).replace(/\s+/g, ' ').toWellFormed()}`);
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

function page(text: string, url: string | undefined): Parsed {
  const advertised = advertisedFeeds(text, url);
  const [first] = advertised;
  const detail = `a web page where a feed was expected${first ? `; it names the feed ${first.url}` : ''}`;
  return { ...failed('html', detail), advertised };
}

function failed(kind: Failure['kind'], detail: string): Parsed & { ok: false } {
  return { ok: false, failure: { kind, detail } };
}
