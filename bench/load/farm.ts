// A process that serves feeds on loopback and adds items to them at a steady rate. farm-process.ts forks it and sends it
// commands; it reports the items that it has published.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '../../test/helpers/seeded-random.ts';
import { type LoadItem, LoadWorkload, logNormal, OLD_ITEMS } from './workload.ts';

export interface FarmOptions {
  readonly feeds: number;
  readonly topics: number;
  readonly seed: number;
  /** Median response time, ms. Some responses take several times as long. */
  readonly latency: number;
}

/** Sent to the farm. */
export type FarmCommand =
  | { readonly kind: 'open'; readonly options: FarmOptions }
  /** Sets the number of new items per second; 0 stops them. */
  | { readonly kind: 'set-rate'; readonly rate: number };

/** Sent by the farm. */
export type FarmEvent =
  | { readonly kind: 'open'; readonly urls: readonly string[] }
  | { readonly kind: 'shown'; readonly items: readonly ShownItem[] }
  | ({ readonly kind: 'stats' } & FarmStats);

export interface FarmStats {
  /** Feeds that have been fetched at least once. */
  readonly fetchedFeeds: number;
  readonly documents: number;
  readonly notModified: number;
  readonly items: number;
  /** Items that no response has contained yet. */
  readonly unfetched: number;
}

/** A published item that matches a topic. */
export interface ShownItem {
  /** Time of publication, ms since the epoch. */
  readonly at: number;
  readonly title: string;
  readonly topicIds: readonly string[];
  readonly isRetelling: boolean;
}

/** Number of feeds that share a port. A port counts as a host, to which requests are limited. */
const FEEDS_PER_PORT = 10;
const OLD_AGE_MS = 3 * 86_400_000;
/** Minimum number of items that a feed keeps. Items that have not been fetched are always kept. */
const MIN_KEPT_ITEMS = 20;
const LATENCY_SPREAD = 1;
const PUBLISH_EVERY_MS = 100;
const STATS_EVERY_MS = 1_000;

interface FarmFeed {
  /** Newest first. */
  entries: string[];
  /** Number of the newest items that no response has contained. */
  unfetched: number;
  version: number;
  body: Buffer | undefined;
  fetched: boolean;
}

const feeds: FarmFeed[] = [];
const stats = { fetchedFeeds: 0, documents: 0, notModified: 0, items: 0 };
let workload: LoadWorkload | undefined;
const random = seededRandom(0);
let latency = 0;
let publishing: NodeJS.Timeout | undefined;

process.on('message', async (command: FarmCommand) => {
  if (command.kind === 'open') send({ kind: 'open', urls: await open(command.options) });
  else setRate(command.rate);
});
process.on('disconnect', () => process.exit(0));

function send(event: FarmEvent): void {
  process.send?.(event);
}

async function open(options: FarmOptions): Promise<string[]> {
  workload = new LoadWorkload(options);
  latency = options.latency;
  const oldTime = Date.now() - OLD_AGE_MS;
  for (let n = 0; n < options.feeds; n++) {
    const entries = Array.from({ length: OLD_ITEMS }, () => entryOf(workload?.old(n), oldTime));
    feeds.push({ entries, unfetched: 0, version: 0, body: undefined, fetched: false });
  }
  const ports = Math.ceil(options.feeds / FEEDS_PER_PORT);
  const origins = await Promise.all(Array.from({ length: ports }, listen));
  setInterval(() => {
    const unfetched = feeds.reduce((sum, feed) => sum + feed.unfetched, 0);
    send({ kind: 'stats', ...stats, unfetched });
  }, STATS_EVERY_MS);
  return feeds.map((_, n) => `${origins[n % ports]}/feed-${n}.xml`);
}

async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    if (latency === 0) respond(request, response);
    else setTimeout(respond, latency * logNormal(random, LATENCY_SPREAD), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function respond({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const feed = feeds[Number(/^\/feed-(\d+)\.xml$/.exec(url)?.[1])];
  if (!feed) {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${feed.version}"`;
  if (headers['if-none-match'] === etag) {
    stats.notModified++;
    response.writeHead(304, { etag }).end();
    return;
  }
  feed.body ??= Buffer.from(documentOf(feed.entries));
  stats.documents++;
  if (!feed.fetched) stats.fetchedFeeds++;
  feed.fetched = true;
  feed.unfetched = 0;
  response.writeHead(200, {
    etag,
    'content-type': 'application/rss+xml',
    'content-length': feed.body.length,
  });
  response.end(feed.body);
}

/** Publishes items evenly, whatever the timer's delays. */
function setRate(rate: number): void {
  clearInterval(publishing);
  const startedAt = performance.now();
  let published = 0;
  if (rate === 0) return;
  publishing = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate) - published;
    published += due;
    publish(due);
  }, PUBLISH_EVERY_MS);
}

function publish(count: number): void {
  const at = Date.now();
  const matching: ShownItem[] = [];
  for (let n = 0; n < count; n++) {
    const item = workload?.next();
    const feed = item && feeds[item.feed];
    if (!feed) continue;
    feed.unfetched++;
    feed.entries = [entryOf(item, at), ...feed.entries].slice(0, Math.max(MIN_KEPT_ITEMS, feed.unfetched));
    feed.version++;
    feed.body = undefined;
    stats.items++;
    const { title, topicIds, isRetelling } = item;
    if (topicIds.length > 0) matching.push({ at, title, topicIds, isRetelling });
  }
  if (matching.length > 0) send({ kind: 'shown', items: matching });
}

function entryOf(item: LoadItem | undefined, at: number): string {
  if (!item) return '';
  const { feed, guid, title, summary } = item;
  return (
    `<item><guid isPermaLink="false">${guid}</guid><title>${title}</title>` +
    // Each feed has its own site, so that it counts as an outlet.
    `<link>http://site-${feed}.example/${guid}</link><description>${summary}</description>` +
    `<pubDate>${new Date(at).toUTCString()}</pubDate></item>`
  );
}

function documentOf(entries: readonly string[]): string {
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Farm</title>${entries.join('')}</channel></rss>`;
}
