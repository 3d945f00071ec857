import { describe, expect, it } from 'vitest';
import { newFeeds } from '../../../cli/feeds/new-feeds.ts';
import { type Outline, readOpml } from '../../../cli/feeds/opml.ts';
import type { Feed } from '../../../functions/shared/model.ts';

const outline = (line: number, address?: string, over: Partial<Outline> = {}): Outline => ({
  line,
  name: '',
  ...(address === undefined ? {} : { address }),
  tags: [],
  commentedOut: false,
  ...over,
});
const known = (id: string, url: string): Feed => ({
  id,
  url,
  title: id,
  every: 1,
  everyAtMost: 1,
  offset: 0,
  tags: [],
  enabled: true,
});

describe('newFeeds', () => {
  it('returns the entries for the file', () => {
    expect(
      newFeeds(
        [
          outline(1, 'feed://owls.example/rss', { name: 'Owls', tags: ['birds'] }),
          outline(2, 'https://x.example/', { commentedOut: true }),
        ],
        [],
      ).feeds,
    ).toEqual([
      { id: 'owls-example-rss', url: 'http://owls.example/rss', title: 'Owls', tags: ['birds'] },
      { id: 'x-example', url: 'https://x.example/', enabled: false },
    ]);
  });

  it('reads addresses like feeds add: escaped once too often, without a scheme, or with the scheme of an app', () => {
    const { outlines } = readOpml(`<opml version="2.0"><body>
<outline text="A" xmlUrl="https://a.example/feed?a=1&amp;amp;b=2"/><outline text="B" xmlUrl="www.b.example/b.xml"/>
<outline text="C" xmlUrl="feeds://c.example/c.xml"/><outline text="D" xmlUrl="itpc://d.example/d.xml"/>
<outline text="E" xmlUrl="podcast://e.example/e.xml"/><outline text="F" xmlUrl="/f.xml"/></body></opml>`);
    const { feeds, skipped } = newFeeds(outlines, []);
    expect(feeds.map(({ url }) => url)).toEqual([
      'https://a.example/feed?a=1&b=2',
      'https://www.b.example/b.xml',
      'https://c.example/c.xml',
      'http://d.example/d.xml',
      'http://e.example/e.xml',
    ]);
    expect(skipped.map(({ outline, reason }) => [outline.name, reason])).toEqual([['F', 'not an address']]);
  });

  it('skips addresses that the file would refuse, and takes the others', () => {
    const addresses = [
      'https://a.example/rss',
      'http://192.168.1.5/rss',
      'http://nas.local/feed',
      'feed:nothing',
    ];
    const { feeds, skipped } = newFeeds(
      addresses.map((address, n) => outline(n, address)),
      [],
    );
    expect(feeds.map(({ url }) => url)).toEqual(['https://a.example/rss']);
    expect(skipped.map(({ detail }) => detail)).toEqual([
      'expected an address on the public internet, got 192.168.1.5, a private address',
      'expected an address on the public internet, got nas.local, a private network name',
      'expected an address on the public internet, got nothing, a name without a domain',
    ]);
  });

  it('skips with a reason', () => {
    const { feeds, skipped } = newFeeds(
      [
        outline(1, 'http://bbc.example/world/'),
        outline(2, 'http://owls.example/'),
        outline(3, 'https://owls.example'),
        outline(4, 'owls'),
        outline(5, undefined, { page: 'http://p.example/' }),
        outline(6, 'gopher://owls.example/'),
        outline(7, 'itpc://owls.example/'),
      ],
      [known('bbc', 'https://bbc.example/world')],
    );
    expect(feeds.map(({ url }) => url)).toEqual(['http://owls.example/']);
    expect(skipped.map(({ outline, reason, detail }) => [outline.line, reason, detail])).toEqual([
      [1, 'already in the configuration', 'as bbc'],
      [3, 'more than once in the file', 'first on line 2'],
      [4, 'not an address', undefined],
      [5, 'no feed address', 'its web page is http://p.example/'],
      [6, 'an address with gopher:, not http: or https:', undefined],
      [7, 'more than once in the file', 'first on line 2'],
    ]);
  });

  it('never returns an id that another feed would generate', () => {
    const { feeds } = newFeeds(
      [outline(1, 'https://a.example/b-c'), outline(2, 'https://a.example/b/c')],
      [known('a-example-b-c', 'https://a.example/b_c')],
    );
    expect(feeds.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^a-example-b-c-[0-9a-f]{8}$/),
      expect.stringMatching(/^a-example-b-c-[0-9a-f]{8}$/),
    ]);
    expect(new Set(feeds.map(({ id }) => id)).size).toBe(2);
  });
});
