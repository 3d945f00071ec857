// npm run bench -- parse: see docs/benchmarks.md.
import { Command } from 'commander';
import { formatFigures, percentilesOf, ratiosOf } from '../init/percentiles.ts';
import { type BenchFeed, benchFeeds } from './bench-feeds.ts';
import { type CountEntries, PARSERS } from './parsers.ts';

/** Our parser may take as long as rss-parser, although it also decodes bytes and makes plain text. */
const MAX_RATIO = 1;
const WARM_UP_RUNS = 50;
/** Runs per measurement. One run is too short for the clock of processor time. */
const BATCH_SIZE = 10;

const { rounds, seed } = new Command('bench parse')
  .description('Measures how long our parser, rss-parser and feedsmith take for feeds of about 25 KB.')
  .option('--rounds <n>', 'rounds per feed and parser; each parses the feed ten times', Number, 40)
  .option('--seed <n>', 'seed for the invented feeds', Number, 1)
  .parse()
  .opts<{ rounds: number; seed: number }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Returns the processor time for one run, in ms. */
async function measure(read: CountEntries, { bytes, entries, name }: BenchFeed): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < BATCH_SIZE; n++) {
    const found = await read(bytes);
    if (found !== entries) throw new Error(`${name}: expected ${entries} entries, got ${found}`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / BATCH_SIZE;
}

say(
  `Processor time per feed in ms, and as a multiple of rss-parser's: medians (10 % to 90 %) of ${rounds} rounds.`,
);
for (const feed of benchFeeds(seed)) {
  const times = new Map(Object.keys(PARSERS).map((name) => [name, [] as number[]]));
  for (let round = -Math.ceil(WARM_UP_RUNS / BATCH_SIZE); round < rounds; round++) {
    for (const [name, read] of Object.entries(PARSERS)) {
      const time = await measure(read, feed);
      if (round >= 0) times.get(name)?.push(time);
    }
  }
  say(`\n${feed.name} (${Math.round(feed.bytes.length / 1024)} KB, ${feed.entries} entries)`);
  for (const [name, parserTimes] of times) {
    const ratios = ratiosOf(parserTimes, times.get('rss-parser') ?? []);
    if (name === 'ours' && ratios.median > MAX_RATIO) process.exitCode = 1;
    say(
      `  ${name.padEnd(11)} ${formatFigures(percentilesOf(parserTimes), 2).padEnd(22)} ${formatFigures(ratios, 2)}`,
    );
  }
}
