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
  /** Where data folder and configuration are made. */
  readonly folder: string;
  /** Median of the time that feeds take to answer, ms. */
  readonly latency: number;
  /** Browsers that keep the page open. */
  readonly browsers: number;
  /** Adds an http subscriber of all topics that never answers. */
  readonly silent: boolean;
  /** Options of Node for the process that is measured. */
  readonly nodeOptions: readonly string[];
  readonly say: (text: string) => void;
}

/** One measurement. `minute` counts from the first item of the load; it is negative before that. */
export interface Sample {
  readonly minute: number;
  readonly rssMb: number;
  readonly folderMb: number;
  readonly waiting: Depths['waiting'];
}

export interface PageResponse {
  readonly minute: number;
  readonly path: string;
  readonly ms: number;
}

/** An item that a topic's subscribers are to hear of at once. */
export interface AlertDelay {
  /** When it was shown. */
  readonly minute: number;
  /** From then until the subscriber had it; undefined while it had not. */
  readonly seconds: number | undefined;
}

export interface LoadRun {
  /** From the start of the process until its page answers, and until every feed was fetched and the queues were empty. */
  readonly readySeconds: number;
  readonly firstPollSeconds: number;
  readonly drainSeconds: number;
  readonly stopSeconds: number;
  /** Until the page answers when the process starts again on the folder that the run has filled. */
  readonly restartSeconds: number;
  readonly samples: readonly Sample[];
  readonly pages: readonly PageResponse[];
  readonly alerted: readonly AlertDelay[];
  /** Matches of an item and a topic, by what became of them. */
  readonly fates: Readonly<Record<MatchState | 'published' | 'lost', number>>;
  readonly lost: readonly string[];
  readonly repeated: readonly string[];
  readonly alerts: number;
  /** Items that the feeds held at their first poll, and those that came. */
  readonly oldItems: number;
  readonly items: number;
  readonly documents: number;
  readonly notModified: number;
  readonly dead: number;
  /** Lines that a process prints which something is wrong with. */
  readonly trouble: readonly string[];
  readonly liveMb: number;
  /** MB of the folder when all was done. */
  readonly folderMb: number;
  readonly processor: Processor;
  /** One entry for each minute. A shorter last minute is scaled to a whole one. */
  readonly minutes: readonly Processor[];
}

/** Processor seconds. */
export interface Processor {
  readonly all: number;
  /** The busiest thread, which runs the stages, and the next one, which runs the embedded servers. */
  readonly main: number;
  readonly servers: number;
  readonly farm: number;
}

const root = join(import.meta.dirname, '../..');

const MAX_FIRST_POLL_MS = 15 * 60_000;
const MAX_DRAIN_MS = 5 * 60_000;
const PAGE_EVERY_MS = 1_000;
/** The interval of live.js. */
const BROWSER_EVERY_MS = 2_000;
const SAMPLE_EVERY_MS = 5_000;
const PAGE_DEADLINE_MS = 30_000;
const MINUTE_MS = 60_000;

/** Starts the product on a fresh folder beside a farm of feeds, lets items flow, and measures from outside. */
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
      // More comes of each topic than readers would bear, and every alert is to be timed.
      defaults: { atMost: 'off' },
    }),
  );
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const product = startProduct(config, dataDir, options.nodeOptions);
  const pid = product.child.pid ?? 0;
  const measuring = new AbortController();
  const silent = options.silent ? await startSilentServer() : undefined;
  try {
    const page = await pageOf(product);
    const readySeconds = seconds();
    say(`ready after ${readySeconds.toFixed(1)} s; data and configuration in ${folder}`);
    const data = new RunningData(dataDir);
    const ids = watched.map(({ id }) => id);
    await subscriber.subscribe(page, ids);
    if (silent) await subscribeAll(page, ids, silent.url);

    let flowsAt = Number.POSITIVE_INFINITY;
    const minute = () => (Number.isFinite(flowsAt) ? (Date.now() - flowsAt) / MINUTE_MS : -1);
    const samples: Sample[] = [];
    const pages: PageResponse[] = [];
    const processors: Processor[] = [];
    const { signal } = measuring;
    const ended = product.ended.then((how) => {
      if (!signal.aborted)
        throw new Error(`the process ended by itself with ${how}:\n${product.err().slice(-2000)}`);
    });
    const loops = Promise.all([
      each(signal, SAMPLE_EVERY_MS, async () => {
        const { waiting } = await data.depths();
        samples.push({ minute: minute(), rssMb: residentMb(pid), folderMb: folderMb(dataDir), waiting });
      }),
      ...['/', '/state'].map((path) =>
        each(signal, PAGE_EVERY_MS, async () => {
          const at = minute();
          pages.push({ minute: at, path, ms: await answerMs(`${page}${path}`) });
        }),
      ),
      ...Array.from({ length: options.browsers }, () => browse(signal, page)),
    ]);
    const work = async () => {
      await until(MAX_FIRST_POLL_MS, async () => farm.figures.fetchedFeeds === feeds && (await isIdle(data)));
      const firstPollSeconds = seconds();
      say(
        `all ${feeds} feeds read after ${firstPollSeconds.toFixed(0)} s; ${rate} items a second from now on`,
      );
      flowsAt = Date.now();
      farm.flow(rate);
      const before = processorsOf(pid, farm.pid);
      for (let n = 0; n < minutes; n++) {
        const began = processorsOf(pid, farm.pid);
        const end = Math.min(n + 1, minutes);
        await sleep(Math.max(0, flowsAt + end * MINUTE_MS - Date.now()));
        processors.push(scaled(difference(processorsOf(pid, farm.pid), began), 1 / (end - n)));
        const last = samples.at(-1);
        say(
          `minute ${end}: ${farm.figures.items} items, ${subscriber.alerts} alerts, ${last?.rssMb.toFixed(0)} MB resident, folder ${last?.folderMb.toFixed(0)} MB, waiting ${JSON.stringify(last?.waiting)}`,
        );
      }
      const processor = difference(processorsOf(pid, farm.pid), before);
      farm.flow(0);
      const stoppedAt = Date.now();
      // The farm tells its figures every second.
      await sleep(2_000);
      const everyMs = parseDuration(every) ?? MINUTE_MS;
      // A feed's message is in its queue until what it brought is in the next one.
      const isDrained = async () =>
        farm.figures.items > 0 && farm.figures.unfetched === 0 && (await isIdle(data));
      await until(everyMs + MAX_DRAIN_MS, isDrained);
      const drainSeconds = (Date.now() - stoppedAt) / 1000;
      await sleep(1_000);
      measuring.abort();
      await loops;
      const { dead } = await data.depths();
      const { fates, liveMb } = await data.records(ids, feedIds, farm.figures.items + oldItems);
      data.close();
      const finalFolderMb = folderMb(dataDir);
      const stopping = performance.now();
      product.child.kill('SIGINT');
      const how = await product.ended;
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
        ...verdictOn(farm, subscriber.arrivals, fates, flowsAt),
        repeated: subscriber.repeated,
        alerts: subscriber.alerts,
        oldItems,
        items: farm.figures.items,
        documents: farm.figures.documents,
        notModified: farm.figures.notModified,
        dead,
        trouble: [...troubles, ...(how === 0 ? [] : [`the process ended with ${how}`])],
        liveMb,
        folderMb: finalFolderMb,
        processor,
        minutes: processors,
      } satisfies LoadRun;
    };
    const running = work();
    // Whichever fails first ends the run.
    await Promise.race([running, ended, loops.then(() => running)]);
    return await running;
  } finally {
    measuring.abort();
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

/** Resolves with the address of the page once it answers. */
async function pageOf(product: StartedProcess): Promise<string> {
  await product.printed('page and SNS endpoint at', 'err');
  const [, page = ''] = /endpoint at (http:\S+?);/.exec(product.err()) ?? [];
  return page;
}

async function restart(config: string, dataDir: string): Promise<number> {
  const began = performance.now();
  const product = startProduct(config, dataDir);
  await pageOf(product);
  const seconds = (performance.now() - began) / 1000;
  product.child.kill('SIGINT');
  await product.ended;
  return seconds;
}

/** Does as the page's script does. */
async function browse(signal: AbortSignal, page: string): Promise<void> {
  let etag = '';
  await each(signal, BROWSER_EVERY_MS, async () => {
    const headers: Record<string, string> = etag ? { 'if-none-match': etag } : {};
    const response = await fetch(`${page}/state`, { headers }).catch(() => undefined);
    await response?.arrayBuffer();
    etag = response?.headers.get('etag') ?? '';
  });
}

/** Confirms its subscriptions, and answers nothing else. */
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

/** Returns what `npm start` starts Node with. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, ...words] = String(scripts.start).split(' ');
  return words;
}

function verdictOn(
  { shown }: FarmProcess,
  arrivals: ReadonlyMap<string, Arrival>,
  fates: ReadonlyMap<string, MatchState>,
  flowsAt: number,
): Pick<LoadRun, 'alerted' | 'fates' | 'lost'> {
  const alerted: AlertDelay[] = [];
  const counts = { published: 0, waits: 0, copy: 0, told: 0, lost: 0 };
  const lost: string[] = [];
  for (const { at, title, topicIds, isRetelling } of shown) {
    for (const topicId of topicIds) {
      const key = `${topicId} ${title}`;
      const arrival = arrivals.get(key);
      const fate = fates.get(key);
      const known = arrival ? 'published' : fate;
      counts[known ?? 'lost']++;
      if (!known || known === 'told') lost.push(key);
      // An item grouped as a retelling is sent later on purpose.
      if (!isRetelling && fate !== 'waits' && fate !== 'copy')
        alerted.push({
          minute: (at - flowsAt) / MINUTE_MS,
          seconds: arrival && (arrival.at - at) / 1000,
        });
    }
  }
  return { alerted, fates: counts, lost };
}

async function isIdle(data: RunningData): Promise<boolean> {
  return Object.values((await data.depths()).waiting).every((waiting) => waiting === 0);
}

async function answerMs(url: string): Promise<number> {
  const began = performance.now();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PAGE_DEADLINE_MS) });
    await response.arrayBuffer();
    return response.ok ? performance.now() - began : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Runs `work` about every so many ms, one at a time, until the signal. */
async function each(signal: AbortSignal, ms: number, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    await work();
    await sleep(Math.max(0, ms - (performance.now() - began)), undefined, { signal }).catch(() => undefined);
  }
}

async function until(ms: number, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end && !(await holds()); ) await sleep(500);
}

function processorsOf(pid: number, farm: number): Processor {
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

/** Lines that a healthy process prints. */
const NORMAL_OUTPUT =
  /^(news-alerts: |note: |Stopp|Nothing is lost|\d\d:\d\d {2}last minute: (?!.*DEAD)|\d\d:\d\d:\d\d {2}feed-\d+ +(\d+ new|\d+ items? \(first poll\)|unchanged))/;

function troubleIn(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !NORMAL_OUTPUT.test(line));
}
