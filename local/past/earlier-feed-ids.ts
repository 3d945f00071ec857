import { earlierIds } from '../../functions/shared/feed-id.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { withSecrets } from '../../functions/shared/secrets.ts';

/**
 * Returns a map from a feed's id in earlier releases to its current id, where the two differ. Records of items still have
 * the earlier ids, which may contain secrets. `secrets`: values of the secrets that addresses name.
 */
export function earlierFeedIds(
  feeds: readonly Feed[],
  secrets: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const present = new Map<string, string>();
  for (const { id, url } of feeds) {
    if (!url.includes('?') && redactAddress(url) === url) continue;
    const address = withSecrets(url, (name) => secrets[name] ?? '');
    for (const earlier of earlierIds(id, url, address)) present.set(earlier, id);
  }
  for (const { id } of feeds) present.delete(id);
  return present;
}
