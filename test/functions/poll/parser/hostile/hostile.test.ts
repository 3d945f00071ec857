import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sampled } from '../../../../helpers/size.ts';
import { HOSTILE_DOCUMENTS } from './documents.ts';
import type { Cost } from './run.ts';

/** A document takes at most a second on an idle machine. Here, other tests run at the same time. */
const MAX_MS = 4_000;
/** The size of the heap. A process that needs more fails. */
const HEAP_MB = 128;

it('hostile documents take little time and memory', { timeout: 180_000 }, async () => {
  const names = sampled(Object.keys(HOSTILE_DOCUMENTS), 7);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', `--max-old-space-size=${HEAP_MB}`, join(import.meta.dirname, 'run.ts'), ...names],
    { maxBuffer: 10_000_000 },
  );
  const costs = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Cost);
  expect(costs.map(({ name }) => name)).toEqual(names);
  expect(costs.filter(({ ms }) => ms > MAX_MS)).toEqual([]);
});
