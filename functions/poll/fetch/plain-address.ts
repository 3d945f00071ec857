import {
  addressFingerprint,
  looksSecret,
  redactAddress,
  redactAddresses,
} from '../../shared/redact-address.ts';
import { escapeReferences } from '../../shared/secrets.ts';
import type { FeedDocument } from '../parser/feed-document.ts';

/** The address of a feed, and what hides its secrets from all but its server. */
export interface FeedAddress {
  /** Whole: for requests alone. */
  readonly url: string;
  /** Returns a text as people may see it: without the secrets, and with all addresses as they are shown. */
  forDisplay(text: string): string;
  /** Returns a text without the secrets: `${NAME}` in their place, or `***` where the file has them themselves. */
  redact(text: string): string;
  /** Stands for an address, by default this one, in the feed's state. */
  mark(address?: string): string;
  /** Whether a state is of an address, by default this one: by its mark, or by all of it, as in the states of 0.1.0. */
  isMarked(toStored: string | undefined, address?: string): boolean;
  /** Returns an address for the feed's state; undefined where it has a secret that is not one of this address. */
  stored(address: string): string | undefined;
  /** Returns an address that `stored` has made; undefined for one that is as people see it. */
  fromStored(text: string): string | undefined;
  /** Returns another address as it is written in the file, with the names of secrets of this one. */
  toConfigured(address: string): string;
  /** Returns a document whose texts and links are without the secrets: what is sent must not carry them. */
  redactDocument(document: FeedDocument): FeedDocument;
}

/** Returns the address of a feed whose address has no secrets. */
export function plainAddress(url: string): FeedAddress {
  const mark = (address = url) => addressFingerprint(redactAddress(address), address);
  return {
    url,
    forDisplay: redactAddresses,
    redact: (text) => text,
    mark,
    isMarked: (stored, address = url) => isMarkedAs(stored, mark(address), address),
    stored: (address) => (secretParameters(address).length > 0 ? undefined : escapeReferences(address)),
    fromStored: (text) => (text.includes('***') ? undefined : text.replaceAll('$${', '${')),
    toConfigured: escapeReferences,
    redactDocument: (document) => document,
  };
}

/** `whole`: the address, as states of 0.1.0 have it. */
export function isMarkedAs(stored: string | undefined, mark: string, whole: string): boolean {
  return stored === mark || stored === whole;
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
