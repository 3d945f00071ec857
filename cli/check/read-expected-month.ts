import { existsSync } from 'node:fs';
import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { DEFAULT_DATA_FOLDER } from '../shared/defaults.ts';
import { openTable, type TableLocation } from '../shared/open-table.ts';
import { type ExpectedTopic, expectedMonth } from './expected-month.ts';

/** The expected messages of the topics with recipients, or the reason why they are unknown. */
export type ExpectedMonth = readonly ExpectedTopic[] | { readonly unknown: string };

export const NOBODY = 'the file has no recipients';

/**
 * Returns what to expect in a month, from the history of this machine or a deployment.
 * @throws NewsAlertsError if the user named a history that cannot be read
 */
export async function readExpectedMonth(
  { config, subscriptions }: LoadedConfig,
  { stack, data }: Partial<TableLocation>,
): Promise<ExpectedMonth> {
  const isNamed = stack !== undefined || data !== undefined;
  if (subscriptions.length === 0 && !isNamed) return { unknown: NOBODY };
  if (!isNamed && !existsSync(DEFAULT_DATA_FOLDER)) {
    return {
      unknown:
        `there is no history yet. \`npm start\` keeps the history in ${DEFAULT_DATA_FOLDER}; ` +
        'name another folder with --data, or a deployment on AWS with --stack',
    };
  }
  try {
    const store = await openTable({
      data: data ?? DEFAULT_DATA_FOLDER,
      ...(stack === undefined ? {} : { stack }),
    });
    try {
      return await expectedMonth(store.table, config, subscriptions, Date.now());
    } finally {
      await store.close();
    }
  } catch (error) {
    // The file is valid all the same. The command fails only if the user named the history.
    if (isNamed || !(error instanceof NewsAlertsError)) throw error;
    return { unknown: `the history cannot be read: ${error.message}` };
  }
}
