// npm run bench -- parse: see docs/benchmarks.md.
import { Command } from 'commander';
import { formatFigures, percentilesOf, ratiosOf } from '../init/percentiles.ts';
import { type BenchFeed, benchFeeds } from './bench-feeds.ts';
import { type CountEntries, PARSERS } from './parsers.ts';

/** Ours takes no more than rss-parser, though it decodes, and makes plain text besides. */
const MAX_RATIO = 1;
const WARM_UP = 50;
/** So many at once: one alone is shorter than a clock of processor time can tell. */
const BATCH_SIZE = 10;

const { rounds, seed } = new Command('bench parse')
  .description('What it costs to read a feed of about 25 KB: our reader, rss-parser and feedsmith.')
  .option('--rounds <n>', 'how often every feed is read by each, ten times', Number, 40)
  .option('--seed <n>', 'of the invented feeds', Number, 1)
  .parse()
  .opts<{ rounds: number; seed: number }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

async function timed(read: CountEntries, { bytes, entries, name }: BenchFeed): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < BATCH_SIZE; n++) {
    const found = await read(bytes);
    if (found !== entries) throw new Error(`${name}: expected ${entries} entries, got ${found}`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / BATCH_SIZE;
}

say(
  `Processor time for a feed, ms, and times rss-parser's: medians (10 % to 90 %) of ${rounds} rounds in turn.`,
);
for (const feed of benchFeeds(seed)) {
  const times = new Map(Object.keys(PARSERS).map((name) => [name, [] as number[]]));
  for (let round = -Math.ceil(WARM_UP / BATCH_SIZE); round < rounds; round++) {
    for (const [name, read] of Object.entries(PARSERS)) {
      const time = await timed(read, feed);
      if (round >= 0) times.get(name)?.push(time);
    }
  }
  say(`\n${feed.name} (${Math.round(feed.bytes.length / 1024)} KB, ${feed.entries} entries)`);
  for (const [name, own] of times) {
    const ratios = ratiosOf(own, times.get('rss-parser') ?? []);
    if (name === 'ours' && ratios.median > MAX_RATIO) process.exitCode = 1;
    say(
      `  ${name.padEnd(11)} ${formatFigures(percentilesOf(own), 2).padEnd(22)} ${formatFigures(ratios, 2)}`,
    );
  }
}
