import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Entry,
  type FeedDocument,
  type ParseContext,
  parseFeed,
} from '../../../../functions/poll/parser/parse.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const URL_ = 'https://herald.test/feeds/news.xml';

const parse = (text: string, context: Partial<ParseContext> = {}) =>
  parseFeed(new TextEncoder().encode(text), {
    url: URL_,
    contentType: 'application/xml',
    now: NOW,
    ...context,
  });

async function read(text: string, context: Partial<ParseContext> = {}): Promise<FeedDocument> {
  const parsed = await parse(text, context);
  return parsed.ok ? parsed.feed : expect.fail(parsed.failure.detail);
}

async function readEntry(text: string): Promise<Entry> {
  const { entries } = await read(text);
  expect(entries).toHaveLength(1);
  return entries[0] ?? expect.fail('no entry');
}

async function failure(text: string) {
  const parsed = await parse(text);
  return parsed.ok ? expect.fail('the document was read as a feed') : parsed.failure;
}

const rss = (items: string, version = '2.0') =>
  `<?xml version="1.0"?>
<rss version="${version}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>The Herald</title><link>https://herald.test/</link><description>News</description>${items}</channel></rss>`;
const item = (inner: string) => rss(`<item>${inner}</item>`);
const atom = (inner: string) =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Herald</title>${inner}</feed>`;
const entry = (inner: string) => atom(`<entry>${inner}</entry>`);

const BARE: Entry = { title: '', summary: '', content: '', authors: [], categories: [] };

describe('RSS 2.0', () => {
  it('gives every field', async () => {
    expect(
      await read(
        item(`<guid isPermaLink="false">herald-1</guid>
<link> https://herald.test/1?a=1&amp;b=2 </link>
<title>Storm &amp;amp; flood in Port Vell</title>
<description>&lt;p&gt;The harbour&lt;/p&gt;&lt;p&gt;is closed&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Long <b>text</b> &amp; more</p>]]></content:encoded>
<pubDate>Mon, 02 Mar 2026 11:30:00 +0100</pubDate>
<dc:creator>Ann Vey</dc:creator><author>desk@herald.test</author>
<category>Weather</category><category domain="x">Ports</category><category>Weather</category>
<media:title>not this</media:title>`),
      ),
    ).toEqual({
      title: 'The Herald',
      url: 'https://herald.test/',
      entries: [
        {
          guid: 'herald-1',
          url: 'https://herald.test/1?a=1&b=2',
          title: 'Storm & flood in Port Vell',
          summary: 'The harbour is closed',
          content: 'Long text & more',
          published: '2026-03-02T10:30:00.000Z',
          authors: ['desk@herald.test', 'Ann Vey'],
          categories: ['Weather', 'Ports'],
        },
      ],
    });
  });

  it('uses a guid as the missing link only if it is an address', async () => {
    expect(await readEntry(item('<guid>https://herald.test/1</guid>'))).toEqual({
      ...BARE,
      guid: 'https://herald.test/1',
      url: 'https://herald.test/1',
    });
    expect(await readEntry(item('<guid>herald-1</guid>'))).toEqual({ ...BARE, guid: 'herald-1' });
  });

  it('reads HTML that the feed has not escaped', async () => {
    expect(
      await readEntry(
        item(
          '<title>Storm <i>Ana</i> nears</title><description><p>One</p><p>two &lt;x&gt;</p></description>',
        ),
      ),
    ).toMatchObject({ title: 'Storm Ana nears', summary: 'One two <x>' });
  });
});

describe('other versions', () => {
  it.each(['0.91', '0.92', '2.0', '2.1', ''])('reads RSS %j', async (version) => {
    const inner = '<item><title>Storm</title><link>/1</link><description>Closed</description></item>';
    expect((await read(rss(inner, version))).entries).toEqual([
      { ...BARE, title: 'Storm', url: 'https://herald.test/1', summary: 'Closed' },
    ]);
  });

  it('reads RSS 1.0 (RDF), whose items are outside the channel', async () => {
    const text = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://herald.test/"><title>The Herald</title><link>https://herald.test/</link></channel>
<item rdf:about="https://herald.test/1"><title>Storm</title><link>https://herald.test/1</link><description>Closed</description>
<dc:date>2026-03-02T10:00:00+01:00</dc:date><dc:creator>Ann</dc:creator><dc:subject>Weather</dc:subject></item></rdf:RDF>`;
    expect(await read(text)).toEqual({
      title: 'The Herald',
      url: 'https://herald.test/',
      entries: [
        {
          guid: 'https://herald.test/1',
          url: 'https://herald.test/1',
          title: 'Storm',
          summary: 'Closed',
          content: '',
          published: '2026-03-02T09:00:00.000Z',
          authors: ['Ann'],
          categories: ['Weather'],
        },
      ],
    });
  });
});

describe('Atom', () => {
  it('gives every field', async () => {
    expect(
      await readEntry(
        entry(`<id>tag:herald.test,2026:1</id>
<title type="html">Storm &amp;amp; flood</title>
<link rel="self" href="https://herald.test/1.atom"/><link rel="alternate" href="../1"/>
<published>2026-03-02T09:00:00Z</published><updated>2026-03-02T10:00:00Z</updated>
<summary type="text">Closed</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>H<sub>2</sub> &lt;x&gt;</p></div></content>
<author><name>Ann</name><email>ann@herald.test</email></author><author><name>Bo</name></author>
<category term="wx" label="Weather"/><category term="ports"/>`),
      ),
    ).toEqual({
      guid: 'tag:herald.test,2026:1',
      url: 'https://herald.test/1',
      title: 'Storm & flood',
      summary: 'Closed',
      content: 'One H2 <x>',
      published: '2026-03-02T09:00:00.000Z',
      updated: '2026-03-02T10:00:00.000Z',
      authors: ['Ann', 'Bo'],
      categories: ['Weather', 'wx', 'ports'],
    });
  });

  it('prefers the link without rel to enclosures and self', async () => {
    const links = '<link rel="enclosure" href="/a.mp3"/><link rel="self" href="/self"/>';
    expect(await readEntry(entry(`${links}<link href="/page"/>`))).toMatchObject({
      url: 'https://herald.test/page',
    });
    expect((await read(atom('<link rel="self" href="/self"/><link href="/"/>'))).url).toBe(
      'https://herald.test/',
    );
  });

  it('uses the date of the update if there is no date of publication', async () => {
    expect(await readEntry(entry('<published/><updated>2026-03-02T10:00:00Z</updated>'))).toEqual({
      ...BARE,
      published: '2026-03-02T10:00:00.000Z',
      updated: '2026-03-02T10:00:00.000Z',
    });
  });

  it.each([
    ['an invalid date', '<entry><title>A</title><published>yesterday</published></entry>'],
    ['a link without attributes', '<entry><title>A</title><link>https://herald.test/a</link></entry>'],
    ['a link without href', '<entry><title>A</title><link rel="alternate"/></entry>'],
    ['no content', '<entry/>'],
    ['a text alone', '<entry>A</entry>'],
    [
      'empty elements',
      '<entry><id/><title/><link/><updated/><author/><category/><summary/><content/></entry>',
    ],
  ])('reads other entries next to one with %s', async (_name, bad) => {
    const good = '<entry><id>b</id><title>B</title><updated>2026-03-02T10:00:00Z</updated></entry>';
    const { entries } = await read(atom(`${bad}${good}`));
    expect(entries).toHaveLength(2);
    expect(entries[1]).toMatchObject({ guid: 'b', title: 'B', published: '2026-03-02T10:00:00.000Z' });
  });

  it('reads a link that is a text', async () => {
    expect(await readEntry(entry('<link>https://herald.test/a</link>'))).toEqual({
      ...BARE,
      url: 'https://herald.test/a',
    });
  });
});

describe('missing content', () => {
  it.each([
    ['an RSS item', rss('<item/>')],
    [
      'an RSS item with empty elements',
      item('<guid/><title/><link/><pubDate/><author/><category/><description/>'),
    ],
    ['an Atom entry', entry('')],
  ])('leaves the fields of %s empty', async (_name, text) => {
    expect(await readEntry(text)).toEqual(BARE);
  });

  it.each([
    ['an empty RSS channel', '<rss version="2.0"><channel/></rss>', ''],
    ['an RSS channel without items', rss(''), 'The Herald'],
    ['an Atom feed without entries', atom(''), 'The Herald'],
  ])('%s is a feed', async (_name, text, title) => {
    expect(await read(text)).toMatchObject({ title, entries: [] });
  });
});

describe('unexpected elements', () => {
  it('in a text are read as part of the text', async () => {
    const { entries } = await read(
      rss(`<item><guid isPermaLink="false"><b>herald-1</b></guid><title a="b"><i>Storm</i></title>
<link a="b">https://herald.test/1</link><pubDate a="b">Mon, 02 Mar 2026 10:00:00 GMT</pubDate>
<category domain="d"><c>Ports</c></category><category/><description a="b">Closed</description>
<author><name>Ann</name></author></item>`),
    );
    expect(entries).toEqual([
      {
        guid: 'herald-1',
        url: 'https://herald.test/1',
        title: 'Storm',
        summary: 'Closed',
        content: '',
        published: '2026-03-02T10:00:00.000Z',
        authors: ['Ann'],
        categories: ['Ports'],
      },
    ]);
  });

  it('with names of JavaScript prototypes are harmless', async () => {
    const inner = '<__proto__><x>1</x></__proto__><constructor>2</constructor><toString>3</toString>';
    expect(await readEntry(item(`${inner}<title>Storm</title>`))).toEqual({ ...BARE, title: 'Storm' });
    expect(await readEntry(entry(`${inner}<title>Storm</title>`))).toEqual({ ...BARE, title: 'Storm' });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('links', () => {
  it.each([
    ['/1', 'https://herald.test/1'],
    ['1', 'https://herald.test/feeds/1'],
    ['//other.test/1', 'https://other.test/1'],
    ['?p=1', 'https://herald.test/feeds/news.xml?p=1'],
    ['https://herald.test/Ü b', 'https://herald.test/%C3%9C%20b'],
    ['mailto:desk@herald.test', undefined],
    ['javascript:alert(1)', undefined],
    ['ftp://herald.test/1', undefined],
    ['https://', undefined],
    ['', undefined],
  ])('%j gives %s', async (link, expected) => {
    expect((await readEntry(item(`<link>${link}</link>`))).url).toBe(expected);
  });

  it('are ignored if they are too long to follow', async () => {
    const { url } = await readEntry(item(`<link>https://herald.test/${'x'.repeat(3_000)}</link>`));
    expect(url).toBeUndefined();
  });

  it('are relative to the page of the feed if the address of the document is unknown', async () => {
    const { entries } = await read(item('<link>/1</link>'), { url: undefined });
    expect(entries[0]?.url).toBe('https://herald.test/1');
  });
});

describe('dates', () => {
  afterEach(() => vi.unstubAllEnvs());

  const TEN = '2026-03-02T10:00:00.000Z';
  it.each([
    ['Mon, 02 Mar 2026 10:00:00 GMT', TEN],
    ['Mon, 2 Mar 2026 10:00:00 Z', TEN],
    ['02 Mar 26 10:00 UT', TEN],
    ['Mon, 02 Mar 2026 05:00:00 EST', TEN],
    ['Mon, 02 Mar 2026 15:30:00 +0530', TEN],
    ['Mon, 02 Mar 2026 11:00:00 +0100 (CET)', TEN],
    ['2026-03-02T10:00:00Z', TEN],
    ['2026-03-02T10:00:00.0000000+00:00', TEN],
    ['2026-03-02T11:00+0100', TEN],
    ['  2026-03-02T10:00:00Z\n', TEN],
    ['2026-03-02T10:00:00', TEN],
    ['2026-03-02T10:00', TEN],
    ['2026-03-02 10:00:00', TEN],
    ['Mon, 02 Mar 2026 10:00:00', TEN],
    ['Mon Mar 2 10:00:00 2026', TEN],
    ['Mon, 2 Mar 2026 10:00 AM', TEN],
    ['2026-03-02', '2026-03-02T00:00:00.000Z'],
    ['March 2, 2026', '2026-03-02T00:00:00.000Z'],
    ['Tue, 03 Mar 2026 11:59:00 GMT', '2026-03-03T11:59:00.000Z'],
    ['Tue, 03 Mar 2026 12:00:01 GMT', undefined],
    ['Fri, 31 Dec 9999 23:59:59 GMT', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['Sun, 30 Feb 2026 99:00:00 GMT', undefined],
    ['yesterday', undefined],
    ['1772445600', TEN],
    ['1772445600000', TEN],
    ['', undefined],
  ])('%j gives %s', async (date, expected) => {
    vi.stubEnv('TZ', 'America/New_York');
    expect(new Date(NOW).getHours()).toBe(7);
    expect((await readEntry(item(`<pubDate>${date}</pubDate>`))).published).toBe(expected);
    const published = await readEntry(entry(`<published>${date}</published>`));
    expect(published.published).toBe(expected);
  });

  it('of 100,000 characters are ignored', async () => {
    const date = `Mon, 02 Mar 2026 10:00:00 ${'x'.repeat(100_000)}`;
    expect((await readEntry(item(`<pubDate>${date}</pubDate>`))).published).toBeUndefined();
  });

  it('of Dublin Core replace an unreadable date', async () => {
    const dates = '<pubDate>soon</pubDate><dc:date>2026-03-02T10:00:00Z</dc:date>';
    expect((await readEntry(item(dates))).published).toBe(TEN);
  });
});

describe('a document that is no feed', () => {
  it.each([
    ['', 'empty'],
    [' \n\t ', 'empty'],
    ['\ufeff', 'empty'],
    ['<!DOCTYPE html><html><body>x</body></html>', 'html'],
    ['<!doctype HTML>\n<head>', 'html'],
    ['  <HTML lang="en">', 'html'],
    ['<?xml version="1.0"?>\n<!-- page --> <html xmlns="http://www.w3.org/1999/xhtml"/>', 'html'],
    ['<p>Moved</p>', 'html'],
    ['Not found', 'malformed'],
    ['{"version":"https://jsonfeed.org/version/1.1"}', 'malformed'],
    ['<rss version="2.0"/>', 'malformed'],
    ['<opml version="2.0"><body/></opml>', 'malformed'],
  ])('%j fails as %s', async (text, kind) => {
    expect(await failure(text)).toEqual({ kind, detail: expect.stringMatching(/^\S.*\S$/) });
  });

  it('includes a feed truncated before the end of its first entry', async () => {
    const text = rss('<item><title>Storm</title></item>');
    for (let end = text.indexOf('</item>'); end > 10; end -= 7) {
      expect((await failure(text.slice(0, end))).kind).toBe('malformed');
    }
  });
});

it('reads a feed truncated later up to its last complete entry, and marks it as truncated', async () => {
  const text = rss(['A', 'B', 'C'].map((title) => `<item><title>${title}</title></item>`).join(''));
  for (let end = text.indexOf('</rss>') - 1; end > text.indexOf('</item>') + 7; end--) {
    const { entries, truncated } = await read(text.slice(0, end));
    const whole = text.slice(0, end).split('</item').length - 1;
    expect([entries.map(({ title }) => title).join(''), truncated]).toEqual(['ABC'.slice(0, whole), true]);
  }
  expect(await read(text)).not.toHaveProperty('truncated');
});

describe('hostile documents', () => {
  const timed = (text: string) => takesLessThan(1_000, () => parse(text));
  const LONG = 200_000;

  it.each([
    ['nested entities', '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">', '&b;'],
    ['external entities', '<!ENTITY b SYSTEM "file:///etc/hostname">', '&b;'],
  ])('%s are not expanded', async (_name, entities, use) => {
    const text = rss(`<item><title>${use}</title></item>`).replace(
      '<rss',
      `<!DOCTYPE rss [${entities}]><rss`,
    );
    expect((await read(text)).entries).toEqual([{ ...BARE, title: use }]);
  });

  it.each([
    ['a CDATA of "<"', `<![CDATA[${'<'.repeat(LONG)}]]>`, expect.stringMatching(/^<{20000}/)],
    ['escaped "<"', '&lt;'.repeat(LONG), expect.stringMatching(/^<{20000}/)],
    ['10,000 nested tags in HTML', `<![CDATA[${'<b>'.repeat(10_000)}deep${'</b>'.repeat(10_000)}]]>`, 'deep'],
    ['tags that never match', `<![CDATA[${'<b>'.repeat(50_000)}deep${'</i>'.repeat(50_000)}]]>`, 'deep'],
    ['10,000 nested tags in XML', `${'<b>'.repeat(10_000)}deep${'</b>'.repeat(10_000)}`, 'deep'],
  ])(
    'a description of %s takes less than a second, and the next item is read',
    async (_name, description, summary) => {
      const text = rss(
        `<item><description>${description}</description></item><item><title>Storm</title></item>`,
      );
      expect(await timed(text)).toMatchObject({
        ok: true,
        feed: { entries: [{ summary }, { title: 'Storm' }] },
      });
    },
  );

  it.each(['title', 'id', 'link', 'published', 'author', 'category', 'summary', 'content'])(
    'an Atom %s of 10,000 nested tags takes less than a second, and the next entry is read',
    async (name) => {
      const nested = `<${name}>${'<b>'.repeat(10_000)}deep${'</b>'.repeat(10_000)}</${name}>`;
      const text = atom(`<entry>${nested}</entry><entry><title>Storm</title></entry>`);
      expect(await timed(text)).toMatchObject({ ok: true, feed: { entries: [{}, { title: 'Storm' }] } });
    },
  );

  it('a link of 200,000 slashes takes less than a second', async () => {
    expect(await timed(item(`<link>https://herald.test/${'/'.repeat(LONG)}x</link>`))).toMatchObject({
      ok: true,
    });
  });

  it('with more than 5,000 entries give the first 5,000', async () => {
    const { entries } = await read(rss('<item><title>x</title></item>'.repeat(6_000)));
    expect(entries).toHaveLength(5_000);
  });

  it('do not affect the next document', async () => {
    const good = item('<title>Storm</title><guid>1</guid>');
    const expected = await read(good);
    const bad = [
      rss('<item><title>').slice(0, -30),
      `<!DOCTYPE r [<!ENTITY a "b">]>${good.slice(21)}`,
      item('<title>&bad;</title>'),
      '<rss><channel></rss>',
      rss(`${'<b>'.repeat(50_000)}`),
      entry('<published>x</published>'),
      '\u0000\u0001',
    ];
    const both = await Promise.all(bad.flatMap((text) => [parse(text), read(good)]));
    expect(both.filter((_, n) => n % 2 === 1)).toEqual(bad.map(() => expected));
  });
});

// Regression: two megabytes of "Z(" as a date took minutes.
it('a date of two megabytes takes less than a second', async () => {
  const date = 'Z('.repeat(1_000_000);
  const feed = `<rss version="2.0"><channel><item><title>a</title><pubDate>${date}</pubDate></item></channel></rss>`;
  const parsed = await takesLessThan(1_000, () => parseFeed(Buffer.from(feed), { now: Date.now() }));
  expect(parsed.ok).toBe(true);
});

describe('a document of more than 5 MiB', () => {
  const DAY = 86_400_000;
  const LIMIT = 5 * 1024 * 1024;
  /** 300 entries with this text are about six MiB. */
  const filler = 'The storm went on and on. '.repeat(800);
  const date = (n: number) => new Date(Date.parse('2026-03-01T09:00:00Z') - n * DAY);
  const numbers = Array.from({ length: 300 }, (_, n) => n);
  const FORMATS: Readonly<Record<string, (n: readonly number[]) => string>> = {
    RSS: (list) =>
      rss(
        list
          .map(
            (n) =>
              `<item><guid>${n}</guid><title>N ${n}</title><pubDate>${date(n).toUTCString()}</pubDate><description>${filler}</description></item>`,
          )
          .join('\n'),
      ),
    Atom: (list) =>
      atom(
        list
          .map(
            (n) =>
              `<entry><id>${n}</id><title>N ${n}</title><updated>${date(n).toISOString()}</updated><content>${filler}</content></entry>`,
          )
          .join('\n'),
      ),
    'JSON Feed': (list) =>
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'T',
        authors: [{ name: 'A' }],
        items: list.map((n) => ({
          id: String(n),
          title: `N ${n}`,
          date_published: date(n).toISOString(),
          content_text: filler,
          tags: ['a', '}'],
        })),
      }),
  };

  it.each(Object.keys(FORMATS))('is read up to the limit: %s', async (format) => {
    const text = FORMATS[format]?.(numbers) ?? '';
    expect(text.length).toBeGreaterThan(LIMIT);
    const { entries, truncated } = await read(text);
    expect(truncated).toBe(true);
    expect(entries.length).toBeGreaterThan(240);
    expect(entries.map(({ title }) => title)).toEqual(numbers.slice(0, entries.length).map((n) => `N ${n}`));
    expect(entries.every(({ content, summary }) => content.length + summary.length > 20_000)).toBe(true);
  });

  it('fails as too large if its oldest entries are first', async () => {
    for (const make of Object.values(FORMATS)) {
      expect(await parse(make(numbers.toReversed()))).toEqual({
        ok: false,
        failure: {
          kind: 'too-large',
          detail: 'more than 5 MiB, oldest entries first; look for a feed with only the newest',
        },
      });
    }
  });

  it('is read in full if only blanks are beyond the limit', async () => {
    const whole = FORMATS.RSS?.([2, 1, 0]) ?? '';
    const { entries, truncated } = await read(`${whole}${' '.repeat(6_000_000)}`);
    expect([entries.length, truncated]).toEqual([3, undefined]);
  });

  it('fails as too large if no entry ends within the limit', async () => {
    expect(await parse(rss(`<item><title>${'x'.repeat(6_000_000)}</title></item>`))).toEqual({
      ok: false,
      failure: {
        kind: 'too-large',
        detail: 'more than 5 MiB, and no feed found; look for one with fewer entries or shorter texts',
      },
    });
    expect(await parse('x'.repeat(6_000_000))).toMatchObject({ failure: { kind: 'too-large' } });
    expect(await parse(`{"items":[{"id":"${'x'.repeat(6_000_000)}`)).toMatchObject({
      failure: { kind: 'too-large' },
    });
  });

  it('fails as too large only if the fetch stopped at the limit', async () => {
    const [half = ''] = FORMATS.RSS?.(numbers.slice(0, 3).toReversed()).split('<item><guid>0') ?? [];
    const bytes = Buffer.from(half);
    expect(await parseFeed(bytes, { now: NOW, cut: 'broken' })).toMatchObject({
      ok: true,
      feed: { truncated: true },
    });
    expect(await parseFeed(bytes, { now: NOW, cut: 'limit' })).toMatchObject({
      failure: { kind: 'too-large' },
    });
  });
});

it.each(['é', '€', '😀'])(
  'a document that ends within a character keeps its encoding: %s',
  async (character) => {
    const bytes = Buffer.from(
      `<rss version="2.0"><channel><item><title>Storm ${character}</title></item><item><title>x${character}`,
    );
    for (let back = 1; back < Buffer.byteLength(character); back++) {
      const parsed = await parseFeed(bytes.subarray(0, -back), { now: Date.now() });
      expect(parsed).toMatchObject({ ok: true, feed: { entries: [{ title: `Storm ${character}` }] } });
    }
  },
);

it.each([
  ['in an item', '{"items":[{"id":1,"title":"a"},{"id":2,"title":"b"},{"id":3,"ti', ['a', 'b']],
  ['between items', '{"items":[{"id":1,"title":"a"},{"id":2,"title":"b"},', ['a', 'b']],
  [
    'in a list within an item',
    '{"items":[{"id":1,"title":"a"},{"id":2,"title":"b","tags":["x",{"y":1},',
    ['a'],
  ],
  ['after all items', '{"items":[{"id":1,"title":"}]\\"{"}],"title":"x', ['}]"{']],
  ['after authors', '{"authors":[{"name":"A"}],"items":[{"id":1,"title":"a"},{', ['a']],
])('a JSON Feed truncated %s gives its complete items', async (_where, text, titles) => {
  const { entries, truncated } = await read(text);
  expect([entries.map(({ title }) => title), truncated]).toEqual([titles, true]);
});
