import {
  isReservedName,
  secretNames,
  withoutReferences,
  withSecrets,
} from '../../functions/shared/secrets.ts';
import { isLoopbackHost, specialAddressKind } from '../../functions/shared/special-address.ts';

/** True of an http(s) address that has no user and no white space, whoever may reach it. */
export function isFeedAddress(text: string): boolean {
  if (!URL.canParse(text) || /\s/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** Returns what is expected in place of an address that is none of a feed; undefined for one that is. */
export function feedAddressFault(text: string): string | undefined {
  if (withoutReferences(text).includes('${'))
    return `the names of secrets as \${NAME}, of letters, digits and _ ($\${ stands for the characters themselves)`;
  if (secretNames(text).some(isReservedName))
    return 'names of secrets that are of feeds alone: none that begins with NEWS_ALERTS_ or AWS_';
  const [host, other] = ['1', '2'].map((value) => URL.parse(withSecrets(text, () => value))?.host);
  // A value must not choose which server gets it.
  if (host !== other || /^\$\{/.test(text))
    return `an address whose host is written out: \${NAME} may stand for anything that follows it`;
  const plain = withSecrets(text, () => 'secret');
  if (!isFeedAddress(plain)) return 'an http or https address without user name or password';
  const unreachable = unreachableHost(plain);
  return unreachable === undefined ? undefined : `an address on the public internet, got ${unreachable}`;
}

/** Ends of names that are never on the public internet (RFC 6762, 8375, 9476, and the reserved .internal and usual .lan). */
const PRIVATE_NAME = /\.(local|localdomain|lan|internal|intranet|home\.arpa|home|corp)\.?$/i;

/**
 * Returns why a feed can never be fetched: its address is of a private network. Undefined where it may be public, and for
 * this machine itself, whose feeds `start --loopback-feeds` polls.
 */
export function unreachableHost(address: string): string | undefined {
  const host = hostOf(address);
  if (host === undefined || isLoopbackAddress(address)) return undefined;
  if (/^[\d.]+$/.test(host) || host.includes(':')) {
    const kind = specialAddressKind(host);
    return kind === undefined ? undefined : `${host}, ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} address`;
  }
  if (PRIVATE_NAME.test(host)) return `${host}, a name of a private network`;
  return host.includes('.') ? undefined : `${host}, a name without a domain`;
}

export function isLoopbackAddress(address: string): boolean {
  return isLoopbackHost(hostOf(address) ?? '');
}

function hostOf(address: string): string | undefined {
  return isFeedAddress(address) ? new URL(address).hostname.replace(/^\[|\]$/g, '') : undefined;
}

/** Returns the address that was meant by a text that is none: without `https://`, in quotes, with `feed:` in front. */
export function guessAddress(text: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^["'“”‘’<]+|["'“”’>]+$/g, '')
    .replace(/^feed:(?:\/\/)?(?=https?:)/i, '')
    .replace(/^feed:(?:\/\/)?/i, 'https://')
    .replace(/^(h?t?t?ps?|https?)[:;]?\/{1,2}(?=[^/])/i, (scheme) =>
      /s/i.test(scheme) ? 'https://' : 'http://',
    )
    .replace(/^\/\//, 'https://');
  const isBare = /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(:\d+)?([/?#]\S*)?$/u.test(plain);
  const address = isBare ? `https://${plain}` : plain;
  return address !== text && isFeedAddress(address) ? address : undefined;
}
