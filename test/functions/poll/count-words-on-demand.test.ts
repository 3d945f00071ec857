import { expect, it } from 'vitest';
import { countWordsOnDemand } from '../../../functions/poll/count-words-on-demand.ts';
import { streamWords } from '../../../functions/shared/store/stream-words.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

it('counts the words of all calls together, and ignores polls without new items', async () => {
  const table = memoryTable();
  const count = countWordsOnDemand(table);
  const item = {
    id: 'a',
    contentHash: 'a',
    feedId: 'herald',
    title: 'Ferry strike',
    summary: '',
    content: '',
  };
  const items = Array.from({ length: 25 }, () => ({ ...item, authors: [], categories: [] }));
  for (const found of [items, [], items]) await count(found);
  const stored = await streamWords(table).read();
  expect([stored.items, stored.of('ferry')]).toEqual([50, 50]);
});
