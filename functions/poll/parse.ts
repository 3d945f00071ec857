import RssParser from 'rss-parser';
import utils from 'rss-parser/lib/utils.js';
import { decode } from './decode.ts';
import type { Failure } from './fetch.ts';
import { plainText } from './plain-text.ts';

// rss-parser makes a "snippet" of every content with a regular expression that is quadratic in it: 200 KB of "<" take
// 40 seconds. We make our own plain text, so the snippet is never made.
utils.getSnippet = () => '';

/** One entry as it stands in the feed's document; texts are plain text, times ISO in UTC. */
export interface Entry {
  /** The entry's own name: guid, Atom id or rdf:about. */
  readonly guid?: string;
  readonly url?: string;
  readonly title: string;
  readonly summary: string;
  readonly content: string;
  readonly published?: string;
  readonly updated?: string;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
}

export interface FeedDocument {
  readonly title: string;
  readonly url?: string;
  readonly entries: readonly Entry[];
}

export type Parsed =
  | { readonly ok: true; readonly feed: FeedDocument }
  | { readonly ok: false; readonly failure: Failure };

/** Where relative links start from, and what the server said of the bytes. */
export interface ParseContext {
  readonly url?: string | undefined;
  readonly contentType?: string | undefined;
  /** Dates more than a day after this are wrong, ms since the epoch. */
  readonly now: number;
}

const PARSE_DEADLINE_MS = 5_000;

/** Reads RSS 0.9x, 1.0, 2.0 or Atom 1.0. What cannot be read is an answer, not a throw. */
export async function parseFeed(bytes: Uint8Array, context: ParseContext): Promise<Parsed> {
  const text = decode(bytes, context.contentType ?? '').trim();
  if (text === '') return failed('empty', 'the body is empty');
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]{0,2000}?-->\s*)?<(!doctype\s+html|html)\b/i.test(text)) {
    return failed('html', 'a web page where a feed was expected');
  }
  try {
    const document = await withDeadline(newParser().parseString(text));
    return { ok: true, feed: read(document as unknown as RawFeed, context) };
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    return failed('malformed', `neither RSS, Atom nor RDF that can be read to its end: ${line}`);
  }
}

function failed(kind: 'empty' | 'html' | 'malformed', detail: string): Parsed {
  return { ok: false, failure: { kind, detail } };
}

// One parser per document: what a hostile one leaves behind in a shared parser can break the next.
function newParser() {
  const all = { keepArray: true };
  return new RssParser({
    defaultRSS: 2,
    customFields: {
      item: [
        ['updated', 'updatedNodes', all],
        ['dc:creator', 'creatorNodes', all],
        ['author', 'authorNodes', all],
        ['category', 'categoryNodes', all],
        ['dc:subject', 'categoryNodes', all],
        ['description', 'descriptionNodes', all],
      ],
    },
  } as ConstructorParameters<typeof RssParser>[0]);
}

// A document can leave the parser waiting for an event that never comes.
async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the parser gave no answer')), PARSE_DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** rss-parser's result; every field may also be an xml2js node where a text is expected. */
type RawFeed = Readonly<Record<string, unknown>> & { readonly items: readonly RawItem[] };
type RawItem = Readonly<Record<string, unknown>>;

function read(raw: RawFeed, context: ParseContext): FeedDocument {
  const link = webUrl(textOf(raw.link), context.url);
  const base = context.url ?? link;
  return {
    title: plainText(textOf(raw.title)),
    ...(link ? { url: link } : {}),
    entries: raw.items.map((item) => readEntry(item, base, context.now)),
  };
}

function readEntry(raw: RawItem, base: string | undefined, now: number): Entry {
  const guid = textOf(raw.guid ?? raw.id ?? raw['rdf:about']).trim();
  const url = webUrl(textOf(raw.link), base) ?? webUrl(guid, undefined);
  const encoded = plainText(textOf(raw['content:encoded']));
  // rss-parser calls an RSS description content and an Atom content content; a description is a summary to us.
  const description = plainText(textOf(list(raw.descriptionNodes)[0] ?? raw.summary));
  const content = encoded || plainText(raw.descriptionNodes === undefined ? textOf(raw.content) : '');
  const published = isoDate(textOf(raw.pubDate ?? raw.date), now);
  const updated = isoDate(textOf(list(raw.updatedNodes)[0]), now);
  return {
    ...(guid ? { guid } : {}),
    ...(url ? { url } : {}),
    title: plainText(textOf(raw.title)),
    summary: description,
    content,
    ...(published ? { published } : {}),
    ...(updated ? { updated } : {}),
    authors: names([...list(raw.authorNodes), ...list(raw.creatorNodes)].map(authorName)),
    categories: names(list(raw.categoryNodes).map(categoryName)),
  };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text of a value that may be a string, an xml2js node, or a list of either. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return textOf(value[0]);
  if (typeof value === 'object' && value !== null) {
    const text = (value as { _?: unknown })._;
    if (text !== undefined) return textOf(text);
    return Object.entries(value)
      .filter(([name]) => name !== '$')
      .map(([, inner]) => list(inner).map(textOf).join(' '))
      .join(' ');
  }
  return value === undefined || value === null ? '' : String(value);
}

function authorName(node: unknown): string {
  const name = typeof node === 'object' && node !== null ? (node as { name?: unknown }).name : undefined;
  return plainText(textOf(name ?? node));
}

function categoryName(node: unknown): string {
  if (typeof node === 'object' && node !== null) {
    const { label, term } = ((node as { $?: unknown }).$ ?? {}) as { label?: string; term?: string };
    if (label ?? term) return plainText(label ?? term ?? '');
  }
  return plainText(textOf(node));
}

function names(found: readonly string[]): string[] {
  return [...new Set(found.filter((name) => name !== ''))];
}

function webUrl(text: string, base: string | undefined): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || !URL.canParse(trimmed, base)) return undefined;
  const url = new URL(trimmed, base);
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}

const EARLIEST = Date.UTC(1990, 0, 1);
const DAY_MS = 86_400_000;

/** Dates that cannot be read, or are absurd, are unknown. */
function isoDate(text: string, now: number): string | undefined {
  const time = Date.parse(text.trim());
  return time >= EARLIEST && time <= now + DAY_MS ? new Date(time).toISOString() : undefined;
}
