import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PollDeps } from '../../functions/poll/poll.ts';
import { environmentSecrets } from '../../functions/shared/secrets.ts';
import { type FeedState, NEW_FEED_STATE } from '../../functions/shared/store/feed-states.ts';
import { feedDocument } from './feed-document.ts';

type PollModule = typeof import('../../functions/poll/poll.ts');

/** Polls in a measurement. Each finds one new entry. */
const POLLS = 30;
/** The first measurements of a process are slower. */
const WARM_UP_ROUNDS = 4;
const MINUTE_MS = 60_000;
/** Numbers of invented feeds with 19 to 21 entries of HTML. They have 31, 42 and 57 KB. */
const FEEDS = [33, 44, 63];

/** Returns the processor time of a poll in ms, by checkout and round. A round measures all checkouts, in turn first and last. */
export async function measureChangedFeeds(roots: readonly string[], rounds: number): Promise<number[][]> {
  const modules: PollModule[] = [];
  for (const root of roots)
    modules.push(await import(pathToFileURL(join(root, 'functions/poll/poll.ts')).href));
  const documents = FEEDS.map((number) =>
    Array.from({ length: POLLS + 1 }, (_, n) => Buffer.from(feedDocument(number, 1_000 + n))),
  );
  const times = modules.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const order = [...modules.entries()];
    for (const [n, module] of round % 2 === 0 ? order : order.reverse()) {
      let total = 0;
      for (const revisions of documents) total += await timeOf(module, revisions);
      if (round >= 0) times[n]?.push(total / (documents.length * POLLS));
    }
  }
  return times;
}

/** Polls the first revision, and returns the processor time of polling the others, ms. */
async function timeOf({ poll }: PollModule, [first, ...later]: readonly Uint8Array[]): Promise<number> {
  const url = 'https://feed.example/feed.xml';
  const nothing = () => undefined;
  let state: FeedState = NEW_FEED_STATE;
  let now = Date.UTC(2026, 4, 1);
  let bytes = first ?? new Uint8Array();
  const times = { every: MINUTE_MS, everyAtMost: MINUTE_MS, offset: 0 };
  const deps: PollDeps = {
    clock: () => now,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    metrics: { add: nothing },
    config: {
      version: '',
      feeds: [{ id: 'feed', url, title: 'Feed', ...times, tags: [], enabled: true }],
      topics: [],
      firstPoll: 86_400_000,
      onAmbiguous: { email: 'resend', sms: 'skip' },
    },
    secrets: environmentSecrets({}),
    fetch: async () => ({ kind: 'document', bytes, contentType: 'application/rss+xml', url }),
    feedStates: {
      get: async () => state,
      commit: async (_id, { version }, next) => {
        state = { ...next, version: version + 1 };
        return true;
      },
    },
    items: { putAll: async () => undefined },
    itemsQueue: { send: async () => undefined },
    notices: { send: async () => undefined },
    countWords: async () => undefined,
    limitDocuments: (work) => work(),
  };
  const pollOnce = () => poll(deps, { v: 1, feedId: 'feed', tickAt: new Date(now).toISOString() });
  await pollOnce();
  const before = process.cpuUsage();
  for (bytes of later) {
    now += 10 * MINUTE_MS;
    const outcome = await pollOnce();
    if (outcome.kind !== 'changed' || outcome.new !== 1)
      throw new Error(`expected one new entry, got ${JSON.stringify(outcome)}`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
