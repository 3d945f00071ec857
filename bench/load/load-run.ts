import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from '../../config/duration.ts';
import { type StartedProcess, startProcess } from '../../test/end-to-end/started-process.ts';
import { FarmProcess } from './farm-process.ts';
import { folderMb, processorSeconds, residentMb, threadSeconds } from './process-usage.ts';
import { type Depths, type MatchState, RunningData } from './running-data.ts';
import { type Arrival, Subscriber, subscribeAll } from './subscriber.ts';
import { LoadWorkload, OLD_ITEMS } from './workload.ts';

export interface LoadOptions {
  readonly feeds: number;
  readonly topics: number;
  /** Items per second. */
  readonly rate: number;
  readonly minutes: number;
  /** Polling interval of every feed, as written in the file: `5m`. */
  readonly every: string;
  readonly seed: number;
  /** Parent of the data folder and the configuration. */
  readonly folder: string;
  /** Median response time of feeds, ms. */
  readonly latency: number;
  /** Browsers with the page open. */
  readonly browsers: number;
  /** Adds an http subscriber to all topics that never responds. */
  readonly silent: boolean;
  /** Node options of the measured process. */
  readonly nodeOptions: readonly string[];
  readonly say: (text: string) => void;
}

/** One measurement. `minute` counts from the first item of the load, and is negative before. */
interface Sample {
  readonly minute: number;
  readonly rssMb: number;
  readonly folderMb: number;
  readonly waiting: Depths['waiting'];
}

interface PageResponse {
  readonly minute: number;
  readonly path: string;
  readonly ms: number;
}

/** The delay of an item that should be alerted at once. */
interface AlertDelay {
  /** When the item was published. */
  readonly minute: number;
  /** Time from publication until the subscriber received the alert; undefined if it has not. */
  readonly seconds: number | undefined;
}

export interface LoadRun {
  /** Time from the start of the process until its page responds. */
  readonly readySeconds: number;
  /** Time from the start until every feed is fetched and the queues are empty. */
  readonly firstPollSeconds: number;
  readonly drainSeconds: number;
  readonly stopSeconds: number;
  /** Time until the page responds after a restart with the filled folder. */
  readonly restartSeconds: number;
  readonly samples: readonly Sample[];
  readonly pages: readonly PageResponse[];
  readonly alerted: readonly AlertDelay[];
  /** Number of matches of an item and a topic, by state. */
  readonly states: Readonly<Record<MatchState | 'published' | 'lost', number>>;
  readonly lost: readonly string[];
  readonly repeated: readonly string[];
  readonly alerts: number;
  /** Items in the feeds at their first poll. */
  readonly oldItems: number;
  /** Items published during the load. */
  readonly items: number;
  readonly documents: number;
  readonly notModified: number;
  readonly dead: number;
  /** Output lines that a healthy process does not print. */
  readonly trouble: readonly string[];
  readonly liveMb: number;
  /** MB of the folder at the end. */
  readonly folderMb: number;
  readonly processor: Processor;
  /** One entry for each minute. A shorter last minute is scaled to a whole one. */
  readonly minutes: readonly Processor[];
}

/** CPU seconds. */
interface Processor {
  readonly all: number;
  /** The busiest thread, which runs the stages. */
  readonly main: number;
  /** The next busiest thread, which runs the embedded servers. */
  readonly servers: number;
  readonly farm: number;
}

const root = join(import.meta.dirname, '../..');

const MAX_FIRST_POLL_MS = 15 * 60_000;
const MAX_DRAIN_MS = 5 * 60_000;
const PAGE_EVERY_MS = 1_000;
/** Interval between two reads of a browser; live.js reads once a second at most. */
const BROWSER_EVERY_MS = 2_000;
const SAMPLE_EVERY_MS = 5_000;
const PAGE_DEADLINE_MS = 30_000;
const MINUTE_MS = 60_000;

/** Starts the product with an empty folder and a farm of feeds, publishes items, and measures from outside. */
export async function runLoad(options: LoadOptions): Promise<LoadRun> {
  const { feeds, topics, rate, minutes, every, seed, latency, say } = options;
  const oldItems = OLD_ITEMS * feeds;
  const farm = await FarmProcess.start({ feeds, topics, seed, latency });
  const subscriber = new Subscriber();
  const folder = mkdtempSync(join(options.folder, 'news-alerts-load-'));
  const dataDir = join(folder, 'data');
  const config = join(folder, 'load.yaml');
  const watched = new LoadWorkload({ feeds: 0, topics, seed }).topics;
  const feedIds = farm.urls.map((_, n) => `feed-${n}`);
  writeFileSync(
    config,
    JSON.stringify({
      feeds: farm.urls.map((url, n) => ({ id: feedIds[n], title: `Feed ${n}`, url, every })),
      topics: watched.map(({ id, name, query }) => ({ id, name, match: query })),
      recipients: [{ email: 'reader@readers.internal' }],
      // Disables the caps, which the load exceeds, so that every alert can be timed.
      defaults: { atMost: 'off' },
    }),
  );
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const product = startProduct(config, dataDir, options.nodeOptions);
  const pid = product.child.pid ?? 0;
  const measurement = new AbortController();
  const silent = options.silent ? await startSilentServer() : undefined;
  try {
    const page = await pageOf(product);
    const readySeconds = seconds();
    say(`ready after ${readySeconds.toFixed(1)} s; data and configuration in ${folder}`);
    const data = new RunningData(dataDir);
    const ids = watched.map(({ id }) => id);
    await subscriber.subscribe(page, ids);
    if (silent) await subscribeAll(page, ids, silent.url);

    let loadStartedAt = Number.POSITIVE_INFINITY;
    const minute = () => (Number.isFinite(loadStartedAt) ? (Date.now() - loadStartedAt) / MINUTE_MS : -1);
    const samples: Sample[] = [];
    const pages: PageResponse[] = [];
    const processors: Processor[] = [];
    const { signal } = measurement;
    const ended = product.ended.then((exit) => {
      if (!signal.aborted)
        throw new Error(`the process exited by itself with ${exit}:\n${product.err().slice(-2000)}`);
    });
    const loops = Promise.all([
      repeat(signal, SAMPLE_EVERY_MS, async () => {
        const { waiting } = await data.depths();
        samples.push({ minute: minute(), rssMb: residentMb(pid), folderMb: folderMb(dataDir), waiting });
      }),
      ...['/', '/messages'].map((path) =>
        repeat(signal, PAGE_EVERY_MS, async () => {
          const at = minute();
          pages.push({ minute: at, path, ms: await responseMs(`${page}${path}`) });
        }),
      ),
      ...Array.from({ length: options.browsers }, () => browse(signal, page)),
    ]);
    const work = async () => {
      await waitUntil(
        MAX_FIRST_POLL_MS,
        async () => farm.stats.fetchedFeeds === feeds && (await isIdle(data)),
      );
      const firstPollSeconds = seconds();
      say(`all ${feeds} feeds polled after ${firstPollSeconds.toFixed(0)} s; now ${rate} items per second`);
      loadStartedAt = Date.now();
      farm.setRate(rate);
      const before = cpuOf(pid, farm.pid);
      for (let n = 0; n < minutes; n++) {
        const atStart = cpuOf(pid, farm.pid);
        const end = Math.min(n + 1, minutes);
        await sleep(Math.max(0, loadStartedAt + end * MINUTE_MS - Date.now()));
        processors.push(scaled(difference(cpuOf(pid, farm.pid), atStart), 1 / (end - n)));
        const last = samples.at(-1);
        say(
          `minute ${end}: ${farm.stats.items} items, ${subscriber.alerts} alerts, ${last?.rssMb.toFixed(0)} MB resident, folder ${last?.folderMb.toFixed(0)} MB, waiting ${JSON.stringify(last?.waiting)}`,
        );
      }
      const processor = difference(cpuOf(pid, farm.pid), before);
      farm.setRate(0);
      const stoppedAt = Date.now();
      // The farm sends its stats every second.
      await sleep(2_000);
      const everyMs = parseDuration(every) ?? MINUTE_MS;
      // A feed's message stays in its queue until its items are in the next one, so empty queues mean that all is done.
      const isDrained = async () =>
        farm.stats.items > 0 && farm.stats.unfetched === 0 && (await isIdle(data));
      await waitUntil(everyMs + MAX_DRAIN_MS, isDrained);
      const drainSeconds = (Date.now() - stoppedAt) / 1000;
      await sleep(1_000);
      measurement.abort();
      await loops;
      const { dead } = await data.depths();
      const { states, liveMb } = await data.records(ids, feedIds, farm.stats.items + oldItems);
      data.close();
      const finalFolderMb = folderMb(dataDir);
      const stopping = performance.now();
      product.child.kill('SIGINT');
      const exit = await product.ended;
      const stopSeconds = (performance.now() - stopping) / 1000;
      const troubles = troubleIn(product.err()).filter((line) => !silent || !line.includes(silent.url));
      return {
        readySeconds,
        firstPollSeconds,
        drainSeconds,
        stopSeconds,
        restartSeconds: await restart(config, dataDir),
        samples,
        pages,
        ...matchResults(farm, subscriber.arrivals, states, loadStartedAt),
        repeated: subscriber.repeated,
        alerts: subscriber.alerts,
        oldItems,
        items: farm.stats.items,
        documents: farm.stats.documents,
        notModified: farm.stats.notModified,
        dead,
        trouble: [...troubles, ...(exit === 0 ? [] : [`the process exited with ${exit}`])],
        liveMb,
        folderMb: finalFolderMb,
        processor,
        minutes: processors,
      } satisfies LoadRun;
    };
    const running = work();
    // The first failure ends the run.
    await Promise.race([running, ended, loops.then(() => running)]);
    return await running;
  } finally {
    measurement.abort();
    product.child.kill('SIGKILL');
    await product.ended;
    subscriber.close();
    silent?.close();
    await farm.stop();
  }
}

function startProduct(config: string, dataDir: string, nodeOptions: readonly string[] = []): StartedProcess {
  return startProcess([
    ...nodeOptions,
    ...startArguments(),
    ...['--config', config, '--data', dataDir, '--port', '0', '--loopback-feeds'],
  ]);
}

/** Resolves with the address of the page once the page responds. */
async function pageOf(product: StartedProcess): Promise<string> {
  await product.printed('page and SNS endpoint at', 'err');
  const [, page = ''] = /endpoint at (http:\S+?);/.exec(product.err()) ?? [];
  return page;
}

async function restart(config: string, dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const product = startProduct(config, dataDir);
  await pageOf(product);
  const seconds = (performance.now() - startedAt) / 1000;
  product.child.kill('SIGINT');
  await product.ended;
  return seconds;
}

/** Reads the page again and again, as its script does when news arrives. */
async function browse(signal: AbortSignal, page: string): Promise<void> {
  let etag = '';
  await repeat(signal, BROWSER_EVERY_MS, async () => {
    const headers: Record<string, string> = etag ? { 'if-none-match': etag } : {};
    const response = await fetch(`${page}/`, { headers }).catch(() => undefined);
    await response?.arrayBuffer();
    etag = response?.headers.get('etag') ?? '';
  });
}

/** Starts a server that confirms its subscriptions and responds to nothing else. */
async function startSilentServer(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    if (body.Type !== 'SubscriptionConfirmation') return;
    response.end();
    await (await fetch(body.SubscribeURL)).arrayBuffer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Returns Node's arguments in `npm start`. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, ...words] = String(scripts.start).split(' ');
  return words;
}

function matchResults(
  { shown }: FarmProcess,
  arrivals: ReadonlyMap<string, Arrival>,
  states: ReadonlyMap<string, MatchState>,
  loadStartedAt: number,
): Pick<LoadRun, 'alerted' | 'states' | 'lost'> {
  const alerted: AlertDelay[] = [];
  const counts = { published: 0, waits: 0, copy: 0, told: 0, lost: 0 };
  const lost: string[] = [];
  for (const { at, title, topicIds, isRetelling } of shown) {
    for (const topicId of topicIds) {
      const key = `${topicId} ${title}`;
      const arrival = arrivals.get(key);
      const state = states.get(key);
      const result = arrival ? 'published' : state;
      counts[result ?? 'lost']++;
      if (!result || result === 'told') lost.push(key);
      // Items grouped as retellings are delivered later on purpose.
      if (!isRetelling && state !== 'waits' && state !== 'copy')
        alerted.push({
          minute: (at - loadStartedAt) / MINUTE_MS,
          seconds: arrival && (arrival.at - at) / 1000,
        });
    }
  }
  return { alerted, states: counts, lost };
}

async function isIdle(data: RunningData): Promise<boolean> {
  return Object.values((await data.depths()).waiting).every((waiting) => waiting === 0);
}

async function responseMs(url: string): Promise<number> {
  const startedAt = performance.now();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PAGE_DEADLINE_MS) });
    await response.arrayBuffer();
    return response.ok ? performance.now() - startedAt : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Runs `work` about every `ms`, one run at a time, until the signal aborts. */
async function repeat(signal: AbortSignal, ms: number, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const startedAt = performance.now();
    await work();
    await sleep(Math.max(0, ms - (performance.now() - startedAt)), undefined, { signal }).catch(
      () => undefined,
    );
  }
}

async function waitUntil(ms: number, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end && !(await holds()); ) await sleep(500);
}

function cpuOf(pid: number, farm: number): Processor {
  const [main = 0, servers = 0] = threadSeconds(pid);
  return { all: processorSeconds(pid), main, servers, farm: processorSeconds(farm) };
}

function difference(after: Processor, before: Processor): Processor {
  return {
    all: after.all - before.all,
    main: after.main - before.main,
    servers: after.servers - before.servers,
    farm: after.farm - before.farm,
  };
}

function scaled({ all, main, servers, farm }: Processor, times: number): Processor {
  return { all: times * all, main: times * main, servers: times * servers, farm: times * farm };
}

/** Output lines of a healthy process. */
const NORMAL_OUTPUT =
  /^(news-alerts: |note: |Stopp|Nothing is lost|\d\d:\d\d {2}last minute: (?!.*DEAD)|\d\d:\d\d:\d\d {2}feed-\d+ +(\d+ new|\d+ items? \(first poll\)|unchanged))/;

function troubleIn(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !NORMAL_OUTPUT.test(line));
}
