import { expect, it } from 'vitest';
import { outletsWith, siteOf } from '../../../../functions/notify/story/outlets.ts';
import type { Hit } from '../../../../functions/shared/model.ts';

it.each([
  ['https://www.courier.example/a', 'courier.example'],
  ['https://news.bbc.co.uk/a', 'bbc.co.uk'],
  ['https://edition.cnn.com/a', 'cnn.com'],
  ['https://abc.net.au/a', 'abc.net.au'],
  ['https://t.co/a', 't.co'],
  ['http://127.0.0.1:8710/a', '127.0.0.1'],
  ['http://localhost/a', 'localhost'],
  ['not an address', undefined],
  [undefined, undefined],
])('%s is of %s', (address, site) => {
  expect(siteOf(address)).toBe(site);
});

it('a story of an earlier release, which records only feeds, has its feeds as outlets', () => {
  const before = { sources: ['a', 'b'] };
  expect(outletsWith(before, told('b', 'https://b.com/1'))).toEqual(['feed a', 'b.com']);
  expect(outletsWith(before, told('c'))).toEqual(['feed a', 'feed b', 'feed c']);
});

const told = (feed: string, url?: string) =>
  ({ item: url ? { url } : {}, feed: { id: feed, title: feed } }) as Pick<Hit, 'item' | 'feed'>;

it.each([
  ['two sites', [told('a', 'https://a.com/1'), told('b', 'https://b.com/1')], 2],
  ['two feeds of one site', [told('a', 'https://a.com/1'), told('b', 'https://news.a.com/2')], 1],
  ['one article through two feeds', [told('a', 'https://a.com/1'), told('b', 'https://a.com/1')], 1],
  ['two feeds without addresses', [told('a'), told('b')], 2],
  ['a feed with and without', [told('a', 'https://a.com/1'), told('a'), told('a')], 1],
  ['a feed without and with', [told('a'), told('a', 'https://a.com/1')], 1],
  [
    'many',
    [told('a'), told('b', 'https://b.com'), told('c', 'https://a.com'), told('a', 'https://a.com')],
    2,
  ],
])('%s: %j are %i', (_, tellings, count) => {
  let story: { outlets?: readonly string[]; sources: readonly string[] } = { sources: [] };
  for (const telling of tellings) {
    const outlets = outletsWith(story, telling);
    story = { outlets, sources: [...story.sources, telling.feed.title] };
  }
  expect(story.outlets).toHaveLength(count);
});
