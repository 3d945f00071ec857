import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { isoDate } from '../dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from '../feed-document.ts';
import { distinctNames } from '../fields/authors-and-categories.ts';
import { languageTag } from '../fields/language-tag.ts';
import { isImage, urlFromId } from '../fields/links.ts';
import { areDifferentSites, type BaseUrls, webUrl } from '../fields/web-url.ts';
import { MAX_DEPTH, MAX_ENTRIES, MAX_VALUES } from '../limits.ts';
import { type ReadOptions, renderText } from '../text/element-text.ts';
import { withoutControls } from '../text/entities.ts';
import { plainText } from '../text/plain-text.ts';

type Json = Readonly<Record<string, unknown>>;

/** JSON Feed 1.x, from JSON or nearly JSON; or what it is instead. */
export function readJsonFeed(
  source: string,
  reading: ReadOptions,
): FeedDocument | { readonly fault: string } {
  const json = parsed(source);
  if ('fault' in json) return json;
  const feed = isObject(json.value) ? json.value : {};
  const { items } = feed;
  if (!Array.isArray(items)) return NOT_JSON_FEED;
  if (items.length > 0 ? !items.some(isItem) : !/jsonfeed/i.test(string(feed.version))) return NOT_JSON_FEED;
  const base = reading.url;
  const url = webUrl(string(feed.home_page_url), { base });
  const start = areDifferentSites(url, base) ? { base: url, feed: base } : { base: base ?? url };
  const surroundings = { ...reading, start, feedAuthors: authorsOf(feed) };
  return documentOf({
    title: renderText(string(feed.title), reading.render, { headline: true, type: 'text' }),
    url,
    language: languageTag(string(feed.language)),
    hasMore: items.length > MAX_ENTRIES,
    entries: items
      .slice(0, MAX_ENTRIES)
      .filter(isObject)
      .map((item) => readItem(item, surroundings)),
  });
}

const NOT_JSON_FEED = { fault: 'JSON that is no JSON Feed' };

interface ItemContext extends ReadOptions {
  readonly start: BaseUrls;
  readonly feedAuthors: readonly string[];
}

function readItem(item: Json, { start, feedAuthors, now, render }: ItemContext): Entry {
  const guid = string(item.id).trim();
  const authors = authorsOf(item);
  const html = renderText(string(item.content_html), render);
  return entryOf({
    guid,
    url:
      webUrl(string(item.url), start) ??
      webUrl(string(item.external_url), start) ??
      urlFromId(guid) ??
      attachmentUrl(item, start),
    title: renderText(string(item.title), render, { headline: true, type: 'text' }),
    summary: renderText(string(item.summary), render, { type: 'text' }),
    content: html === '' ? renderText(string(item.content_text), render, { literal: true }) : html,
    published: isoDate(string(item.date_published), now),
    updated: isoDate(string(item.date_modified), now),
    language: languageTag(string(item.language)),
    authors: authors.length > 0 ? authors : feedAuthors,
    categories: distinctNames(list(item.tags).map(label)),
  });
}

function attachmentUrl({ attachments }: Json, start: BaseUrls): string | undefined {
  for (const { url, mime_type: type } of list(attachments).filter(isObject)) {
    const address = webUrl(string(url), start);
    if (address && !isImage(string(type), address)) return address;
  }
  return undefined;
}

/** What has nothing of an item in it is other JSON. */
function isItem(item: unknown): boolean {
  return (
    isObject(item) && ['id', 'url', 'title', 'content_html', 'content_text'].some((name) => name in item)
  );
}

function authorsOf({ author, authors }: Json): string[] {
  return distinctNames([...list(authors), author].map(authorName));
}

function authorName(author: unknown): string {
  return isObject(author) ? label(author.name) || string(author.url) : label(author);
}

type Parsed = { readonly value: unknown } | { readonly fault: string };

/** JSON so deep or of so many values that parsing it would take all memory is refused unparsed. */
function parsed(source: string): Parsed {
  const { depth, values } = sizeOf(source);
  if (depth > MAX_DEPTH) return NOT_JSON_FEED;
  if (values > MAX_VALUES)
    return { fault: `JSON of more than ${MAX_VALUES} values, without a whole item before them` };
  try {
    return { value: JSON.parse(source) };
  } catch {
    return parsedLeniently(source);
  }
}

let nearly: typeof import('./lenient-json.ts') | undefined;

/** Loaded when a feed needs it. A bundle has the part beside it, under its own ending. */
function parsedLeniently(source: string): Parsed {
  nearly ??= createRequire(import.meta.url)(
    `./lenient-json${extname(import.meta.filename)}`,
  ) as typeof import('./lenient-json.ts');
  const result = nearly.parseLenientJson(source);
  return 'fault' in result ? { fault: `JSON that breaks in ${result.fault}` } : result;
}

/** Returns how deep JSON goes and how many values it has, counted until one of them is too many. */
function sizeOf(source: string): { readonly depth: number; readonly values: number } {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '"') {
      at = endOfString(source, at);
    } else if (character === '{' || character === '[') {
      values++;
      if (++depth > MAX_DEPTH || values > MAX_VALUES) break;
    } else if (character === '}' || character === ']') {
      depth--;
    } else if (character === ',' && ++values > MAX_VALUES) {
      break;
    }
  }
  return { depth, values };
}

export function endOfString(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== '"') at += source[at] === '\\' ? 2 : 1;
  return at;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Ids are numbers in some feeds. */
function string(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? withoutControls(String(value)) : '';
}

function label(value: unknown): string {
  return renderText(string(value), plainText);
}
