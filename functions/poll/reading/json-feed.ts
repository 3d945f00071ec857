import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { isElsewhere, type Start, webUrl } from './address.ts';
import { isoDate } from './dates.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './document.ts';
import { withoutControls } from './entities.ts';
import { languageTag } from './language.ts';
import { DEEPEST, MAX_VALUES, MOST_ENTRIES } from './limits.ts';
import { addressIn, isPicture } from './links.ts';
import { names } from './people.ts';
import { plainText } from './plain-text.ts';
import { type Reading, renderText } from './texts.ts';

type Json = Readonly<Record<string, unknown>>;

/** JSON Feed 1.x, from JSON or nearly JSON; or what it is instead. */
export function readJsonFeed(source: string, reading: Reading): FeedDocument | { readonly fault: string } {
  const json = parsed(source);
  if ('fault' in json) return json;
  const feed = isObject(json.value) ? json.value : {};
  const { items } = feed;
  if (!Array.isArray(items)) return OTHER;
  if (items.length > 0 ? !items.some(isItem) : !/jsonfeed/i.test(string(feed.version))) return OTHER;
  const base = reading.url;
  const url = webUrl(string(feed.home_page_url), { base });
  const start = isElsewhere(url, base) ? { base: url, feed: base } : { base: base ?? url };
  const surroundings = { ...reading, start, feedAuthors: authorsOf(feed) };
  return documentOf({
    title: renderText(string(feed.title), reading.render, { headline: true, type: 'text' }),
    url,
    language: languageTag(string(feed.language)),
    hasMore: items.length > MOST_ENTRIES,
    entries: items
      .slice(0, MOST_ENTRIES)
      .filter(isObject)
      .map((item) => readItem(item, surroundings)),
  });
}

const OTHER = { fault: 'JSON that is no JSON Feed' };

interface Surroundings extends Reading {
  readonly start: Start;
  readonly feedAuthors: readonly string[];
}

function readItem(item: Json, { start, feedAuthors, now, render }: Surroundings): Entry {
  const guid = string(item.id).trim();
  const authors = authorsOf(item);
  const html = renderText(string(item.content_html), render);
  return entryOf({
    guid,
    url:
      webUrl(string(item.url), start) ??
      webUrl(string(item.external_url), start) ??
      addressIn(guid) ??
      attachmentUrl(item, start),
    title: renderText(string(item.title), render, { headline: true, type: 'text' }),
    summary: renderText(string(item.summary), render, { type: 'text' }),
    content: html === '' ? renderText(string(item.content_text), render, { literal: true }) : html,
    published: isoDate(string(item.date_published), now),
    updated: isoDate(string(item.date_modified), now),
    language: languageTag(string(item.language)),
    authors: authors.length > 0 ? authors : feedAuthors,
    categories: names(list(item.tags).map(label)),
  });
}

function attachmentUrl({ attachments }: Json, start: Start): string | undefined {
  for (const { url, mime_type: type } of list(attachments).filter(isObject)) {
    const address = webUrl(string(url), start);
    if (address && !isPicture(string(type), address)) return address;
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
  return names([...list(authors), author].map(authorName));
}

function authorName(author: unknown): string {
  return isObject(author) ? label(author.name) || string(author.url) : label(author);
}

type Parsed = { readonly value: unknown } | { readonly fault: string };

/** JSON so deep or of so many values that parsing it would take all memory is refused unparsed. */
function parsed(source: string): Parsed {
  const { depth, values } = sizeOf(source);
  if (depth > DEEPEST) return OTHER;
  if (values > MAX_VALUES)
    return { fault: `JSON of more than ${MAX_VALUES} values, without a whole item before them` };
  try {
    return { value: JSON.parse(source) };
  } catch {
    return parsedLeniently(source);
  }
}

let nearly: typeof import('./nearly-json.ts') | undefined;

/** Loaded when a feed needs it. A bundle has the part beside it, under its own ending. */
function parsedLeniently(source: string): Parsed {
  nearly ??= createRequire(import.meta.url)(
    `./nearly-json${extname(import.meta.filename)}`,
  ) as typeof import('./nearly-json.ts');
  const result = nearly.parseNearlyJson(source);
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
      if (++depth > DEEPEST || values > MAX_VALUES) break;
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
