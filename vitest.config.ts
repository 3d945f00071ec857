import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const SIMULATION = 'test/simulation/**/*.test.ts';
/** `npm run test:deploy`: minutes, and an emulator of AWS. */
const DEPLOYMENT = 'test/deploy/**/*.test.ts';
const FILES = globSync('test/**/*.test.ts', { cwd: import.meta.dirname }).map((file) => ({
  file: file.replaceAll('\\', '/'),
  source: readFileSync(join(import.meta.dirname, file), 'utf8'),
}));
const filesWith = (pattern: RegExp) =>
  FILES.filter(({ source }) => pattern.test(source)).map(({ file }) => file);

/** They have a quick size, for `npm test`, and a full one, for `npm run test:long`. */
const SIZED = filesWith(/helpers\/(size|cli)\.ts'/);
/** They change the process, or measure its time and memory: none shares one with other files. */
const ALONE = [
  'test/{bin,cli,crashes,end-to-end,fuzz,local}/**/*.test.ts',
  ...filesWith(
    /helpers\/(memory|processor-time)\.ts'|cpuUsage|performance\.now|stubGlobal|FakeTimers|process\.env/,
  ),
];

// Most of the time of a process of ours goes into stripping types and compiling: the next one finds that done.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

export default defineConfig({
  test: {
    setupFiles: ['test/helpers/loopback-only.ts', 'test/helpers/restart-numbers.ts'],
    // Many tests wait for processes and servers more than they compute.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [SIMULATION, DEPLOYMENT, ...ALONE],
          // Loading what they test takes longer than most of them.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          exclude: [SIMULATION, DEPLOYMENT],
          sequence: { groupOrder: 1 },
        },
      },
      // It needs every processor, and waits for nothing: after the others, so that none slows the other down.
      { extends: true, test: { name: 'simulation', include: [SIMULATION], sequence: { groupOrder: 2 } } },
      {
        extends: true,
        test: {
          name: 'long',
          include: SIZED,
          exclude: [DEPLOYMENT],
          env: { TEST_SIZE: 'long' },
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'deploy', include: [DEPLOYMENT] } },
    ],
  },
});
