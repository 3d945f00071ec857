import { isoDate } from './dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './feed-document.ts';
import { authorsOf, categoriesOf, distinctNames, keywordsOf } from './fields/authors-and-categories.ts';
import { languageTag } from './fields/language-tag.ts';
import { alternateLink, fallbackLink, permalink, plainLink, pushLinks, urlFromId } from './fields/links.ts';
import { pollingHintsOf } from './fields/polling-hints.ts';
import { areDifferentSites, type BaseUrls, webUrl } from './fields/web-url.ts';
import { type ReadOptions, textOf, titleOf } from './text/element-text.ts';
import {
  childrenNamed,
  childText,
  type EntryElement,
  type FeedElement,
  firstNonEmpty,
} from './xml/feed-element.ts';
import type { XmlFeed } from './xml/xml-feed.ts';

/** Returns the feed of an RSS, RDF or CDF document, of any version. */
export function readRss({ head, entries, complete, hasMore }: XmlFeed, options: ReadOptions): FeedDocument {
  const feedBases: BaseUrls = { base: head.base ?? options.url };
  const url =
    plainLink(head, feedBases, 'link') ??
    alternateLink(head, feedBases, 'atom:link') ??
    webUrl(head.attributes.get('href'), feedBases);
  // A feed that another host serves was still written for the addresses of its own site.
  const bases = areDifferentSites(url, options.url)
    ? { base: url, feed: options.url }
    : { base: options.url ?? url };
  const language = languageTag(childText(head, 'language', 'dc:language') || head.language);
  const feed = { bases, language, context: JSON.stringify(['rss', bases, options.url, language]) };
  return documentOf({
    title: titleOf(head, options, 'title', 'dc:title', 'atom:title', 'itunes:title'),
    url,
    language,
    hints: pollingHintsOf(head),
    push: pushLinks(head, feedBases),
    truncated: !complete,
    hasMore,
    entries: entries.map((entry) => readItem(entry, feed, options)),
  });
}

const SUMMARIES = [
  'description',
  'dc:description',
  'abstract',
  'summary',
  'atom:summary',
  'itunes:summary',
  'dcterms:abstract',
  'media:description',
  'itunes:subtitle',
];
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
  'issued',
  'created',
  'dcterms:available',
  'dcterms:date',
  'issuedate',
];
const UPDATED = ['atom:updated', 'updated', 'dcterms:modified', 'modified', 'lastbuilddate', 'lastmod'];

interface FeedDefaults {
  readonly bases: BaseUrls;
  readonly language: string | undefined;
  /** All of the feed that its entries depend on. */
  readonly context: string;
}

function readItem(
  item: EntryElement,
  { bases, language, context }: FeedDefaults,
  options: ReadOptions,
): Entry {
  const dates = {
    published: firstDate(item, PUBLISHED, options.now),
    updated: firstDate(item, UPDATED, options.now),
  };
  const read = () =>
    entryOf({
      guid: childText(item, 'guid', 'id', 'atom:id', 'dc:identifier') || item.attributes.get('about')?.trim(),
      url: linkOf(item, bases) ?? fallbackLink(item, bases, options.url),
      title:
        titleOf(item, options, 'title', 'dc:title', 'atom:title', 'media:title', 'itunes:title') ||
        mediaText(item, options, 'media:title'),
      summary: textOf(item, options, ...SUMMARIES) || mediaText(item, options, 'media:description'),
      content: textOf(item, options, ...CONTENTS),
      ...dates,
      language: languageTag(childText(item, 'dc:language', 'language') || item.language) ?? language,
      authors: authors(item),
      categories: categories(item),
    });
  return options.known?.read(item, context, dates, read) ?? read();
}

function categories(item: FeedElement): string[] {
  const media = childrenNamed(item, 'media:group', 'media:content').flatMap((part) =>
    categoriesOf(part, 'media:category'),
  );
  const categories = categoriesOf(
    item,
    'category',
    'dc:subject',
    'atom:category',
    'itunes:category',
    'media:category',
  );
  const keywords = keywordsOf(item, 'tags', 'categories', 'itunes:keywords', 'media:keywords', 'keywords');
  return distinctNames([...categories, ...media, ...keywords]);
}

function linkOf(item: FeedElement, bases: BaseUrls): string | undefined {
  return (
    plainLink(item, bases, 'link') ??
    alternateLink(item, bases, 'atom:link') ??
    webUrl(item.attributes.get('href'), item.base === undefined ? bases : { base: item.base }) ??
    permalink(item, bases, 'guid', 'id', 'atom:id') ??
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

/**
 * Returns the authors in RSS and Dublin Core elements together, because those of RSS are often email addresses. If there are
 * none, returns the authors in the first other element that has any.
 */
function authors(item: FeedElement): string[] {
  const usual = distinctNames([...authorsOf(item, 'author'), ...authorsOf(item, 'dc:creator')]);
  if (usual.length > 0) return usual;
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

function mediaText(item: FeedElement, options: ReadOptions, name: string): string {
  for (const group of childrenNamed(item, 'media:group', 'media:content')) {
    const text = textOf(group, options, name);
    if (text !== '') return text;
  }
  return '';
}
