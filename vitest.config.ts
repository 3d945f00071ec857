import { defineConfig } from 'vitest/config';

const SIMULATION = 'test/simulation/**/*.test.ts';
/** `npm run test:deploy`: minutes, and an emulator of AWS. */
const DEPLOYMENT = 'test/deploy/**/*.test.ts';

export default defineConfig({
  test: {
    setupFiles: ['test/helpers/loopback-only.ts'],
    // Many tests wait for processes and servers more than they compute.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [SIMULATION, DEPLOYMENT],
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'deploy', include: [DEPLOYMENT] } },
      // It needs every processor, and waits for nothing: after the others, so that none slows the other down.
      { extends: true, test: { name: 'simulation', include: [SIMULATION], sequence: { groupOrder: 2 } } },
    ],
  },
});
