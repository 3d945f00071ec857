import { childrenNamed, type FeedElement, firstNonEmpty, rawText } from '../xml/feed-element.ts';
import { type BaseUrls, MAX_URL, webUrl } from './web-url.ts';

/** As webUrl; an xml:base counts first. Where nothing is known that a relative address could start from, it stays as it is. */
function linkUrl(text: string | undefined, xmlBase: string | undefined, start: BaseUrls): string | undefined {
  const from = xmlBase === undefined ? start : { base: xmlBase };
  const url = webUrl(text, from);
  if (url || from.base !== undefined) return url;
  const path = text?.trim() ?? '';
  const isRelative = path !== '' && path.length <= MAX_URL && !/^[a-z][a-z\d+.-]*:|\s/i.test(path);
  return isRelative ? path : undefined;
}

const IANA = /^https?:\/\/www\.iana\.org\/assignments\/(link-)?relations?\//;

interface Link {
  readonly rel: string;
  readonly type: string;
  readonly url: string;
}

function linksOf(element: FeedElement, start: BaseUrls, names: readonly string[]): Link[] {
  return childrenNamed(element, ...names).flatMap(({ attributes, text, base }) => {
    const rel = (attributes.get('rel')?.trim().toLowerCase() || 'alternate').replace(IANA, '');
    const url = linkUrl(attributes.get('href') || text, base ?? element.base, start);
    return url ? [{ rel, url, type: attributes.get('type')?.toLowerCase() ?? '' }] : [];
  });
}

/** The page that an Atom element links to: a link without rel is one to it; enclosures and the feed itself are not. */
export function alternateLink(
  element: FeedElement,
  start: BaseUrls,
  ...names: readonly string[]
): string | undefined {
  const pages = linksOf(element, start, names).filter(({ rel }) => rel === 'alternate');
  return (pages.find(({ type }) => type === '' || type.includes('html')) ?? pages[0])?.url;
}

/** The first link that is a text or an attribute, as RSS has it. */
export function plainLink(
  element: FeedElement,
  start: BaseUrls,
  ...names: readonly string[]
): string | undefined {
  for (const link of childrenNamed(element, ...names)) {
    const { attributes, base } = link;
    const rel = attributes.get('rel')?.trim().toLowerCase();
    const isPage = rel === undefined || rel === 'alternate';
    // Of a link that was not closed, what follows it in the item is markup.
    const written = link.text.trim() || rawText(link) || (isPage ? attributes.get('href') : '');
    const url = linkUrl(written || attributes.get('resource'), base ?? element.base, start);
    if (url) return url;
  }
  return undefined;
}

/** An identifier that is itself the page's address, such as a guid that is a permalink. */
export function permalink(
  element: FeedElement,
  start: BaseUrls,
  ...names: readonly string[]
): string | undefined {
  const id = firstNonEmpty(element, ...names);
  const claim = id?.attributes.get('ispermalink')?.trim().toLowerCase();
  if (!id || claim === 'false') return undefined;
  const isPath = claim === 'true' && id.text.trim().startsWith('/');
  return isPath ? linkUrl(id.text, id.base, start) : urlFromId(id.text);
}

/** An identifier as an address, if it begins with a scheme, or with "www.". */
export function urlFromId(id: string): string | undefined {
  return /^\s*(?:https?:|www\.[^\s/]+\.[^\s/]+(?:\/|$))/i.test(id) ? webUrl(id.trim()) : undefined;
}

const OWN_PAGES = ['canonical', 'bookmark', 'permalink', 'shortlink'];
const NEAR_PAGES = ['via', 'related', 'self', 'replies'];

/**
 * An address for an entry that names no page of its own: another form of its page, what it has to hear or to watch, then pages
 * that are about it. Never a picture, since many entries may have the same. `feedUrl` is what an entry's "self" must not be.
 */
export function fallbackLink(
  entry: FeedElement,
  start: BaseUrls,
  feedUrl: string | undefined,
): string | undefined {
  const links = linksOf(entry, start, ['link', 'atom:link']).filter(({ url }) => url !== feedUrl);
  const by = (...rels: readonly string[]) => links.filter(({ rel }) => rels.includes(rel));
  const own = [...by(...OWN_PAGES), ...by('self').filter(({ type }) => type.includes('html'))];
  const near = NEAR_PAGES.flatMap((rel) => by(rel));
  return (
    plainLink(entry, start, 'feedburner:origlink') ??
    own[0]?.url ??
    by('enclosure').find(({ type, url }) => !isImage(type, url))?.url ??
    mediaUrl(entry, start) ??
    near[0]?.url ??
    plainLink(entry, start, 'comments')
  );
}

/** RSS 1.0 has enclosures of its own (mod_enclosure). */
const MEDIA = ['enclosure', 'enc:enclosure', 'media:content', 'media:player'];

function mediaUrl(entry: FeedElement, start: BaseUrls): string | undefined {
  const groups = [entry, ...childrenNamed(entry, 'media:group')];
  for (const media of groups.flatMap((group) => childrenNamed(group, ...MEDIA))) {
    const { attributes, base, name } = media;
    const written =
      attributes.get('url') || attributes.get('href') || attributes.get('resource') || media.text;
    const url = linkUrl(written, base ?? entry.base, start);
    const type = `${attributes.get('medium') ?? ''} ${attributes.get('type') ?? ''}`.trim();
    // Most media without a type are pictures.
    if (url && !isImage(type, url) && (name !== 'media:content' || type !== '' || isRecording(url)))
      return url;
  }
  return undefined;
}

/** By the name of a file. */
function isRecording(url: string): boolean {
  return /\.(?:mp[34]|m4[abv]|m3u8|og[agv]|opus|aac|flac|wav|web[ma]|mov|mkv)(?:[?#]|$)/i.test(url);
}

/** By a media type, or by the name of a file. */
export function isImage(type: string, url: string): boolean {
  return /\bimage\b/i.test(type) || /\.(?:jpe?g|png|gif|webp|svg|avif|bmp|ico)(?:[?#]|$)/i.test(url);
}
