import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Parser } from 'htmlparser2';
import { onTestFinished } from 'vitest';
import type { FeedStatus } from '../../../local/feed-status.ts';
import { createOutbox } from '../../../local/outbox/outbox.ts';
import { createPage, type PageOptions } from '../../../local/web/page.ts';
import type { PageStatus } from '../../../local/web/page-status.ts';

export const status: PageStatus = {
  startedAt: '2031-10-14T08:30:00.000Z',
  nextTickAt: '2031-10-14T08:43:00.000Z',
  now: '2031-10-14T08:42:00.000Z',
  queues: [{ name: 'feeds', waiting: 0, dead: 0 }],
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

/** Nothing is stored, and the file is empty. */
export const noPast: PageOptions['tryDeps'] = {
  past: async () => ({ items: [], from: 0, to: 0 }),
  file: () => ({ shared: { terms: {}, defaults: {} }, topics: [], timeZone: undefined }),
};

/** Serves the page on loopback until the end of the test. */
export async function servePage(options: Partial<PageOptions> = {}) {
  const outbox = createOutbox();
  const page = createPage({
    outbox,
    feeds: () => [feedLine()],
    status: () => status,
    demo: false,
    tryDeps: noPast,
    ...options,
  });
  const server = createServer(page).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const get = async (path = '/', headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<Reply> => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }).end();
    const [response] = await once(sent, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  return { outbox, get };
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
  const isVoid = /^(meta|link|input)$/;
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
