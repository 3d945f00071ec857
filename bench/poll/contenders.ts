import { gunzipSync } from 'node:zlib';
import RssParser from 'rss-parser';
import { identify } from '../../functions/poll/diff/identity.ts';
import type { Validators } from '../../functions/poll/fetch/cache-headers.ts';
import type { Document } from '../../functions/poll/fetch/fetch.ts';
import { FETCH_LIMITS, httpFetch } from '../../functions/poll/fetch/http-fetch.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { poll } from '../../functions/poll/poll.ts';
import { environmentSecrets } from '../../functions/shared/secrets.ts';
import { type FeedState, NEW_FEED_STATE } from '../../functions/shared/store/feed-states.ts';

/** Polls one feed, and returns its outcome as a word. A failure of the feed is an outcome too. */
export type Poll = (url: string) => Promise<string>;

/** A contender's state between passes, by address. */
export type ContenderState = Map<string, unknown>;

export interface PassOptions {
  readonly state: ContenderState;
  readonly concurrency: number;
  /** Deadline of a whole response, ms. */
  readonly deadline: number;
}

/** Functions that load a contender's modules and return its poll, before the measurement starts. */
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
  { state, deadline }: PassOptions,
  use: (document: Document) => unknown,
): Promise<Poll> {
  const fetch = httpFetch({ clock: Date.now, limits: { deadline }, guard: { loopback: true } });
  return async (url) => {
    const fetched = await fetch({ url, ...(state.get(url) as Validators | undefined) });
    if (fetched.kind === 'document') {
      await use(fetched);
      const { etag, lastModified } = fetched;
      state.set(url, { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) });
    }
    return fetched.kind === 'failed' ? fetched.failure.kind : fetched.kind;
  };
}

/** Decodes, parses, normalises and fingerprints a document. */
async function read({ bytes, url, contentType }: Document): Promise<unknown> {
  const parsed = await parseFeed(bytes, { url, contentType, now: Date.now() });
  return parsed.ok ? identify(parsed.feed.entries) : parsed.failure;
}

/** Returns the whole poll of the stage, without its calls to services. */
async function wholePoll({ state, deadline }: PassOptions): Promise<Poll> {
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
      get: async (id: string) => (state.get(id) as FeedState | undefined) ?? NEW_FEED_STATE,
      commit: async (id: string, { version }: FeedState, next: Omit<FeedState, 'version'>) => {
        state.set(id, { ...next, version: version + 1 });
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

/** Returns a careful poll with undici: conditional, compressed and within limits. */
async function undiciPoll(
  { state, concurrency, deadline }: PassOptions,
  use: (bytes: Buffer) => string | Promise<string>,
): Promise<Poll> {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connections: concurrency, keepAliveTimeout: 4_000 });
  return async (url) => {
    const { etag, lastModified } = (state.get(url) ?? {}) as Validators;
    const headers = {
      'accept-encoding': 'gzip',
      ...(etag ? { 'if-none-match': etag } : {}),
      ...(lastModified ? { 'if-modified-since': lastModified } : {}),
    };
    try {
      const response = await request(url, { dispatcher, headers, signal: AbortSignal.timeout(deadline) });
      if (response.statusCode !== 200) {
        await response.body.dump();
        return response.statusCode === 304 ? 'unchanged' : 'status';
      }
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response.body) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > FETCH_LIMITS.bytes) throw new Error('too-large');
      }
      const bytes = Buffer.concat(chunks);
      const gzip = response.headers['content-encoding'] === 'gzip';
      const outcome = await use(gzip ? gunzipSync(bytes, { maxOutputLength: FETCH_LIMITS.bytes }) : bytes);
      state.set(url, { etag: response.headers.etag, lastModified: response.headers['last-modified'] });
      return outcome;
    } catch (error) {
      return String((error as { code?: unknown }).code ?? error);
    }
  };
}
