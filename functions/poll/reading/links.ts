import { all, type FeedElement, first, textIn } from './elements.ts';

/** Longer is no address that anyone could follow. */
const LONGEST_URL = 2_000;

/** An address as a web address, or undefined where it is none. */
export function webUrl(text: string | undefined, base: string | undefined): string | undefined {
  if (!text || text.length > LONGEST_URL * 2) return undefined;
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > LONGEST_URL) return undefined;
  const url = URL.parse(trimmed, base);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/** As webUrl; where nothing is known that a relative address could start from, it stays as it is. */
function linkUrl(text: string | undefined, base: string | undefined): string | undefined {
  const url = webUrl(text, base);
  if (url || base !== undefined) return url;
  const path = text?.trim() ?? '';
  const isRelative = path !== '' && path.length <= LONGEST_URL && !/^[a-z][a-z\d+.-]*:|\s/i.test(path);
  return isRelative ? path : undefined;
}

const IANA = /^https?:\/\/www\.iana\.org\/assignments\/(link-)?relations?\//;

/** The page that an Atom element links to: a link without rel is one to it; enclosures and the feed itself are not. */
export function alternateLink(element: FeedElement, ...names: readonly string[]): string | undefined {
  const pages: { url: string; isHtml: boolean }[] = [];
  for (const { attributes, text, base } of all(element, ...names)) {
    const rel = (attributes.get('rel')?.trim().toLowerCase() || 'alternate').replace(IANA, '');
    const url = linkUrl(attributes.get('href') || text, base ?? element.base);
    if (url && rel === 'alternate')
      pages.push({ url, isHtml: /html/i.test(attributes.get('type') ?? 'html') });
  }
  return (pages.find(({ isHtml }) => isHtml) ?? pages[0])?.url;
}

/** The first link that is a text or an attribute, as RSS has it. */
export function plainLink(element: FeedElement, ...names: readonly string[]): string | undefined {
  for (const link of all(element, ...names)) {
    const { attributes, base } = link;
    const rel = attributes.get('rel')?.trim().toLowerCase();
    const isPage = rel === undefined || rel === 'alternate';
    const written = textIn(link) || (isPage ? attributes.get('href') : '');
    const url = linkUrl(written || attributes.get('resource'), base ?? element.base);
    if (url) return url;
  }
  return undefined;
}

/** An identifier that is itself the page's address, such as a guid that is a permalink. */
export function permalink(element: FeedElement, ...names: readonly string[]): string | undefined {
  const id = first(element, ...names);
  if (!id || id.attributes.get('ispermalink')?.trim().toLowerCase() === 'false') return undefined;
  return webUrl(id.text, undefined);
}
