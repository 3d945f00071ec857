// npm run bench -- NAME [options]: lists the benchmarks, or runs one with its options.

/** Each in a file of its own, which reads its options from the command line. */
const BENCHMARKS: Readonly<Record<string, readonly [file: string, description: string]>> = {
  cost: ['cost/cli.ts', 'what AWS would bill for a day (--check, --accept): docs/cost.md'],
  edits: ['edits/cli.ts', 'what share of a real site’s retitles counts'],
  hostile: ['match/hostile-cli.ts', 'the texts that cost most to match'],
  init: ['init/cli.ts', 'how large the functions are, and how long they take to start'],
  load: ['load/cli.ts', 'local mode under load: delay, memory, folder, page (--short for a look)'],
  match: ['match/cli.ts', 'what it costs to match an item, beside npm’s peers (--quick for a look)'],
  parse: ['parse/cli.ts', 'what it costs to read a feed'],
  poll: ['poll/cli.ts', 'what polling takes, beside fetching alone'],
  quality: ['quality/cli.ts', 'what topics find of labelled news, and what they miss'],
  quotas: ['quotas/cli.ts', 'where a deployment stops (--check, --write, --measure): docs/operations.md'],
  sms: ['sms/cli.ts', 'what the letters of GSM-7 save'],
  store: ['store/cli.ts', 'what the local tables take under a week of news (--root CHECKOUT)'],
  stories: ['stories/cli.ts', 'how well items are grouped into stories, and what a week delivers (--fit)'],
};

const [name = ''] = process.argv.splice(2, 1);
const benchmark = BENCHMARKS[name];
if (benchmark) {
  await import(new URL(benchmark[0], import.meta.url).href);
} else {
  const known = ['', '-h', '--help'].includes(name);
  const lines = Object.entries(BENCHMARKS).map(
    ([each, [, description]]) => `  ${each.padEnd(9)}${description}\n`,
  );
  const wrong = known ? '' : `Expected the name of a benchmark, but got ${name}.\n\n`;
  const text = `${wrong}npm run bench -- NAME [options]    (docs/benchmarks.md; NAME --help lists the options)\n\n${lines.join('')}`;
  (known ? process.stdout : process.stderr).write(text);
  if (!known) process.exitCode = 2;
}
