// node --max-old-space-size=256 test/functions/poll/parser/hostile/run.ts [NAME …] prints what each document of documents.ts costs.
import { parseFeed } from '../../../../../functions/poll/parser/parse.ts';
import { HOSTILE_DOCUMENTS } from './documents.ts';

export interface Cost {
  readonly name: string;
  /** Processor time. */
  readonly ms: number;
  /** Memory in use after parsing, above that before it. */
  readonly mb: number;
  readonly outcome: string;
}

const used = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1024 / 1024;
};

const names = process.argv.slice(2);
for (const [name, make] of Object.entries(HOSTILE_DOCUMENTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const bytes = make();
  globalThis.gc?.();
  const before = used();
  const start = process.cpuUsage();
  const parsed = await parseFeed(bytes, {
    url: 'https://herald.test/',
    contentType: 'text/xml',
    now: Date.now(),
  });
  const mb = used() - before;
  const { user, system } = process.cpuUsage(start);
  const outcome = parsed.ok ? `${parsed.feed.entries.length} entries` : parsed.failure.kind;
  const cost: Cost = { name, ms: (user + system) / 1000, mb, outcome };
  process.stdout.write(`${JSON.stringify(cost)}\n`);
  if ('polluted' in {}) throw new Error(`${name}: a prototype was polluted`);
}
