import { domainToUnicode } from 'node:url';
import { folded } from './text/folded.ts';
import { words } from './text/words.ts';

/** The origin of an item. */
export interface ItemSource {
  /** The feed. */
  readonly source?: {
    readonly id: string;
    readonly title: string;
    readonly url?: string;
    readonly titleInFile?: string;
  };
  /** The address of the item, which may be on another site than the feed. */
  readonly url?: string;
}

/** Only the first words of a title are searched. No query is longer. */
const MAX_TITLE_WORDS = 20;

/**
 * Returns whether an item comes from the source that a query names: a feed's id, words of its title, or the host of the feed
 * or the item.
 */
export function isFromSource(wanted: string, item: ItemSource): boolean {
  const names = new Set(sourceNames(item));
  return namesInQuery(wanted).some((name) => names.has(name));
}

/**
 * Returns the names to compare a query's source with: the source as written, which may be an id or a host, and its folded
 * words.
 */
export function namesInQuery(wanted: string): readonly string[] {
  const written = withoutWww(wanted.trim().toLowerCase());
  const words = foldedWords(wanted).join(' ');
  return [...new Set([written, words])].filter((name) => name !== '');
}

/**
 * Returns every name of an item's source: the id of the feed, all word sequences of its title and of its title in the file,
 * and the hosts of the feed and the item with their parent domains.
 */
export function sourceNames({ source, url }: ItemSource): readonly string[] {
  const names = [source?.url, url].flatMap(domainsOf);
  if (source) {
    const { id, title, titleInFile } = source;
    names.push(
      id.toLowerCase(),
      ...wordSequences(title),
      ...(titleInFile === undefined ? [] : wordSequences(titleInFile)),
    );
  }
  return [...new Set(names)];
}

function wordSequences(title: string): readonly string[] {
  const words = foldedWords(title).slice(0, MAX_TITLE_WORDS);
  return words.flatMap((_, from) =>
    words.slice(from).map((_, more) => words.slice(from, from + more + 1).join(' ')),
  );
}

function foldedWords(text: string): string[] {
  return words(text).map(folded);
}

/** Returns "bbc.co.uk" and "co.uk" for an address at www.bbc.co.uk. */
function domainsOf(address: string | undefined): readonly string[] {
  const labels = hostOf(address)?.split('.') ?? [];
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

/** Returns the host of an address without "www."; undefined for an invalid address. */
export function hostOf(address: string | undefined): string | undefined {
  const host = address === undefined ? undefined : URL.parse(address)?.hostname;
  return host && withoutWww(host);
}

/**
 * Returns an address in the form in which queries search its words: without scheme and "www.", with percent-encoding and
 * Punycode decoded.
 */
export function searchableAddress(address: string): string {
  return withoutScheme(address.slice(0, MAX_ADDRESS_LENGTH))
    .replace(/^[^/?#]*xn--[^/?#]*/i, (host) => domainToUnicode(host) || host)
    .replace(/(?:%[0-9a-f]{2})+/gi, decodePercents);
}

/** UTF-16 units. Addresses of pages are shorter. */
const MAX_ADDRESS_LENGTH = 2_000;

export function withoutScheme(address: string): string {
  return withoutWww(address.replace(/^https?:\/\//i, ''));
}

function decodePercents(percents: string): string {
  try {
    return decodeURIComponent(percents);
  } catch {
    return percents;
  }
}

function withoutWww(host: string): string {
  return host.replace(/^www\./i, '');
}
