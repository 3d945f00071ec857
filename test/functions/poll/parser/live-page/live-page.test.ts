import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../../../../functions/poll/parser/parse.ts';
import {
  HEADLINE,
  htmlOf,
  liveBlog,
  microdataOf,
  microdataUpdate,
  PAGE,
  pageOf,
  timeAt,
  update,
  updateWithoutId,
} from './pages.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');

const parse = (page: string, url: string | undefined = PAGE) =>
  parseFeed(new TextEncoder().encode(page), { url, contentType: 'text/html; charset=utf-8', now: NOW });

async function read(page: string, url: string | undefined = PAGE) {
  const parsed = await parse(page, url);
  return parsed.ok ? parsed.feed : expect.fail(`${parsed.failure.kind}: ${parsed.failure.detail}`);
}

async function entriesOf(page: string) {
  return (await read(page)).entries;
}

async function titles(...scripts: readonly unknown[]): Promise<string[]> {
  return (await entriesOf(pageOf(...scripts))).map(({ title }) => title);
}

const THREE = [update(3), update(2), update(1)];
const READINGS = ['Gauge reading 3', 'Gauge reading 2', 'Gauge reading 1'];

describe('a live page', () => {
  it('is a feed of its updates', async () => {
    const end = { coverageEndTime: '2026-03-11T01:00:00+02:00', inLanguage: 'en' };
    const page = pageOf(liveBlog([update(3, { dateModified: '2026-03-10T12:30:00+02:00' })], end));
    expect(await read(page)).toEqual({
      title: HEADLINE,
      url: PAGE,
      language: 'en',
      live: { coverageEnd: '2026-03-10T23:00:00.000Z' },
      entries: [
        {
          guid: `${PAGE}#post-103`,
          url: `${PAGE}#post-103`,
          title: 'Gauge reading 3',
          summary: '',
          content: 'The river stands at mark 3. The gates stay shut.',
          published: timeAt(3),
          updated: '2026-03-10T10:30:00.000Z',
          language: 'en',
          authors: [],
          categories: [],
          context: HEADLINE,
        },
      ],
    });
  });

  it('is read before the feeds that it names', async () => {
    const link = '<link rel="alternate" type="application/rss+xml" href="/rss">';
    expect((await read(pageOf(liveBlog(THREE)).replace('</head>', `${link}</head>`))).entries).toHaveLength(
      3,
    );
  });

  it('that has not begun is a feed without entries', async () => {
    expect(await read(pageOf(liveBlog([])))).toMatchObject({ title: HEADLINE, live: {}, entries: [] });
    expect(await read(pageOf(liveBlog(undefined)))).toMatchObject({ entries: [] });
  });

  it.each([
    ['only mentions the type', htmlOf('<p>How to use LiveBlogPosting</p>')],
    ['has broken JSON', pageOf('{"@type":"LiveBlogPosting","headline":"a" "b"}')],
    ['has a live blog without a headline', pageOf({ '@type': 'LiveBlogPosting' })],
    ['links to one that has not begun', pageOf(liveBlog([], { url: 'https://herald.test/other' }))],
  ])('is none if it %s', async (_, page) => {
    expect(await parse(page)).toMatchObject({ ok: false, failure: { kind: 'html' } });
  });

  it('is not a front page that shows the live blog of another page', async () => {
    const page = pageOf(liveBlog(THREE));
    expect(await parse(page, 'https://herald.test/')).toMatchObject({ ok: false });
    expect(await parse(page, 'https://m.herald.test/ostrand')).toMatchObject({ ok: true });
    const own = pageOf(liveBlog(THREE, { url: 'https://www.herald.test' }));
    expect(await parse(own, 'https://herald.test/')).toMatchObject({ ok: true });
  });

  it('is read without a doctype or a known address', async () => {
    const fragment = '<div itemscope itemtype="http://schema.org/LiveBlogPosting"><b itemprop="name">A</b>';
    expect(await read(`${fragment}${microdataUpdate(1)}</div>`)).toMatchObject({ title: 'A' });
    const parsed = await parseFeed(
      new TextEncoder().encode(pageOf(liveBlog([update(1), updateWithoutId(2)]))),
      {
        now: NOW,
      },
    );
    expect(parsed).toMatchObject({ ok: true, feed: { entries: [{ url: `${PAGE}#post-101` }, {}] } });
  });
});

describe('JSON-LD', () => {
  it.each([
    ['in a graph', [{ '@graph': [{ '@type': 'WebSite' }, liveBlog(THREE)] }]],
    ['in nested lists', [[[liveBlog(THREE)]]]],
    ['as the main entity', [{ '@type': 'WebPage', mainEntity: liveBlog(THREE) }]],
    ['with a list of types', [liveBlog(THREE, { '@type': ['NewsArticle', 'LiveBlogPosting'] })]],
    ['with an address as type', [liveBlog(THREE, { '@type': 'http://schema.org/LiveBlogPosting' })]],
    ['with a prefix', [liveBlog(THREE, { '@type': 'schema:LiveBlogPosting' })]],
    [
      'with prefixed properties',
      [
        {
          '@type': 'schema:LiveBlogPosting',
          'schema:headline': HEADLINE,
          'schema:liveBlogUpdate': { '@list': THREE },
        },
      ],
    ],
    ['with an ItemList', [liveBlog({ '@type': 'ItemList', name: 'All', itemListElement: THREE })]],
    [
      'with list items',
      [
        liveBlog({
          '@type': 'ItemList',
          itemListElement: THREE.map((item, n) => ({ '@type': 'ListItem', position: n, item })),
        }),
      ],
    ],
    ['beside others', [{ '@type': 'Organization', name: 'Herald' }, '{broken', liveBlog(THREE)]],
    [
      'with references',
      [
        liveBlog([3, 2, 1].map((n) => ({ '@id': `#u${n}` }))),
        { '@graph': THREE.map((one, n) => ({ '@id': `#u${3 - n}`, ...one })) },
      ],
    ],
    [
      'with references as strings',
      [liveBlog(['_:3', '_:2', '_:1']), THREE.map((one, n) => ({ '@id': `_:${3 - n}`, ...one }))],
    ],
    [
      'in parts with one id',
      [liveBlog(THREE.slice(0, 2), { '@id': '#live' }), liveBlog(THREE.slice(2), { '@id': '#live' })],
    ],
    [
      'nested in updates',
      [liveBlog({ ...update(3), liveBlogUpdate: { ...update(2), liveBlogUpdate: [update(1)] } })],
    ],
    [
      'with values of its own',
      [liveBlog(THREE.map((one) => ({ ...one, headline: { '@value': one.headline } })))],
    ],
    ['with an object as list', [liveBlog({ 0: THREE[0], 2: THREE[1], 5: THREE[2] })]],
    ['written twice', [liveBlog(THREE), liveBlog(THREE)]],
    [
      'of several, the one with this address',
      [liveBlog([...THREE, update(0)], { url: '/other' }), liveBlog(THREE)],
    ],
    [
      'of several without this address, the longest',
      [liveBlog([update(0)], { url: '/a' }), liveBlog(THREE, { url: '/b' }), liveBlog([], { url: '/c' })],
    ],
  ])('is found %s', async (_, scripts) => {
    expect(await titles(...scripts)).toEqual(READINGS);
  });

  const json = JSON.stringify(liveBlog(THREE));
  it.each([
    ['trailing commas', json.replace('}]}', '},],}')],
    ['line breaks in texts', json.replaceAll('. The', '.\nThe')],
    ['comment marks', `<!--\n${json}\n-->`],
    ['a CDATA section', `//<![CDATA[\n${json}\n//]]>`],
    ['a commented CDATA section', `/*<![CDATA[*/${json}/*]]>*/`],
    ['escaped quotes', json.replaceAll('"', '&quot;')],
    ['a semicolon', `${json};`],
    ['several objects', `{"@type":"WebSite"}${json}`],
    ['a type that is an object', json.replace('"@type":"LiveBlogPosting"', '"@type":["LiveBlogPosting",{}]')],
  ])('is read with %s', async (_, script) => {
    expect(await titles(script)).toEqual(READINGS);
  });

  it.each(['APPLICATION/LD+JSON', 'application/ld+json; charset=utf-8', ' application/ld+json '])(
    'is read in a script of type "%s"',
    async (type) => {
      expect(await entriesOf(htmlOf(`<SCRIPT async type='${type}' id=a>${json}</SCRIPT >`))).toHaveLength(3);
      expect(await parse(htmlOf(`<script type="text/plain">${json}</script>`))).toMatchObject({ ok: false });
    },
  );

  it('that breaks off is read up to its last complete update', async () => {
    const page = pageOf(liveBlog([4, 3, 2, 1].map((n) => update(n))));
    const cut = page.slice(0, page.indexOf('Gauge reading 1'));
    expect(await read(cut)).toMatchObject({ truncated: true, entries: [{ title: 'Gauge reading 4' }, {}] });
  });

  it('with too many values is read up to the limit', async () => {
    const long = liveBlog(
      Array.from({ length: 4_000 }, (_, n) => update(-n, { keywords: Array(60).fill('a') })),
    );
    const feed = await read(pageOf(long));
    expect(feed.hasMore).toBe(true);
    expect(feed.entries.length).toBeGreaterThan(2_500);
  });

  it('has as many entries as a feed', async () => {
    const feed = await read(pageOf(liveBlog(Array.from({ length: 5_100 }, (_, n) => update(-n)))));
    expect(feed).toMatchObject({ hasMore: true });
    expect(feed.entries).toHaveLength(5_000);
  });
});

describe('microdata', () => {
  it('is read with the values of HTML', async () => {
    const more = `<meta itemprop="coverageEndTime" content="2026-03-10T23:00:00Z">
      <div itemprop="about" itemscope><span itemprop="name">Floods</span></div>`;
    const author =
      '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><a itemprop="url name" href="/vey">Ann Vey</a></span>';
    const page = microdataOf(
      [microdataUpdate(2).replace('<time', `${author}<time`), microdataUpdate(1)],
      more,
    );
    const feed = await read(page);
    expect(feed).toMatchObject({
      title: HEADLINE,
      language: 'en-gb',
      live: { coverageEnd: '2026-03-10T23:00:00.000Z' },
    });
    expect(feed.entries).toMatchObject([
      {
        guid: `${PAGE}#post-102`,
        url: `${PAGE}#post-102`,
        title: 'Gauge reading 2',
        content: 'The river stands at mark 2. The gates stay shut.',
        published: timeAt(2),
        authors: ['Ann Vey'],
        context: HEADLINE,
      },
      { title: 'Gauge reading 1', authors: [] },
    ]);
  });

  it('is read with unclosed elements, links and contents of attributes', async () => {
    const one = `<li itemprop="liveBlogUpdate" itemscope><a itemprop="url" href="?post=7">link</a>
      <meta itemprop="headline" content="Dyke &amp;amp; dam hold"/><meta itemprop="datePublished" content="10 March 2026, 11:05 CET">
      <p itemprop="articleBody">All is quiet at the dyke.<p>Nothing else.`;
    const [entry, other] = await entriesOf(
      microdataOf([`<ul>${one}${one.replace('=7', '=8').replace('hold', 'fail')}</ul>`]),
    );
    expect(entry).toMatchObject({
      guid: `${PAGE}?post=7`,
      title: 'Dyke & dam hold',
      content: 'All is quiet at the dyke.',
      published: timeAt(5),
    });
    expect(other).toMatchObject({ guid: `${PAGE}?post=8`, title: 'Dyke & dam fail' });
  });

  it('is read if JSON-LD has fewer updates, with the ids that JSON-LD gives', async () => {
    const marked = microdataOf([3, 2, 1].map((n) => microdataUpdate(n, '')));
    const script = (...updates: readonly unknown[]) =>
      `<script type="application/ld+json">${JSON.stringify(liveBlog(updates))}</script></body>`;
    const guids = async (page: string) => (await entriesOf(page)).map(({ guid }) => guid);
    expect(await guids(marked.replace('</body>', script(update(2), update(1))))).toEqual([
      timeAt(3),
      `${PAGE}#post-102`,
      `${PAGE}#post-101`,
    ]);
    expect(await guids(marked.replace('</body>', script(...THREE)))).toEqual(THREE.map(({ url }) => url));
  });
});

describe('an update', () => {
  const one = async (more: Record<string, unknown>) => {
    const [entry] = await entriesOf(pageOf(liveBlog([updateWithoutId(9, more), update(1)])));
    return entry ?? expect.fail('no entry');
  };

  it.each([
    [{ '@id': '#u9' }, `${PAGE}#u9`, `${PAGE}#u9`],
    [{ '@id': 'u9' }, `${PAGE}#u9`, `${PAGE}#u9`],
    [{ '@id': 'urn:uuid:9' }, 'urn:uuid:9', PAGE],
    [{ '@id': '_:b9' }, timeAt(9), PAGE],
    [{ '@id': '#u9', url: '/news/nine' }, `${PAGE}#u9`, 'https://herald.test/news/nine'],
    [{ url: { '@id': '#nine' } }, `${PAGE}#nine`, `${PAGE}#nine`],
    [{ url: PAGE, identifier: 'nine' }, 'nine', `${PAGE}#nine`],
    [{ identifier: { '@type': 'PropertyValue', value: 99 } }, '99', `${PAGE}#99`],
    [{ url: '#99' }, '#99', `${PAGE}#99`],
    [{ url: `http://www.herald.test/news/ostrand-flood/?utm_source=x` }, timeAt(9), /ostrand-flood/],
    [{ mainEntityOfPage: `${PAGE}#nine` }, `${PAGE}#nine`, `${PAGE}#nine`],
    [{ mainEntityOfPage: 'https://herald.test/amp/ostrand-flood' }, timeAt(9), PAGE],
    [{}, timeAt(9), PAGE],
  ])('with %j has the guid %s', async (ids, guid, url) => {
    const entry = await one(ids);
    expect(entry.guid).toBe(guid);
    expect(entry.url).toEqual(typeof url === 'string' ? url : expect.stringMatching(url));
  });

  it.each([
    [{ headline: '&lt;b&gt;Gates&lt;/b&gt; &amp;amp; dykes&amp;rsquo; state' }, 'Gates & dykes’ state'],
    [{ headline: '<strong>Gates</strong> open' }, 'Gates open'],
    [{ headline: undefined, name: 'Gates open' }, 'Gates open'],
    [{ headline: undefined }, 'The river stands at mark 9.'],
    [{ headline: HEADLINE.toUpperCase() }, 'The river stands at mark 9.'],
    [{ headline: '', articleBody: 'Mayor Dr. Vey speaks. More soon.' }, 'Mayor Dr. Vey speaks.'],
    [{ headline: '', articleBody: 'river '.repeat(80) }, `${'river '.repeat(33).trim()}…`],
    [{ headline: HEADLINE, articleBody: '' }, HEADLINE],
  ])('with %j has the title "%s"', async (texts, title) => {
    expect((await one(texts)).title).toBe(title);
  });

  it.each([
    [{ articleBody: '<p>One.</p><p>Two &amp; three</p>' }, 'One. Two & three'],
    [{ articleBody: '&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;' }, 'One. Two'],
    [{ articleBody: '&amp;lt;p&amp;gt;One.&amp;lt;/p&amp;gt; Two &amp;amp;amp; three' }, 'One. Two & three'],
    [{ articleBody: '<div>&lt;p&gt;One&lt;/p&gt;</div>' }, 'One'],
    [{ articleBody: 'Level 3 &lt; level 5' }, 'Level 3 < level 5'],
    [{ articleBody: ['One.', 'Two.'] }, 'One. Two.'],
    [{ articleBody: undefined, text: 'A text' }, 'A text'],
    [{ articleBody: ' ', description: 'A description' }, 'A description'],
  ])('with %j has the content "%s"', async (texts, content) => {
    expect((await one(texts)).content).toBe(content);
  });

  it('has dates, authors, a language and categories', async () => {
    const authors = [
      { name: 'Ann Vey' },
      'Bo Rask',
      { '@id': 'https://herald.test/cy' },
      'https://herald.test/dee',
    ];
    const more = {
      author: authors,
      inLanguage: { name: 'Swedish', alternateName: 'sv' },
      keywords: 'floods, dykes',
    };
    const cy = { '@id': 'https://herald.test/cy', '@type': 'Person', name: 'Cy Lund' };
    const dates = { datePublished: 'Tue, 10 Mar 2026 11:09 CET', dateModified: '10. März 2026, 11:10 Uhr' };
    const [entry] = await entriesOf(pageOf(liveBlog([update(9, { ...more, ...dates })]), cy));
    expect(entry).toMatchObject({
      authors: ['Ann Vey', 'Bo Rask', 'Cy Lund'],
      language: 'sv',
      categories: ['floods', 'dykes'],
      published: timeAt(9),
    });
    expect(entry?.updated).toMatch(/^2026-03-10T1\d:10/);
  });

  it('without headline and text is left out; without id and date it is kept', async () => {
    const undated = { '@type': 'BlogPosting', headline: 'No date', articleBody: 'No date at all.' };
    const empty = { '@type': 'BlogPosting', datePublished: timeAt(2), image: 'https://herald.test/a.jpg' };
    const entries = await entriesOf(pageOf(liveBlog([undated, empty, { ...undated, headline: 'Nor this' }])));
    expect(entries.map(({ title }) => title)).toEqual(['No date', 'Nor this']);
    expect(new Set(entries.map(({ guid }) => guid)).size).toBe(2);
  });

  it('is an entry once, as it was modified last', async () => {
    const late = update(1, { articleBody: 'Corrected.', dateModified: timeAt(9) });
    const bare = updateWithoutId(2);
    expect(
      (await entriesOf(pageOf(liveBlog([late, update(2), bare, update(1)])))).map(({ url, content }) => [
        url,
        content,
      ]),
    ).toEqual([
      [`${PAGE}#post-101`, 'Corrected.'],
      [`${PAGE}#post-102`, bare.articleBody],
    ]);
    const [first, ...others] = await entriesOf(pageOf(liveBlog([bare, update(1), late, update(2)])));
    expect(first?.url).toBe(`${PAGE}#post-102`);
    expect(others).toMatchObject([{ content: 'Corrected.' }]);
  });

  it('is not another one that links to the same article, or has the same page-wide id', async () => {
    const link = { url: 'https://herald.test/news/background' };
    expect(await titles(liveBlog([updateWithoutId(2, link), updateWithoutId(1, link)]))).toHaveLength(2);
    const id = { '@id': `${PAGE}#all` };
    expect(await titles(liveBlog([3, 2, 1].map((n) => updateWithoutId(n, id))))).toEqual(READINGS);
    expect(
      await titles(
        liveBlog(
          [2, 1].map((n) => updateWithoutId(n, id)),
          id,
        ),
      ),
    ).toHaveLength(2);
  });

  it('has no id that only numbers the updates from the top', async () => {
    const numbered = [3, 2, 1].map((minute, n) => updateWithoutId(minute, { '@id': `#${n + 1}` }));
    const entries = await entriesOf(pageOf(liveBlog(numbered)));
    expect(entries.map(({ guid, url }) => [guid, url])).toEqual([3, 2, 1].map((n) => [timeAt(n), PAGE]));
    const marked = await entriesOf(
      microdataOf([3, 2].map((n) => microdataUpdate(n, `id="update-${3 - n}"`))),
    );
    expect(marked.map(({ guid }) => guid)).toEqual([timeAt(3), timeAt(2)]);
    const ascending = await entriesOf(pageOf(liveBlog(numbered.toReversed())));
    expect(ascending.map(({ url }) => url)).toEqual([3, 2, 1].map((n) => `${PAGE}#${n}`));
    const named = [2, 1].map((minute, n) => updateWithoutId(minute, { '@id': `#u${n + 1}` }));
    expect(await entriesOf(pageOf(liveBlog(named)))).toMatchObject([
      { guid: `${PAGE}#u1` },
      { guid: `${PAGE}#u2` },
    ]);
  });

  it('with the time of another has a guid of its texts', async () => {
    const same = (articleBody: string, headline = 'Goal') => updateWithoutId(1, { headline, articleBody });
    const entries = await entriesOf(
      pageOf(liveBlog([same('Rask scores.'), same('Vey scores.'), same('', 'Whistle')])),
    );
    expect(new Set(entries.map(({ guid }) => guid)).size).toBe(3);
  });
});

describe('titles of the page', () => {
  it.each([
    [{ headline: 'Flood &amp;amp; storm' }, 'Flood & storm'],
    [{ headline: undefined, name: 'Named' }, 'Named'],
    [{ headline: undefined }, 'Ostrand flood'],
  ])('%j', async (more, title) => {
    const og = '<meta property="og:title" content="Ostrand flood">';
    const page = pageOf(liveBlog(THREE, more)).replace('</head>', `${og}</head>`);
    expect(await read(page)).toMatchObject({ title, entries: [{ context: title }, {}, {}] });
  });

  it('falls back to the title element', async () => {
    expect((await read(pageOf(liveBlog(THREE, { headline: '' })))).title).toBe('Ostrand flood | Herald');
  });
});

const SAMPLES = join(import.meta.dirname, '../../../../../../shared/data/liveblogs');

describe.skipIf(!existsSync(SAMPLES))(`real pages (skipped without ../shared/data/liveblogs)`, () => {
  it.each([
    ['fundus-Express_2024_07_18.html', 9],
    ['trafilatura-corkbeo.ie.level.html', 26],
  ])('%s has %i updates', async (name, count) => {
    const html = readFileSync(`${SAMPLES}/${name}`, 'utf8');
    const feed = await read(html, /"mainEntityOfPage":\s*\{[^{}]*?"@id":\s*"([^"]+)"/.exec(html)?.[1]);
    expect(feed.entries).toHaveLength(count);
    expect(new Set(feed.entries.map(({ guid }) => guid)).size).toBe(count);
    const dates = feed.entries.map(({ published = '' }) => published);
    expect(dates).toEqual(dates.toSorted().reverse());
    expect(
      feed.entries.filter(({ title, content }) => title === '' || /<\w|&\w+;|&#/.test(title + content)),
    ).toEqual([]);
  });
});
