// Polls a list of addresses once, prints the cost as a line of JSON, and keeps the state in a folder.
// node bench/poll/client.ts --urls FILE --state DIR [--as poll|fetch|floor|rss-parser|feedsmith]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Command, Option } from 'commander';
import pLimit from 'p-limit';
import { FETCH_LIMITS } from '../../functions/poll/fetch/http-fetch.ts';
import { CONTENDERS, type ContenderName, type ContenderState } from './contenders.ts';

/** The cost of one pass. */
export interface PassResult {
  readonly as: ContenderName;
  readonly feeds: number;
  readonly seconds: number;
  /** Time until the first `--first` feeds of the list were all polled. */
  readonly firstSeconds: number;
  /** CPU seconds per 1,000 feeds, without the start of the process. */
  readonly cpuPer1000: number;
  readonly peakRssMb: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

const options = new Command('client')
  .requiredOption('--urls <file>', 'file of addresses, one per line')
  .requiredOption('--state <folder>', 'folder for validators and states between passes')
  .addOption(new Option('--as <what>').choices(Object.keys(CONTENDERS)).default('poll'))
  .option('--concurrency <n>', 'concurrent polls', Number, 256)
  .option('--deadline <ms>', 'deadline of a whole response', Number, FETCH_LIMITS.deadline)
  .option('--first <n>', 'also report when the first n feeds of the list were polled', Number)
  .parse()
  .opts<{
    urls: string;
    state: string;
    as: ContenderName;
    concurrency: number;
    deadline: number;
    first?: number;
  }>();

const urls = readFileSync(options.urls, 'utf8').split('\n').filter(Boolean);
const file = join(options.state, `${options.as}.state`);
const state: ContenderState = existsSync(file)
  ? (deserialize(readFileSync(file)) as ContenderState)
  : new Map();
const poll = await CONTENDERS[options.as]({
  state,
  concurrency: options.concurrency,
  deadline: options.deadline,
});

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const outcomes: Record<string, number> = {};
const [startedAt, cpuBefore] = [performance.now(), cpuSeconds()];
const seconds = () => (performance.now() - startedAt) / 1000;
let firstSeconds = 0;
// Mixes the list, where feeds of a kind may be adjacent, in the same order every time.
const order = urls.map((url, n) => ({ url, n, rank: (n * Math.SQRT2) % 1 })).sort((a, b) => a.rank - b.rank);
await pLimit(options.concurrency).map(order, async ({ url, n }) => {
  const outcome = await poll(url);
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  if (n < (options.first ?? urls.length)) firstSeconds = seconds();
});
const result: PassResult = {
  as: options.as,
  feeds: urls.length,
  seconds: seconds(),
  firstSeconds,
  cpuPer1000: ((cpuSeconds() - cpuBefore) * 1000) / urls.length,
  peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  outcomes,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
mkdirSync(options.state, { recursive: true });
writeFileSync(file, serialize(state));
// Open connections would keep the process alive.
process.exit(0);
