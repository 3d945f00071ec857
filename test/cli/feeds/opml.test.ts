import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFeeds } from '../../../cli/feeds/new-feeds.ts';
import { readOpml, toTag } from '../../../cli/feeds/opml.ts';
import { decode } from '../../../functions/poll/parser/encoding/decode.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { sized } from '../../helpers/size.ts';

const body = (outlines: string) =>
  `<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>${outlines}</body></opml>`;

/** Returns the addresses, names and tags of the outlines. */
const read = (outlines: string) =>
  readOpml(body(outlines)).outlines.map(({ address, name, tags }) => [address ?? null, name, ...tags]);

describe('readOpml', () => {
  it('reads an export with folders, in the form of most readers', () => {
    expect(
      read(`
        <outline text="World News" title="World News">
          <outline type="rss" text="Owls" title="Owls" xmlUrl="https://owls.example/rss" htmlUrl="https://owls.example/"/>
          <outline text="Far &amp; away"><outline type="rss" text="Bats" xmlUrl="https://bats.example/"></outline></outline>
        </outline>
        <outline type="rss" text="Top" xmlUrl="https://top.example/rss"/>`),
    ).toEqual([
      ['https://owls.example/rss', 'Owls', 'world-news'],
      ['https://bats.example/', 'Bats', 'world-news', 'far-away'],
      ['https://top.example/rss', 'Top'],
    ]);
  });

  it('accepts names in any case, url for xmlUrl, and single or no quotes', () => {
    expect(
      readOpml(
        "<OPML><BODY><OUTLINE TEXT='A' XMLURL='http://a.example/'/><Outline text=B xmlurl=http://b.example/rss />" +
          '<outline title="C" url="http://c.example/"/></BODY></OPML>',
      ).outlines.map(({ address, name }) => [address, name]),
    ).toEqual([
      ['http://a.example/', 'A'],
      ['http://b.example/rss', 'B'],
      ['http://c.example/', 'C'],
    ]);
  });

  it('keeps bare ampersands, and decodes titles that are escaped twice', () => {
    expect(
      read(
        '<outline text="Rock & Roll" xmlUrl="http://a.example/?x=1&copy=2&amp;y=3"/>' +
          '<outline text="Tom &amp;amp; Jerry &amp;eacute;" xmlUrl="http://b.example/"/>' +
          '<outline text="1 &lt; 2 &amp; x" xmlUrl="http://c.example/"/>',
      ),
    ).toEqual([
      ['http://a.example/?x=1&copy=2&y=3', 'Rock & Roll'],
      ['http://b.example/', 'Tom & Jerry é'],
      ['http://c.example/', '1 < 2 & x'],
    ]);
  });

  it('redacts an address that is used as a name', () => {
    expect(
      read(
        '<outline text="https://a.example/rss?key=abc123" xmlUrl="https://a.example/rss?key=abc123"/>' +
          '<outline text="C# jobs: ?q=owl" xmlUrl="https://b.example/rss"/>',
      ),
    ).toEqual([
      ['https://a.example/rss?key=abc123', 'https://a.example/rss?key=***'],
      ['https://b.example/rss', 'C# jobs: ?q=owl'],
    ]);
  });

  it('reads outlines without closing tags', () => {
    expect(
      read(
        '<outline text="One"><outline xmlUrl="http://a.example/"><outline xmlUrl="http://b.example/"></outline>' +
          '<outline text="Two"><outline xmlUrl="http://c.example/"></outline><outline xmlUrl="http://d.example/">',
      ),
    ).toEqual([
      ['http://a.example/', '', 'one'],
      ['http://b.example/', '', 'one'],
      ['http://c.example/', '', 'two'],
      ['http://d.example/', ''],
    ]);
    expect(
      readOpml('<opml><body><outline xmlUrl="http://a.example/"/><outline xmlUrl="http').outlines,
    ).toHaveLength(1);
  });

  it('finds the address after a description with unescaped markup', () => {
    expect(
      read(
        '<outline text="One"><outline text="A" description="by <a href="https://x.example/" rel="y">X & Z</a>. So" xmlUrl="http://a.example/?a=1&amp;b=2" type="rss" />' +
          '<outline text="B" xmlUrl="http://b.example/" description="see <em class="z">it</em>"/></outline>' +
          '<outline text="C" xmlUrl="http://c.example/"/>',
      ),
    ).toEqual([
      ['http://a.example/?a=1&b=2', 'A', 'one'],
      ['http://b.example/', 'B', 'one'],
      ['http://c.example/', 'C'],
    ]);
  });

  it('keeps the folders of outlines inside feeds when all tags are closed', () => {
    expect(
      read(
        '<outline text="One"><outline text="F" xmlUrl="http://a.example/"><outline xmlUrl="http://b.example/"/></outline>' +
          '<outline xmlUrl="http://c.example/"/></outline>',
      ).map(([address, , ...tags]) => [address, ...tags]),
    ).toEqual([
      ['http://a.example/', 'one'],
      ['http://b.example/', 'one'],
      ['http://c.example/', 'one'],
    ]);
  });

  it('adds categories to the tags after folders, each once', () => {
    expect(
      read(
        '<outline text="Birds"><outline xmlUrl="http://a.example/" category="/News/UK,Birds,new age"/></outline>',
      ),
    ).toEqual([['http://a.example/', '', 'birds', 'news', 'uk', 'new-age']]);
  });

  it('returns outlines without a feed address, such as links and inclusions', () => {
    expect(
      readOpml(
        body(
          '<outline text="Empty"/><outline text="Also"></outline><outline text="L" type="link" url="http://a.example/"/>' +
            '<outline text="P" htmlUrl="http://p.example/" xmlUrl=" "/>',
        ),
      ).outlines.map(({ name, address, page }) => [name, address, page]),
    ).toEqual([
      ['Empty', undefined, undefined],
      ['Also', undefined, undefined],
      ['L', undefined, undefined],
      ['P', undefined, 'http://p.example/'],
    ]);
  });

  it('returns the line of an outline, whether it is commented out, and the root of other documents', () => {
    const { outlines } = readOpml(
      body('\n\n<outline text="Off" isComment="true">\n<outline xmlUrl="http://a.example/"/>\n</outline>'),
    );
    expect(outlines).toMatchObject([{ line: 4, commentedOut: true }]);
    expect(readOpml('<!-- x --><RSS version="2.0"/>').root).toBe('rss');
    expect(readOpml('not XML').root).toBeUndefined();
    expect(readOpml(body('<!-- <outline xmlUrl="http://a.example/"/> -->')).outlines).toEqual([]);
  });

  it('returns every name as one safe line', () => {
    expect(read('<outline text="A&#27;[31m\n\n  b&#x202e;c" xmlUrl="http://a.example/"/>')).toEqual([
      ['http://a.example/', 'A[31m bc'],
    ]);
    const [outline] = readOpml(
      body(`<outline text="${'long '.repeat(100)}" xmlUrl="http://a.example/"/>`),
    ).outlines;
    expect(outline?.name.length).toBeLessThanOrEqual(120);
  });

  it('takes linear time for any text', () => {
    const size = sized(400_000, 2_000_000);
    const hostile = [
      '<outline text="a">',
      '</outline>',
      '<outline xmlUrl="http://a.example/">',
      '<',
      '&',
      '<outline text="&amp;',
      '<outline a=',
      '<!--',
      '<![CDATA[',
      '<outline> xmlUrl="',
      " xmlUrl='",
    ].map((piece) => piece.repeat(size / piece.length));
    const started = Date.now();
    for (const text of hostile) {
      for (const { tags } of readOpml(text).outlines) expect(tags.length).toBeLessThanOrEqual(10);
    }
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  it('reads at most 50,000 outlines, and says that there are more', () => {
    expect(readOpml(body('<outline xmlUrl="http://a.example/"/>'.repeat(50_000)))).toMatchObject({
      outlines: expect.objectContaining({ length: 50_000 }),
      hasMore: false,
    });
    expect(readOpml(body('<outline/>'.repeat(200_000)))).toMatchObject({
      outlines: expect.objectContaining({ length: 50_000 }),
      hasMore: true,
    });
  });

  it('never throws for a text that was cut or changed', () => {
    const random = seededRandom(11);
    const text = body(
      '<outline text="A &amp; b"><outline xmlUrl="http://a.example/?a=1&b=2" category="x,y"/></outline>'.repeat(
        3,
      ),
    );
    for (let round = 0; round < 500; round++) {
      const at = random.integer(text.length);
      const piece = random.pick(['', '<', '>', '"', '&', '/', '\0', '\ud800', '<outline ', '</outline>']);
      const { outlines } = readOpml(text.slice(0, at) + piece + text.slice(at + random.integer(20)));
      expect(() => newFeeds(outlines, [])).not.toThrow();
    }
  });
});

describe('toTag', () => {
  it.each([
    ['World News', 'world-news'],
    ['  Tech & Science! ', 'tech-science'],
    ['Études/Café', 'études-café'],
    ['世界 新聞', '世界-新聞'],
    ['★', ''],
  ])('%s is %s', (name, tag) => expect(toTag(name)).toBe(tag));
});

const samples = join(import.meta.dirname, '../../../../shared/data/opml');

describe.skipIf(!existsSync(samples))('collected OPML (skipped without ../shared/data/opml)', () => {
  const counts = existsSync(samples)
    ? readFileSync(join(samples, 'expected-counts.csv'), 'utf8')
        .split(/\r?\n/)
        .flatMap((line) => {
          const [, path = '', all] = /^"?(.+?)"?,\d+,(\d+),\d+,\d+$/.exec(line) ?? [];
          const file = path.replace('awesome-rss-feeds/recommended', 'awesome-recommended');
          return all !== undefined && existsSync(join(samples, file)) ? [{ file, all: Number(all) }] : [];
        })
    : [];

  it('is there', () => expect(counts.length).toBeGreaterThan(50));

  it.each(counts)('$file has $all feeds', async ({ file, all }) => {
    const { outlines } = readOpml(await decode(readFileSync(join(samples, file)), ''));
    const feeds = outlines.filter(({ address }) => address !== undefined);
    expect(feeds).toHaveLength(all);
    const { feeds: added, skipped } = newFeeds(outlines, []);
    expect(added.length + skipped.length).toBe(outlines.length);
    expect(skipped.filter(({ reason }) => !/^(no feed address|more than once)/.test(reason))).toEqual([]);
  });
});
