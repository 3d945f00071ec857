import RssParser from 'rss-parser';
import utils from 'rss-parser/lib/utils.js';
import { isoDate } from './dates/iso-date.ts';
import { documentOf, type Entry, entryOf, type FeedDocument } from './feed-document.ts';
import { distinctNames } from './fields/authors-and-categories.ts';
import { urlFromId } from './fields/links.ts';
import { webUrl } from './fields/web-url.ts';
import { MAX_DEPTH, MAX_ENTRIES } from './limits.ts';
import { plainText } from './text/plain-text.ts';

// rss-parser makes a "snippet" of every content with a regular expression that takes quadratic time: 40 seconds for 200 KB
// of "<". It also turns XML content back into markup, until its stack overflows. We make our own plain text.
utils.getSnippet = () => '';
utils.getContent = () => '';
// rss-parser's own getLink rejects an Atom feed with <link>https://…</link>, and takes any link for the page's.
utils.getLink = pageLink;

// sax, which rss-parser uses, tests the whole declaration again at each of its characters: a declaration of 200 KB takes 100
// seconds.
const LONG_DECLARATION = /<!(?!--|\[CDATA\[|DOCTYPE)[^>]{200}/i;

const PARSE_DEADLINE_MS = 5_000;

/** Returns the feed that rss-parser finds, or undefined if it finds none. Loaded only when parse.ts needs it. */
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
  // rss-parser's own method throws on a single invalid date, which loses all entries of the feed.
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

// One parser per document: a hostile document could break the next one in a shared parser.
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

// Some documents leave the parser waiting for an event that never comes.
async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('rss-parser timed out')), PARSE_DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The result of rss-parser. Any field may be an xml2js node instead of a text. */
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

/** Returns the text of a string, an xml2js node, or the first of a list of either. */
function textOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return textOf(value[0], depth);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return '';
  const ownText = field(value, '_');
  return ownText === undefined
    ? children(value)
        .map(([, child]) => textOf(child, depth + 1))
        .join(' ')
    : textOf(ownText);
}

/** Returns a value's text as HTML. Unescaped elements become HTML again, grouped by their names. */
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

/** Returns the child elements of an xml2js node, as name and node. "$" holds its attributes and "_" its own text. */
function children(node: unknown): [string, unknown][] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node)
    .filter(([name]) => name !== '$' && name !== '_')
    .flatMap(([name, nodes]) => list(nodes).map((child): [string, unknown] => [name, child]));
}

/** Returns the address of an Atom feed's or entry's page: its alternate link. A link without rel is an alternate. */
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
