import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Parser } from 'htmlparser2';
import { onTestFinished } from 'vitest';
import { loadConfigFile, parseConfig } from '../../config/load.ts';
import { splitStory } from '../../functions/notify/story/split-story.ts';
import { mutes } from '../../functions/shared/store/mutes.ts';
import type { FeedStatus } from '../../local/feed-status.ts';
import { createOutbox } from '../../local/outbox/outbox.ts';
import type { PageActions, PageData, PageStatus } from '../../local/page-data.ts';
import { createPage } from '../../web/app.ts';
import { memoryTable } from '../helpers/memory-table.ts';

export const status: PageStatus = {
  startedAt: '2031-10-14T08:30:00.000Z',
  nextTickAt: '2031-10-14T08:43:00.000Z',
  now: '2031-10-14T08:42:00.000Z',
  queues: [{ name: 'feeds', waiting: 0, dead: 0 }],
  counts: { polls: 12, items: 3, hits: 2, alerts: 1 },
  topics: [
    { id: 'summit', name: 'Presidents’ summit' },
    { id: 'floods', name: 'Floods' },
  ],
};

export function feedLine(more: Partial<FeedStatus> = {}): FeedStatus {
  return {
    id: 'herald',
    title: 'The Herald',
    url: 'https://herald.example/feed.xml',
    lastOutcome: 'unchanged',
    lastAt: '2031-10-14T08:42:00.000Z',
    failures: 0,
    ...more,
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const CONFIG = `feeds:
  - url: https://herald.example/feed.xml
    id: herald
    title: The Herald
topics:
  - id: summit
    name: Presidents’ summit
    match: summit
  - id: floods
    name: Floods
    match: flood # all kinds
`;

export interface ServeOptions extends Partial<Omit<PageData, 'actions'>> {
  /** File that the page may change. */
  readonly configFile?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly loopbackFeeds?: boolean;
}

/** Returns what a page shows when nothing has happened. */
export function pageData({ configFile, env = {}, loopbackFeeds = false, ...options }: ServeOptions = {}) {
  const outbox = createOutbox();
  const listeners = new Set<() => void>();
  const polled: string[] = [];
  const table = memoryTable();
  const store = mutes(table);
  let loaded =
    configFile === undefined ? parseConfig(CONFIG, 'the test', {}) : loadConfigFile(configFile, env);
  const actions: PageActions | undefined =
    configFile === undefined
      ? undefined
      : {
          configFile,
          environment: () => env,
          loopbackFeeds,
          applyConfig: async () => {
            loaded = loadConfigFile(configFile, env);
          },
          muteStory: (topicId, storyId, isMuted) =>
            isMuted ? store.mute(topicId, storyId, 0) : store.unmute(topicId, storyId),
          splitStory: (topicId, itemId) =>
            splitStory(
              table,
              { topicId, itemId, now: Date.parse(status.now) },
              async (feedId) => loaded.config.feeds.find(({ id }) => id === feedId)?.title,
            ),
          pollNow: async (id) => {
            polled.push(id);
          },
        };
  const data: PageData = {
    demo: false,
    alerts: () => outbox.recent(),
    feeds: () => [feedLine()],
    status: () => status,
    loaded: () => loaded,
    past: async () => ({ items: [], from: 0, to: 0 }),
    itemCounts: async () => ({ period: '48 hours', byFeed: new Map() }),
    table: () => table,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...(actions ? { actions } : {}),
    ...options,
  };
  const change = () => {
    for (const listener of listeners) listener();
  };
  return { data, outbox, polled, change, listeners, table };
}

/** Serves the page on loopback until the end of the test. */
export async function servePage(options: ServeOptions = {}) {
  const { data, ...rest } = pageData(options);
  const server = createServer(createPage(data)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  const get = async (
    path = '/',
    headers: OutgoingHttpHeaders = {},
    method = 'GET',
    body?: string | URLSearchParams | Uint8Array,
  ): Promise<Reply> => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers });
    sent.end(body instanceof URLSearchParams ? body.toString() : body);
    const [response] = await once(sent, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  /** Posts a form as the page at `from` would. */
  const post = async (path: string, fields: Readonly<Record<string, string>>, from = '/feeds') => {
    const [, token = ''] = /name="token" value="([^"]+)"/.exec((await get(from)).body) ?? [];
    return get(
      path,
      { origin: address, 'content-type': 'application/x-www-form-urlencoded' },
      'POST',
      new URLSearchParams({ ...fields, token }),
    );
  };
  return { ...rest, address, get, post };
}

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Parses a document like a browser. Returns its tags, its text, and the tags that were not closed properly. */
export function readHtml(html: string): { tags: Tag[]; text: string; unclosed: string[] } {
  const tags: Tag[] = [];
  const unclosed: string[] = [];
  let content = '';
  const isVoid = /^(meta|link|input|br)$/;
  const parser = new Parser({
    onopentag: (name, attributes) => tags.push({ name, attributes }),
    ontext: (part) => {
      content += part;
    },
    onclosetag: (name, implied) => {
      if (implied && !isVoid.test(name)) unclosed.push(name);
    },
  });
  parser.end(html);
  return { tags, text: content.replace(/\s+/g, ' '), unclosed };
}
