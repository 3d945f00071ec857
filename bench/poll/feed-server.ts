// Serves feeds on loopback, each with its own server, as most feeds have. Runs as a process of its own, so that it can have its
// own processor. Arguments: the number of feeds, and the share that misbehaves. Sends its addresses, then accepts "tick".
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { feedDocument } from './feed-document.ts';

/** Sent to the parent process. */
export interface ServedFeeds {
  /** By feed, misbehaving ones last. */
  readonly urls: readonly string[];
  readonly healthy: number;
}

/** Share of the feeds that get news at every tick. */
const CHANGING_SHARE = 0.05;
const BOMB = gzipSync(Buffer.alloc(200 * 1024 * 1024));

interface Feed {
  revision: number;
  plain: Buffer;
  gzip: Buffer;
}

type Respond = (response: ServerResponse) => void;

const misbehaviours: readonly Respond[] = [
  // Takes up to 15 s to send its body.
  (response) => {
    response.writeHead(200, { 'content-type': 'application/rss+xml' });
    let left = 15;
    every(1_000, response, () => (left-- > 0 ? response.write(' '.repeat(500)) : response.end('<rss/>')));
  },
  (response) => response.socket?.resetAndDestroy(),
  () => undefined,
  (response) => {
    response.writeHead(200, { 'content-type': 'application/rss+xml' });
    every(200, response, () => response.write(' '));
  },
  (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB),
  (response) => response.writeHead(302, { location: `/${Math.random()}` }).end(),
];

function every(ms: number, response: ServerResponse, act: () => void): void {
  const timer = setInterval(act, ms);
  response.on('close', () => clearInterval(timer));
}

function createFeed(number: number, revision: number): Feed {
  const plain = Buffer.from(feedDocument(number, revision));
  return { revision, plain, gzip: gzipSync(plain) };
}

function serve(feed: Feed, request: IncomingMessage, response: ServerResponse): void {
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const etag = `"${feed.revision}"`;
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  response
    .writeHead(200, {
      'content-type': 'application/rss+xml; charset=utf-8',
      'last-modified': new Date(1_772_450_000_000 + feed.revision * 1000).toUTCString(),
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    })
    .end(gzip ? feed.gzip : feed.plain);
}

const [count = 0, misbehavingShare = 0] = process.argv.slice(2).map(Number);
const healthy = count - Math.round(count * misbehavingShare);
const feeds = Array.from({ length: healthy }, (_, n) => createFeed(n, 1_000));
const urls: string[] = [];
for (let n = 0; n < count; n++) {
  const misbehave = misbehaviours[n % misbehaviours.length];
  const server = createServer((request, response) => {
    const feed = feeds[n];
    if (feed) serve(feed, request, response);
    else misbehave?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}/feed.xml`);
}

let ticks = 0;
process.on('message', () => {
  ticks++;
  for (const [n, feed] of feeds.entries()) {
    if ((n + ticks) % Math.round(1 / CHANGING_SHARE) === 0) feeds[n] = createFeed(n, feed.revision + 1);
  }
  process.send?.('ticked');
});
process.on('disconnect', () => process.exit(0));
process.send?.({ urls, healthy } satisfies ServedFeeds);
