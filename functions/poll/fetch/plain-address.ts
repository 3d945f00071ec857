import {
  addressFingerprint,
  looksSecret,
  redactAddress,
  redactAddresses,
} from '../../shared/redact-address.ts';
import { escapeReferences } from '../../shared/secrets.ts';
import type { FeedDocument } from '../parser/feed-document.ts';

/** The address of a feed. Hides its secrets from everyone but its server. */
export interface FeedAddress {
  /** With the secrets, so for requests only. */
  readonly url: string;
  /** Returns a text for people: without the secrets, and with all addresses redacted. */
  forDisplay(text: string): string;
  /** Replaces the secrets in a text with `${NAME}`, or with `***` if the file has the secret itself. */
  redact(text: string): string;
  /** Returns the mark that stands for an address, by default this one, in the feed's state. */
  mark(address?: string): string;
  /** Returns whether a stored mark is that of an address, by default this one. States of 0.1.0 have the whole address. */
  isMarked(stored: string | undefined, address?: string): boolean;
  /** Returns an address for the feed's state; undefined if the address has a secret that this address does not have. */
  stored(address: string): string | undefined;
  /** Reverses `stored`; undefined for a redacted address. */
  fromStored(text: string): string | undefined;
  /** Returns another address as it would be written in the file, with the names of this address's secrets. */
  toConfigured(address: string): string;
  /** Removes the secrets from a document's texts and links, which are sent on. */
  redactDocument(document: FeedDocument): FeedDocument;
}

/** Returns a feed's address that has no secrets. */
export function plainAddress(url: string): FeedAddress {
  const mark = (address = url) => addressFingerprint(redactAddress(address), address);
  return {
    url,
    forDisplay: redactAddresses,
    redact: (text) => text,
    mark,
    isMarked: (stored, address = url) =>
      stored !== undefined && (stored === address || isMarkedAs(stored, mark(address), address)),
    stored: (address) => (secretParameters(address).length > 0 ? undefined : escapeReferences(address)),
    fromStored: (text) => (text.includes('***') ? undefined : text.replaceAll('$${', '${')),
    toConfigured: escapeReferences,
    redactDocument: (document) => document,
  };
}

/** Returns whether a state has this mark, or the whole address, as states of 0.1.0 do. */
export function isMarkedAs(stored: string | undefined, mark: string, address: string): boolean {
  return stored === mark || stored === address;
}

/** Returns the values in the query of an address that look like secrets. */
export function secretParameters(address: string): string[] {
  const query = /\?([^#]*)/.exec(address)?.[1] ?? '';
  return query.split(/[&;]/).flatMap((parameter) => {
    // A parameter without "=", as in `?TOKEN`, is a value.
    const at = parameter.indexOf('=');
    const value = parameter.slice(at + 1);
    return looksSecret(parameter.slice(0, Math.max(0, at)), value) ? [value] : [];
  });
}
