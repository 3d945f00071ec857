import { isoDate } from '../dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument, type PushLinks } from '../feed-document.ts';
import { distinctNames } from '../fields/authors-and-categories.ts';
import { languageTag } from '../fields/language-tag.ts';
import { isImage, urlFromId } from '../fields/links.ts';
import { areDifferentSites, type BaseUrls, webUrl } from '../fields/web-url.ts';
import { MAX_ENTRIES } from '../limits.ts';
import { type ReadOptions, renderText } from '../text/element-text.ts';
import { withoutControls } from '../text/entities.ts';
import { plainText } from '../text/plain-text.ts';
import { isObject, type Json, parseJson } from './parse-json.ts';

/** Returns the feed of a JSON Feed 1.x document, even if its JSON has common errors, or the reason why there is none. */
export function readJsonFeed(
  source: string,
  options: ReadOptions,
): FeedDocument | { readonly fault: string } {
  const json = parseJson(source);
  if ('fault' in json) return json;
  const feed = isObject(json.value) ? json.value : {};
  const { items } = feed;
  if (!Array.isArray(items)) return NOT_JSON_FEED;
  if (items.length > 0 ? !items.some(isItem) : !/jsonfeed/i.test(string(feed.version))) return NOT_JSON_FEED;
  const base = options.url;
  const url = webUrl(string(feed.home_page_url), { base });
  const bases = areDifferentSites(url, base) ? { base: url, feed: base } : { base: base ?? url };
  const context = { ...options, bases, feedAuthors: authorsOf(feed) };
  return documentOf({
    title: renderText(string(feed.title), options.render, { headline: true, type: 'text' }),
    url,
    language: languageTag(string(feed.language)),
    push: pushLinksOf(feed, base),
    hasMore: items.length > MAX_ENTRIES,
    entries: items
      .slice(0, MAX_ENTRIES)
      .filter(isObject)
      .map((item) => readItem(item, context)),
  });
}

function pushLinksOf({ hubs, feed_url }: Json, base: string | undefined): PushLinks | undefined {
  const urls = list(hubs)
    .filter(isObject)
    .filter(({ type }) => /^websub$/i.test(string(type)))
    .flatMap(({ url }) => webUrl(string(url), { base }) ?? []);
  const topic = webUrl(string(feed_url), { base });
  return urls.length > 0 ? { hubs: urls, ...(topic ? { topic } : {}) } : undefined;
}

const NOT_JSON_FEED = { fault: 'JSON, but not a JSON Feed' };

interface ItemContext extends ReadOptions {
  readonly bases: BaseUrls;
  readonly feedAuthors: readonly string[];
}

function readItem(item: Json, { bases, feedAuthors, now, render }: ItemContext): Entry {
  const guid = string(item.id).trim();
  const authors = authorsOf(item);
  const html = renderText(string(item.content_html), render);
  return entryOf({
    guid,
    url:
      webUrl(string(item.url), bases) ??
      webUrl(string(item.external_url), bases) ??
      urlFromId(guid) ??
      attachmentUrl(item, bases),
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

function attachmentUrl({ attachments }: Json, bases: BaseUrls): string | undefined {
  for (const { url, mime_type: type } of list(attachments).filter(isObject)) {
    const address = webUrl(string(url), bases);
    if (address && !isImage(string(type), address)) return address;
  }
  return undefined;
}

/** Returns whether a value has any field of an item. Without one, the document is some other JSON. */
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

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns a string or a number as text, since ids are numbers in some feeds; '' for other values. */
function string(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? withoutControls(String(value)) : '';
}

function label(value: unknown): string {
  return renderText(string(value), plainText);
}
