import RssParser from 'rss-parser';
import utils from 'rss-parser/lib/utils.js';
import { isoDate } from './dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './feed-document.ts';
import { distinctNames } from './fields/authors-and-categories.ts';
import { urlFromId } from './fields/links.ts';
import { webUrl } from './fields/web-url.ts';
import { MAX_DEPTH, MAX_ENTRIES } from './limits.ts';
import { plainText } from './text/plain-text.ts';

// rss-parser makes a "snippet" of every content with a regular expression that is quadratic in it: 200 KB of "<" take
// 40 seconds; and markup again of content that is XML, until its stack is full. We make plain text of our own.
utils.getSnippet = () => '';
utils.getContent = () => '';
// Its own takes <link>https://…</link> in an Atom feed for a reason to give up the feed, and any link for the page's.
utils.getLink = pageLink;

// sax, below rss-parser, tests all of a declaration again at each of its characters: one of 200 KB takes 100 seconds.
const LONG_DECLARATION = /<!(?!--|\[CDATA\[|DOCTYPE)[^>]{200}/i;

const PARSE_DEADLINE_MS = 5_000;

/** As rss-parser reads it; undefined where it cannot. Loaded only when it is asked: parse.ts says when. */
export async function readWithRssParser(
  source: string,
  base: string | undefined,
  now: number,
): Promise<FeedDocument | undefined> {
  if (LONG_DECLARATION.test(source)) return undefined;
  try {
    const document = await withDeadline(newParser().parseString(source));
    return read(document as unknown as RawFeed, base, now);
  } catch {
    return undefined;
  }
}

class FeedParser extends RssParser {
  // rss-parser's own throws for one wrong date, and all entries of the feed are lost.
  parseItemAtom(entry: unknown): RawItem {
    const nodes = (name: string) => list(field(entry, name));
    return {
      id: nodes('id'),
      titleNodes: nodes('title'),
      link: pageLink(nodes('link')),
      pubDate: textOf(nodes('published')) || textOf(nodes('updated')),
      updatedNodes: nodes('updated'),
      summary: nodes('summary')[0],
      content: nodes('content')[0],
      authorNodes: nodes('author'),
      categoryNodes: nodes('category'),
    };
  }
}

// One parser per document: what a hostile one leaves behind in a shared parser can break the next.
function newParser() {
  const all = { keepArray: true };
  return new FeedParser({
    defaultRSS: 2,
    customFields: {
      item: [
        ['title', 'titleNodes', all],
        ['updated', 'updatedNodes', all],
        ['dc:creator', 'creatorNodes', all],
        ['author', 'authorNodes', all],
        ['category', 'categoryNodes', all],
        ['dc:subject', 'categoryNodes', all],
        ['description', 'descriptionNodes', all],
      ],
    },
  } as ConstructorParameters<typeof RssParser>[0]);
}

// A document can leave the parser waiting for an event that never comes.
async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the parser gave no answer')), PARSE_DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** rss-parser's result; every field may also be an xml2js node where a text is expected. */
type RawFeed = Readonly<Record<string, unknown>> & { readonly items: readonly RawItem[] };
type RawItem = Readonly<Record<string, unknown>>;

function read(raw: RawFeed, base: string | undefined, now: number): FeedDocument {
  const url = webUrl(textOf(raw.link), { base });
  return documentOf({
    title: plainText(textOf(raw.title), { headline: true }),
    url,
    entries: raw.items.slice(0, MAX_ENTRIES).map((item) => readEntry(item, base ?? url, now)),
  });
}

function readEntry(raw: RawItem, base: string | undefined, now: number): Entry {
  const guid = textOf(raw.guid ?? raw.id ?? raw['rdf:about']).trim();
  return entryOf({
    guid,
    url: webUrl(textOf(raw.link), { base }) ?? urlFromId(guid),
    title: plainText(htmlOf(list(raw.titleNodes)[0] ?? raw.title), { headline: true }),
    summary: plainText(htmlOf(list(raw.descriptionNodes)[0] ?? raw.summary)),
    content: plainText(htmlOf(raw['content:encoded'] ?? raw.content)),
    published: isoDate(textOf(raw.pubDate), now) ?? isoDate(textOf(raw.date), now),
    updated: isoDate(textOf(list(raw.updatedNodes)[0]), now),
    authors: distinctNames([...list(raw.authorNodes), ...list(raw.creatorNodes)].map(authorName)),
    categories: distinctNames(list(raw.categoryNodes).map(categoryName)),
  });
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The text of a value that may be a string, an xml2js node, or a list of either. */
function textOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return textOf(value[0], depth);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return '';
  const own = field(value, '_');
  return own === undefined
    ? children(value)
        .map(([, child]) => textOf(child, depth + 1))
        .join(' ')
    : textOf(own);
}

/** As textOf, for texts that are HTML. Elements that a feed has not escaped become HTML again, in the order of their names. */
function htmlOf(value: unknown): string {
  const node = Array.isArray(value) ? value[0] : value;
  return children(node).length === 0 ? textOf(node) : markupOf(node, 0);
}

function markupOf(node: unknown, depth: number): string {
  if (typeof node === 'string') return node.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  if (depth > MAX_DEPTH) return '';
  const inner = children(node).map(([name, child]) => `<${name}>${markupOf(child, depth + 1)}</${name}>`);
  return [markupOf(field(node, '_') ?? '', depth + 1), ...inner].join('');
}

/** The elements in an xml2js node, as name and node; "$" holds its attributes and "_" its own text. */
function children(node: unknown): [string, unknown][] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node)
    .filter(([name]) => name !== '$' && name !== '_')
    .flatMap(([name, nodes]) => list(nodes).map((child): [string, unknown] => [name, child]));
}

/** The address of the page that an Atom feed or entry is about: a link without rel is one to it. */
function pageLink(links: readonly unknown[]): string | undefined {
  const attribute = (link: unknown, name: string) => field(field(link, '$'), name);
  const page = links.find((link) => (attribute(link, 'rel') ?? 'alternate') === 'alternate');
  const href = attribute(page ?? links[0], 'href');
  return typeof href === 'string' ? href : textOf(page);
}

function authorName(node: unknown): string {
  return plainText(textOf(field(node, 'name') ?? node));
}

function categoryName(node: unknown): string {
  const { label, term } = (field(node, '$') ?? {}) as { label?: string; term?: string };
  return plainText(label || term || textOf(node));
}
