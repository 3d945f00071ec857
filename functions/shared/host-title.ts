/** Returns the title of a feed that has none: its host, without "www.", "feeds." or "rss.". */
export function hostTitle(address: string): string {
  return new URL(address).hostname.replace(/^(www|feeds?|rss)\./, '');
}
