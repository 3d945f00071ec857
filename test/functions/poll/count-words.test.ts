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

/** Returns the stream's counts, and the number of items of each write. */
function recordedWords() {
  const table = memoryTable();
  const words = streamWords(table);
  const writes: number[] = [];
  const recorded: StreamWords = {
    read: () => words.read(),
    add(counted) {
      writes.push(counted.items);
      return words.add(counted);
    },
  };
  return { words: recorded, writes, read: () => words.read() };
}

describe('countWords', () => {
  it('writes once fifty items are pending', async () => {
    const { words, writes, read } = recordedWords();
    const count = countWords(words);
    await count(itemsOf(30));
    await count([]);
    await count(itemsOf(19));
    expect(writes).toEqual([]);
    await count(itemsOf(1));
    expect(writes).toEqual([50]);
    expect([(await read()).items, (await read()).of('ferry')]).toEqual([50, 50]);
  });

  it('writes once an eighth of the stored items are pending', async () => {
    const { words, writes } = recordedWords();
    const count = countWords(words);
    await count(itemsOf(800));
    for (let n = 0; n < 20; n++) await count(itemsOf(25));
    expect(writes).toEqual([800, 100, 125, 150]);
  });

  it('includes the items of other processes in that share after a write', async () => {
    const { words, writes } = recordedWords();
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

  it('counts a word of title and summary once per item', async () => {
    const { words, read } = recordedWords();
    const count = countWords(words);
    await count([
      itemOf('Strike! Strike!', { summary: 'The strike of ferries goes on', content: 'herring' }),
    ]);
    await count(itemsOf(49, 'Owls'));
    const counts = await read();
    expect(['strike', 'ferrie', 'herrin', 'owls'].map((word) => counts.of(word))).toEqual([1, 1, 0, 49]);
  });

  it('counts the text if there is no summary, as far as notify reads it', async () => {
    const { words, read } = recordedWords();
    const content = `harbour ${'- '.repeat(300)} lighthouse`;
    await countWords(words)(Array.from({ length: 50 }, () => itemOf('Owls', { content })));
    const counts = await read();
    expect([counts.of('harbou'), counts.of('lighth')]).toEqual([50, 0]);
  });

  it('loses the counts of a failed write, and goes on', async () => {
    const { words, writes, read } = recordedWords();
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

  it('goes on after a concurrent write by another process', async () => {
    const { words, writes } = recordedWords();
    let lost = true;
    const count = countWords({ ...words, add: async (counted) => (lost ? undefined : words.add(counted)) });
    await count(itemsOf(50));
    lost = false;
    await count(itemsOf(50));
    expect(writes).toEqual([50]);
  });

  it('writes each item once if polls of one process count concurrently', async () => {
    const { words, writes, read } = recordedWords();
    const count = countWords(words);
    await Promise.all(Array.from({ length: 8 }, () => count(itemsOf(60))));
    expect(writes).toEqual(Array(8).fill(60));
    expect((await read()).items).toBeLessThanOrEqual(480);
  });
});
