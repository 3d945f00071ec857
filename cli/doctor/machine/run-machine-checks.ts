import { statSync } from 'node:fs';
import type { LoadedConfig } from '../../../config/load.ts';
import { dynamoTable } from '../../../functions/shared/aws/dynamo-table.ts';
import { NewsAlertsError } from '../../../functions/shared/errors.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import { feedStates } from '../../../functions/shared/store/feed-states.ts';
import { ticks } from '../../../functions/shared/store/ticks.ts';
import { type OpenDataFolder, openDataFolder } from '../../../local/data-folder/open-data-folder.ts';
import { readOutbox } from '../../../local/outbox/outbox.ts';
import { TABLE_NAME } from '../../../local/provision.ts';
import { digestResults, OVERDUE_MS } from '../check-digests.ts';
import { feedResults, readFeeds } from '../check-feeds.ts';
import { type CheckName, type CheckResult, couldNotCheck, mergeByCause } from '../check-result.ts';
import { checkTopicsIn } from '../check-topics.ts';
import { readConfiguration } from '../read-configuration.ts';
import { localQueueResults } from './check-local-queues.ts';
import { localSmsResults } from './check-local-sms.ts';
import {
  clockResults,
  diskResults,
  newestFile,
  nodeResults,
  pageResults,
  readDisk,
} from './check-machine.ts';
import { mailResults } from './check-mail.ts';
import { outboxResults } from './check-outbox.ts';
import { startResults } from './check-start.ts';
import type { MachineContext } from './machine-context.ts';

/** Runs all checks of this machine. Returns their results in the order of the report. */
export async function runMachineChecks(
  context: MachineContext,
  load: () => LoadedConfig,
): Promise<readonly CheckResult[]> {
  const { data, clock, env } = context;
  const file = readConfiguration(context.configFile, load, MACHINE_TEXTS);
  const folder = await openOrReport(data);
  const results: CheckResult[][] = [];
  const check = async (
    name: CheckName,
    what: string,
    run: () => Promise<readonly CheckResult[]> | readonly CheckResult[],
  ) => {
    try {
      results.push([...(await run())]);
    } catch (error) {
      results.push([couldNotCheck(name, what, error)]);
    }
  };
  try {
    if (folder.open) await inFolder(folder.open);
    const { loaded } = file;
    if (loaded) {
      const recipients = [...loaded.subscriptions, ...loaded.operations];
      await check('mail', 'the mail server', () => mailResults(recipients, env));
      await check('sms', 'SMS', () => localSmsResults(recipients, context));
    }
    await check('mail', 'the outbox', () => outboxResults(readOutbox(data).values(), clock()));
    if (statSync(data, { throwIfNoEntry: false })?.isDirectory()) {
      await check('disk', 'the disk', () => diskResults(readDisk(data), data));
      await check('clock', 'the clock', () => clockResults(newestFile(data), clock()));
    }
    const { open } = folder;
    await check('page', 'the page', () =>
      pageResults(open?.running ?? false, open?.page, context, context.port),
    );
  } finally {
    await folder.open?.close();
  }
  return mergeByCause([
    ...file.results,
    ...folder.results,
    ...results.flat(),
    ...nodeResults(process.version),
  ]);

  async function inFolder(open: OpenDataFolder): Promise<void> {
    const table = dynamoTable(open.dynamoDb, TABLE_NAME);
    const tick = await ticks(table).last();
    // The silence of a feed or topic counts only up to the time when `start` ended.
    const now = open.running ? clock() : Math.min(tick?.at ?? clock(), clock());
    await check('start', 'whether start is running', () =>
      startResults(open.running, tick, file.loaded?.config.version, context),
    );
    const { loaded } = file;
    await check('queues', 'the queues', () => localQueueResults(open));
    if (loaded) {
      await check('feeds', 'the feeds', async () => {
        const { values, failures } = await readFeeds(feedStates(table), { ...context, loaded });
        const known = tick === undefined ? values.filter(({ state }) => state.version > 0) : values;
        return [
          ...feedResults(known, { now, changedAt: undefined, differs: false, deploy: undefined }),
          ...failures,
        ];
      });
      await check('topics', 'the topics', () =>
        checkTopicsIn(open.dynamoDb, TABLE_NAME, { ...context, loaded }, now),
      );
    }
    await check('digests', 'which digests are overdue', async () =>
      digestResults(
        await digests(table).due(now - OVERDUE_MS),
        now,
        'see the findings about start and the hits queue, and the terminal of `npm start`',
      ),
    );
  }
}

const MACHINE_TEXTS = {
  skipped: 'feeds; topics; mail',
  broken: 'a topic or terms with this fault match nothing; all other topics work',
  thenDeploy: '',
} as const;

async function openOrReport(
  data: string,
): Promise<{ open?: OpenDataFolder; results: readonly CheckResult[] }> {
  try {
    return { open: await openDataFolder(data), results: [] };
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    return {
      results: [
        {
          level: 'problem',
          check: 'folder',
          code: 'folder-unusable',
          about: data,
          seen: error.message,
          means: 'feeds, topics, digests and queues cannot be checked, and `npm start` cannot run either',
          next: 'do what the message says; news-alerts itself deletes nothing',
        },
      ],
    };
  }
}
