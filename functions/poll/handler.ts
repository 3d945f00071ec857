import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pLimit from 'p-limit';
import { eachRecord } from '../shared/aws/batch.ts';
import { measured } from '../shared/aws/emf-metrics.ts';
import type { Basics, Fetching, Queues, Tables } from '../shared/aws/platform.ts';
import { basics, fetching, queues, tables } from '../shared/aws/platform.ts';
import type { FeedDue } from '../shared/model.ts';
import { feedStates } from '../shared/store/feed-states.ts';
import { items } from '../shared/store/items.ts';
import { streamWords } from '../shared/store/stream-words.ts';
import { countWords } from './count-words.ts';
import { type Fetch, httpFetch } from './fetch.ts';
import { poll } from './poll.ts';

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Documents of a batch that are worked on at once: 20 of the largest fit the function's memory then. */
const AT_ONCE = 3;

/** Reads the feeds queue. */
export function createHandler(
  platform: Basics & Tables & Queues & Fetching,
  fetch: Fetch = httpFetch({ clock: platform.clock, gate: { loopback: platform.loopbackFeeds } }),
): Handler {
  const deps = {
    ...platform,
    config: platform.config(),
    fetch,
    secrets: platform.secrets(platform.config().secrets ?? []),
    feedStates: feedStates(platform.table()),
    items: items(platform.table()),
    found: platform.queue<never>('items'),
    notices: platform.queue<never>('hits'),
    countWords: countWords(streamWords(platform.table())),
    inTurn: pLimit(AT_ONCE),
  };
  return measured(platform.metrics, (event: SQSEvent) =>
    eachRecord<FeedDue>(event, platform.log, async (due) => {
      await poll(deps, due);
    }),
  );
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  const { env } = process;
  created ??= createHandler({ ...basics(env), ...tables(env), ...queues(env), ...fetching(env) });
  return created(event);
};
