import { isoDate } from './dates.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './document.ts';
import { all, type FeedElement, wordOf } from './elements.ts';
import { hintsOf } from './hints.ts';
import { languageTag } from './language.ts';
import { alternateLink, webUrl } from './links.ts';
import { authorsOf, categoriesOf } from './people.ts';
import { headlineOf, type Reading, textOf } from './texts.ts';
import type { XmlFeed } from './xml.ts';

/** Atom 1.0 and 0.3. */
export function readAtom({ head, entries, complete }: XmlFeed, reading: Reading): FeedDocument {
  const authors = authorsOf(head, 'author');
  return documentOf({
    title: headlineOf(head, reading, 'title', 'dc:title'),
    url: alternateLink(head, 'link'),
    language: languageTag(head.language ?? wordOf(head, 'dc:language', 'language')),
    hints: hintsOf(head),
    partial: !complete,
    entries: entries.map((entry) => readEntry(entry, authors, reading)),
  });
}

function readEntry(entry: FeedElement, feedAuthors: readonly string[], reading: Reading): Entry {
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
  return entryOf({
    guid,
    url:
      alternateLink(entry, 'link') ??
      webUrl(all(entry, 'content')[0]?.attributes.get('src'), entry.base) ??
      webUrl(guid, undefined),
    title: headlineOf(entry, reading, 'title', 'dc:title') || headlineOf(media, reading, 'media:title'),
    summary: textOf(entry, reading, 'summary', 'description') || textOf(media, reading, 'media:description'),
    content: textOf(entry, reading, 'content', 'content:encoded', 'xhtml:div'),
    published: date('published', 'issued', 'created', 'dc:date', 'pubdate'),
    updated: date('updated', 'modified'),
    language: languageTag(entry.language),
    authors: own.length > 0 ? own : feedAuthors,
    categories: categoriesOf(entry, 'category', 'dc:subject', 'media:category'),
  });
}
