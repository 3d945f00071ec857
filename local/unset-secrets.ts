import type { LoadedConfig } from '../config/load.ts';
import { ownValue } from '../functions/shared/own-value.ts';
import { parameterPath } from '../functions/shared/pipeline.ts';
import { secretNames } from '../functions/shared/secrets.ts';
import { abbreviateList } from './format-time.ts';

/** Returns one line for each secret that feed addresses use and this machine does not have. */
export function unsetSecrets(
  { config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  stack = 'NewsAlerts',
): string[] {
  return (config.secrets ?? [])
    .filter((name) => ownValue(secrets, name) === undefined)
    .map((name) => {
      const feeds = config.feeds.filter(({ url }) => secretNames(url).includes(name)).map(({ id }) => id);
      return `${name} is not set on this machine: npm start cannot read ${abbreviateList(feeds)} without it; set it in the environment or in .env. On AWS it is the parameter ${parameterPath(stack)}${name}`;
    });
}
