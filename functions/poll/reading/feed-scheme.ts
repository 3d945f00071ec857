/** In place of http or before it, in links that are to open a reader or a podcast app. */
const SCHEMES = /^(?:feed|rss|itpc|pcast|podcast)(s?):(?:\/\/|(?!\d))/i;

export function hasFeedScheme(address: string): boolean {
  return SCHEMES.test(address.trim());
}

/**
 * The address that is meant, where it is written for an app (feed:, itpc:, podcast: …) or escaped once too often: "&amp;"
 * is part of no address.
 */
export function withoutFeedScheme(written: string): string {
  const address = written.trim().replace(/&(?:amp;|#0*38;|#x0*26;)+/gi, '&');
  const inner = address.replace(SCHEMES, '');
  if (inner === address || /^https?:/i.test(inner)) return inner;
  return `http${SCHEMES.exec(address)?.[1] ?? ''}://${inner}`;
}
