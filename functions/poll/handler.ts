import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pLimit from 'p-limit';
import { processConcurrently } from '../shared/aws/batch.ts';
import { withMetrics } from '../shared/aws/emf-metrics.ts';
import type { Basics, Fetching, Queues, Tables } from '../shared/aws/platform.ts';
import { basics, fetching, queues, tables } from '../shared/aws/platform.ts';
import type { FeedDue } from '../shared/messages.ts';
import { feedStates } from '../shared/store/feed-states.ts';
import { items } from '../shared/store/items.ts';
import { countWordsOnDemand } from './count-words-on-demand.ts';
import type { Fetch } from './fetch/fetch.ts';
import { httpFetch } from './fetch/http-fetch.ts';
import { poll } from './poll.ts';
import { MAX_CONCURRENT_DOCUMENTS } from './process-document.ts';
import { type HubAccess, pushing } from './push/pushing.ts';

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Reads the feeds queue. */
export function createHandler(
  platform: Basics & Tables & Queues & Fetching,
  fetch: Fetch = httpFetch({ clock: platform.clock, guard: { loopback: platform.loopbackFeeds } }),
  hubs?: HubAccess,
): Handler {
  const deps = {
    ...platform,
    config: platform.config(),
    fetch,
    secrets: platform.secrets(platform.config().secrets ?? []),
    feedStates: feedStates(platform.table()),
    items: items(platform.table()),
    itemsQueue: platform.queue<never>('items'),
    notices: platform.queue<never>('hits'),
    countWords: countWordsOnDemand(platform.table()),
    limitDocuments: pLimit(MAX_CONCURRENT_DOCUMENTS),
    ...pushing(platform, hubs),
  };
  return withMetrics(platform.metrics, (event: SQSEvent) =>
    processConcurrently<FeedDue>(event, platform.log, 'feed', async (due) => void (await poll(deps, due))),
  );
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  const { env } = process;
  created ??= createHandler({ ...basics(env), ...tables(env), ...queues(env), ...fetching(env) });
  return created(event);
};
