import type { Feed } from '../shared/model.ts';
import { escaped, secretNames, withSecrets } from '../shared/secret-names.ts';
import type { Secrets } from '../shared/secrets.ts';
import { addressMark, looksSecret, shownAddress, withShownAddresses } from '../shared/shown-address.ts';
import type { Failure } from './fetch.ts';
import type { FeedDocument } from './reading/document.ts';

/** The address of a feed, and what hides its secrets from all but its server. */
export interface FeedAddress {
  /** Whole: for requests alone. */
  readonly url: string;
  /** Returns a text as people may see it: without the secrets, and with all addresses as they are shown. */
  shown(text: string): string;
  /** Returns a text without the secrets: `${NAME}` in their place, or `***` where the file has them themselves. */
  redacted(text: string): string;
  /** Stands for an address, by default this one, in the feed's state. */
  mark(address?: string): string;
  /** Whether a state is of an address, by default this one: by its mark, or by all of it, as in the states of 0.1.0. */
  isMarked(stored: string | undefined, address?: string): boolean;
  /** Returns an address for the feed's state; undefined where it has a secret that is not one of this address. */
  stored(address: string): string | undefined;
  /** Returns an address that `stored` has made; undefined for one that is as people see it. */
  restored(text: string): string | undefined;
  /** Returns another address as it is written in the file, with the names of secrets of this one. */
  written(address: string): string;
  /** Returns a document whose texts and links are without the secrets: what is sent must not carry them. */
  without(document: FeedDocument): FeedDocument;
}

/** Returns the address of a feed whose address has no secrets. */
export function plainAddress(url: string): FeedAddress {
  const mark = (address = url) => addressMark(shownAddress(address), address);
  return {
    url,
    shown: withShownAddresses,
    redacted: (text) => text,
    mark,
    isMarked: (stored, address = url) => isMarkedAs(stored, mark(address), address),
    stored: (address) => (secretParameters(address).length > 0 ? undefined : escaped(address)),
    restored: (text) => (text.includes('***') ? undefined : text.replaceAll('$${', '${')),
    written: escaped,
    without: (document) => document,
  };
}

/** `whole`: the address, as states of 0.1.0 have it. */
export function isMarkedAs(stored: string | undefined, mark: string, whole: string): boolean {
  return stored === mark || stored === whole;
}

/** Returns the address of a feed, or why it has none: a name without a value, or a value that makes it none. */
export async function feedAddress(
  { url }: Pick<Feed, 'url'>,
  secrets: Secrets,
): Promise<FeedAddress | Failure> {
  const wanted = secretNames(url);
  if (wanted.length === 0 && secretParameters(url).length === 0)
    return plainAddress(withSecrets(url, () => ''));
  const found = await Promise.all(wanted.map(async (name) => ({ name, secret: await secrets.get(name) })));
  const faults = found.flatMap(({ secret }) => ('fault' in secret ? secret.fault : []));
  if (faults.length > 0) return { kind: 'secret', detail: faults.join('; ') };
  const values = found.flatMap(({ name, secret }): [string, string][] =>
    'value' in secret ? [[name, secret.value]] : [],
  );
  const address = new (await import('#secret-address')).SecretAddress(url, new Map(values));
  if (URL.canParse(address.url) && new URL(address.url).origin === new URL(url).origin) return address;
  return {
    kind: 'secret',
    detail: `expected a value of ${wanted.join(', ')} that makes an address, got one that does not; write it as it stands in an address`,
  };
}

/** Returns the values in the query of an address that look like secrets. */
export function secretParameters(address: string): string[] {
  const query = /\?([^#]*)/.exec(address)?.[1] ?? '';
  return query.split(/[&;]/).flatMap((parameter) => {
    // `?TOKEN` is a value.
    const at = parameter.indexOf('=');
    const value = parameter.slice(at + 1);
    return looksSecret(parameter.slice(0, Math.max(0, at)), value) ? [value] : [];
  });
}
