import { ConfigError } from '../../config/faults.ts';
import { loadConfigFile, loadForDeployment } from '../../config/load.ts';
import { isChatPlaceholder } from '../../config/recipients.ts';
import { describeWorstDay, worstDay } from '../../config/worst-day.ts';
import { count } from '../../functions/shared/text/count.ts';
import { unsetSecrets } from '../../local/unset-secrets.ts';
import type { TableLocation } from '../shared/open-table.ts';
import { printJson } from '../shared/print-json.ts';
import { checkJson, faultsJson } from './check-json.ts';
import { describeExpectedMonth } from './describe-expected-month.ts';
import { NOBODY, readExpectedMonth } from './read-expected-month.ts';

export interface CheckOptions extends Partial<TableLocation> {
  readonly config: string;
  readonly json: boolean;
}

/**
 * Runs `check`: prints a summary of the configuration and, where there is a history, the messages to expect in a month.
 * @throws ConfigError with all faults of the file
 */
export async function check(options: CheckOptions): Promise<void> {
  try {
    await checkValid(options);
  } catch (error) {
    if (options.json && error instanceof ConfigError) printJson(faultsJson(options.config, error.faults));
    throw error;
  }
}

async function checkValid({ config: file, json, ...location }: CheckOptions): Promise<void> {
  const loaded =
    location.stack === undefined ? loadConfigFile(file, process.env) : loadForDeployment(file, process.env);
  const { config, subscriptions, chats, warnings, topicFaults } = loaded;
  if (topicFaults.length > 0) throw new ConfigError(topicFaults);
  const counts = {
    feeds: config.feeds.filter(({ enabled }) => enabled).length,
    topics: config.topics.length,
    recipients:
      new Set(subscriptions.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`)).size +
      chats.filter((chat) => !isChatPlaceholder(chat)).length,
  };
  const month = await readExpectedMonth(loaded, location);
  const worst = worstDay(config, subscriptions);
  const notes = [...warnings, ...unsetSecrets(loaded, location.stack)];
  if (json) {
    printJson(checkJson({ file, ...counts, worst, month, notes }));
    return;
  }
  console.error(
    `${file} is valid: ${count(counts.feeds, 'feed')}, ${count(counts.topics, 'topic')}, ${count(counts.recipients, 'recipient')}`,
  );
  if (subscriptions.length > 0) console.error(describeWorstDay(worst));
  if (!('unknown' in month)) {
    for (const line of describeExpectedMonth(month, config.smsParts)) console.error(line);
  } else if (month.unknown !== NOBODY) console.error(`expected in a month: unknown, since ${month.unknown}`);
  for (const note of notes) console.error(`note: ${note}`);
}
