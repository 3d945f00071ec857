import {
  isReservedName,
  secretNames,
  withoutReferences,
  withSecrets,
} from '../../functions/shared/secrets.ts';
import { isLoopbackHost, specialAddressKind } from '../../functions/shared/special-address.ts';

/** Whether a text is an http(s) address without a user name or white space. The host may be private. */
function isFeedAddress(text: string): boolean {
  if (!URL.canParse(text) || /\s/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** Returns what is expected instead of an invalid address, in words that fit after "expected"; undefined for a valid one. */
export function feedAddressFault(text: string): string | undefined {
  if (withoutReferences(text).includes('${'))
    return `names of secrets written \${NAME}, with letters, digits and _ ($\${ stands for a literal \${)`;
  if (secretNames(text).some(isReservedName))
    return 'names of secrets that do not begin with NEWS_ALERTS_ or AWS_';
  const [host, other] = ['1', '2'].map((value) => URL.parse(withSecrets(text, () => value))?.host);
  // A secret must not determine which server receives it.
  if (host !== other || /^\$\{/.test(text))
    return `an address whose host is written out (\${NAME} may stand for anything after the host)`;
  const plain = withSecrets(text, () => 'secret');
  if (!isFeedAddress(plain)) return 'an http or https address without user name or password';
  const unreachable = unreachableHost(plain);
  return unreachable === undefined ? undefined : `an address on the public internet, got ${unreachable}`;
}

/** Domains that never exist on the public internet (RFC 6762, 8375, 9476, the reserved .internal and the common .lan). */
const PRIVATE_NAME = /\.(local|localdomain|lan|internal|intranet|home\.arpa|home|corp)\.?$/i;

/**
 * Describes the host of an address on a private network, which is never fetched. Returns undefined for an address that may be
 * public, and for this machine, whose feeds `start --loopback-feeds` polls.
 */
export function unreachableHost(address: string): string | undefined {
  const host = hostOf(address);
  if (host === undefined || isLoopbackAddress(address)) return undefined;
  if (/^[\d.]+$/.test(host) || host.includes(':')) {
    const kind = specialAddressKind(host);
    return kind === undefined ? undefined : `${host}, ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} address`;
  }
  if (PRIVATE_NAME.test(host)) return `${host}, a private network name`;
  return host.includes('.') ? undefined : `${host}, a name without a domain`;
}

export function isLoopbackAddress(address: string): boolean {
  return isLoopbackHost(hostOf(address) ?? '');
}

function hostOf(address: string): string | undefined {
  return isFeedAddress(address) ? new URL(address).hostname.replace(/^\[|\]$/g, '') : undefined;
}

/**
 * Corrects an invalid address that lacks `https://`, is in quotes or begins with `feed:`. Returns undefined if this does not
 * help.
 */
export function guessAddress(text: string): string | undefined {
  const stripped = text
    .trim()
    .replace(/^["'“”‘’<]+|["'“”’>]+$/g, '')
    .replace(/^feed:(?:\/\/)?(?=https?:)/i, '')
    .replace(/^feed:(?:\/\/)?/i, 'https://')
    .replace(/^(h?t?t?ps?|https?)[:;]?\/{1,2}(?=[^/])/i, (scheme) =>
      /s/i.test(scheme) ? 'https://' : 'http://',
    )
    .replace(/^\/\//, 'https://');
  const isBare = /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(:\d+)?([/?#]\S*)?$/u.test(stripped);
  const address = isBare ? `https://${stripped}` : stripped;
  return address !== text && isFeedAddress(address) ? address : undefined;
}
