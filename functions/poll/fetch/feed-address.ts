import type { Feed } from '../../shared/model.ts';
import type { Secrets } from '../../shared/secrets.ts';
import { secretNames, withSecrets } from '../../shared/secrets.ts';
import type { Failure } from './fetch.ts';
import type { FeedAddress } from './plain-address.ts';
import { plainAddress, secretParameters } from './plain-address.ts';

/** Returns the address of a feed, or why it has none: a name without a value, or a value that makes it none. */
export async function feedAddress(
  { url }: Pick<Feed, 'url'>,
  secrets: Secrets,
): Promise<FeedAddress | Failure> {
  const wanted = secretNames(url);
  if (wanted.length === 0 && secretParameters(url).length === 0)
    return plainAddress(withSecrets(url, () => ''));
  const found = await Promise.all(wanted.map(async (name) => ({ name, secret: await secrets.get(name) })));
  const faults = found.flatMap(({ secret }) => ('fault' in secret ? secret.fault : []));
  if (faults.length > 0) return { kind: 'secret', detail: faults.join('; ') };
  const values = found.flatMap(({ name, secret }): [string, string][] =>
    'value' in secret ? [[name, secret.value]] : [],
  );
  const address = new (await import('#secret-address')).SecretAddress(url, new Map(values));
  if (URL.canParse(address.url) && new URL(address.url).origin === new URL(url).origin) return address;
  return {
    kind: 'secret',
    detail: `expected a value of ${wanted.join(', ')} that makes an address, got one that does not; write it as it stands in an address`,
  };
}
