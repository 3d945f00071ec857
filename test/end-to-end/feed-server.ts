import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface TestItem {
  readonly guid: string;
  readonly title: string;
  readonly text?: string;
  readonly published?: string;
  readonly link?: string;
}

/** A feed on loopback whose items a test sets and whose requests it reads. */
export interface FeedServer {
  readonly url: string;
  items: TestItem[];
  /** Encodes the document; UTF-8 by default. */
  encode: (document: string) => Uint8Array;
  /** When set, every request gets this status and no feed. */
  broken: number | undefined;
  readonly requests: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly status: number;
  }[];
  /** Called for every request. */
  onRequest: () => void;
  stop(): Promise<void>;
}

export async function startFeedServer(): Promise<FeedServer> {
  const feed: Omit<FeedServer, 'url' | 'stop'> = {
    items: [],
    encode: (document) => Buffer.from(document),
    broken: undefined,
    requests: [],
    onRequest: () => undefined,
  };
  const server = createServer((request, response) => {
    const body = feed.encode(documentOf(feed.items));
    const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
    const status = feed.broken ?? (request.headers['if-none-match'] === etag ? 304 : 200);
    feed.requests.push({ path: request.url ?? '', headers: request.headers, status });
    feed.onRequest();
    response.writeHead(status, { etag, 'content-type': 'application/rss+xml' });
    response.end(status === 200 ? body : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(feed, {
    url: `http://127.0.0.1:${port}/feed.xml`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

export function documentOf(items: readonly TestItem[]): string {
  const entries = items.map((item) => {
    const link = item.link ?? `http://news.example/${item.guid}`;
    const date = item.published ? `<pubDate>${new Date(item.published).toUTCString()}</pubDate>` : '';
    return (
      `<item><guid isPermaLink="false">${item.guid}</guid><title>${item.title}</title><link>${link}</link>` +
      `<description>${item.text ?? ''}</description>${date}</item>`
    );
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Test</title>${entries.join('')}</channel></rss>`;
}
