// Polls a list of addresses once and prints what it took, a line of JSON; what is to be kept is kept in a folder.
// node bench/poll/client.ts --urls FILE --state DIR [--as poll|fetch|floor|rss-parser|feedsmith]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Command, Option } from 'commander';
import pLimit from 'p-limit';
import { FETCH_LIMITS } from '../../functions/poll/fetch/fetch.ts';
import { CONTENDERS, type ContenderName, type ContenderState } from './contenders.ts';

/** What a pass took. */
export interface PassResult {
  readonly as: ContenderName;
  readonly feeds: number;
  readonly seconds: number;
  /** Until the last of the first so many feeds of the list was answered. */
  readonly firstSeconds: number;
  /** CPU seconds for each 1,000 feeds, without the start of the process. */
  readonly cpuPer1000: number;
  readonly peakRssMb: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

const options = new Command('client')
  .requiredOption('--urls <file>', 'addresses, one in a line')
  .requiredOption('--state <folder>', 'where validators and states are kept between passes')
  .addOption(new Option('--as <what>').choices(Object.keys(CONTENDERS)).default('poll'))
  .option('--at-once <n>', 'feeds that are polled at once', Number, 256)
  .option('--deadline <ms>', 'for a whole answer', Number, FETCH_LIMITS.deadline)
  .option('--first <n>', 'tells also when the first n of the list were answered', Number)
  .parse()
  .opts<{
    urls: string;
    state: string;
    as: ContenderName;
    atOnce: number;
    deadline: number;
    first?: number;
  }>();

const urls = readFileSync(options.urls, 'utf8').split('\n').filter(Boolean);
const file = join(options.state, `${options.as}.state`);
const kept: ContenderState = existsSync(file)
  ? (deserialize(readFileSync(file)) as ContenderState)
  : new Map();
const poll = await CONTENDERS[options.as]({ kept, atOnce: options.atOnce, deadline: options.deadline });

const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const outcomes: Record<string, number> = {};
const [since, before] = [performance.now(), processor()];
const seconds = () => (performance.now() - since) / 1000;
let firstSeconds = 0;
// Not in the order of the list, where those of a kind may be together; nor at random, so that all do the same.
const order = urls.map((url, n) => ({ url, n, rank: (n * Math.SQRT2) % 1 })).sort((a, b) => a.rank - b.rank);
await pLimit(options.atOnce).map(order, async ({ url, n }) => {
  const outcome = await poll(url);
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  if (n < (options.first ?? urls.length)) firstSeconds = seconds();
});
const taken: PassResult = {
  as: options.as,
  feeds: urls.length,
  seconds: seconds(),
  firstSeconds,
  cpuPer1000: ((processor() - before) * 1000) / urls.length,
  peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  outcomes,
};
process.stdout.write(`${JSON.stringify(taken)}\n`);
mkdirSync(options.state, { recursive: true });
writeFileSync(file, serialize(kept));
// Connections that are kept open would keep the process.
process.exit(0);
