import type { AdvertisedFeed } from '../advertised-feeds.ts';
import { isoDate } from '../dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from '../feed-document.ts';
import { distinctNames } from '../fields/authors-and-categories.ts';
import { languageTag } from '../fields/language-tag.ts';
import { webUrl } from '../fields/web-url.ts';
import { MAX_ENTRIES } from '../limits.ts';
import type { ParseResult } from '../parse.ts';
import type { ReadOptions } from '../text/element-text.ts';
import { plainText } from '../text/plain-text.ts';
import { sitemapOffer } from './sitemap-offer.ts';
import { readSitemapEntries, type SitemapEntry, type SitemapField } from './sitemap-reader.ts';

/** Sitemaps of an index that are offered, and news sitemaps that the failure's text names. */
const MAX_OFFERED = 20;
const MAX_NAMED = 3;

/**
 * Returns the feed in a news sitemap: its latest 5,000 entries, in the order of the document. Returns a failure for a sitemap
 * without news entries, and for an index of sitemaps one that offers them. Returns undefined if the document is neither.
 */
export function readSitemap(source: string, options: ReadOptions): ParseResult | undefined {
  const found = new Map<string, FoundEntry>();
  let pages = 0;
  let news = 0;
  const root = readSitemapEntries(source, (entry, kind) => {
    pages++;
    if (entry.hasNews) news++;
    if (!entry.hasNews && kind === 'urlset') return;
    const url = webUrl(entry.fields.get('loc'), { base: options.url });
    if (url === undefined || found.has(url)) return;
    const isGuess = kind === 'sitemapindex' && sitemapOffer(url).guessed === true;
    found.set(url, { url, entry, isGuess, ...datesOf(entry, options.now) });
    // Removing many at a time takes linear time in all.
    if (found.size >= 2 * MAX_ENTRIES) keepBest(found, kind === 'urlset' ? latestFirst : newsFirst);
  });
  if (!root) return undefined;
  if (root.kind === 'sitemapindex')
    return indexFailure([...found.values()].sort(newsFirst).slice(0, MAX_OFFERED));
  // News leave a sitemap after two days, so that of a quiet site is often empty.
  const isQuiet = pages === 0 && root.declaresNews && root.complete;
  if (found.size === 0 && !isQuiet) {
    const without = root.complete ? 'without news entries' : 'truncated before its first news entry';
    return failure(
      news > 0
        ? 'a news sitemap whose entries have no valid <loc>; look for an RSS or Atom feed of the site'
        : `a sitemap ${without}; look for the site's news sitemap, which /robots.txt may name, or for an RSS or Atom feed`,
    );
  }
  keepBest(found, latestFirst);
  return { ok: true, feed: feedOf([...found.values()], !root.complete, options) };
}

interface FoundEntry {
  readonly url: string;
  readonly entry: SitemapEntry;
  /** The entry of an index is not known to be a news sitemap. */
  readonly isGuess: boolean;
  /** ISO dates. */
  readonly published: string | undefined;
  readonly modified: string | undefined;
}

function datesOf({ fields }: SitemapEntry, now: number): Pick<FoundEntry, 'published' | 'modified'> {
  const date = (field: SitemapField) => isoDate(fields.get(field) ?? '', now);
  return { published: date('publication_date'), modified: date('lastmod') };
}

/** Removes all but the first MAX_ENTRIES by rank. The others keep their order. */
function keepBest(found: Map<string, FoundEntry>, rank: (a: FoundEntry, b: FoundEntry) => number): void {
  for (const { url } of [...found.values()].sort(rank).slice(MAX_ENTRIES)) found.delete(url);
}

function latestFirst(a: FoundEntry, b: FoundEntry): number {
  return compareDates(a.published ?? a.modified, b.published ?? b.modified);
}

/** Compares sitemaps of an index: news sitemaps first, then those that changed last. */
function newsFirst(a: FoundEntry, b: FoundEntry): number {
  return Number(a.isGuess) - Number(b.isGuess) || compareDates(a.modified, b.modified);
}

/** Compares ISO dates: the latest first, missing ones last. */
function compareDates(a = '', b = ''): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

function indexFailure(sitemaps: readonly FoundEntry[]): ParseResult {
  const offered = sitemaps.map(({ url }) => sitemapOffer(url));
  const named = offered.filter(({ guessed }) => !guessed).map(({ url }) => url);
  if (named.length === 0)
    return failure(
      'a sitemap index without news sitemaps; look for an RSS or Atom feed of the site',
      offered,
    );
  const which = named.length > 1 ? 'one of its news sitemaps' : 'its news sitemap';
  const first = named.slice(0, MAX_NAMED).join(', ');
  return failure(`a sitemap index, not a feed; follow ${which} instead: ${first}`, offered);
}

function failure(detail: string, advertised: readonly AdvertisedFeed[] = []): ParseResult {
  return { ok: false, failure: { kind: 'malformed', detail }, advertised };
}

function feedOf(found: readonly FoundEntry[], truncated: boolean, options: ReadOptions): FeedDocument {
  const entries = found.map((one) => readEntry(one, options));
  const languages = new Set(entries.flatMap(({ language }) => language ?? []));
  return documentOf({
    // An empty document does not rename its feed.
    title: publicationName(found) || (found.length > 0 ? hostOf(options.url) : ''),
    language: languages.size === 1 ? [...languages][0] : undefined,
    truncated,
    entries,
  });
}

function readEntry(
  { url, entry: { fields }, published, modified }: FoundEntry,
  { render }: ReadOptions,
): Entry {
  const isUpdate = modified !== undefined && (published === undefined || modified > published);
  return entryOf({
    guid: url,
    url,
    title: render(fields.get('title') ?? '', { headline: true }),
    summary: '',
    content: '',
    published,
    updated: isUpdate ? modified : undefined,
    language: languageOf(fields.get('language')),
    authors: [],
    categories: keywordsIn(fields.get('keywords') ?? ''),
  });
}

/** Returns a language tag. Google allows codes of three letters, which queries do not use where there are two. */
function languageOf(written: string | undefined): string | undefined {
  return languageTag(written)?.replace(/^[a-z]{3}\b/, (code) => Intl.getCanonicalLocales(code)[0] ?? code);
}

/** Commas of all scripts, and semicolons. */
const SEPARATORS = /[,;\u060c\u061b\u3001\uff0c\uff1b]/;

function keywordsIn(text: string): string[] {
  return distinctNames(
    plainText(text)
      .split(SEPARATORS)
      .map((word) => word.trim()),
  );
}

/** Returns the most frequent name of the publication, the first of several, or ''. */
function publicationName(found: readonly FoundEntry[]): string {
  const counts = new Map<string, number>();
  for (const { entry } of found) {
    const name = plainText(entry.fields.get('name') ?? '');
    if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as const)[0];
}

function hostOf(url: string | undefined): string {
  return url === undefined ? '' : (URL.parse(url)?.host ?? '');
}
