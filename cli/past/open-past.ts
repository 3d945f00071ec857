import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { count } from '../../functions/shared/text/count.ts';
import { earlierFeedIds } from '../../local/past/earlier-feed-ids.ts';
import { feedLookup } from '../../local/past/feed-lookup.ts';
import { type Past, pastOf } from '../../local/past/past.ts';
import { type ReadItems, readDatabase } from '../../local/past/read-database.ts';
import { awsClients } from '../deployed/aws-clients.ts';
import { requireOutput } from '../deployed/read-stack.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { readSnapshots } from '../replay/snapshots.ts';
import type { TableLocation } from '../shared/open-table.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import { itemsInFile } from './items-in-file.ts';
import { recordedItems } from './recorded-items.ts';
import { scanTable } from './scan-table.ts';

const DAY_MS = 86_400_000;

/** Where the items of the past are. Without a file, a folder of recordings or a stack: the data folder of this machine. */
export interface PastLocation extends TableLocation {
  /** File of JSON lines; - for standard input. */
  readonly items?: string;
  /** Folder of snapshots, as `replay` reads them. */
  readonly recordings?: string;
}

export interface OpenedPast {
  readonly past: Past;
  /** The error about lines of a file that are no items, to throw after the result. */
  readonly fault?: unknown;
}

/**
 * Reads the past, with progress on standard error.
 * @throws NewsAlertsError when there are no items, saying what to do next
 */
export async function openPast(
  location: PastLocation,
  { config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  signal: AbortSignal,
): Promise<OpenedPast> {
  const now = Date.now();
  const report = throttleProgress(console.error);
  const { items: file, recordings, stack, data } = location;
  if (file !== undefined) {
    const { items, feeds, fault } = await itemsInFile(file, now);
    const past = pastOf(items, (id) => feeds.get(id) ?? { id, title: id }, latest(items, now));
    return { past: required(past, `${file}: expected items, got none`), fault };
  }
  if (recordings !== undefined) {
    const folder = readSnapshots(recordings);
    const { items, titles, to } = await recordedItems(folder, {
      signal,
      onProgress: (done, of) => report(`read ${done} of ${count(of, 'snapshot')}`),
    });
    const past = pastOf(items, feedLookup(config.feeds, titles), to);
    return { past: required(past, `${recordings}: expected feeds with items, got none`) };
  }
  const onProgress = (items: number) => report(`read ${count(items, 'item')}`);
  const read =
    stack === undefined
      ? await readFolder(data, { since: now - KEPT_DAYS * DAY_MS, onProgress, signal })
      : await readStack(stack, config.feeds, onProgress, signal);
  signal.throwIfAborted();
  const earlier = earlierFeedIds(config.feeds, secrets);
  const items = read.items.map((item) => {
    const feedId = earlier.get(item.feedId);
    return feedId === undefined ? item : { ...item, feedId };
  });
  const past = pastOf(items, feedLookup(config.feeds, read.documentTitles), now);
  return {
    past: required(past, `${stack ?? data}: expected stored items, got none yet; ${NEXT}`),
  };
}

const NEXT =
  'let `news-alerts start` run: it stores the news of the feeds from its first minute. ' +
  'Or name another past: recorded feeds with --recordings, or items with --items';

async function readFolder(data: string, options: Parameters<typeof readDatabase>[1]): Promise<ReadItems> {
  if (!existsSync(join(data, 'tables')))
    throw new NewsAlertsError(
      `${data}: expected the data folder of \`news-alerts start\`, got none; ${NEXT}`,
    );
  return readDatabase(data, options);
}

async function readStack(
  stack: string,
  feeds: readonly Feed[],
  onProgress: (items: number) => void,
  signal: AbortSignal,
): Promise<ReadItems> {
  const clients = await awsClients(signal);
  const name = await requireOutput(clients, stack, OUTPUTS.table);
  return scanTable(clients.dynamoDb, name, feeds, onProgress);
}

const latest = (items: readonly { readonly foundAt: number }[], now: number): number =>
  items.length === 0 ? now : items.reduce((last, { foundAt }) => Math.max(last, foundAt), 0);

function required(past: Past, message: string): Past {
  if (past.items.length === 0) throw new NewsAlertsError(message);
  return past;
}
