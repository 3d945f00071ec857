import { describe, expect, it } from 'vitest';
import { countWords } from '../../../functions/poll/count-words.ts';
import type { Item } from '../../../functions/shared/model.ts';
import { type StreamWords, streamWords } from '../../../functions/shared/store/stream-words.ts';
import { WordCounts } from '../../../functions/shared/word-counts.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

function itemOf(title: string, fields: Partial<Item> = {}): Item {
  return {
    id: title,
    contentHash: title,
    feedId: 'herald',
    title,
    summary: '',
    content: '',
    authors: [],
    categories: [],
    ...fields,
  };
}
const itemsOf = (count: number, title = 'Ferry strike') => Array.from({ length: count }, () => itemOf(title));

/** The stream's counts, and how many items each write had. */
function noting() {
  const table = memoryTable();
  const words = streamWords(table);
  const writes: number[] = [];
  const noted: StreamWords = {
    read: () => words.read(),
    add(counted) {
      writes.push(counted.items);
      return words.add(counted);
    },
  };
  return { words: noted, writes, read: () => words.read() };
}

describe('countWords', () => {
  it('writes once fifty items wait', async () => {
    const { words, writes, read } = noting();
    const count = countWords(words);
    await count(itemsOf(30));
    await count([]);
    await count(itemsOf(19));
    expect(writes).toEqual([]);
    await count(itemsOf(1));
    expect(writes).toEqual([50]);
    expect([(await read()).items, (await read()).of('ferry')]).toEqual([50, 50]);
  });

  it('writes the more seldom the more items are counted: an eighth of them', async () => {
    const { words, writes } = noting();
    const count = countWords(words);
    await count(itemsOf(800));
    for (let n = 0; n < 20; n++) await count(itemsOf(25));
    expect(writes).toEqual([800, 100, 125, 150]);
  });

  it('goes by what other processes have counted, once it has written', async () => {
    const { words, writes } = noting();
    await words.add(
      (() => {
        const counts = new WordCounts();
        for (let n = 0; n < 1_600; n++) counts.add(['herring']);
        return counts;
      })(),
    );
    writes.length = 0;
    const count = countWords(words);
    await count(itemsOf(50));
    for (let n = 0; n < 10; n++) await count(itemsOf(50));
    expect(writes).toEqual([50, 250, 250]);
  });

  it('counts each item once, however often a word is in it, by its title and its summary', async () => {
    const { words, read } = noting();
    const count = countWords(words);
    await count([
      itemOf('Strike! Strike!', { summary: 'The strike of ferries goes on', content: 'herring' }),
    ]);
    await count(itemsOf(49, 'Owls'));
    const counts = await read();
    expect(['strike', 'ferrie', 'herrin', 'owls'].map((word) => counts.of(word))).toEqual([1, 1, 0, 49]);
  });

  it('counts the text where there is no summary, as far as notify reads it', async () => {
    const { words, read } = noting();
    const content = `harbour ${'- '.repeat(300)} lighthouse`;
    await countWords(words)(Array.from({ length: 50 }, () => itemOf('Owls', { content })));
    const counts = await read();
    expect([counts.of('harbou'), counts.of('lighth')]).toEqual([50, 0]);
  });

  it('loses what it could not write, and counts on', async () => {
    const { words, writes, read } = noting();
    let isDown = true;
    const count = countWords({
      ...words,
      add: (counted) => (isDown ? Promise.reject(new Error('no answer')) : words.add(counted)),
    });
    await expect(count(itemsOf(50))).rejects.toThrow('no answer');
    isDown = false;
    await count(itemsOf(50));
    expect(writes).toEqual([50]);
    expect((await read()).items).toBe(50);
  });

  it('counts on where another was writing at the same time', async () => {
    const { words, writes } = noting();
    let lost = true;
    const count = countWords({ ...words, add: async (counted) => (lost ? undefined : words.add(counted)) });
    await count(itemsOf(50));
    lost = false;
    await count(itemsOf(50));
    expect(writes).toEqual([50]);
  });

  it('writes each item once where polls of one process count at the same time', async () => {
    const { words, writes, read } = noting();
    const count = countWords(words);
    await Promise.all(Array.from({ length: 8 }, () => count(itemsOf(60))));
    expect(writes).toEqual(Array(8).fill(60));
    expect((await read()).items).toBeLessThanOrEqual(480);
  });
});
