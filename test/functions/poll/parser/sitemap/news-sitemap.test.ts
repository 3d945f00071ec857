import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type FeedDocument,
  type ParseContext,
  parseFeed,
} from '../../../../../functions/poll/parser/parse.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const NEWS = 'http://www.google.com/schemas/sitemap-news/0.9';

const parse = (text: string | Uint8Array, context: Partial<ParseContext> = {}) =>
  parseFeed(typeof text === 'string' ? new TextEncoder().encode(text) : text, {
    url: 'https://herald.test/sitemaps/news.xml',
    contentType: 'application/xml',
    now: NOW,
    ...context,
  });

async function read(text: string | Uint8Array): Promise<FeedDocument> {
  const parsed = await parse(text);
  return parsed.ok ? parsed.feed : expect.fail(parsed.failure.detail);
}

async function failureOf(text: string, context: Partial<ParseContext> = {}) {
  const parsed = await parse(text, context);
  return parsed.ok ? expect.fail('the document was read as a feed') : parsed;
}

const urlset = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="${NEWS}">${inner}</urlset>`;
interface Written {
  readonly loc?: string;
  readonly name?: string;
  readonly language?: string;
  readonly date?: string;
  readonly title?: string;
  readonly more?: string;
  readonly after?: string;
}
const url = ({
  loc = '<loc>https://herald.test/1</loc>',
  name = 'The Herald',
  language = 'en',
  date = '2026-03-02T10:00:00Z',
  title = 'Ferry runs aground',
  more = '',
  after = '',
}: Written = {}) =>
  `<url>${loc}<news:news><news:publication><news:name>${name}</news:name><news:language>${language}</news:language></news:publication><news:publication_date>${date}</news:publication_date><news:title>${title}</news:title>${more}</news:news>${after}</url>`;
const numbered = (n: number, written: Written = {}) =>
  url({ loc: `<loc>https://herald.test/${n}</loc>`, title: `Title ${n}`, ...written });
const titles = ({ entries }: FeedDocument) => entries.map(({ title }) => title);

const ENTRY = {
  guid: 'https://herald.test/1',
  url: 'https://herald.test/1',
  title: 'Ferry runs aground',
  summary: '',
  content: '',
  published: '2026-03-02T10:00:00.000Z',
  language: 'en',
  authors: [],
  categories: [],
};

describe('a news sitemap', () => {
  it('gives every field', async () => {
    const more =
      '<news:genres>PressRelease, Blog</news:genres><news:keywords>ports, weather , , ports,Port Vell</news:keywords><news:stock_tickers>NASDAQ:A</news:stock_tickers>';
    expect(await read(urlset(url({ more, after: '<lastmod>2026-03-02T11:30:00+01:00</lastmod>' })))).toEqual({
      title: 'The Herald',
      language: 'en',
      entries: [
        { ...ENTRY, categories: ['ports', 'weather', 'Port Vell'], updated: '2026-03-02T10:30:00.000Z' },
      ],
    });
  });

  it.each([
    ['2026-03-02', '2026-03-02T00:00:00.000Z'],
    ['2026-03-02T10:00Z', '2026-03-02T10:00:00.000Z'],
    ['2026-03-02T10:00:00.25-05:00', '2026-03-02T15:00:00.250Z'],
    ['2026-03-02 10:00:00', '2026-03-02T10:00:00.000Z'],
    ['Mon, 02 Mar 2026 10:00:00 GMT', '2026-03-02T10:00:00.000Z'],
    ['soon', undefined],
  ])('reads the date %s', async (date, published) => {
    expect((await read(urlset(url({ date })))).entries[0]?.published).toBe(published);
  });

  it('takes the time of a change only if it is later, and as the date if there is no other', async () => {
    const entries = async (written: Written) => (await read(urlset(url(written)))).entries;
    const after = '<lastmod>2026-03-02T09:00:00Z</lastmod>';
    expect(await entries({ after })).toEqual([ENTRY]);
    expect(await entries({ after, date: '' })).toMatchObject([
      { published: '2026-03-02T09:00:00.000Z', updated: '2026-03-02T09:00:00.000Z' },
    ]);
  });

  it.each([
    ['zh-cn', 'zh-cn'],
    ['deu', 'de'],
    ['ger', 'de'],
    ['fil', 'fil'],
    ['pt_BR', 'pt-br'],
    ['eng-a', 'en-a'],
    ['English', 'en'],
    ['?', undefined],
  ])('reads the language %s', async (language, tag) => {
    const feed = await read(urlset(url({ language })));
    expect([feed.language, feed.entries[0]?.language]).toEqual([tag, tag]);
  });

  it('has a language only if its entries agree', async () => {
    const mixed = await read(urlset(numbered(1) + numbered(2, { language: 'it' })));
    expect(mixed.language).toBeUndefined();
    expect(mixed.entries.map(({ language }) => language)).toEqual(['en', 'it']);
    expect((await read(urlset(numbered(1) + numbered(2, { language: '' })))).entries[1]?.language).toBe('en');
  });

  it('is named after the most frequent publication, or its host', async () => {
    const names = ['Other', 'The Herald &amp; Post', 'The Herald &amp; Post', ''];
    const feed = await read(urlset(names.map((name, n) => numbered(n, { name })).join('')));
    expect(feed.title).toBe('The Herald & Post');
    expect((await read(urlset(url({ name: '' })))).title).toBe('herald.test');
  });

  it('leaves out pages without news, entries without an address, and repeats', async () => {
    const feed = await read(
      urlset(
        [
          '<url><loc>https://herald.test/about</loc></url>',
          numbered(1),
          url({ loc: '', title: 'No address' }),
          url({ loc: '<loc> </loc>', title: 'No address' }),
          url({ loc: '<loc>mailto:desk@herald.test</loc>', title: 'No address' }),
          numbered(1, { title: 'Repeated' }),
          numbered(2),
        ].join(''),
      ),
    );
    expect(titles(feed)).toEqual(['Title 1', 'Title 2']);
  });

  it.each([
    ['<loc>/news/1</loc>', 'https://herald.test/news/1'],
    ['<loc>\n  https://other.test/1?a=1&amp;b=2\n</loc>', 'https://other.test/1?a=1&b=2'],
    ['<loc><![CDATA[https://herald.test/1?a=1&b=2]]></loc>', 'https://herald.test/1?a=1&b=2'],
    ['<loc>//other.test/1</loc>', 'https://other.test/1'],
    [
      '<image:image><image:loc>https://herald.test/a.jpg</image:loc></image:image><loc>/1</loc>',
      'https://herald.test/1',
    ],
    ['<image><loc>https://herald.test/a.jpg</loc></image><loc>/1</loc>', 'https://herald.test/1'],
    ['<loc>/1</loc><image:image><image:loc>/a.jpg</image:loc></image:image>', 'https://herald.test/1'],
    ['<loc/><loc>/1</loc>', 'https://herald.test/1'],
    ['<loc>/1<changefreq>hourly</changefreq>', 'https://herald.test/1'],
    ['<loc>/1<image:image><image:loc>/a.jpg</image:loc></image:image>', 'https://herald.test/1'],
  ])('reads the address in %s', async (loc, address) => {
    const { entries } = await read(urlset(url({ loc })));
    expect(entries).toMatchObject([{ url: address, guid: address }]);
  });

  it.each([
    ['Ports &amp;amp; ferries', 'Ports & ferries'],
    ['<![CDATA[Ports &amp; <b>ferries</b>]]>', 'Ports & ferries'],
    ['Ports &#8211; <i>ferries</i> return', 'Ports – ferries return'],
    ['\n  Ports\n  and ferries ', 'Ports and ferries'],
    ['S<![CDATA[torm]]>&nbsp;warning', 'Storm warning'],
  ])('reads the title %s', async (written, title) => {
    expect(titles(await read(urlset(url({ title: written }))))).toEqual([title]);
  });

  it('ignores the titles of images and videos', async () => {
    const media =
      '<image:image><image:title>Photo</image:title></image:image><video:video><video:title>Film</video:title></video:video>';
    const loc = `<loc>/1</loc>${media}`;
    expect(titles(await read(urlset(url({ loc }) + numbered(2, { after: media }))))).toEqual([
      'Ferry runs aground',
      'Title 2',
    ]);
  });

  const plain = urlset(numbered(1) + numbered(2));
  it.each([
    [
      'another prefix',
      plain.replaceAll('<news:', '<n:').replaceAll('</news:', '</n:').replace('xmlns:news', 'xmlns:n'),
    ],
    ['no declaration', plain.replace(` xmlns:news="${NEWS}"`, '')],
    [
      'another version of the namespace',
      plain.replace(NEWS, 'https://www.google.com/schemas/sitemap-news/0.84/'),
    ],
    ['no prefixes', plain.replaceAll('<news:', '<').replaceAll('</news:', '</')],
    [
      'a default namespace',
      plain
        .replaceAll('<news:news>', `<news xmlns="${NEWS}">`)
        .replaceAll('<news:', '<')
        .replaceAll('</news:', '</'),
    ],
    [
      'prefixes everywhere',
      plain.replace(/<(\/?)(urlset|url|loc)\b/g, '<$1sm:$2').replace('xmlns=', 'xmlns:sm='),
    ],
    [
      'upper case',
      plain.replace(/<[^<>?]+>/g, (tag) => tag.replace(/^<\/?[\w:]+/, (name) => name.toUpperCase())),
    ],
    ['a byte order mark and blanks', `\ufeff\n ${plain}`],
    [
      'a stylesheet and comments',
      plain
        .replace('<urlset', '<?xml-stylesheet href="/a.xsl"?><!-- <url> --><urlset')
        .replaceAll('<loc>', '<!-- a --><loc>'),
    ],
    ['a warning of the server', `<br />\n<b>Warning</b>: session expired<br />\n${plain}`],
    ['unclosed entries', plain.replaceAll('</url>', '').replace('</urlset>', '</url></urlset>')],
    ['unclosed fields', plain.replace(/<\/news:(name|language|publication_date|title|news)>/g, '')],
    ['UTF-16', Buffer.from(`\ufeff${plain}`, 'utf16le')],
    ['two sitemaps in a row', `${urlset(numbered(1))}\n${urlset(numbered(2))}`],
    ['bare ampersands', plain.replaceAll('The Herald', 'Herald & Post')],
  ])('is read with %s', async (_name, text) => {
    const feed = await read(text);
    expect(feed.entries).toMatchObject([
      { url: 'https://herald.test/1', title: 'Title 1', published: ENTRY.published, language: 'en' },
      { url: 'https://herald.test/2', title: 'Title 2', published: ENTRY.published, language: 'en' },
    ]);
    expect(feed.truncated).toBeUndefined();
  });

  it('does not read elements of another namespace as news', async () => {
    const { failure } = await failureOf(
      urlset('<url><loc>/1</loc><x:news xmlns:x="https://x.test/"><x:title>A</x:title></x:news></url>'),
    );
    expect(failure.kind).toBe('malformed');
  });

  it('without its end gives the complete entries', async () => {
    const text = urlset(numbered(1) + numbered(2));
    const feed = await read(text.slice(0, text.indexOf('Title 2') + 3));
    expect([titles(feed), feed.truncated]).toEqual([['Title 1'], true]);
  });

  it('is read in any order, and to its end', async () => {
    const at = (n: number) => new Date(NOW - n * 60_000).toISOString();
    const oldestFirst = Array.from({ length: 1_000 }, (_, n) => numbered(n, { date: at(1_000 - n) }));
    expect((await read(urlset(oldestFirst.join('')))).entries).toHaveLength(1_000);
    // More than the limit: the latest ones, in the order of the document.
    const many = Array.from({ length: 12_000 }, (_, n) => numbered(n, { date: at(12_000 - n) }));
    const { entries, hasMore } = await read(urlset(numbered(20_000, { date: '' }) + many.join('')));
    expect([entries.length, entries[0]?.title, entries.at(-1)?.title, hasMore]).toEqual([
      5_000,
      'Title 7000',
      'Title 11999',
      undefined,
    ]);
  });

  it('without any page is the empty feed of a quiet site', async () => {
    // Without a title, so that the feed keeps its own.
    expect(await read(urlset(''))).toEqual({ title: '', entries: [] });
    expect(await read(`<urlset xmlns:news="${NEWS}"/>`)).toEqual({ title: '', entries: [] });
  });
});

describe('a sitemap without news', () => {
  it.each([
    ['pages', urlset('<url><loc>https://herald.test/about</loc><lastmod>2026-03-01</lastmod></url>')],
    ['no page', urlset('').replace(` xmlns:news="${NEWS}"`, '')],
    ['images', urlset('<url><loc>/1</loc><image:image><image:title>News</image:title></image:image></url>')],
  ])('with %s is malformed, and says what to do', async (_name, text) => {
    expect(await failureOf(text)).toEqual({
      ok: false,
      advertised: [],
      failure: {
        kind: 'malformed',
        detail:
          "a sitemap without news entries; look for the site's news sitemap, which /robots.txt may name, or for an RSS or Atom feed",
      },
    });
  });

  it('says so also if it is larger than the limit', async () => {
    const page = '<url><loc>https://herald.test/about</loc></url>';
    const { failure } = await failureOf(urlset(page.repeat(120_000)));
    expect(failure).toMatchObject({
      kind: 'malformed',
      detail: expect.stringContaining('a sitemap truncated before its first news entry'),
    });
  });

  it('says if its news have no address', async () => {
    const { failure } = await failureOf(urlset(url({ loc: '' })));
    expect(failure.detail).toContain('a news sitemap whose entries have no valid <loc>');
  });
});

describe('a sitemap index', () => {
  const index = (...sitemaps: readonly (readonly [loc: string, lastmod?: string])[]) =>
    `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${sitemaps
      .map(
        ([loc, lastmod]) =>
          `<sitemap><loc>${loc}</loc>${lastmod ? `<lastmod>${lastmod}</lastmod>` : ''}</sitemap>`,
      )
      .join('')}</sitemapindex>`;

  it('offers its news sitemaps first, the newest first, then the others', async () => {
    const { failure, advertised } = await failureOf(
      index(
        ['https://herald.test/pages.xml', '2026-03-02'],
        ['/news-1.xml', '2026-03-01'],
        ['https://herald.test/images.xml'],
        ['https://herald.test/sitemap.php?type=News&amp;n=2', '2026-03-02T10:00:00Z'],
        ['/news-1.xml', '2026-03-01'],
        ['https://herald.test/old-news.xml'],
      ),
    );
    expect(advertised).toEqual([
      { url: 'https://herald.test/sitemap.php?type=News&n=2', title: '/sitemap.php?type=News&n=2' },
      { url: 'https://herald.test/news-1.xml', title: '/news-1.xml' },
      { url: 'https://herald.test/old-news.xml', title: '/old-news.xml' },
      { url: 'https://herald.test/pages.xml', title: '/pages.xml', guessed: true },
      { url: 'https://herald.test/images.xml', title: '/images.xml', guessed: true },
    ]);
    expect(failure).toEqual({
      kind: 'malformed',
      detail:
        'a sitemap index, not a feed; follow one of its news sitemaps instead: https://herald.test/sitemap.php?type=News&n=2, https://herald.test/news-1.xml, https://herald.test/old-news.xml',
    });
  });

  it('offers at most 20 of any number', async () => {
    const many = Array.from({ length: 30_000 }, (_, n) => [`/${n}.xml`] as const);
    const { failure, advertised = [] } = await failureOf(index(...many, ['/news.xml']));
    expect(advertised).toHaveLength(20);
    expect(advertised[0]).toEqual({ url: 'https://herald.test/news.xml', title: '/news.xml' });
    expect(failure.detail).toMatch(/; follow its news sitemap instead: https:\/\/herald\.test\/news\.xml$/);
  });

  it('is read without <loc>, and says if it names no news sitemap', async () => {
    const { failure, advertised } = await failureOf(
      '<sitemapindex><sitemap>\n/a.xml\n</sitemap><sitemap>/b.xml?a=1&amp;b=2</sitemap></sitemapindex>',
    );
    expect(advertised?.map(({ title }) => title)).toEqual(['/a.xml', '/b.xml?a=1&b=2']);
    expect(failure.detail).toContain('a sitemap index without news sitemaps; look for');
  });

  it('keeps its offers beyond the limit of a document', async () => {
    const filler = Array.from(
      { length: 40_000 },
      (_, n) => [`https://herald.test/${'x'.repeat(100)}${n}`] as const,
    );
    const { failure, advertised } = await failureOf(index(['/news.xml'], ...filler));
    expect([failure.kind, advertised?.[0]?.title]).toEqual(['malformed', '/news.xml']);
  });
});

it('a feed about sitemaps is a feed', async () => {
  const code = `<![CDATA[<pre>${urlset(url())}</pre>]]>`.replace(
    '<?xml version="1.0" encoding="UTF-8"?>',
    '',
  );
  const feed = await read(
    `<rss version="2.0"><channel><title>Owls</title><item><title>Sitemaps</title><description>${code}</description></item></channel></rss>`,
  );
  expect(titles(feed)).toEqual(['Sitemaps']);
  const empty = await read(
    `<rss version="2.0"><channel><title>Owls</title><description>${code}</description></channel></rss>`,
  );
  expect(empty.entries).toEqual([]);
});

const samples = join(import.meta.dirname, '../../../../../../shared/data/sitemaps');

it.skipIf(!existsSync(samples))(
  'reads saved sitemaps (skipped without ../shared/data/sitemaps)',
  async () => {
    const files = readdirSync(samples, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && /\.(xml|gz)$/.test(file.name))
      .map((file) => join(file.parentPath, file.name));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const stored = readFileSync(file);
      const bytes = file.endsWith('.gz') ? gunzipSync(stored) : stored;
      const text = bytes.toString();
      if (!/<(\w+:)?(urlset|sitemapindex)\b/.test(text)) continue;
      const expected = (text.match(/<news:news>/g) ?? []).length;
      const parsed = await parse(bytes, { now: Date.now() });
      expect([file, parsed.ok ? parsed.feed.entries.length : 0]).toEqual([file, expected]);
      if (!parsed.ok) expect([file, parsed.failure.kind]).toEqual([file, 'malformed']);
    }
  },
);
