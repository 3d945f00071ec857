import { hash64 } from './hash.ts';

const SECRET_REFERENCE = /(\$\{[A-Za-z_][A-Za-z0-9_]*\})/;
/** Values that say in which format a feed is wanted. */
const FORMAT_VALUE = /^(rss2?|rdf|atom1?|xml|json|feed|0|1|true|false)?$/i;

/** A part of an address, and whether people may see it. `user` and `fragment` are not even hinted at. */
interface AddressPart {
  readonly text: string;
  readonly hidden?: 'user' | 'value' | 'fragment';
}

/**
 * Returns an address as people may see it, wherever that is: without user, password and fragment, and with `***` in place
 * of the values in its query and of what looks like a key in its path. `${NAME}` stays. Gives back what it has returned.
 */
export function redactAddress(address: string): string {
  return addressParts(address)
    .map(({ text, hidden }) => (hidden === undefined ? text : hidden === 'value' ? '***' : ''))
    .join('');
}

/** As shownAddress, with as many characters as before: what is not shown is a row of asterisks. */
export function maskAddress(address: string): string {
  return addressParts(address)
    .map(({ text, hidden }) => (hidden === undefined ? text : '*'.repeat(text.length)))
    .join('');
}

function addressParts(address: string): AddressPart[] {
  const [, scheme = '', slashes = '', authority = '', path = '', query, fragment = ''] =
    /^([a-z][a-z0-9+.-]*:)?(?:([/\\]{2})([^/?#\\]*))?([^?#]*)(?:\?([^#]*))?(#.*)?$/is.exec(address) ?? [];
  const host = authority.lastIndexOf('@') + 1;
  return [
    { text: scheme + slashes },
    { text: authority.slice(0, host), hidden: 'user' },
    { text: authority.slice(host) },
    ...path.split(/(\/)/).flatMap((segment) => splitAtReferences(segment, isToken)),
    ...(query === undefined ? [] : [{ text: '?' }, ...query.split(/([&;])/).flatMap(parameterParts)]),
    { text: fragment, hidden: 'fragment' },
  ];
}

/** One of the parts of a query, which are by turns a parameter and what is between two. */
function parameterParts(text: string, n: number): AddressPart[] {
  if (n % 2 === 1) return [{ text }];
  const at = text.indexOf('=') + 1;
  return [
    ...splitAtReferences(text.slice(0, at), isToken),
    ...splitAtReferences(text.slice(at), (value) => !FORMAT_VALUE.test(value)),
  ];
}

/** The names of secrets in a text, and what is around them. */
function splitAtReferences(text: string, isHidden: (text: string) => boolean): AddressPart[] {
  return text
    .split(SECRET_REFERENCE)
    .map((part, n) =>
      n % 2 === 0 && part !== '' && isHidden(part) ? { text: part, hidden: 'value' } : { text: part },
    );
}

/** Returns a text with every address in it as people may see it, relative ones with a query as well. */
export function redactAddresses(text: string): string {
  return text.replace(/[^\s"'<>]+/g, (found) => {
    const start = Math.max(0, found.search(/https?:[/\\]/i));
    if (start === 0 && !/^https?:[/\\]|[?#].*=/i.test(found)) return found;
    // What ends a sentence is no part of an address.
    const [end = ''] = /(?<![.,:;!?)\]])[.,:;!?)\]]+$/.exec(found) ?? [];
    return found.slice(0, start) + redactAddress(found.slice(start, found.length - end.length)) + end;
  });
}

const SECRET_WORD =
  /^(access|api|auth|client|feed|id|private|refresh|rss|session|user)?(hash|key|secret|token)$|^(auth|authorization|credentials?|hmac|jwt|otp|pass|passphrase|passwd|password|pin|pwd|session(id)?|sid|sig|signature)$/i;

/** Whether a parameter of an address is named as secrets are: `key`, `access_token`, `apiKey`, `X-Amz-Signature`. */
export function isSecretParameterName(name: string): boolean {
  return name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).some((word) => SECRET_WORD.test(word));
}

/** Whether a text looks like a key rather than like words: a UUID, or a long run of letters and digits in turn. */
export function isToken(text: string): boolean {
  if (/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.test(text)) return true;
  return (text.match(/[A-Za-z0-9]{12,}/g) ?? []).some((run) => {
    const digits = run.match(/\d/g)?.length ?? 0;
    const turns = run.match(/\d(?=\D)|\D(?=\d)|[a-z](?=[A-Z])/g)?.length ?? 0;
    return digits >= 3 && turns >= 4;
  });
}

/** Names of parameters whose values are long and no secrets. */
const HARMLESS_PARAMETER_NAME = /(^|[_-])(ids?|uuid|guid|list|playlist|ceid|query|q|v|url|feed)$|[a-z]Id$/;

/** Whether a parameter of an address looks like a secret, by its name or by its value. */
export function looksSecret(name: string, value: string): boolean {
  if (FORMAT_VALUE.test(value) || SECRET_REFERENCE.test(value)) return false;
  return isSecretParameterName(name) || (isToken(value) && !HARMLESS_PARAMETER_NAME.test(name));
}

/**
 * Stands for an address in what is stored: the address itself where people may see all of it. Else it is the same for the
 * same address, and by chance for one in 65,536 of those that are shown alike. Tells at most 16 bits of a secret. `shown`:
 * the address as people may see it.
 */
export function addressFingerprint(shown: string, address: string): string {
  return shown === address ? address : `${shown}#${hash64('address', address).slice(0, 4)}`;
}
