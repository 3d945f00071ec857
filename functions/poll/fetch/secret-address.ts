// Few feeds need this code, so the bundler makes it a file of its own: see PARTS in lib/stage-bundling.ts.

import { addressFingerprint, redactAddress, redactAddresses } from '../../shared/redact-address.ts';
import { escapeReferences, withSecrets } from '../../shared/secrets.ts';
import type { FeedDocument } from '../parser/feed-document.ts';
import { type FeedAddress, isMarkedAs, secretParameters } from './plain-address.ts';

export { earlierIds } from '../../shared/feed-id.ts';

interface AddressSecret {
  /** The replacement for the secret in stored addresses: `${NAME}`, or `${1}` if the file contains the secret itself. */
  readonly reference: string;
  /** The value as written in the address. */
  readonly value: string;
}

/** Characters. Shorter secrets could be part of any text, so they are replaced in addresses only. */
const MIN_IN_TEXT = 6;

/** A feed's address that contains secrets. */
export class SecretAddress implements FeedAddress {
  readonly url: string;
  readonly #secrets: readonly AddressSecret[];
  /** Maps each spelling of a secret, in lower case, to its replacement. */
  readonly #replacements: ReadonlyMap<string, string>;
  /** Matches the spellings in texts. */
  readonly #inText: RegExp | undefined;

  /** `configured`: the address in the file. `values`: the secrets by name. */
  constructor(configured: string, values: ReadonlyMap<string, string>) {
    const withValues = (text: string) => withSecrets(text, (name) => values.get(name) ?? `\${${name}}`);
    this.url = withValues(configured);
    const named = [...values.keys()].map((name) => {
      const reference = `\${${name}}`;
      return { reference, value: withValues(reference) };
    });
    const unnamed = secretParameters(configured).map((value, n) => ({ reference: `\${${n + 1}}`, value }));
    this.#secrets = [...named, ...unnamed].filter(({ value }) => value !== '');
    this.#replacements = new Map(
      this.#secrets.flatMap(({ reference, value }) =>
        spellingsOf(value).map((spelling): [string, string] => [
          spelling.toLowerCase(),
          /^\$\{\d/.test(reference) ? '***' : reference,
        ]),
      ),
    );
    const long = [...this.#replacements.keys()].filter(({ length }) => length >= MIN_IN_TEXT);
    long.sort((a, b) => b.length - a.length);
    this.#inText = long.length > 0 ? new RegExp(long.map(literal).join('|'), 'gi') : undefined;
  }

  forDisplay(text: string): string {
    return redactAddresses(this.redact(text));
  }

  redact(text: string): string {
    if (this.#inText === undefined) return text;
    return text.replace(this.#inText, (found) => this.#replacements.get(found.toLowerCase()) ?? '***');
  }

  mark(address = this.url): string {
    return addressFingerprint(redactAddress(this.redact(address)), address);
  }

  isMarked(stored: string | undefined, address = this.url): boolean {
    return (
      isMarkedAs(stored, this.mark(address), address) ||
      // The file may have contained the secrets themselves when the mark was stored.
      stored === addressFingerprint(redactAddress(address), address)
    );
  }

  stored(address: string): string | undefined {
    let text = escapeReferences(address);
    for (const { reference, value } of this.#secrets) {
      const pattern = value.length < MIN_IN_TEXT ? `(?<=[=/])${literal(value)}(?=[&;/?]|$)` : literal(value);
      text = text.replace(new RegExp(pattern, 'g'), () => reference);
    }
    const hasOtherSecret = secretParameters(text).some((value) => !/^\$\{\d+\}$/.test(value));
    return hasOtherSecret || this.redact(text) !== text ? undefined : text;
  }

  toConfigured(address: string): string {
    return this.#secrets
      .filter(({ reference }) => !/^\$\{\d/.test(reference))
      .reduce(
        (text, { reference, value }) => text.replaceAll(value, () => reference),
        escapeReferences(address),
      );
  }

  fromStored(text: string): string | undefined {
    if (text.includes('***')) return undefined;
    return text.replace(/\$(\$\{|\{\w+\})/g, (reference) => {
      if (reference === '$${') return '${';
      return this.#secrets.find((secret) => secret.reference === reference)?.value ?? reference;
    });
  }

  redactDocument(document: FeedDocument): FeedDocument {
    const clean = <Part>(part: Part): Part => {
      if (typeof part === 'string') return this.redact(part) as Part;
      if (Array.isArray(part)) return part.map(clean) as Part;
      if (typeof part !== 'object' || part === null) return part;
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, clean(value)])) as Part;
    };
    const cleanWithLink = <Part extends { readonly url?: string }>({ url, ...part }: Part) => {
      const link = url === undefined ? undefined : this.#redactLink(url);
      return { ...clean(part), ...(link === undefined ? {} : { url: link }) };
    };
    const { entries, ...head } = document;
    return { ...cleanWithLink(head), entries: entries.map(cleanWithLink) };
  }

  /** Removes the parameters that hold a secret. Returns undefined if the path holds one. */
  #redactLink(address: string): string | undefined {
    if (!URL.canParse(address) || !this.#holdsSecret(address)) return address;
    const url = new URL(address);
    for (const [name, value] of [...url.searchParams]) {
      if (this.#holdsSecret(`=${value}`)) url.searchParams.delete(name, value);
    }
    url.username = '';
    url.password = '';
    return this.#holdsSecret(url.href) ? undefined : url.href;
  }

  #holdsSecret(address: string): boolean {
    const parts = address.split(/[=&;/?#]/);
    return (
      [address, decoded(address)].some((text) => this.redact(text) !== text) ||
      this.#secrets.some(({ value }) => parts.includes(value))
    );
  }
}

/** Returns the spellings that a value of an address can have in a text. */
function spellingsOf(value: string): string[] {
  const plain = decoded(value);
  const withSpaces = decoded(value.replaceAll('+', ' '));
  return [
    value,
    plain,
    withSpaces,
    encodeURIComponent(plain),
    encodeURIComponent(value),
    encodeURIComponent(encodeURIComponent(plain)),
    value.replaceAll('&', '&amp;'),
    Buffer.from(plain).toString('base64').replace(/=+$/, ''),
    Buffer.from(plain).toString('base64url'),
  ];
}

/** Returns a pattern that matches exactly this text. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
