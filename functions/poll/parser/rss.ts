import { isoDate } from './dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './feed-document.ts';
import { authorsOf, categoriesOf, distinctNames, keywordsOf } from './fields/authors-and-categories.ts';
import { languageTag } from './fields/language-tag.ts';
import { alternateLink, fallbackLink, permalink, plainLink, urlFromId } from './fields/links.ts';
import { pollingHintsOf } from './fields/polling-hints.ts';
import { areDifferentSites, type BaseUrls, webUrl } from './fields/web-url.ts';
import { type ReadOptions, textOf, titleOf } from './text/element-text.ts';
import { childrenNamed, childText, type FeedElement, firstNonEmpty } from './xml/feed-element.ts';
import type { XmlFeed } from './xml/xml-feed.ts';

/** RSS of all versions, RDF, and the channels that came before them (CDF). */
export function readRss({ head, entries, complete, hasMore }: XmlFeed, reading: ReadOptions): FeedDocument {
  const own: BaseUrls = { base: head.base ?? reading.url };
  const url =
    plainLink(head, own, 'link') ??
    alternateLink(head, own, 'atom:link') ??
    webUrl(head.attributes.get('href'), own);
  // A feed that another host serves was written for its site.
  const start = areDifferentSites(url, reading.url)
    ? { base: url, feed: reading.url }
    : { base: reading.url ?? url };
  return documentOf({
    title: titleOf(head, reading, 'title', 'dc:title', 'atom:title', 'itunes:title'),
    url,
    language: languageTag(childText(head, 'language', 'dc:language') || head.language),
    hints: pollingHintsOf(head),
    partial: !complete,
    hasMore,
    entries: entries.map((entry) => readItem(entry, start, reading)),
  });
}

const SUMMARIES = ['description', 'dc:description', 'abstract', 'summary', 'atom:summary', 'itunes:summary'];
const MORE_SUMMARIES = ['dcterms:abstract', 'media:description', 'itunes:subtitle'];
const CONTENTS = [
  'content:encoded',
  'encoded',
  'atom:content',
  'content',
  'fullitem',
  'xhtml:body',
  'body',
  'xhtml:div',
];
const PUBLISHED = [
  'pubdate',
  'dc:date',
  'dcterms:issued',
  'atom:published',
  'published',
  'date',
  'dcterms:created',
];
const MORE_PUBLISHED = ['issued', 'created', 'dcterms:available', 'dcterms:date', 'issuedate'];
const UPDATED = ['atom:updated', 'updated', 'dcterms:modified', 'modified', 'lastbuilddate', 'lastmod'];

function readItem(item: FeedElement, start: BaseUrls, reading: ReadOptions): Entry {
  const guid =
    childText(item, 'guid', 'id', 'atom:id', 'dc:identifier') || item.attributes.get('about')?.trim();
  const date = (...fields: string[]) => firstDate(item, fields, reading.now);
  return entryOf({
    guid,
    url: linkOf(item, start) ?? fallbackLink(item, start, reading.url),
    title:
      titleOf(item, reading, 'title', 'dc:title', 'atom:title', 'media:title', 'itunes:title') ||
      mediaText(item, reading, 'media:title'),
    summary:
      textOf(item, reading, ...SUMMARIES, ...MORE_SUMMARIES) || mediaText(item, reading, 'media:description'),
    content: textOf(item, reading, ...CONTENTS),
    published: date(...PUBLISHED, ...MORE_PUBLISHED),
    updated: date(...UPDATED),
    language: languageTag(childText(item, 'dc:language', 'language') || item.language),
    authors: authors(item),
    categories: categories(item),
  });
}

function categories(item: FeedElement): string[] {
  const media = childrenNamed(item, 'media:group', 'media:content').flatMap((part) =>
    categoriesOf(part, 'media:category'),
  );
  const own = categoriesOf(
    item,
    'category',
    'dc:subject',
    'atom:category',
    'itunes:category',
    'media:category',
  );
  const keywords = keywordsOf(item, 'tags', 'categories', 'itunes:keywords', 'media:keywords', 'keywords');
  return distinctNames([...own, ...media, ...keywords]);
}

function linkOf(item: FeedElement, start: BaseUrls): string | undefined {
  return (
    plainLink(item, start, 'link') ??
    alternateLink(item, start, 'atom:link') ??
    webUrl(item.attributes.get('href'), item.base === undefined ? start : { base: item.base }) ??
    permalink(item, start, 'guid', 'id', 'atom:id') ??
    urlFromId(item.attributes.get('about') ?? '')
  );
}

const AUTHORS = [
  'author',
  'dc:creator',
  'atom:author',
  'dc:author',
  'itunes:author',
  'creator',
  'media:credit',
];

/** The first kind that there is, and Dublin Core's beside RSS's own, which is an address in many feeds. */
function authors(item: FeedElement): string[] {
  const own = distinctNames([...authorsOf(item, 'author'), ...authorsOf(item, 'dc:creator')]);
  if (own.length > 0) return own;
  return AUTHORS.map((name) => authorsOf(item, name)).find((found) => found.length > 0) ?? [];
}

function firstDate(item: FeedElement, fields: readonly string[], now: number): string | undefined {
  for (const field of fields) {
    const found = firstNonEmpty(item, field);
    const date = found && isoDate(found.text, now);
    if (date) return date;
  }
  return undefined;
}

function mediaText(item: FeedElement, reading: ReadOptions, name: string): string {
  for (const group of childrenNamed(item, 'media:group', 'media:content')) {
    const text = textOf(group, reading, name);
    if (text !== '') return text;
  }
  return '';
}
