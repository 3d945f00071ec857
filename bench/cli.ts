// npm run bench -- NAME [options]: lists the benchmarks, or runs one with its options.
import { ownValue } from '../functions/shared/own-value.ts';

/** The benchmarks by name: a file, which reads its options from the command line, and a description. */
const BENCHMARKS: Readonly<Record<string, readonly [file: string, description: string]>> = {
  cost: ['cost/cli.ts', 'the AWS bill for a day (--check, --accept): docs/cost.md'],
  edits: ['edits/cli.ts', 'the share of a real site’s edits that counts as news'],
  freshness: ['freshness/cli.ts', 'delay until news is found, by polling policy'],
  hostile: ['match/hostile-cli.ts', 'the most expensive texts to match'],
  init: ['init/cli.ts', 'size and start time of the functions'],
  live: ['live/cli.ts', 'updates found in real live pages, and messages about them by setting'],
  load: ['load/cli.ts', 'local mode under load: delay, memory, folder, page (--short for a quick look)'],
  match: ['match/cli.ts', 'time to match an item, compared with npm packages (--quick for a quick look)'],
  parse: ['parse/cli.ts', 'time to parse a feed'],
  poll: ['poll/cli.ts', 'time to poll feeds, compared with only fetching them'],
  push: ['push/cli.ts', 'delay from a push to its alert, and the requests that pushes save'],
  quality: ['quality/cli.ts', 'precision and recall of topics on labelled news'],
  quotas: [
    'quotas/cli.ts',
    'the scale at which a deployment reaches its limits (--check, --write, --measure): docs/operations.md',
  ],
  sms: ['sms/cli.ts', 'SMS parts saved by replacing letters with GSM-7 ones'],
  store: ['store/cli.ts', 'time, memory and disk space of the local tables (--root CHECKOUT)'],
  stories: ['stories/cli.ts', 'quality of grouping into stories, and deliveries of a recorded week (--fit)'],
  try: ['try/cli.ts', 'time to try a query on the stored past (--items 10000,100000)'],
};

const [name = ''] = process.argv.splice(2, 1);
const benchmark = ownValue(BENCHMARKS, name);
if (benchmark) {
  await import(new URL(benchmark[0], import.meta.url).href);
} else {
  const known = ['', '-h', '--help'].includes(name);
  const lines = Object.entries(BENCHMARKS).map(
    ([each, [, description]]) => `  ${each.padEnd(11)}${description}\n`,
  );
  const wrong = known ? '' : `Expected the name of a benchmark, but got ${name}.\n\n`;
  const text = `${wrong}npm run bench -- NAME [options]    (docs/benchmarks.md; NAME --help lists the options)\n\n${lines.join('')}`;
  (known ? process.stdout : process.stderr).write(text);
  if (!known) process.exitCode = 2;
}
