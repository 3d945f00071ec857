import { expect, it } from 'vitest';
import { isOfSite, outletsWith, siteOf } from '../../../../functions/notify/story/outlets.ts';
import type { Hit } from '../../../../functions/shared/messages.ts';
import type { Feed } from '../../../../functions/shared/model.ts';

it.each([
  ['https://www.courier.example/a', 'courier.example'],
  ['https://news.bbc.co.uk/a', 'bbc.co.uk'],
  ['https://edition.cnn.com/a', 'cnn.com'],
  ['https://abc.net.au/a', 'abc.net.au'],
  ['https://t.co/a', 't.co'],
  ['https://www.daman.nic.in/a', 'daman.nic.in'],
  ['https://news.ann.me.uk/a', 'ann.me.uk'],
  ['https://ann.github.io/a', 'ann.github.io'],
  ['https://ann.blogspot.com/a', 'ann.blogspot.com'],
  ['https://github.io/a', 'github.io'],
  ['https://ann.wordpress.com/a', 'ann.wordpress.com'],
  ['https://news.ann.substack.com/a', 'ann.substack.com'],
  ['https://medium.com/@ann/a', 'medium.com'],
  ['https://www.bücher.example.de./a', 'example.de'],
  ['https://feeds.intranet.corp/a', 'intranet.corp'],
  ['http://127.0.0.1:8710/a', '127.0.0.1'],
  ['http://localhost/a', 'localhost'],
  ['not an address', undefined],
  [undefined, undefined],
])('%s is of %s', (address, site) => {
  expect(siteOf(address)).toBe(site);
});

it('two blogs at one host of blogs are two sites', () => {
  const feeds = ['ann', 'ben'].map((id) => ({
    id,
    url: `https://${id}.github.io/feed`,
  })) as unknown as Feed[];
  expect(isOfSite('ann', 'https://ann.github.io/storm', feeds)).toBe(true);
  expect(isOfSite('ben', 'https://ann.github.io/storm', feeds)).toBe(false);
});

it('a story of an earlier release, which records only feeds, has its feeds as outlets', () => {
  const before = { sources: ['a', 'b'] };
  expect(outletsWith(before, hitOf('b', 'https://b.com/1'))).toEqual(['feed a', 'b.com']);
  expect(outletsWith(before, hitOf('c'))).toEqual(['feed a', 'feed b', 'feed c']);
});

const hitOf = (feed: string, url?: string) =>
  ({ item: url ? { url } : {}, feed: { id: feed, title: feed } }) as Pick<Hit, 'item' | 'feed'>;

it.each([
  ['two sites', [hitOf('a', 'https://a.com/1'), hitOf('b', 'https://b.com/1')], 2],
  ['two feeds of one site', [hitOf('a', 'https://a.com/1'), hitOf('b', 'https://news.a.com/2')], 1],
  ['one article through two feeds', [hitOf('a', 'https://a.com/1'), hitOf('b', 'https://a.com/1')], 1],
  ['two feeds without addresses', [hitOf('a'), hitOf('b')], 2],
  ['a feed with and without', [hitOf('a', 'https://a.com/1'), hitOf('a'), hitOf('a')], 1],
  ['a feed without and with', [hitOf('a'), hitOf('a', 'https://a.com/1')], 1],
  [
    'many',
    [hitOf('a'), hitOf('b', 'https://b.com'), hitOf('c', 'https://a.com'), hitOf('a', 'https://a.com')],
    2,
  ],
])('%s: %j are %i', (_, hits, count) => {
  let story: { outlets?: readonly string[]; sources: readonly string[] } = { sources: [] };
  for (const hit of hits) {
    const outlets = outletsWith(story, hit);
    story = { outlets, sources: [...story.sources, hit.feed.title] };
  }
  expect(story.outlets).toHaveLength(count);
});
