import { existsSync } from 'node:fs';
import { ConfigError } from '../../functions/shared/config/faults.ts';
import { type LoadedConfig, loadConfigFile } from '../../functions/shared/config/load.ts';
import { tellWorstDay, worstDay } from '../../functions/shared/config/worst-day.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { count } from '../../functions/shared/text/count.ts';
import { expectedMonth } from '../alerts/expected-month.ts';
import { openTable, type WhichTable } from '../alerts/open-table.ts';
import { tellMonth } from '../alerts/tell-month.ts';
import { unsetSecrets } from '../unset-secrets.ts';

export interface CheckOptions extends Partial<WhichTable> {
  readonly config: string;
}

/** Where `npm start` keeps everything, unless it is told otherwise. */
const DATA = '.news-alerts';

/** `check`: says what is in the configuration, or everything that is wrong with it; and what it brings, where there is a history. */
export async function check({ config: file, ...where }: CheckOptions): Promise<void> {
  const loaded = loadConfigFile(file, process.env);
  const { config, subscriptions, warnings, broken } = loaded;
  if (broken.length > 0) throw new ConfigError(broken);
  const enabled = config.feeds.filter(({ enabled }) => enabled).length;
  const addresses = new Set(subscriptions.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`)).size;
  console.error(
    `${file} is valid: ${count(enabled, 'feed')}, ${count(config.topics.length, 'topic')}, ${count(addresses, 'recipient')}`,
  );
  if (subscriptions.length > 0) console.error(tellWorstDay(worstDay(config, subscriptions)));
  const isNamed = where.stack !== undefined || where.data !== undefined;
  if (subscriptions.length > 0 || isNamed) {
    for (const line of await monthLines(loaded, where, isNamed)) console.error(line);
  }
  for (const warning of [...warnings, ...unsetSecrets(loaded, where.stack)])
    console.error(`note: ${warning}`);
}

async function monthLines(
  loaded: LoadedConfig,
  { stack, data }: Partial<WhichTable>,
  isNamed: boolean,
): Promise<string[]> {
  if (!isNamed && !existsSync(DATA)) {
    return [
      `in an expected month: no history here yet: \`npm start\` keeps it in ${DATA}, --data names another folder, ` +
        '--stack a deployment on AWS',
    ];
  }
  try {
    return await readMonth(loaded, { data: data ?? DATA, ...(stack === undefined ? {} : { stack }) });
  } catch (error) {
    // The file is valid all the same: only who names a history must be told that there is none.
    if (isNamed || !(error instanceof NewsAlertsError)) throw error;
    return [`in an expected month: the history could not be read: ${error.message}`];
  }
}

async function readMonth({ config, subscriptions }: LoadedConfig, where: WhichTable): Promise<string[]> {
  const store = await openTable(where);
  try {
    return tellMonth(await expectedMonth(store.table, config, subscriptions, Date.now()), config.smsParts);
  } finally {
    await store.close();
  }
}
