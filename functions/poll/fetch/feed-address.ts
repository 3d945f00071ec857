import type { Feed } from '../../shared/model.ts';
import type { Secrets } from '../../shared/secrets.ts';
import { secretNames, withSecrets } from '../../shared/secrets.ts';
import type { Failure } from './fetch.ts';
import type { FeedAddress } from './plain-address.ts';
import { plainAddress, secretParameters } from './plain-address.ts';

/** Returns the address of a feed, or a failure if a secret has no value or its value makes the address invalid. */
export async function feedAddress(
  { url }: Pick<Feed, 'url'>,
  secrets: Secrets,
): Promise<FeedAddress | Failure> {
  const names = secretNames(url);
  if (names.length === 0 && secretParameters(url).length === 0)
    return plainAddress(withSecrets(url, () => ''));
  const found = await Promise.all(names.map(async (name) => ({ name, secret: await secrets.get(name) })));
  const faults = found.flatMap(({ secret }) => ('fault' in secret ? secret.fault : []));
  if (faults.length > 0) return { kind: 'secret', detail: faults.join('; ') };
  const values = found.flatMap(({ name, secret }): [string, string][] =>
    'value' in secret ? [[name, secret.value]] : [],
  );
  const address = new (await import('#secret-address')).SecretAddress(url, new Map(values));
  if (URL.canParse(address.url) && new URL(address.url).origin === new URL(url).origin) return address;
  return {
    kind: 'secret',
    detail: `expected ${names.join(', ')} to make a valid address, got an invalid one; write the value as it appears in an address`,
  };
}
