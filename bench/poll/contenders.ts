import { gunzipSync } from 'node:zlib';
import RssParser from 'rss-parser';
import { identify } from '../../functions/poll/diff/identity.ts';
import type { Validators } from '../../functions/poll/fetch/cache-headers.ts';
import { type Document, FETCH_LIMITS, httpFetch } from '../../functions/poll/fetch/fetch.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { poll } from '../../functions/poll/poll.ts';
import { environmentSecrets } from '../../functions/shared/secrets.ts';
import { type FeedState, NEW_FEED_STATE } from '../../functions/shared/store/feed-states.ts';

/** Polls one feed, and says in a word what came of it. Failures of feeds are words, too. */
export type Poll = (url: string) => Promise<string>;

/** What a contender keeps from one pass to the next; by address. */
export type ContenderState = Map<string, unknown>;

export interface PassOptions {
  readonly kept: ContenderState;
  readonly atOnce: number;
  /** For a whole answer, ms. */
  readonly deadline: number;
}

/** Modules are loaded before the clock starts. */
export const CONTENDERS = {
  floor: (pass: PassOptions) => undiciPoll(pass, () => 'read'),
  fetch: (pass: PassOptions) => fetchAnd(pass, () => undefined),
  read: (pass: PassOptions) => fetchAnd(pass, read),
  poll: wholePoll,
  'rss-parser': async (pass: PassOptions) => {
    const parser = new RssParser();
    return undiciPoll(
      pass,
      async (bytes) => `${(await parser.parseString(bytes.toString())).items.length > 0}`,
    );
  },
  feedsmith: async (pass: PassOptions) => {
    const { parseFeed } = await import('feedsmith');
    return undiciPoll(pass, (bytes) => parseFeed(bytes.toString()).format);
  },
} satisfies Record<string, (pass: PassOptions) => Promise<Poll>>;

export type ContenderName = keyof typeof CONTENDERS;

async function fetchAnd(
  { kept, deadline }: PassOptions,
  use: (document: Document) => unknown,
): Promise<Poll> {
  const fetch = httpFetch({ clock: Date.now, limits: { deadline }, guard: { loopback: true } });
  return async (url) => {
    const fetched = await fetch({ url, ...(kept.get(url) as Validators | undefined) });
    if (fetched.kind === 'document') {
      await use(fetched);
      const { etag, lastModified } = fetched;
      kept.set(url, { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) });
    }
    return fetched.kind === 'failed' ? fetched.failure.kind : fetched.kind;
  };
}

/** Decoded, parsed, normalised and named: what is compared with the feed's state. */
async function read({ bytes, url, contentType }: Document): Promise<unknown> {
  const parsed = await parseFeed(bytes, { url, contentType, now: Date.now() });
  return parsed.ok ? identify(parsed.feed.entries) : parsed.failure;
}

/** All that the stage does, but for what it says to services. */
async function wholePoll({ kept, deadline }: PassOptions): Promise<Poll> {
  const nothing = () => undefined;
  const config = {
    version: '',
    topics: [],
    firstPoll: 86_400_000,
    onAmbiguous: { email: 'resend', sms: 'skip' },
  } as const;
  const deps = {
    clock: Date.now,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    metrics: { add: nothing },
    secrets: environmentSecrets({}),
    fetch: httpFetch({
      clock: Date.now,
      limits: { ...FETCH_LIMITS, deadline },
      guard: { loopback: true },
    }),
    feedStates: {
      get: async (id: string) => (kept.get(id) as FeedState | undefined) ?? NEW_FEED_STATE,
      commit: async (id: string, { version }: FeedState, next: Omit<FeedState, 'version'>) => {
        kept.set(id, { ...next, version: version + 1 });
        return true;
      },
    },
    items: { putAll: async () => undefined },
    itemsQueue: { send: async () => undefined },
    notices: { send: async () => undefined },
    countWords: async () => undefined,
    limitDocuments: async <Result>(work: () => Promise<Result>) => work(),
  };
  const tickAt = new Date().toISOString();
  return async (url) => {
    const feed = {
      id: url,
      url,
      title: url,
      every: 300_000,
      everyAtMost: 300_000,
      offset: 0,
      tags: [],
      enabled: true,
    };
    const outcome = await poll(
      { ...deps, config: { ...config, feeds: [feed] } },
      { v: 1, feedId: url, tickAt },
    );
    return outcome.kind === 'failed' ? outcome.failure.kind : outcome.kind;
  };
}

/** What a careful program does with undici: conditionally, compressed, within limits. */
async function undiciPoll(
  { kept, atOnce, deadline }: PassOptions,
  use: (bytes: Buffer) => string | Promise<string>,
): Promise<Poll> {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connections: atOnce, keepAliveTimeout: 4_000 });
  return async (url) => {
    const { etag, lastModified } = (kept.get(url) ?? {}) as Validators;
    const headers = {
      'accept-encoding': 'gzip',
      ...(etag ? { 'if-none-match': etag } : {}),
      ...(lastModified ? { 'if-modified-since': lastModified } : {}),
    };
    try {
      const answer = await request(url, { dispatcher, headers, signal: AbortSignal.timeout(deadline) });
      if (answer.statusCode !== 200) {
        await answer.body.dump();
        return answer.statusCode === 304 ? 'unchanged' : 'status';
      }
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer.body) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > FETCH_LIMITS.bytes) throw new Error('too-large');
      }
      const bytes = Buffer.concat(chunks);
      const gzip = answer.headers['content-encoding'] === 'gzip';
      const outcome = await use(gzip ? gunzipSync(bytes, { maxOutputLength: FETCH_LIMITS.bytes }) : bytes);
      kept.set(url, { etag: answer.headers.etag, lastModified: answer.headers['last-modified'] });
      return outcome;
    } catch (error) {
      return String((error as { code?: unknown }).code ?? error);
    }
  };
}
