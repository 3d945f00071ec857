import { existsSync } from 'node:fs';
import { ConfigError } from '../../config/faults.ts';
import { type LoadedConfig, loadConfigFile } from '../../config/load.ts';
import { describeWorstDay, worstDay } from '../../config/worst-day.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { count } from '../../functions/shared/text/count.ts';
import { unsetSecrets } from '../../local/unset-secrets.ts';
import { openTable, type TableLocation } from '../shared/open-table.ts';
import { describeExpectedMonth } from './describe-expected-month.ts';
import { expectedMonth } from './expected-month.ts';

export interface CheckOptions extends Partial<TableLocation> {
  readonly config: string;
}

/** Where `npm start` keeps everything, unless it is told otherwise. */
const DEFAULT_DATA_FOLDER = '.news-alerts';

/** `check`: says what is in the configuration, or everything that is wrong with it; and what it brings, where there is a history. */
export async function check({ config: file, ...where }: CheckOptions): Promise<void> {
  const loaded = loadConfigFile(file, process.env);
  const { config, subscriptions, warnings, topicFaults } = loaded;
  if (topicFaults.length > 0) throw new ConfigError(topicFaults);
  const enabled = config.feeds.filter(({ enabled }) => enabled).length;
  const addresses = new Set(subscriptions.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`)).size;
  console.error(
    `${file} is valid: ${count(enabled, 'feed')}, ${count(config.topics.length, 'topic')}, ${count(addresses, 'recipient')}`,
  );
  if (subscriptions.length > 0) console.error(describeWorstDay(worstDay(config, subscriptions)));
  const isNamed = where.stack !== undefined || where.data !== undefined;
  if (subscriptions.length > 0 || isNamed) {
    for (const line of await monthLines(loaded, where, isNamed)) console.error(line);
  }
  for (const warning of [...warnings, ...unsetSecrets(loaded, where.stack)])
    console.error(`note: ${warning}`);
}

async function monthLines(
  loaded: LoadedConfig,
  { stack, data }: Partial<TableLocation>,
  isNamed: boolean,
): Promise<string[]> {
  if (!isNamed && !existsSync(DEFAULT_DATA_FOLDER)) {
    return [
      `in an expected month: no history here yet: \`npm start\` keeps it in ${DEFAULT_DATA_FOLDER}, --data names another folder, ` +
        '--stack a deployment on AWS',
    ];
  }
  try {
    return await readMonth(loaded, {
      data: data ?? DEFAULT_DATA_FOLDER,
      ...(stack === undefined ? {} : { stack }),
    });
  } catch (error) {
    // The file is valid all the same: only who names a history must be told that there is none.
    if (isNamed || !(error instanceof NewsAlertsError)) throw error;
    return [`in an expected month: the history could not be read: ${error.message}`];
  }
}

async function readMonth({ config, subscriptions }: LoadedConfig, where: TableLocation): Promise<string[]> {
  const store = await openTable(where);
  try {
    return describeExpectedMonth(
      await expectedMonth(store.table, config, subscriptions, Date.now()),
      config.smsParts,
    );
  } finally {
    await store.close();
  }
}
