import { statSync } from 'node:fs';
import { dynamoTable } from '../../../functions/shared/aws/dynamo-table.ts';
import type { LoadedConfig } from '../../../functions/shared/config/load.ts';
import { NewsAlertsError } from '../../../functions/shared/errors.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import { feedStates } from '../../../functions/shared/store/feed-states.ts';
import { ticks } from '../../../functions/shared/store/ticks.ts';
import { type OpenFolder, openFolder } from '../../open-folder.ts';
import { readOutbox } from '../../outbox.ts';
import { TABLE_NAME } from '../../provision.ts';
import { digestFindings, OVERDUE_MS } from '../check-digests.ts';
import { feedFindings, readFeeds } from '../check-feeds.ts';
import { topicsIn } from '../check-topics.ts';
import { readConfiguration } from '../configuration-findings.ts';
import { type CheckName, couldNotCheck, type Finding, oneForEachCause } from '../finding.ts';
import { localQueueFindings } from './check-local-queues.ts';
import {
  clockFindings,
  diskFindings,
  newestFile,
  nodeFindings,
  pageFindings,
  readDisk,
} from './check-machine.ts';
import { mailFindings, outboxFindings } from './check-mail.ts';
import { startFindings } from './check-start.ts';
import type { MachineVisit } from './machine-visit.ts';

/** Returns everything that is found on this machine, in the order in which it is told. */
export async function examineMachine(
  visit: MachineVisit,
  load: () => LoadedConfig,
): Promise<readonly Finding[]> {
  const { data, clock, env } = visit;
  const file = readConfiguration(visit.configFile, load, MACHINE_WORDS);
  const folder = await openOrTell(data);
  const here: Finding[][] = [];
  const check = async (
    name: CheckName,
    what: string,
    run: () => Promise<readonly Finding[]> | readonly Finding[],
  ) => {
    try {
      here.push([...(await run())]);
    } catch (error) {
      here.push([couldNotCheck(name, what, error)]);
    }
  };
  try {
    if (folder.open) await inFolder(folder.open);
    const { loaded } = file;
    if (loaded) {
      const recipients = [...loaded.subscriptions, ...loaded.operations];
      await check('mail', 'the mail server', () => mailFindings(recipients, env));
    }
    await check('mail', 'the outbox', () => outboxFindings(readOutbox(data).values(), clock()));
    if (statSync(data, { throwIfNoEntry: false })?.isDirectory()) {
      await check('disk', 'the disk', () => diskFindings(readDisk(data), data));
      await check('clock', 'the clock', () => clockFindings(newestFile(data), clock()));
    }
    const { open } = folder;
    await check('page', 'the page', () =>
      pageFindings(open?.running ?? false, open?.page, visit, visit.port),
    );
  } finally {
    await folder.open?.close();
  }
  return oneForEachCause([
    ...file.findings,
    ...folder.findings,
    ...here.flat(),
    ...nodeFindings(process.version),
  ]);

  async function inFolder(open: OpenFolder): Promise<void> {
    const table = dynamoTable(open.dynamoDb, TABLE_NAME);
    const tick = await ticks(table).last();
    // What has happened since `start` ended says nothing about feeds and topics.
    const now = open.running ? clock() : Math.min(tick?.at ?? clock(), clock());
    await check('start', 'whether start runs', () =>
      startFindings(open.running, tick, file.loaded?.config.version, visit),
    );
    const { loaded } = file;
    await check('queues', 'the queues', () => localQueueFindings(open));
    if (loaded) {
      await check('feeds', 'the feeds', async () => {
        const { results, findings } = await readFeeds(feedStates(table), { ...visit, loaded });
        const known = tick === undefined ? results.filter(({ state }) => state.version > 0) : results;
        return [
          ...feedFindings(known, { now, changedAt: undefined, differs: false, deploy: undefined }),
          ...findings,
        ];
      });
      await check('topics', 'the topics', () =>
        topicsIn(open.dynamoDb, TABLE_NAME, { ...visit, loaded }, now),
      );
    }
    await check('digests', 'which digests are overdue', async () =>
      digestFindings(
        await digests(table).due(now - OVERDUE_MS),
        now,
        'see the findings about start and the hits queue, and what `npm start` says in its terminal',
      ),
    );
  }
}

const MACHINE_WORDS = {
  skipped: 'feeds; topics; mail',
  broken: 'what has this fault matches nothing; all other topics go on',
  thenDeploy: '',
} as const;

async function openOrTell(data: string): Promise<{ open?: OpenFolder; findings: readonly Finding[] }> {
  try {
    return { open: await openFolder(data), findings: [] };
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    return {
      findings: [
        {
          level: 'problem',
          check: 'folder',
          code: 'folder-unusable',
          about: data,
          seen: error.message,
          means:
            'nothing can be told of feeds, topics, digests and queues, and npm start does not get on either',
          next: 'do what the message says; nothing is deleted by news-alerts itself',
        },
      ],
    };
  }
}
