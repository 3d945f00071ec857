import { domainToUnicode } from 'node:url';
import { folded } from './text/folded.ts';
import { words } from './text/words.ts';

/** Where an item comes from. */
export interface ItemSource {
  /** Of the feed. */
  readonly source?: {
    readonly id: string;
    readonly title: string;
    readonly url?: string;
    readonly titleInFile?: string;
  };
  /** Of the item itself, which a feed may only pass on. */
  readonly url?: string;
}

/** Words of a title in a row, more of which nobody asks for. */
const MAX_TITLE_WORDS = 20;

/** Whether an item comes from what a query names: a feed's id, words of its title, a host of it or of the item. */
export function isFromSource(wanted: string, item: ItemSource): boolean {
  const names = new Set(sourceNames(item));
  return namesInQuery(wanted).some((name) => names.has(name));
}

/** What a query's source can be called: as it is written, which may be an id or a host, and its words. */
export function namesInQuery(wanted: string): readonly string[] {
  const written = withoutWww(wanted.trim().toLowerCase());
  const name = foldedWords(wanted).join(' ');
  return [...new Set([written, name])].filter((one) => one !== '');
}

/**
 * All that an item's source can be called: its id, rows of the words of its titles, by the file and by its document, its
 * host and the item's, and those they are below.
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

/** "bbc.co.uk" and "co.uk" of an address at www.bbc.co.uk. */
function domainsOf(address: string | undefined): readonly string[] {
  const labels = hostOf(address)?.split('.') ?? [];
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

/** The host of an address, without what is before it on nearly every site. */
export function hostOf(address: string | undefined): string | undefined {
  const host = address === undefined ? undefined : URL.parse(address)?.hostname;
  return host && withoutWww(host);
}

/** The title of a feed that has none. */
export function hostTitle(address: string): string {
  return new URL(address).hostname.replace(/^(www|feeds?|rss)\./, '');
}

/**
 * Returns an address as its words are looked for: without its scheme and www., and in letters where it is written in
 * percents or Punycode.
 */
export function searchableAddress(address: string): string {
  return withoutScheme(address.slice(0, MAX_ADDRESS_LENGTH))
    .replace(/^[^/?#]*xn--[^/?#]*/i, (host) => domainToUnicode(host) || host)
    .replace(/(?:%[0-9a-f]{2})+/gi, decodePercents);
}

/** Units; longer ones are no page's. */
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
