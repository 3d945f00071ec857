import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({ options: { count: { type: 'string' }, from: { type: 'string' } } });
const count = Number(values.count ?? 1_000_000);
const began = performance.now();
const { failures, taken, refused, slowest, slowestMs } = fuzz(Number(values.from ?? 1), count);
const seconds = (performance.now() - began) / 1000;
for (const { text, what } of failures.slice(0, 20))
  process.stderr.write(`${JSON.stringify(text)}: ${what}\n`);
process.stdout.write(
  `${count} texts in ${seconds.toFixed(1)} s: ${taken} queries, ${refused} refused, ${failures.length} failures; ` +
    `slowest ${slowestMs.toFixed(1)} ms: ${JSON.stringify(slowest)}\n`,
);
if (failures.length > 0) process.exitCode = 1;
