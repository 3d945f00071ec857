import { hash64 } from './hash.ts';

const SECRET_REFERENCE = /(\$\{[A-Za-z_][A-Za-z0-9_]*\})/;
/** Values of query parameters that select the format of a feed. */
const FORMAT_VALUE = /^(rss2?|rdf|atom1?|xml|json|feed|0|1|true|false)?$/i;

/** A part of an address. Hidden values become `***`; a hidden user or fragment is removed. */
interface AddressPart {
  readonly text: string;
  readonly hidden?: 'user' | 'value' | 'fragment';
}

/**
 * Returns an address without its secrets: without user, password and fragment, and with `***` for the values in its query
 * and for anything in its path that looks like a key. `${NAME}` stays. A redacted address is returned unchanged.
 */
export function redactAddress(address: string): string {
  return addressParts(address)
    .map(({ text, hidden }) => (hidden === undefined ? text : hidden === 'value' ? '***' : ''))
    .join('');
}

/** Redacts like `redactAddress`, but keeps the length: every hidden character becomes an asterisk. */
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

/** Returns the parts of one element of a split query. Elements with an odd index are separators, the others parameters. */
function parameterParts(text: string, index: number): AddressPart[] {
  if (index % 2 === 1) return [{ text }];
  const at = text.indexOf('=') + 1;
  return [
    ...splitAtReferences(text.slice(0, at), isToken),
    ...splitAtReferences(text.slice(at), (value) => !FORMAT_VALUE.test(value)),
  ];
}

/** Splits a text at its `${NAME}` references, and hides the parts between them for which `isHidden` holds. */
function splitAtReferences(text: string, isHidden: (text: string) => boolean): AddressPart[] {
  return text
    .split(SECRET_REFERENCE)
    .map((part, index) =>
      index % 2 === 0 && part !== '' && isHidden(part) ? { text: part, hidden: 'value' } : { text: part },
    );
}

/** Redacts every address in a text, including relative ones with a query. */
export function redactAddresses(text: string): string {
  return text.replace(/[^\s"'<>]+/g, (found) => {
    const start = Math.max(0, found.search(/https?:[/\\]/i));
    if (start === 0 && !/^https?:[/\\]|[?#].*=/i.test(found)) return found;
    // Punctuation at the end belongs to the sentence, not to the address.
    const [end = ''] = /(?<![.,:;!?)\]])[.,:;!?)\]]+$/.exec(found) ?? [];
    return found.slice(0, start) + redactAddress(found.slice(start, found.length - end.length)) + end;
  });
}

const SECRET_WORD =
  /^(access|api|auth|client|feed|id|private|refresh|rss|session|user)?(hash|key|secret|token)$|^(auth|authorization|credentials?|hmac|jwt|otp|pass|passphrase|passwd|password|pin|pwd|session(id)?|sid|sig|signature)$/i;

/** Returns whether the name of a parameter suggests a secret: `key`, `access_token`, `apiKey`, `X-Amz-Signature`. */
export function isSecretParameterName(name: string): boolean {
  return name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).some((word) => SECRET_WORD.test(word));
}

/** Returns whether a text looks like a key rather than words: a UUID, or a long run in which letters and digits alternate. */
export function isToken(text: string): boolean {
  if (/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.test(text)) return true;
  return (text.match(/[A-Za-z0-9]{12,}/g) ?? []).some((run) => {
    const digits = run.match(/\d/g)?.length ?? 0;
    const alternations = run.match(/\d(?=\D)|\D(?=\d)|[a-z](?=[A-Z])/g)?.length ?? 0;
    return digits >= 3 && alternations >= 4;
  });
}

/** Names of parameters whose values look like keys but are no secrets. */
const HARMLESS_PARAMETER_NAME = /(^|[_-])(ids?|uuid|guid|list|playlist|ceid|query|q|v|url|feed)$|[a-z]Id$/;

/** Returns whether a parameter of an address looks like a secret, by its name or by its value. */
export function looksSecret(name: string, value: string): boolean {
  if (FORMAT_VALUE.test(value) || SECRET_REFERENCE.test(value)) return false;
  return isSecretParameterName(name) || (isToken(value) && !HARMLESS_PARAMETER_NAME.test(name));
}

/**
 * Returns the form in which an address is stored. An address without secrets is stored unchanged. Otherwise the redacted
 * address is followed by 16 bits of a hash: two addresses that look alike once redacted have the same fingerprint with a
 * probability of 1 in 65,536, and the fingerprint reveals at most 16 bits of a secret.
 */
export function addressFingerprint(redacted: string, address: string): string {
  return redacted === address ? address : `${redacted}#${hash64('address', address).slice(0, 4)}`;
}

/** Returns a phone number with its beginning and its last two digits, such as `+491…89`. */
export function redactNumber(number: string): string {
  return number.replace(/^(\+\d{3})\d+(\d{2})$/, '$1…$2');
}
