/** The format of a feed, by its root element. */
export type FeedKind = 'rss' | 'atom' | 'cdf';

export const ROOT_ELEMENTS: ReadonlyMap<string, FeedKind> = new Map([
  ['rss', 'rss'],
  ['rdf', 'rss'],
  ['feed', 'atom'],
  ['channel', 'cdf'],
]);
export const ENTRY_ELEMENTS: ReadonlySet<string> = new Set(['item', 'entry']);

/** Elements with child elements that we read. The content of all other elements is a text. */
export const CONTAINER_ELEMENTS: ReadonlySet<string> = new Set([
  'author',
  'contributor',
  'atom:author',
  'itunes:category',
  'media:group',
  'media:content',
  'skiphours',
  'skipdays',
]);

/** The elements of a feed or an entry that we keep. */
export const KEPT_ELEMENTS: ReadonlySet<string> = new Set(
  `title link description guid id pubdate published updated modified issued created date author contributor managingeditor
  webmaster category categories tags keywords subject summary content body fullitem tagline subtitle language abstract
  issuedate lastbuilddate name email uri url ttl skiphours skipdays hour day creator encoded lastmod
  dc:title dc:description dc:creator dc:author dc:contributor dc:date dc:subject dc:language dc:identifier dc:publisher
  dc:source dcterms:created dcterms:issued dcterms:modified dcterms:available dcterms:date dcterms:alternative
  dcterms:abstract dcterms:valid content:encoded xhtml:body xhtml:div
  enclosure enc:enclosure comments
  media:group media:content media:player media:title media:description media:category media:keywords media:credit
  itunes:title itunes:subtitle itunes:summary itunes:author itunes:category itunes:keywords itunes:name
  sy:updateperiod sy:updatefrequency feedburner:origlink
  atom:link atom:title atom:id atom:updated atom:published atom:summary atom:content atom:author atom:category
  atom:name atom:email`.split(/\s+/),
);

/** Elements that HTML does not have. If one appears within a text, the text was not closed. */
const NEVER_IN_TEXT = new Set([
  'item',
  'entry',
  'guid',
  'pubdate',
  'description',
  'content:encoded',
  'dc:date',
]);

/** Elements with short texts, which never contain a link to the page. */
const SHORT_TEXTS = new Set(['title', 'guid', 'id', 'pubdate', 'published', 'updated', 'link']);
const NEVER_IN_SHORT = new Set([
  'link',
  'title',
  'summary',
  'content',
  'id',
  'updated',
  'published',
  'category',
]);
/** Elements that may follow a link in RSS. */
const NEVER_IN_LINK = new Set(['author', 'comments', 'enclosure', 'source', 'dc:creator', 'media:content']);

/** Returns whether a tag shows that the text around it was not closed. `isDirect`: the tag is a direct child of the text. */
export function impliesTextEnd(text: string, tag: string, isDirect: boolean): boolean {
  if (NEVER_IN_TEXT.has(tag)) return true;
  if (!isDirect || !SHORT_TEXTS.has(text)) return false;
  return NEVER_IN_SHORT.has(tag) || (text === 'link' && NEVER_IN_LINK.has(tag));
}
