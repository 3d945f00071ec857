import { isoDate } from './dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './feed-document.ts';
import { authorsOf, categoriesOf } from './fields/authors-and-categories.ts';
import { languageTag } from './fields/language-tag.ts';
import { alternateLink, fallbackLink, pushLinks, urlFromId } from './fields/links.ts';
import { pollingHintsOf } from './fields/polling-hints.ts';
import { areDifferentSites, type BaseUrls, webUrl } from './fields/web-url.ts';
import { type ReadOptions, textOf, titleOf } from './text/element-text.ts';
import { childrenNamed, childText, type EntryElement } from './xml/feed-element.ts';
import type { XmlFeed } from './xml/xml-feed.ts';

/** Returns the feed of an Atom 1.0 or 0.3 document. */
export function readAtom(
  { head, entries, complete, hasMore }: XmlFeed,
  commonOptions: ReadOptions,
): FeedDocument {
  const options: ReadOptions = { ...commonOptions, defaultType: 'text' };
  const authors = authorsOf(head, 'author');
  const base = options.url;
  const url = alternateLink(head, { base }, 'link');
  // According to RFC 4287, the feed's own address is the base. But a feed that another host serves was still written for the
  // addresses of its own site.
  const bases: BaseUrls = areDifferentSites(url, base) ? { base, site: url } : { base };
  const language = languageTag(head.language ?? childText(head, 'dc:language', 'language'));
  const context = JSON.stringify(['atom', bases, base, language, authors]);
  return documentOf({
    title: titleOf(head, options, 'title', 'dc:title'),
    url,
    language,
    hints: pollingHintsOf(head),
    push: pushLinks(head, { base }),
    truncated: !complete,
    hasMore,
    entries: entries.map((entry) => readEntry(entry, { bases, authors, language, context }, options)),
  });
}

interface FeedDefaults {
  readonly bases: BaseUrls;
  readonly authors: readonly string[];
  readonly language: string | undefined;
  /** All of the feed that its entries depend on. */
  readonly context: string;
}

function readEntry(entry: EntryElement, feed: FeedDefaults, options: ReadOptions): Entry {
  const date = (...names: string[]) => {
    for (const name of names) {
      const found = isoDate(childText(entry, name), options.now);
      if (found) return found;
    }
    return undefined;
  };
  const dates = {
    published: date('published', 'issued', 'created', 'dc:date', 'pubdate'),
    updated: date('updated', 'modified'),
  };
  const read = () => {
    const guid = childText(entry, 'id', 'guid');
    const authors = authorsOf(entry, 'author', 'dc:creator');
    const media = childrenNamed(entry, 'media:group')[0] ?? entry;
    const [content] = childrenNamed(entry, 'content');
    return entryOf({
      guid,
      url:
        alternateLink(entry, feed.bases, 'link') ??
        webUrl(
          content?.attributes.get('src'),
          content?.base === undefined ? feed.bases : { base: content.base },
        ) ??
        urlFromId(guid) ??
        fallbackLink(entry, feed.bases, options.url),
      title: titleOf(entry, options, 'title', 'dc:title') || titleOf(media, options, 'media:title'),
      summary:
        textOf(entry, options, 'summary', 'description') || textOf(media, options, 'media:description'),
      content: textOf(entry, options, 'content', 'content:encoded', 'xhtml:div'),
      ...dates,
      language: languageTag(entry.language) ?? feed.language,
      authors: authors.length > 0 ? authors : feed.authors,
      categories: categoriesOf(entry, 'category', 'dc:subject', 'media:category'),
    });
  };
  return options.known?.read(entry, feed.context, dates, read) ?? read();
}
