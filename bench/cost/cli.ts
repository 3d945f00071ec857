// npm run bench -- cost: see docs/cost.md.
import { Command, InvalidArgumentError } from 'commander';
import { acceptCounts, acceptedCounts, growth } from './check.ts';
import { listAssumptions, report } from './report.ts';
import { measure, type Result, SIZES, type Size } from './sizes.ts';

interface Options {
  readonly feeds?: Size;
  readonly check?: boolean;
  readonly accept?: boolean;
  readonly json?: boolean;
}

await new Command('bench cost')
  .description('Counts what AWS would bill for a day of invented news, and calculates the cost of a month.')
  .option('--feeds <n>', `only this size: ${SIZES.map(({ feeds }) => feeds).join(', ')}`, sizeOf)
  .option('--check', 'run only the smallest size; fail if anything billed has grown by more than 5 %')
  .option('--accept', 'run only the smallest size, and write the current counters to standard-day.json')
  .option('--json', 'print JSON')
  .action(run)
  .parseAsync();

async function run(options: Options): Promise<void> {
  const [smallest] = SIZES;
  const sizes = options.feeds
    ? [options.feeds]
    : SIZES.filter((size) => !(options.check || options.accept) || size === smallest);
  const results: Result[] = [];
  for (const size of sizes) {
    const result = await measure(size);
    results.push(result);
    if (!options.json) process.stdout.write(`${report(result)}\n\n`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  else if (!options.check) process.stdout.write(`${listAssumptions()}\n`);

  const day = results.find(({ size }) => size === smallest)?.day;
  if (options.accept && day) acceptCounts(day.counts);
  const grown = options.check && day ? growth(acceptedCounts(), day.counts) : [];
  if (grown.length > 0) {
    process.stderr.write(
      `the standard day costs more than bench/cost/standard-day.json accepts:\n${grown.join('\n')}\n` +
        'find the change that caused it; if it is worth the price, run npm run bench -- cost --accept and commit the file\n',
    );
    process.exitCode = 1;
  }
  for (const { size, reached } of results) {
    if (reached <= size.goal.dollars) continue;
    process.stderr.write(
      `${size.feeds} feeds: expected at most $${size.goal.dollars} a month, got $${reached.toFixed(2)}\n`,
    );
    process.exitCode = 1;
  }
}

function sizeOf(text: string): Size {
  const size = SIZES.find(({ feeds }) => String(feeds) === text);
  if (size) return size;
  const known = SIZES.map(({ feeds }) => feeds).join(', ');
  throw new InvalidArgumentError(`expected one of ${known}, got ${text}`);
}
