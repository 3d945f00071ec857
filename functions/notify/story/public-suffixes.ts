import { getDomain } from 'tldts';

/**
 * Returns the name that somebody registered, or got from a host of blogs: "bbc.co.uk", "ann.github.io". By the public
 * suffix list (publicsuffix.org). In a bundle, this is a file of its own that is loaded for the first host that needs it,
 * because the list has 130 KB.
 */
export const registeredName = (host: string): string =>
  getDomain(host, { allowPrivateDomains: true }) ?? host;
