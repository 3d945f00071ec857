import { earlierIds } from '../../functions/shared/feed-id.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { withSecrets } from '../../functions/shared/secret-names.ts';
import { shownAddress } from '../../functions/shared/shown-address.ts';

/**
 * Returns the ids that earlier releases gave to feeds whose ids are others now, with those of now. Records of items have them, and they may
 * hold secrets. `secrets`: values of the names in addresses.
 */
export function earlierFeeds(
  feeds: readonly Feed[],
  secrets: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, url } of feeds) {
    if (!url.includes('?') && shownAddress(url) === url) continue;
    const address = withSecrets(url, (name) => secrets[name] ?? '');
    for (const earlier of earlierIds(id, url, address)) found.set(earlier, id);
  }
  for (const { id } of feeds) found.delete(id);
  return found;
}
