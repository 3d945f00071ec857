import { hash64 } from '../shared/hash.ts';
import type { Item } from '../shared/model.ts';
import type { Entry } from './parse.ts';
import { headlineOf } from './untitled.ts';

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

/** Gives every entry of a document its names, as hashes. The same thing twice in one document is one thing. */
export function identify(entries: readonly Entry[]): Identified[] {
  const named = distinct(
    entries.map((entry) => ({
      entry,
      names: namesOf(entry),
      contentHash: hash64(entry.title, entry.summary, entry.content),
    })),
  );
  const count = new Map<string, number>();
  for (const { names } of named) {
    for (const name of Object.values(names)) count.set(name, (count.get(name) ?? 0) + 1);
  }
  const unlessShared = (name: string | undefined) => (name && count.get(name) === 1 ? name : undefined);
  return named.map(({ entry, names, contentHash }) => {
    const [guid, url, titleDate] = [names.guid, names.url, names.titleDate].map(unlessShared);
    const own = { ...(url ? { url } : {}), ...(titleDate ? { titleDate } : {}) };
    return {
      entry,
      contentHash,
      names: guid === undefined || isAddress(entry, url) ? own : { guid, ...own },
    };
  });
}

/** A guid that is the address again adds nothing, and some count edits in it: …/abc#0 becomes …/abc#1. */
function isAddress({ guid = '', url: address }: Entry, url: string | undefined): boolean {
  return url !== undefined && (guid === address || urlName(guid) === url);
}

function distinct(named: readonly Identified[]): Identified[] {
  const first = new Map<string, Identified>();
  for (const one of named) {
    const { guid, url, titleDate } = one.names;
    const key = [guid, url, titleDate ?? one.entry.title, guid ?? url ?? one.contentHash].join();
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}

function namesOf({ guid, url, title, published }: Entry): Names {
  return {
    ...(guid ? { guid: hash64('guid', guid) } : {}),
    ...(url ? { url: urlName(url) } : {}),
    ...(title && published ? { titleDate: hash64('title', title, published) } : {}),
  };
}

/** The name that an address gives an item. */
export function urlName(address: string): string {
  return hash64('url', canonicalUrl(address));
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
  // Its text tells an item from others with its title and date; one without a title may be edited.
  const telling = names.titleDate ?? (entry.title === '' ? entry.published : undefined) ?? contentHash;
  return hash64(feedId, telling, entry.title, entry.guid ?? '', entry.url ?? '');
}

/** Characters; far beyond what is matched and shown. An item fits a message and a record, whatever its feed puts into it. */
const LONGEST = { guid: 1_000, title: 1_000, summary: 20_000, content: 20_000, name: 200 };
const MOST_NAMES = 50;

export function toItem(id: string, feedId: string, { entry, contentHash }: Identified): Item {
  const cutAll = (texts: readonly string[]) =>
    texts.slice(0, MOST_NAMES).map((text) => cut(text, LONGEST.name));
  return {
    ...entry,
    id,
    contentHash,
    feedId,
    ...(entry.guid === undefined ? {} : { guid: cut(entry.guid, LONGEST.guid) }),
    title: cut(headlineOf(entry), LONGEST.title),
    summary: cut(entry.summary, LONGEST.summary),
    content: cut(entry.content, LONGEST.content),
    authors: cutAll(entry.authors),
    categories: cutAll(entry.categories),
  };
}

/** Never inside a character that takes two units. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** Of campaigns, clicks, mail programs and social networks; never what a site could choose its page by. */
const TRACKING =
  /^((utm|at|ns|mtm|otm|itm|ga|vero|oly|hmb)_\w+|(fb|g|d|y|tw|tt)clid|msclkid|li_fat_id|(g|w)braid|igsh(id)?|_g[al]|_openstat|fb_(source|ref|action_\w+)|mc_([cet]id|tc)|mkt_tok|_hs(enc|mi)|__hs\w+|hsctatracking|srsltid|wt_?z?mc|wtrid|s_cid|spm|tracking_source|wickedid|rb_clickid|ml_subscriber(_hash)?|cmp(id)?|ito|rss|ref(errer)?|source|partner|smid|xtor|ocid|cid|icid|ncid|intcid|sr_share|taid|__twitter_impression|echobox)$/i;

/** One spelling for the addresses of one page: no tracking parameters, fragment, scheme, or trailing slash. */
export function canonicalUrl(address: string): string {
  const url = URL.parse(address);
  if (!url) return address;
  const port = url.port === '' ? '' : `:${url.port}`;
  // The look-behind keeps it linear in a path of slashes.
  return `${url.hostname}${port}${url.pathname.replace(/(?<!\/)\/+$/, '')}${searchOf(url)}`;
}

function searchOf({ search, searchParams }: URL): string {
  if (search === '') return '';
  const parameters = [...searchParams].filter(([name]) => !TRACKING.test(name));
  return parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;
}
