// npm run bench:parse: see docs/benchmarks.md.
import { Command } from 'commander';
import { figuresOf, inWords, ratiosOf } from '../init/figures.ts';
import { type BenchFeed, benchFeeds } from './feeds.ts';
import { READERS, type Reader } from './readers.ts';

/** Ours takes no more than rss-parser, though it decodes, and makes plain text besides. */
const LIMIT = 1;
const WARM_UP = 50;
/** So many at once: one alone is shorter than a clock of processor time can tell. */
const AT_ONCE = 10;

const { rounds, seed } = new Command('bench:parse')
  .description('What it costs to read a feed of about 25 KB: our reader, rss-parser and feedsmith.')
  .option('--rounds <n>', 'how often every feed is read by each, ten times', Number, 40)
  .option('--seed <n>', 'of the invented feeds', Number, 1)
  .parse()
  .opts<{ rounds: number; seed: number }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

async function timed(read: Reader, { bytes, entries, name }: BenchFeed): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < AT_ONCE; n++) {
    const found = await read(bytes);
    if (found !== entries) throw new Error(`${name}: expected ${entries} entries, got ${found}`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / AT_ONCE;
}

say(
  `Processor time for a feed, ms, and times rss-parser's: medians (10 % to 90 %) of ${rounds} rounds in turn.`,
);
for (const feed of benchFeeds(seed)) {
  const times = new Map(Object.keys(READERS).map((name) => [name, [] as number[]]));
  for (let round = -Math.ceil(WARM_UP / AT_ONCE); round < rounds; round++) {
    for (const [name, read] of Object.entries(READERS)) {
      const time = await timed(read, feed);
      if (round >= 0) times.get(name)?.push(time);
    }
  }
  say(`\n${feed.name} (${Math.round(feed.bytes.length / 1024)} KB, ${feed.entries} entries)`);
  for (const [name, own] of times) {
    const ratios = ratiosOf(own, times.get('rss-parser') ?? []);
    if (name === 'ours' && ratios.median > LIMIT) process.exitCode = 1;
    say(`  ${name.padEnd(11)} ${inWords(figuresOf(own), 2).padEnd(22)} ${inWords(ratios, 2)}`);
  }
}
