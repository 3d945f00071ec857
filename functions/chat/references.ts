import type { ChatAddress } from '../shared/model.ts';

/** `${NAME}` stands for a value that is not in the file. */
const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The parts of an address that may contain names. */
type Written = Pick<ChatAddress, 'url' | 'token' | 'chat' | 'secret'>;

/** Returns the distinct names in a text. */
export function referencesIn(text: string): string[] {
  return [...new Set([...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? []))];
}

/** Returns the distinct names in an address. */
export function addressReferences({ url, token = '', chat = '', secret = '' }: Written): string[] {
  return referencesIn([url, token, chat, secret].join(' '));
}

/** Replaces the names in a text by their values. A name without a value stays. */
export function fillIn(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(REFERENCE, (whole, name: string) => lookUp(name) ?? whole);
}

/** Replaces the names in an address by their values. Trims the values, which may end with a line break. */
export function filledAddress<Address extends ChatAddress>(
  address: Address,
  lookUp: (name: string) => string | undefined,
): Address {
  const fill = (text: string) => fillIn(text, (name) => lookUp(name)?.trim());
  const { token, chat, secret } = address;
  return {
    ...address,
    url: fill(address.url),
    ...(token === undefined ? {} : { token: fill(token) }),
    ...(chat === undefined ? {} : { chat: fill(chat) }),
    ...(secret === undefined ? {} : { secret: fill(secret) }),
  };
}
