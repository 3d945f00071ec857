import { webUrl } from '../../functions/poll/parser/fields/web-url.ts';
import { readJsonLd } from '../../functions/poll/parser/live-page/json-ld.ts';
import { addressesOf } from '../../functions/poll/parser/live-page/live-blog.ts';
import { readPage } from '../../functions/poll/parser/live-page/page-reader.ts';
import { hasType, walk } from '../../functions/poll/parser/live-page/schema-node.ts';
import { type PageLink, readPageLinks } from '../../functions/poll/parser/page-links.ts';
import { isSameSite } from './offers.ts';

/**
 * Returns the addresses of the page's site that may be live pages, the likeliest first: those that the page describes as
 * live blogs, then links whose address or text says so. Only reading them shows whether they are.
 */
export function liveLinks(source: string, page: string): string[] {
  const { links, base } = readPageLinks(source);
  const baseUrl = webUrl(base, { base: page }) ?? page;
  const resolve = (written: string | undefined) => {
    const url = webUrl(written, { base: baseUrl })?.replace(/#.*$/, '');
    return url !== undefined && isSameSite(url, page) && isArticle(url) ? [{ url }] : [];
  };
  const linked = links.flatMap((link) =>
    link.element === 'link' ? [] : resolve(link.attributes.get('href')).map(({ url }) => ({ url, link })),
  );
  const likely = (names: RegExp) => linked.filter(({ url, link }) => names.test(wordsOf(url, link)));
  const described = describedBlogs(source).flatMap(resolve);
  return [...new Set([...described, ...likely(LIVE_BLOG), ...likely(LIVE)].map(({ url }) => url))];
}

function describedBlogs(source: string): string[] {
  if (!source.includes('LiveBlogPosting')) return [];
  const page = readPage(source);
  const addresses: string[] = [];
  for (const value of [...readJsonLd(page.scripts).values, ...page.items])
    walk(value, (node) => {
      if (addresses.length < MAX_DESCRIBED && hasType(node, 'LiveBlogPosting'))
        addresses.push(...addressesOf(node));
    });
  return addresses.slice(0, MAX_DESCRIBED);
}

const MAX_DESCRIBED = 20;

/** Newsrooms' names for a live blog. */
const LIVE_BLOG =
  / (?:live ?blogs?|live ?tickers?|news ?blog|live (?:updates?|coverage|reporting|report|news)|minute by minute|minuto a minuto|minute par minute) /;
/** Words of live blogs that other pages have, too. */
const LIVE =
  / (?:live|en direct|le direct|en directo|en vivo|ao vivo|diretta|na żywo|na zywo|direkte|canlı|онлайн|прямой эфир|速報|실시간) /;

/** Returns the words of a link's path and of the start of its text, in lower case, between blanks. */
function wordsOf(url: string, { text, attributes }: PageLink): string {
  const label = `${text} ${attributes.get('title') ?? ''}`.trim().slice(0, MAX_LABEL);
  const words = `${decoded(new URL(url).pathname)} ${label}`
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ');
  return ` ${words.trim()} `;
}

/** Characters. A badge is before the headline or part of its beginning. */
const MAX_LABEL = 30;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Returns whether an address ends like that of an article: with several words or an id. False for "/live" and "/live/tv". */
function isArticle(url: string): boolean {
  const names = new URL(url).pathname
    .split('/')
    .filter((name) => name !== '' && !/^index\.\w{1,5}$/.test(name));
  const last = names.at(-1) ?? '';
  return last.split(/[-_]/).length > 2 || (last.length >= 6 && /\d/.test(last));
}
