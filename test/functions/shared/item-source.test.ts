import { expect, it } from 'vitest';
import { isFromSource } from '../../../functions/shared/item-source.ts';

const item = {
  source: { id: 'bbc-world', title: 'BBC News – World', url: 'https://feeds.bbci.co.uk/rss' },
  url: 'https://www.bbc.com/news/1',
};

it('finds a feed without a title in the file by its host and by the title of its document', () => {
  const source = {
    id: 'a',
    title: 'Morning Edition',
    url: 'https://feeds.npr.org/1',
    titleInFile: 'npr.org',
  };
  const found = ['npr', 'npr.org', 'morning edition', 'edition', 'a', 'feeds'].map((name) =>
    isFromSource(name, { source }),
  );
  expect(found).toEqual([true, true, true, true, true, false]);
});

it.each([
  ['bbc-world', true],
  ['BBC-World', true],
  ['bbc', true],
  ['BBC News', true],
  ['news world', true],
  ['news bbc', false],
  ['New', false],
  ['bbc.com', true],
  ['www.bbc.com', true],
  ['BBCi.co.uk', true],
  ['bc.com', false],
  ['com', false],
  ['guardian', false],
  ['…', false],
])('source:%s matches: %s', (source, expected) => {
  expect(isFromSource(source, item)).toBe(expected);
});
