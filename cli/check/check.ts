import { existsSync } from 'node:fs';
import { ConfigError } from '../../config/faults.ts';
import { type LoadedConfig, loadConfigFile } from '../../config/load.ts';
import { describeWorstDay, worstDay } from '../../config/worst-day.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { count } from '../../functions/shared/text/count.ts';
import { unsetSecrets } from '../../local/unset-secrets.ts';
import { DEFAULT_DATA_FOLDER } from '../shared/defaults.ts';
import { openTable, type TableLocation } from '../shared/open-table.ts';
import { describeExpectedMonth } from './describe-expected-month.ts';
import { expectedMonth } from './expected-month.ts';

export interface CheckOptions extends Partial<TableLocation> {
  readonly config: string;
}

/**
 * Runs `check`: prints a summary of the configuration and, where there is a history, the messages to expect in a month.
 * @throws ConfigError with all faults of the file
 */
export async function check({ config: file, ...location }: CheckOptions): Promise<void> {
  const loaded = loadConfigFile(file, process.env);
  const { config, subscriptions, warnings, topicFaults } = loaded;
  if (topicFaults.length > 0) throw new ConfigError(topicFaults);
  const enabled = config.feeds.filter(({ enabled }) => enabled).length;
  const addresses = new Set(subscriptions.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`)).size;
  console.error(
    `${file} is valid: ${count(enabled, 'feed')}, ${count(config.topics.length, 'topic')}, ${count(addresses, 'recipient')}`,
  );
  if (subscriptions.length > 0) console.error(describeWorstDay(worstDay(config, subscriptions)));
  const isNamed = location.stack !== undefined || location.data !== undefined;
  if (subscriptions.length > 0 || isNamed) {
    for (const line of await monthLines(loaded, location, isNamed)) console.error(line);
  }
  for (const warning of [...warnings, ...unsetSecrets(loaded, location.stack)])
    console.error(`note: ${warning}`);
}

async function monthLines(
  loaded: LoadedConfig,
  { stack, data }: Partial<TableLocation>,
  isNamed: boolean,
): Promise<string[]> {
  if (!isNamed && !existsSync(DEFAULT_DATA_FOLDER)) {
    return [
      `expected in a month: unknown, since there is no history yet. \`npm start\` keeps the history in ${DEFAULT_DATA_FOLDER}; ` +
        'name another folder with --data, or a deployment on AWS with --stack',
    ];
  }
  try {
    return await readMonth(loaded, {
      data: data ?? DEFAULT_DATA_FOLDER,
      ...(stack === undefined ? {} : { stack }),
    });
  } catch (error) {
    // The file is valid all the same. The command fails only if the user named the history.
    if (isNamed || !(error instanceof NewsAlertsError)) throw error;
    return [`expected in a month: unknown, since the history cannot be read: ${error.message}`];
  }
}

async function readMonth(
  { config, subscriptions }: LoadedConfig,
  location: TableLocation,
): Promise<string[]> {
  const store = await openTable(location);
  try {
    return describeExpectedMonth(
      await expectedMonth(store.table, config, subscriptions, Date.now()),
      config.smsParts,
    );
  } finally {
    await store.close();
  }
}
