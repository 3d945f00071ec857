import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const SIMULATION = 'test/simulation/**/*.test.ts';
/** Run by `npm run test:deploy` only: these tests take minutes and need an emulator of AWS. */
const DEPLOYMENT = 'test/deploy/**/*.test.ts';
const FILES = globSync('test/**/*.test.ts', { cwd: import.meta.dirname }).map((file) => ({
  file: file.replaceAll('\\', '/'),
  source: readFileSync(join(import.meta.dirname, file), 'utf8'),
}));
const filesWith = (pattern: RegExp) =>
  FILES.filter(({ source }) => pattern.test(source)).map(({ file }) => file);

/** Run by `npm run test:long` only: these tests mostly start programs and wait for them. */
const LONG = ['test/end-to-end/{chat,push,sign-up,sms}.test.ts', 'test/packaging/service.test.ts'];
/** Files with a quick size for `npm test` and a full size for `npm run test:long`. */
const SIZED = filesWith(/helpers\/(size|cli)\.ts'/);
/** Files that change their process or what they load, or measure memory. Each runs in a process of its own. */
const ALONE = filesWith(
  /helpers\/memory\.ts'|stubGlobal|FakeTimers|Object\.assign\(process\.env|process\.chdir|\bnew Worker\(|\bfork\(|'rss-parser'/,
);

// Our processes spend most of their time stripping types and compiling. With this cache, later ones skip that.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

export default defineConfig({
  test: {
    setupFiles: ['test/helpers/loopback-only.ts', 'test/helpers/restart-numbers.ts'],
    // Many tests wait for processes and servers more than they compute.
    maxWorkers: 3,
    // A busy machine takes several times as long as a quiet one. Tests of speed have limits of their own.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [SIMULATION, DEPLOYMENT, ...LONG, ...ALONE],
          // Most of these tests take less time than loading the modules that they test.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          exclude: [SIMULATION, DEPLOYMENT, ...LONG],
          sequence: { groupOrder: 1 },
        },
      },
      // The simulation uses every processor without waiting, so it runs after the others; neither slows down the other.
      { extends: true, test: { name: 'simulation', include: [SIMULATION], sequence: { groupOrder: 2 } } },
      {
        extends: true,
        test: {
          name: 'long',
          include: [...SIZED, ...LONG],
          exclude: [DEPLOYMENT],
          env: { TEST_SIZE: 'long' },
          testTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'deploy', include: [DEPLOYMENT] } },
    ],
  },
});
