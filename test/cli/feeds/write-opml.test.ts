import { describe, expect, it } from 'vitest';
import { newFeeds } from '../../../cli/feeds/new-feeds.ts';
import { readOpml, toTag, writeOpml } from '../../../cli/feeds/opml.ts';
import { generatedId } from '../../../functions/shared/feed-id.ts';
import type { Feed } from '../../../functions/shared/model.ts';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.ts';

const feed = (over: Partial<Feed>): Feed => ({
  id: 'owls',
  url: 'https://owls.example/rss',
  title: 'Owls',
  every: 300_000,
  everyAtMost: 300_000,
  offset: 0,
  tags: [],
  enabled: true,
  ...over,
});

describe('writeOpml', () => {
  it('writes a folder for each first tag, and all tags as categories', () => {
    const opml = writeOpml([
      feed({ tags: ['birds', 'night'] }),
      feed({ url: 'https://top.example/?a=1&b=2', title: '"Top" <news>', enabled: false }),
      feed({ url: 'https://robins.example/', title: 'Robins', tags: ['birds'] }),
    ]);
    expect(opml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Feeds of news-alerts</title>
  </head>
  <body>
    <outline text="birds" title="birds">
      <outline type="rss" text="Owls" title="Owls" xmlUrl="https://owls.example/rss" category="birds,night"/>
      <outline type="rss" text="Robins" title="Robins" xmlUrl="https://robins.example/" category="birds"/>
    </outline>
    <outline type="rss" text="&quot;Top&quot; &lt;news&gt;" title="&quot;Top&quot; &lt;news&gt;" xmlUrl="https://top.example/?a=1&amp;b=2" isComment="true"/>
  </body>
</opml>
`);
  });

  it('writes addresses, titles, tags and disabled feeds so that import reads them again', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 200; round++) {
      const feeds = Array.from({ length: random.integer(12) }, (_, n) => anyFeed(random, n));
      const back = newFeeds(readOpml(writeOpml(feeds)).outlines, []);
      expect(back.skipped).toEqual([]);
      const byAddress = (a: { url: string }, b: { url: string }) => (a.url < b.url ? -1 : 1);
      expect(
        back.feeds
          .map(({ url, title, tags = [], enabled = true }) => ({ url, title, tags, enabled }))
          .sort(byAddress),
      ).toEqual(
        feeds
          .map(({ url, title, tags, enabled }) => ({
            url,
            title,
            tags: [...new Set(tags.map(toTag).filter((tag) => tag !== ''))],
            enabled,
          }))
          .sort(byAddress),
      );
    }
  });
});

function anyFeed(random: SeededRandom, n: number): Feed {
  const words = ['Owls', '&', '<b>', '"x"', "l'été", '世界', '😀', ']]>', 'a, b', '/', '<!--', '&c=1'];
  const some = (most: number) => Array.from({ length: random.between(1, most) }, () => random.pick(words));
  const url = new URL(
    `https://f${n}.example/${random.pick(['', 'rss', 'a//b', "ü?x='&y=<&z", '?q=%22#top'])}`,
  );
  return feed({
    id: generatedId(url.href),
    url: url.href,
    title: some(5).join(' '),
    tags: random.chance(0.5) ? some(3) : [],
    enabled: random.chance(0.8),
  });
}
