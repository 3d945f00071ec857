import { hash64 } from '../shared/hash.ts';
import type { Item } from '../shared/model.ts';
import type { Entry } from './parse.ts';

/** An item has several names; one that it shares with another of its document names neither. */
export interface Names {
  readonly guid?: string;
  readonly url?: string;
  readonly titleDate?: string;
}

export interface Identified {
  readonly names: Names;
  readonly contentHash: string;
  readonly entry: Entry;
}

/** Gives every entry of a document its names, as hashes. */
export function identify(entries: readonly Entry[]): Identified[] {
  const named = entries.map((entry) => ({ entry, names: namesOf(entry) }));
  const count = new Map<string, number>();
  for (const { names } of named) {
    for (const name of Object.values(names)) count.set(name, (count.get(name) ?? 0) + 1);
  }
  return named.map(({ entry, names }) => ({
    entry,
    names: Object.fromEntries(Object.entries(names).filter(([, name]) => count.get(name) === 1)),
    contentHash: hash64(entry.title, entry.summary, entry.content),
  }));
}

function namesOf({ guid, url, title, published }: Entry): Names {
  return {
    ...(guid ? { guid: hash64('guid', guid) } : {}),
    ...(url ? { url: hash64('url', canonicalUrl(url)) } : {}),
    ...(title && published ? { titleDate: hash64('title', title, published) } : {}),
  };
}

/**
 * The id of an item that is seen for the first time. The URL's hash, so that one article in two feeds is one item,
 * unless the feed has shown that its URLs do not name items.
 */
export function newItemId(
  feedId: string,
  { names, entry, contentHash }: Identified,
  urlIsName: boolean,
): string {
  if (urlIsName && names.url) return names.url;
  if (names.guid) return hash64(feedId, names.guid);
  return hash64(
    feedId,
    names.titleDate ?? '',
    entry.title,
    entry.guid ?? '',
    entry.url ?? '',
    entry.published ?? contentHash,
  );
}

export function toItem(id: string, feedId: string, { entry, contentHash }: Identified): Item {
  return { id, contentHash, feedId, ...entry };
}

const TRACKING =
  /^(utm_\w+|at_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|cmp(id)?|ns_\w+|ito|rss|ref(errer)?|source|partner|smid|xtor|ocid|cid|icid|ncid|sr_share|taid|__twitter_impression)$/i;

/** One spelling for the addresses of one page: no tracking parameters, fragment, scheme, or trailing slash. */
export function canonicalUrl(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  const parameters = [...url.searchParams].filter(([name]) => !TRACKING.test(name));
  const search = parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;
  const port = url.port === '' ? '' : `:${url.port}`;
  return `${url.hostname}${port}${url.pathname.replace(/\/+$/, '')}${search}`;
}
