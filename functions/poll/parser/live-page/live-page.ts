import { hash64 } from '../../../shared/hash.ts';
import { isoDate } from '../dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from '../feed-document.ts';
import { languageTag } from '../fields/language-tag.ts';
import { MAX_ENTRIES } from '../limits.ts';
import type { ReadOptions } from '../text/element-text.ts';
import { cleanText, firstSentence } from './clean-text.ts';
import { distinctUpdates, type IdentifiedUpdate } from './distinct-updates.ts';
import { readJsonLd } from './json-ld.ts';
import { addressesOf, findLiveBlog, type LiveBlog } from './live-blog.ts';
import { PageAddress } from './page-address.ts';
import { type Page, readPage } from './page-reader.ts';
import { stringOf, textsOf, valuesOf } from './schema-node.ts';
import { contentKey, languageOf, readUpdates, textKey, type UpdateContext } from './updates.ts';

/** A coverage that ends later has no known end. */
const MAX_COVERAGE_MS = 10 * 366 * 86_400_000;

/**
 * Returns a web page's live blog (schema.org's LiveBlogPosting) as a feed of its updates, or undefined if the page has
 * none that can be read. A live blog without updates has a document without entries.
 */
export function readLivePage(source: string, options: ReadOptions): FeedDocument | undefined {
  const page = readPage(source);
  const address = new PageAddress(options.url, page.canonical, page.base);
  const jsonLd = readJsonLd(page.scripts);
  const context = { ...options, page: address };
  const written = readSource(findLiveBlog(jsonLd.values, address), context);
  const marked = readSource(findLiveBlog(page.items, address), context);
  // The last update may be incomplete.
  if (jsonLd.cut) written?.updates.pop();
  const isMarked = marked && (!written || marked.updates.length > written.updates.length);
  const blogs = (isMarked ? [marked, written] : [written, marked]).flatMap((found) => found ?? []);
  const [chosen] = blogs;
  if (!chosen) return undefined;
  const updates = isMarked && written ? withKnownIds(marked.updates, written.updates) : chosen.updates;
  const nodes = blogs.flatMap(({ blog }) => blog.nodes);
  const title = titleOf(page, nodes, options);
  const end = nodes.map((node) => stringOf(node, 'coverageEndTime')).find((found) => found !== '') ?? '';
  const coverageEnd = isoDate(end, options.now + MAX_COVERAGE_MS);
  return documentOf({
    title,
    url: address.url,
    language: languageOf(nodes.flatMap((node) => valuesOf(node, 'inLanguage'))) ?? languageTag(page.language),
    live: coverageEnd ? { coverageEnd } : {},
    truncated: jsonLd.cut === 'truncated' && !isMarked,
    hasMore: updates.length > MAX_ENTRIES || (jsonLd.cut === 'limit' && !isMarked),
    entries: entriesOf(updates.slice(0, MAX_ENTRIES), title),
  });
}

interface SourceUpdates {
  readonly blog: LiveBlog;
  readonly updates: IdentifiedUpdate[];
}

function readSource(blog: LiveBlog | undefined, context: UpdateContext): SourceUpdates | undefined {
  if (!blog) return undefined;
  for (const written of blog.nodes.flatMap(addressesOf)) context.page.addBlog(written);
  return { blog, updates: distinctUpdates(readUpdates(blog, context), context.page) };
}

/**
 * Replaces updates by the same ones in JSON-LD. It is often a little older than the page, and an update must keep its id
 * whichever of the two has more updates.
 */
function withKnownIds(
  marked: readonly IdentifiedUpdate[],
  written: readonly IdentifiedUpdate[],
): readonly IdentifiedUpdate[] {
  const known = new Map(written.flatMap((update) => keysOf(update).map((key) => [key, update] as const)));
  const used = new Set<IdentifiedUpdate>();
  return marked.map((update) => {
    const same = keysOf(update)
      .map((key) => known.get(key))
      .find((found) => found && !used.has(found));
    if (same) used.add(same);
    return same ?? update;
  });
}

function keysOf(update: IdentifiedUpdate): string[] {
  const { id, published, headline } = update;
  const minute = published?.slice(0, 16);
  return [
    ...(id ? [`id ${id}`] : []),
    ...(minute && headline ? [`headline ${minute} ${textKey(headline)}`] : []),
    `content ${contentKey(update)}`,
  ];
}

/** Returns the title of the live blog, or else of the page. */
function titleOf(page: Page, nodes: LiveBlog['nodes'], { render }: ReadOptions): string {
  const candidates = [
    ...nodes.flatMap((node) => textsOf(node, 'headline')),
    ...nodes.flatMap((node) => textsOf(node, 'name')),
    page.openGraphTitle,
    page.title,
  ];
  for (const candidate of candidates) {
    const title = cleanText(candidate, render, { headline: true });
    if (title !== '') return title;
  }
  return '';
}

function entriesOf(updates: readonly IdentifiedUpdate[], context: string): Entry[] {
  const guids = fallbackIds(updates);
  const contextKey = textKey(context);
  return updates.map((update) => {
    const { id, url, headline, content, published, updated, language, authors, categories } = update;
    const isOwnTitle = headline !== '' && textKey(headline) !== contextKey;
    return entryOf({
      guid: id === undefined ? guids.get(update) : guidOf(id, url),
      url,
      title: isOwnTitle ? headline : firstSentence(content) || headline,
      summary: '',
      content,
      published,
      updated,
      language,
      authors,
      categories,
      context,
    });
  });
}

/**
 * Returns an update's guid: its id. The diff takes an address as the guid of all items at that page, and ignores an anchor of
 * one or two digits, which numbers edits in some feeds. Such an anchor alone is a guid.
 */
function guidOf(id: string, url: string | undefined): string {
  return id === url ? (/#\d{1,2}$/.exec(id)?.[0] ?? id) : id;
}

/**
 * Returns ids for the updates without one. An id must not change when the text is corrected, and does not depend on the
 * position, because updates come first or last. It is the publication time, and the headline or the text only as far as the
 * time does not tell updates apart.
 */
function fallbackIds(updates: readonly IdentifiedUpdate[]): ReadonlyMap<IdentifiedUpdate, string> {
  const ids = new Map<IdentifiedUpdate, string>();
  let left = updates.filter(({ id }) => id === undefined);
  for (const idOf of FALLBACKS) {
    const groups = Map.groupBy(left, idOf);
    left = [];
    for (const [id, group] of groups) {
      const [only] = group;
      if (id !== undefined && group.length === 1 && only) ids.set(only, id);
      else for (const update of group) left.push(update);
    }
  }
  return ids;
}

const FALLBACKS: readonly ((update: IdentifiedUpdate) => string | undefined)[] = [
  ({ published }) => published,
  ({ published = '', headline }) =>
    headline ? `${published} ${hash64(textKey(headline))}`.trim() : undefined,
  (update) => `${update.published ?? ''} ${contentKey(update)}`.trim(),
];
