import { defineConfig } from 'vitest/config';

const SIMULATION = 'test/simulation/**/*.test.ts';

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
          exclude: [SIMULATION],
          sequence: { groupOrder: 1 },
        },
      },
      // It needs every processor, and waits for nothing: after the others, so that none slows the other down.
      { extends: true, test: { name: 'simulation', include: [SIMULATION], sequence: { groupOrder: 2 } } },
    ],
  },
});
