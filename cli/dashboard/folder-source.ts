import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import { QUEUES, queuePhysicalName, queues } from '../../functions/shared/pipeline.ts';
import { findRunningServers } from '../../local/data-folder/open-data-folder.ts';
import { readOnlyTable } from '../../local/data-folder/read-only-table.ts';
import type { RunningServers } from '../../local/data-folder/running-servers.ts';
import { DATABASE_FILE } from '../../local/dynamodb/open-tables.ts';
import { outboxFile, readOutbox } from '../../local/outbox/outbox.ts';
import type { PageMessage, PageStatus } from '../../local/page-data.ts';
import { itemCounts } from '../../local/past/item-counts.ts';
import { localPast } from '../../local/past/local-past.ts';
import { messagesIn, readQueue } from '../deployed/read-queue.ts';
import type { DashboardSource } from './dashboard-page.ts';

const PAUSE_MS = 3_000;

/**
 * Returns what a dashboard reads of a data folder on this machine, whether `start` runs or not. Takes no lock.
 * @throws NewsAlertsError when there is no such folder
 */
export function folderSource(
  data: string,
  loaded: LoadedConfig,
  { configFile, clock }: { readonly configFile: string; readonly clock: Clock },
): DashboardSource {
  if (!existsSync(join(data, 'tables', DATABASE_FILE)))
    throw new NewsAlertsError(
      `${data}: expected the data of an earlier \`npm start\`, got none; start it once, name another folder with --data, or a deployment with --stack`,
    );
  const table = readOnlyTable(data);
  const { version } = loaded.config;
  let running: RunningServers | undefined;
  return {
    clock,
    table,
    viewTable: table,
    pauses: { messages: PAUSE_MS, feeds: PAUSE_MS, waiting: PAUSE_MS, queues: PAUSE_MS, counts: PAUSE_MS },
    messages: outboxReader(data),
    async queues() {
      running = await findRunningServers(data);
      return readQueues(running);
    },
    notes(last) {
      const page = running?.page;
      return [
        page === undefined
          ? `The data in ${data}, read-only. \`news-alerts start\` is not running on it.`
          : `The data in ${data}, read-only. \`news-alerts start\` is running on it; its own page is at ${page}.`,
        ...(last === undefined || last === version
          ? []
          : [
              `${configFile} is not the version with which \`news-alerts start\` last ran. Feeds and topics here are those of the file.`,
            ]),
      ];
    },
    past: localPast({ dataDir: data, clock, config: () => loaded.config, secrets: () => loaded.secrets }),
    itemCounts: itemCounts({ dataDir: data, clock }),
  };
}

/** Returns a function that returns the messages in the outbox of a folder, newest first. Reads the file when it has changed. */
function outboxReader(data: string): () => Promise<readonly PageMessage[]> {
  let readAt = '';
  let messages: readonly PageMessage[] = [];
  return async () => {
    const stats = statSync(outboxFile(data), { throwIfNoEntry: false });
    const version = stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : 'none';
    if (version !== readAt) {
      messages = [...readOutbox(data).values()].reverse();
      readAt = version;
    }
    return messages;
  };
}

/** Returns the messages in the queues of a running `start`; none if it is not running, since its queues are then closed. */
async function readQueues(servers: RunningServers | undefined): Promise<PageStatus['queues']> {
  if (!servers?.sqs) return [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({
    region: 'us-east-1',
    credentials,
    endpoint: servers.sqs,
    useQueueUrlAsEndpoint: false,
  });
  try {
    const depth = async (name: string) => messagesIn(await readQueue(sqs, name, 'local'));
    return await Promise.all(
      QUEUES.map(async (queue) => ({
        name: queue,
        waiting: await depth(queuePhysicalName(queue, queues[queue])),
        dead: await depth(queuePhysicalName(`${queue}-dead`, queues[queue])),
      })),
    );
  } finally {
    sqs.destroy();
  }
}
