import { ConfigError } from '../../functions/shared/config/faults.ts';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { tellWorstDay, worstDay } from '../../functions/shared/config/worst-day.ts';

/** `check`: says what is in the configuration, or everything that is wrong with it. */
export function check(file: string): void {
  const { config, subscriptions, warnings, broken } = loadConfigFile(file, process.env);
  if (broken.length > 0) throw new ConfigError(broken);
  const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
  const enabled = config.feeds.filter(({ enabled }) => enabled).length;
  const addresses = new Set(subscriptions.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`)).size;
  console.error(
    `${file} is valid: ${count(enabled, 'feed')}, ${count(config.topics.length, 'topic')}, ${count(addresses, 'recipient')}`,
  );
  if (subscriptions.length > 0) console.error(tellWorstDay(worstDay(config, subscriptions)));
  for (const warning of warnings) console.error(`note: ${warning}`);
}
