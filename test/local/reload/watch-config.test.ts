import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfigFile } from '../../../config/load.ts';
import { ConfigInputs, watchConfig } from '../../../local/reload/watch-config.ts';
import { eventually } from '../../helpers/eventually.ts';

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
  await eventually(() => expect(began).toHaveLength(1));
  write('owls', 'bats', 'towns');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(began).toHaveLength(1);
  endNext();
  await applied;
  await eventually(() => expect(began).toHaveLength(2));
  endNext();
  await eventually(() =>
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

/** Watches the file with reloads that end at once. */
function watchingQuickly() {
  const said: string[] = [];
  const inForce = { current: loadConfigFile(file, {}) };
  const watch = watchConfig({
    file,
    loaded: inForce.current,
    inputs: new ConfigInputs(file, {}),
    reload: async (loaded) => {
      inForce.current = loaded;
    },
    say: (text) => said.push(text),
    interval: 60_000,
  });
  const queryOf = (id: string) => inForce.current.config.topics.find((topic) => topic.id === id)?.query;
  return { watch, said, inForce, queryOf };
}

it('keeps the query of a topic while the one in the file has a fault, and says so', async () => {
  write('owls', 'bats');
  const { watch, said, inForce, queryOf } = watchingQuickly();
  const owls = queryOf('owls');
  const broken = `topics:\n  - { id: owls, match: 'owl -"called off' }\n  - { id: bats, match: bats }\n`;
  writeFileSync(file, broken);
  await watch.applyNow();
  expect(queryOf('owls')).toEqual(owls);
  expect(inForce.current.keptQueries).toEqual(new Set(['owls']));
  expect(said.join('\n')).toMatch(/expected a closing quote[\s\S]*note: topic owls keeps the earlier query/);

  // Another edit, while the fault is still there.
  writeFileSync(file, broken.replace('match: bats', 'match: bat'));
  await watch.applyNow();
  expect(queryOf('owls')).toEqual(owls);
  expect(said.at(-3)).toContain('topic bats changed');

  write('owls', 'bats');
  await watch.applyNow();
  expect(inForce.current.keptQueries?.size).toBe(0);
  expect(said.slice(-2).join('\n')).toContain('all queries of');
  await watch.stop();
});

it('keeps what is urgent, too, and says which topics match nothing', async () => {
  writeFileSync(file, `topics:\n  - { id: owls, match: owls, urgent: fire }\n`);
  const { watch, said, inForce } = watchingQuickly();
  const [owls] = inForce.current.config.topics;
  writeFileSync(
    file,
    `topics:\n  - { id: owls, match: owls, urgent: 'fire AND (' }\n  - { id: bats, match: 'a OR' }\n`,
  );
  await watch.applyNow();
  expect(inForce.current.config.topics[0]?.urgent).toEqual(owls?.urgent);
  expect(said.slice(-2)).toEqual([
    'note: topic owls keeps the earlier query until this is fixed',
    expect.stringContaining('matches nothing until it is fixed'),
  ]);
  await watch.stop();
});

it('cannot keep the query of a topic that is new', async () => {
  write('owls');
  const { watch, said, queryOf } = watchingQuickly();
  writeFileSync(file, `topics:\n  - { id: owls, match: owls }\n  - { id: bats, match: 'a OR' }\n`);
  await watch.applyNow();
  expect(queryOf('bats')).toBeUndefined();
  expect(said.at(-1)).toContain('matches nothing until it is fixed');
  await watch.stop();
});
