import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadConfigFile } from '../../../config/load.ts';
import { ConfigInputs, watchConfig } from '../../../local/reload/watch-config.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-watch-'));
  file = join(folder, 'news-alerts.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (...topics: readonly string[]) =>
  writeFileSync(file, `topics:\n${topics.map((id) => `  - { id: ${id}, match: ${id} }\n`).join('')}`);

/** Watches the file with reloads that end when the test says so. */
function watching(interval = 5) {
  const began: string[][] = [];
  const inForce: string[][] = [];
  const ends: (() => void)[] = [];
  const watch = watchConfig({
    file,
    loaded: loadConfigFile(file, {}),
    inputs: new ConfigInputs(file, {}),
    reload: async ({ config }) => {
      const ids = config.topics.map(({ id }) => id);
      began.push(ids);
      await new Promise<void>((resolve) => ends.push(resolve));
      inForce.push(ids);
    },
    say: () => undefined,
    interval,
  });
  return { watch, began, inForce, endNext: () => ends.shift()?.() };
}

it('puts one text in force after the other, and the latest last, while the page and an editor change the file', async () => {
  write('owls');
  const { watch, began, inForce, endNext } = watching();
  write('owls', 'bats');
  const applied = watch.applyNow();
  await vi.waitFor(() => expect(began).toHaveLength(1));
  write('owls', 'bats', 'towns');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(began).toHaveLength(1);
  endNext();
  await applied;
  await vi.waitFor(() => expect(began).toHaveLength(2));
  endNext();
  await vi.waitFor(() =>
    expect(inForce).toEqual([
      ['owls', 'bats'],
      ['owls', 'bats', 'towns'],
    ]),
  );
  await watch.stop();
});

it('says so each time when a text cannot be put in force at once', async () => {
  write('owls');
  const { watch, began } = watching(60_000);
  writeFileSync(file, 'topics: 1\n');
  for (let n = 0; n < 2; n++) await expect(watch.applyNow()).rejects.toThrow('expected a list of topics');
  expect(began).toEqual([]);
  await watch.stop();
});
