// A process that serves feeds on loopback and adds items to them at a steady rate. Forked by farm-process.ts, which tells it
// what to do; it answers with what it has shown.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '../../test/helpers/seeded-random.ts';
import { type LoadItem, LoadWorkload, logNormal, OLD_ITEMS } from './workload.ts';

export interface FarmOptions {
  readonly feeds: number;
  readonly topics: number;
  readonly seed: number;
  /** Median of the time that answers take, ms: some take several times that. */
  readonly latency: number;
}

/** Sent to the farm. */
export type FarmCommand =
  | { readonly kind: 'open'; readonly options: FarmOptions }
  /** Items per second from now on; 0 stops them. */
  | { readonly kind: 'flow'; readonly rate: number };

/** Sent by the farm. Times are ms since the epoch. */
export type FarmEvent =
  | { readonly kind: 'open'; readonly urls: readonly string[] }
  | { readonly kind: 'shown'; readonly items: readonly ShownItem[] }
  | ({ readonly kind: 'figures' } & FarmStats);

export interface FarmStats {
  /** Feeds that have been fetched at least once. */
  readonly fetchedFeeds: number;
  readonly documents: number;
  readonly notModified: number;
  readonly items: number;
  /** Number of these items that no answer has contained yet. */
  readonly unfetched: number;
}

/** An item that matches a topic. */
export interface ShownItem {
  readonly at: number;
  readonly title: string;
  readonly topicIds: readonly string[];
  readonly isRetelling: boolean;
}

/** Feeds that share a port, and so a host: requests to one are limited. */
const FEEDS_PER_PORT = 10;
const OLD_AGE_MS = 3 * 86_400_000;
/** Items stay in a feed until they have been fetched, and as many as these at any rate. */
const MIN_KEPT_ITEMS = 20;
const LATENCY_SPREAD = 1;
const FLOW_MS = 100;
const FIGURES_MS = 1_000;

interface FarmFeed {
  /** Newest first. */
  entries: string[];
  /** Number of the newest items that no answer has contained. */
  fresh: number;
  version: number;
  body: Buffer | undefined;
  fetched: boolean;
}

const feeds: FarmFeed[] = [];
const figures = { fetchedFeeds: 0, documents: 0, notModified: 0, items: 0 };
let workload: LoadWorkload | undefined;
const random = seededRandom(0);
let latency = 0;
let flow: NodeJS.Timeout | undefined;

process.on('message', async (order: FarmCommand) => {
  if (order.kind === 'open') tell({ kind: 'open', urls: await open(order.options) });
  else setRate(order.rate);
});
process.on('disconnect', () => process.exit(0));

function tell(news: FarmEvent): void {
  process.send?.(news);
}

async function open(options: FarmOptions): Promise<string[]> {
  workload = new LoadWorkload(options);
  latency = options.latency;
  const before = Date.now() - OLD_AGE_MS;
  for (let n = 0; n < options.feeds; n++) {
    const entries = Array.from({ length: OLD_ITEMS }, () => entryOf(workload?.old(n), before));
    feeds.push({ entries, fresh: 0, version: 0, body: undefined, fetched: false });
  }
  const ports = Math.ceil(options.feeds / FEEDS_PER_PORT);
  const origins = await Promise.all(Array.from({ length: ports }, listen));
  setInterval(() => {
    const unfetched = feeds.reduce((sum, { fresh }) => sum + fresh, 0);
    tell({ kind: 'figures', ...figures, unfetched });
  }, FIGURES_MS);
  return feeds.map((_, n) => `${origins[n % ports]}/feed-${n}.xml`);
}

async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    if (latency === 0) answer(request, response);
    else setTimeout(answer, latency * logNormal(random, LATENCY_SPREAD), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const feed = feeds[Number(/^\/feed-(\d+)\.xml$/.exec(url)?.[1])];
  if (!feed) {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${feed.version}"`;
  if (headers['if-none-match'] === etag) {
    figures.notModified++;
    response.writeHead(304, { etag }).end();
    return;
  }
  feed.body ??= Buffer.from(documentOf(feed.entries));
  figures.documents++;
  if (!feed.fetched) figures.fetchedFeeds++;
  feed.fetched = true;
  feed.fresh = 0;
  response.writeHead(200, {
    etag,
    'content-type': 'application/rss+xml',
    'content-length': feed.body.length,
  });
  response.end(feed.body);
}

/** Items come evenly, whatever the timer's delays. */
function setRate(rate: number): void {
  clearInterval(flow);
  const began = performance.now();
  let shown = 0;
  if (rate === 0) return;
  flow = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * rate) - shown;
    shown += due;
    show(due);
  }, FLOW_MS);
}

function show(count: number): void {
  const at = Date.now();
  const matching: ShownItem[] = [];
  for (let n = 0; n < count; n++) {
    const item = workload?.next();
    const feed = item && feeds[item.feed];
    if (!feed) continue;
    feed.fresh++;
    feed.entries = [entryOf(item, at), ...feed.entries].slice(0, Math.max(MIN_KEPT_ITEMS, feed.fresh));
    feed.version++;
    feed.body = undefined;
    figures.items++;
    const { title, topicIds, isRetelling } = item;
    if (topicIds.length > 0) matching.push({ at, title, topicIds, isRetelling });
  }
  if (matching.length > 0) tell({ kind: 'shown', items: matching });
}

function entryOf(item: LoadItem | undefined, at: number): string {
  if (!item) return '';
  const { feed, guid, title, summary } = item;
  return (
    `<item><guid isPermaLink="false">${guid}</guid><title>${title}</title>` +
    // Each feed is an outlet of its own.
    `<link>http://site-${feed}.example/${guid}</link><description>${summary}</description>` +
    `<pubDate>${new Date(at).toUTCString()}</pubDate></item>`
  );
}

function documentOf(entries: readonly string[]): string {
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Farm</title>${entries.join('')}</channel></rss>`;
}
