import { isoDate } from './dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './feed-document.ts';
import { authorsOf, categoriesOf } from './fields/authors-and-categories.ts';
import { languageTag } from './fields/language-tag.ts';
import { alternateLink, fallbackLink, urlFromId } from './fields/links.ts';
import { pollingHintsOf } from './fields/polling-hints.ts';
import { areDifferentSites, type BaseUrls, webUrl } from './fields/web-url.ts';
import { type ReadOptions, textOf, titleOf } from './text/element-text.ts';
import { childrenNamed, childText, type FeedElement } from './xml/feed-element.ts';
import type { XmlFeed } from './xml/xml-feed.ts';

/** Atom 1.0 and 0.3. */
export function readAtom({ head, entries, complete, hasMore }: XmlFeed, context: ReadOptions): FeedDocument {
  const reading: ReadOptions = { ...context, defaultType: 'text' };
  const authors = authorsOf(head, 'author');
  const base = reading.url;
  const url = alternateLink(head, { base }, 'link');
  // By RFC 4287 the feed's own address is the base. What another host serves was written for its site all the same.
  const start: BaseUrls = areDifferentSites(url, base) ? { base, site: url } : { base };
  return documentOf({
    title: titleOf(head, reading, 'title', 'dc:title'),
    url,
    language: languageTag(head.language ?? childText(head, 'dc:language', 'language')),
    hints: pollingHintsOf(head),
    partial: !complete,
    hasMore,
    entries: entries.map((entry) => readEntry(entry, { start, authors }, reading)),
  });
}

interface Feed {
  readonly start: BaseUrls;
  readonly authors: readonly string[];
}

function readEntry(entry: FeedElement, feed: Feed, reading: ReadOptions): Entry {
  const guid = childText(entry, 'id', 'guid');
  const date = (...names: string[]) => {
    for (const name of names) {
      const found = isoDate(childText(entry, name), reading.now);
      if (found) return found;
    }
    return undefined;
  };
  const own = authorsOf(entry, 'author', 'dc:creator');
  const media = childrenNamed(entry, 'media:group')[0] ?? entry;
  const [source] = childrenNamed(entry, 'content');
  return entryOf({
    guid,
    url:
      alternateLink(entry, feed.start, 'link') ??
      webUrl(
        source?.attributes.get('src'),
        source?.base === undefined ? feed.start : { base: source.base },
      ) ??
      urlFromId(guid) ??
      fallbackLink(entry, feed.start, reading.url),
    title: titleOf(entry, reading, 'title', 'dc:title') || titleOf(media, reading, 'media:title'),
    summary: textOf(entry, reading, 'summary', 'description') || textOf(media, reading, 'media:description'),
    content: textOf(entry, reading, 'content', 'content:encoded', 'xhtml:div'),
    published: date('published', 'issued', 'created', 'dc:date', 'pubdate'),
    updated: date('updated', 'modified'),
    language: languageTag(entry.language),
    authors: own.length > 0 ? own : feed.authors,
    categories: categoriesOf(entry, 'category', 'dc:subject', 'media:category'),
  });
}
