import { expect, it } from 'vitest';
import { streamWords } from '../../../../functions/shared/store/stream-words.ts';
import { WordCounts } from '../../../../functions/shared/word-counts.ts';
import { embeddedPlatform } from '../../../helpers/embedded-platform.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const servers = embeddedPlatform();
const counted = (...words: string[]) => {
  const counts = new WordCounts();
  counts.add(words);
  return counts;
};

it('starts without counts', async () => {
  const counts = await streamWords(memoryTable()).read();
  expect([counts.items, counts.of('ferry')]).toEqual([0, 0]);
});

it.each(['memory', 'embedded'] as const)('adds up counts, in %s', async (kind) => {
  const words = streamWords(kind === 'memory' ? memoryTable() : servers.platform().table());
  expect((await words.add(counted('ferry')))?.items).toBe(1);
  const all = await words.add(counted('ferry', 'strike'));
  expect([all?.items, all?.of('ferry'), all?.of('strike')]).toEqual([2, 2, 1]);
  const read = await words.read();
  expect([read.items, read.of('ferry'), read.of('strike')]).toEqual([2, 2, 1]);
});

it('does not modify the counts passed in', async () => {
  const words = streamWords(memoryTable());
  await words.add(counted('ferry'));
  const more = counted('ferry');
  await words.add(more);
  expect([more.items, more.of('ferry')]).toEqual([1, 1]);
});

it('writes for one of many concurrent callers and tells the others; counts nothing twice or in part', async () => {
  const table = memoryTable();
  const words = streamWords(table);
  await words.add(counted('herring'));
  const results = await Promise.all(
    Array.from({ length: 20 }, () => streamWords(table).add(counted('ferry'))),
  );
  const written = results.filter((result) => result !== undefined).length;
  expect(written).toBe(1);
  const read = await words.read();
  expect([read.items, read.of('ferry'), read.of('herring')]).toEqual([1 + written, written, 1]);
});

it('continues with callers one after another, whoever lost before', async () => {
  const table = memoryTable();
  let written = 0;
  for (let round = 0; round < 10; round++) {
    const results = await Promise.all([1, 2, 3].map(() => streamWords(table).add(counted('ferry'))));
    written += results.filter((result) => result !== undefined).length;
  }
  expect(written).toBeGreaterThanOrEqual(10);
  const read = await streamWords(table).read();
  expect([read.items, read.of('ferry')]).toEqual([written, written]);
});

it('is one small record', async () => {
  const table = memoryTable();
  for (let n = 0; n < 3; n++) await streamWords(table).add(counted(`word${n}`));
  expect([...table.records.values()]).toMatchObject([
    { pk: 'STREAM', sk: 'WORDS', items: 3, version: 3, counts: expect.any(Uint8Array) },
  ]);
});
