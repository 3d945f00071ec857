import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('start-once.mjs', import.meta.url));

/**
 * Returns the wall time from the start of a process until its handler has created its clients and the process has ended, ms.
 */
function start(file: string, env: Readonly<Record<string, string>>): number {
  const before = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [START, file], {
    env: { ...env },
    encoding: 'utf8',
  });
  const time = performance.now() - before;
  if (status !== 0) throw new Error(`expected ${file} to start, got exit code ${status}: ${stderr}`);
  return time;
}

/**
 * Starts the bundles in turn, as A B C A B C, and returns the times of each in order. The first round does not count, because
 * it reads the files from disk and the others find them in memory.
 */
export function timeColdStarts<Name extends string>(
  files: Readonly<Record<Name, string>>,
  env: Readonly<Record<string, string>>,
  rounds: number,
): Record<Name, readonly number[]> {
  const all = Object.entries<string>(files).map(([name, file]) => ({ name, file, times: [] as number[] }));
  for (let round = 0; round <= rounds; round++) {
    for (const { file, times } of all) {
      const time = start(file, env);
      if (round > 0) times.push(time);
    }
  }
  return Object.fromEntries(all.map(({ name, times }) => [name, times])) as Record<Name, number[]>;
}
