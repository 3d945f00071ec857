import { isElsewhere, type Start, webUrl } from './address.ts';
import { isoDate } from './dates.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './document.ts';
import { all, type FeedElement, wordOf } from './elements.ts';
import { hintsOf } from './hints.ts';
import { languageTag } from './language.ts';
import { addressIn, alternateLink, lastLink } from './links.ts';
import { authorsOf, categoriesOf } from './people.ts';
import { headlineOf, type Reading, textOf } from './texts.ts';
import type { XmlFeed } from './xml.ts';

/** Atom 1.0 and 0.3. */
export function readAtom({ head, entries, complete, hasMore }: XmlFeed, context: Reading): FeedDocument {
  const reading: Reading = { ...context, untyped: 'text' };
  const authors = authorsOf(head, 'author');
  const base = reading.url;
  const url = alternateLink(head, { base }, 'link');
  // By RFC 4287 the feed's own address is the base. What another host serves was written for its site all the same.
  const start: Start = isElsewhere(url, base) ? { base, site: url } : { base };
  return documentOf({
    title: headlineOf(head, reading, 'title', 'dc:title'),
    url,
    language: languageTag(head.language ?? wordOf(head, 'dc:language', 'language')),
    hints: hintsOf(head),
    partial: !complete,
    hasMore,
    entries: entries.map((entry) => readEntry(entry, { start, authors }, reading)),
  });
}

interface Feed {
  readonly start: Start;
  readonly authors: readonly string[];
}

function readEntry(entry: FeedElement, feed: Feed, reading: Reading): Entry {
  const guid = wordOf(entry, 'id', 'guid');
  const date = (...names: string[]) => {
    for (const name of names) {
      const found = isoDate(wordOf(entry, name), reading.now);
      if (found) return found;
    }
    return undefined;
  };
  const own = authorsOf(entry, 'author', 'dc:creator');
  const media = all(entry, 'media:group')[0] ?? entry;
  const [source] = all(entry, 'content');
  return entryOf({
    guid,
    url:
      alternateLink(entry, feed.start, 'link') ??
      webUrl(
        source?.attributes.get('src'),
        source?.base === undefined ? feed.start : { base: source.base },
      ) ??
      addressIn(guid) ??
      lastLink(entry, feed.start, reading.url),
    title: headlineOf(entry, reading, 'title', 'dc:title') || headlineOf(media, reading, 'media:title'),
    summary: textOf(entry, reading, 'summary', 'description') || textOf(media, reading, 'media:description'),
    content: textOf(entry, reading, 'content', 'content:encoded', 'xhtml:div'),
    published: date('published', 'issued', 'created', 'dc:date', 'pubdate'),
    updated: date('updated', 'modified'),
    language: languageTag(entry.language),
    authors: own.length > 0 ? own : feed.authors,
    categories: categoriesOf(entry, 'category', 'dc:subject', 'media:category'),
  });
}
