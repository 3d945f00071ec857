import type { PushLinks } from '../feed-document.ts';
import { childrenNamed, type FeedElement, firstNonEmpty, rawText } from '../xml/feed-element.ts';
import { type BaseUrls, MAX_URL, webUrl } from './web-url.ts';

/** Returns the web address of a link. An xml:base takes precedence. Keeps a relative address if no base is known. */
function linkUrl(text: string | undefined, xmlBase: string | undefined, bases: BaseUrls): string | undefined {
  const effectiveBases = xmlBase === undefined ? bases : { base: xmlBase };
  const url = webUrl(text, effectiveBases);
  if (url || effectiveBases.base !== undefined) return url;
  const path = text?.trim() ?? '';
  const isRelative = path !== '' && path.length <= MAX_URL && !/^[a-z][a-z\d+.-]*:|\s/i.test(path);
  return isRelative ? path : undefined;
}

/** Some feeds write a link relation as its IANA address. */
const IANA = /^https?:\/\/www\.iana\.org\/assignments\/(link-)?relations?\//;

interface Link {
  readonly rel: string;
  readonly type: string;
  readonly url: string;
}

function linksOf(element: FeedElement, bases: BaseUrls, names: readonly string[]): Link[] {
  return childrenNamed(element, ...names).flatMap(({ attributes, text, base }) => {
    const rel = (attributes.get('rel')?.trim().toLowerCase() || 'alternate').replace(IANA, '');
    const url = linkUrl(attributes.get('href') || text, base ?? element.base, bases);
    return url ? [{ rel, url, type: attributes.get('type')?.toLowerCase() ?? '' }] : [];
  });
}

/** Returns the page that an Atom element links to: its alternate link. A link without rel is an alternate. */
export function alternateLink(
  element: FeedElement,
  bases: BaseUrls,
  ...names: readonly string[]
): string | undefined {
  const pages = linksOf(element, bases, names).filter(({ rel }) => rel === 'alternate');
  return (pages.find(({ type }) => type === '' || type.includes('html')) ?? pages[0])?.url;
}

/** Returns the WebSub hubs that a feed names, with its own address; undefined if it names none. */
export function pushLinks(head: FeedElement, bases: BaseUrls): PushLinks | undefined {
  const links = linksOf(head, bases, ['link', 'atom:link']);
  const withRel = (name: string) => links.filter(({ rel }) => rel === name).map(({ url }) => url);
  const hubs = withRel('hub');
  const [topic] = withRel('self');
  return hubs.length > 0 ? { hubs, ...(topic ? { topic } : {}) } : undefined;
}

/** Returns the first link in a text or an attribute, as in RSS. */
export function plainLink(
  element: FeedElement,
  bases: BaseUrls,
  ...names: readonly string[]
): string | undefined {
  for (const link of childrenNamed(element, ...names)) {
    const { attributes, base } = link;
    const rel = attributes.get('rel')?.trim().toLowerCase();
    const isPage = rel === undefined || rel === 'alternate';
    // The markup of an unclosed link is the rest of the item.
    const written = link.text.trim() || rawText(link) || (isPage ? attributes.get('href') : '');
    const url = linkUrl(written || attributes.get('resource'), base ?? element.base, bases);
    if (url) return url;
  }
  return undefined;
}

/** Returns an identifier that is also the page's address, such as a guid that is a permalink. */
export function permalink(
  element: FeedElement,
  bases: BaseUrls,
  ...names: readonly string[]
): string | undefined {
  const id = firstNonEmpty(element, ...names);
  const claim = id?.attributes.get('ispermalink')?.trim().toLowerCase();
  if (!id || claim === 'false') return undefined;
  const isPath = claim === 'true' && id.text.trim().startsWith('/');
  return isPath ? linkUrl(id.text, id.base, bases) : urlFromId(id.text);
}

/** Returns an identifier as an address if it begins with http, https or "www.". */
export function urlFromId(id: string): string | undefined {
  return /^\s*(?:https?:|www\.[^\s/]+\.[^\s/]+(?:\/|$))/i.test(id) ? webUrl(id.trim()) : undefined;
}

const OWN_PAGE_RELS = ['canonical', 'bookmark', 'permalink', 'shortlink'];
const RELATED_PAGE_RELS = ['via', 'related', 'self', 'replies'];

/**
 * Returns an address for an entry without a link to its page: another form of its page, then its audio or video, then a
 * related page. Never returns an image, since many entries may share one, or `feedUrl`, which some entries give as "self".
 */
export function fallbackLink(
  entry: FeedElement,
  bases: BaseUrls,
  feedUrl: string | undefined,
): string | undefined {
  const links = linksOf(entry, bases, ['link', 'atom:link']).filter(({ url }) => url !== feedUrl);
  const withRel = (...rels: readonly string[]) => links.filter(({ rel }) => rels.includes(rel));
  const ownPages = [
    ...withRel(...OWN_PAGE_RELS),
    ...withRel('self').filter(({ type }) => type.includes('html')),
  ];
  const relatedPages = RELATED_PAGE_RELS.flatMap((rel) => withRel(rel));
  return (
    plainLink(entry, bases, 'feedburner:origlink') ??
    ownPages[0]?.url ??
    withRel('enclosure').find(({ type, url }) => !isImage(type, url))?.url ??
    mediaUrl(entry, bases) ??
    relatedPages[0]?.url ??
    plainLink(entry, bases, 'comments')
  );
}

/** enc:enclosure is from RSS 1.0's mod_enclosure. */
const MEDIA_ELEMENTS = ['enclosure', 'enc:enclosure', 'media:content', 'media:player'];

function mediaUrl(entry: FeedElement, bases: BaseUrls): string | undefined {
  const groups = [entry, ...childrenNamed(entry, 'media:group')];
  for (const media of groups.flatMap((group) => childrenNamed(group, ...MEDIA_ELEMENTS))) {
    const { attributes, base, name } = media;
    const written =
      attributes.get('url') || attributes.get('href') || attributes.get('resource') || media.text;
    const url = linkUrl(written, base ?? entry.base, bases);
    const type = `${attributes.get('medium') ?? ''} ${attributes.get('type') ?? ''}`.trim();
    // Most media:content without a type is an image.
    if (url && !isImage(type, url) && (name !== 'media:content' || type !== '' || isRecording(url)))
      return url;
  }
  return undefined;
}

/** Returns whether an address has an extension of audio or video. */
function isRecording(url: string): boolean {
  return /\.(?:mp[34]|m4[abv]|m3u8|og[agv]|opus|aac|flac|wav|web[ma]|mov|mkv)(?:[?#]|$)/i.test(url);
}

/** Returns whether a media type or an extension is an image's. */
export function isImage(type: string, url: string): boolean {
  return /\bimage\b/i.test(type) || /\.(?:jpe?g|png|gif|webp|svg|avif|bmp|ico)(?:[?#]|$)/i.test(url);
}
