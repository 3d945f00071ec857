import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { hostileTexts } from '../helpers/hostile-texts.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Next to the checkout, on machines that have it. */
const SHARED = join(ROOT, '../shared/data');
const COLLECTIONS = ['naughty', 'feeds', 'sitemaps', 'opml', 'field-faults'];
/** Only the beginning of larger files, which are recordings, is used. It is as useful, and a hundred times faster. */
const MAX_BYTES = 24_000;

/** Documents and texts from which inputs are made. */
export interface Seeds {
  /** Feeds, sitemaps and pages. */
  readonly documents: readonly Buffer[];
  readonly outlines: readonly Buffer[];
  readonly configurations: readonly Buffer[];
  /** Short texts that are known to break programs. */
  readonly naughty: readonly string[];
  readonly hostile: readonly ((units: number, seed: number) => string)[];
  /** Collections that this machine does not have. */
  readonly missing: readonly string[];
}

export function loadSeeds(): Seeds {
  const missing: string[] = [];
  const files = COLLECTIONS.flatMap((name) => {
    const found = filesIn(join(SHARED, name));
    if (found.length === 0) missing.push(`shared/data/${name}`);
    return found;
  });
  const read = (paths: readonly string[]) => paths.map((path) => readFileSync(path).subarray(0, MAX_BYTES));
  const under = (name: string) => files.filter((path) => relative(SHARED, path).startsWith(name));
  const isDocument = (path: string) => /\.(xml|rss|atom|rdf|json|feed|html?)$/.test(path);
  return {
    documents: [
      ...OWN_DOCUMENTS.map((text) => Buffer.from(text)),
      ...read(
        [...under('feeds'), ...under('sitemaps'), ...under('field-faults'), ...under('naughty/xxe')].filter(
          isDocument,
        ),
      ),
    ],
    outlines: [
      Buffer.from(OWN_OUTLINES),
      ...read(under('opml').filter((path) => /\.(opml|xml)$/.test(path))),
    ],
    configurations: [
      readFileSync(join(ROOT, 'news-alerts.yaml')),
      Buffer.from(OWN_CONFIGURATION),
      ...read(files.filter((path) => /\.ya?ml$/.test(path))),
    ],
    naughty: [
      ...OWN_NAUGHTY,
      ...under('naughty')
        .filter((path) => /\.(txt|csv)$/.test(path))
        .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
        .filter((line) => line !== ''),
      ...under('naughty/blns').flatMap((path) => JSON.parse(readFileSync(path, 'utf8')) as string[]),
    ],
    hostile: [...hostileTexts(['bridge', 'flood', 'storm']).values()],
    missing,
  };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}

const OWN_DOCUMENTS = [
  `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Courier</title><link>https://courier.example/</link><ttl>60</ttl><item><title>Bridge &amp; ferry close</title><link>https://courier.example/1?utm_source=rss</link><guid isPermaLink="false">c-1</guid><pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate><dc:creator>A. Writer</dc:creator><category>Traffic</category><description><![CDATA[<p>Both <b>closed</b> for the storm.</p>]]></description><content:encoded>&lt;p&gt;Flood warnings are in force.&lt;/p&gt;</content:encoded></item><item><title>Storm</title><link>/2</link></item></channel></rss>`,
  `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://courier.example/"><title type="html">Der &lt;i&gt;Kurier&lt;/i&gt;</title><id>urn:c</id><updated>2026-03-01T08:00:00Z</updated><entry><title>Brücke gesperrt</title><id>urn:c:1</id><link rel="alternate" href="a/1"/><updated>2026-03-01T08:00:00+01:00</updated><author><name>A. Schreiber</name></author><category term="Verkehr"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Wegen <em>Sturm</em></p></div></content></entry></feed>`,
  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://courier.example/"><title>Courier</title></channel><item rdf:about="https://courier.example/1"><title>Pont</title><link>https://courier.example/1</link><description>é</description></item></rdf:RDF>`,
  JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'Courier',
    home_page_url: 'https://courier.example/',
    items: [
      {
        id: '1',
        url: 'https://courier.example/1',
        title: 'Bridge',
        content_html: '<p>Storm &amp; flood</p>',
        tags: ['a', 'b'],
        date_published: '2026-03-01T08:00:00Z',
        authors: [{ name: 'A' }],
      },
      { id: 2, content_text: 'Untitled', date_published: null },
    ],
  }),
  `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://courier.example/1</loc><lastmod>2026-03-01T09:00:00Z</lastmod><n:news><n:publication><n:name>The Courier</n:name><n:language>en</n:language></n:publication><n:publication_date>2026-03-01T08:00:00Z</n:publication_date><n:title><![CDATA[Bridge & ferry close]]></n:title><n:keywords>traffic, storm</n:keywords></n:news></url><url><loc>/2</loc></url></urlset>`,
  '<sitemapindex><sitemap><loc>https://courier.example/news.xml</loc><lastmod>2026-03-01</lastmod></sitemap><sitemap><loc>/pages.xml</loc></sitemap></sitemapindex>',
  '<!doctype html><html><head><title>News</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><p>Hello</p></body></html>',
  '<!doctype html><html lang="en"><head><title>Storm</title><script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"LiveBlogPosting","headline":"Storm: live","coverageEndTime":"2026-03-02T08:00:00Z","liveBlogUpdate":[{"@id":"#b"},{"@type":"BlogPosting","headline":"Bridge &amp;amp; ferry close","datePublished":"2026-03-01T08:00:00+01:00","url":"/storm#a","author":{"name":"A"},"articleBody":"&lt;p&gt;Both closed.&lt;/p&gt;"}]},{"@id":"#b","text":"Wind rises. More soon.","dateModified":"1 mars 2026, 13.00"}]}</script></head><body></body></html>',
  '<!doctype html><body itemscope itemtype="https://schema.org/LiveBlogPosting"><h1 itemprop="headline">Storm</h1><div itemprop="liveBlogUpdate" itemscope itemtype="https://schema.org/BlogPosting" id="a"><h2 itemprop="headline name">Bridge closes</h2><time itemprop="datePublished" datetime="2026-03-01T08:00:00Z">8:00</time><p itemprop="articleBody">Closed &amp; empty.<p>More</div><div itemprop="liveBlogUpdate" itemscope><meta itemprop="text" content="&lt;b&gt;Wind&lt;/b&gt;"></div></body>',
];

const OWN_OUTLINES = `<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body><outline text="News"><outline type="rss" text="Courier" xmlUrl="https://courier.example/feed" htmlUrl="https://courier.example/" category="/a/b,c"/><!-- <outline xmlUrl="https://old.example/"/> --></outline></body></opml>`;

const OWN_CONFIGURATION = `defaults:
  every: 5m to 20m
  quiet: 22:00 to 07:00
  timezone: Europe/Berlin
feeds:
  - https://a.example/feed
  - {id: b, url: "https://b.example/feed", every: 10m, tags: [x, y]}
terms:
  s: storm OR "storm surge"
topics:
  - id: t
    match: ['@s -drill', {any: [flood, 'title:gale']}]
    urgent: evacuation
    deliver: weekly on monday at 07:30
    atMost: 5 per hour
recipients:
  - email: you@example.com
    topics: all
  - sms: "+12025550123"
    topics: [t]
`;

const OWN_NAUGHTY = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '&#0;',
  '&#x1b;[2J',
  '&#x202e;evil',
  '&amp;amp;lt;',
  '%00',
  '\u0000',
  '\u001b]0;x\u0007',
  '\u009b31m',
  '\u202e\u2066',
  '\ud800',
  '\ufeff',
  '\uffff',
  'a'.repeat(3_000),
  'a\u0301'.repeat(500),
  '👩‍👩‍👧‍👦'.repeat(50),
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '__proto__',
  'constructor',
  'toString',
  '{{7*7}}',
  ['$', '{HOME}'].join(''),
  '$1$&',
  '\r\nBcc: a@b.example',
  '..',
  '//evil.example',
  'https://user:pw@evil.example/',
  'https://xn--0.example/',
  '2026-13-45T99:99:99Z',
  '-1',
  '1e999',
  'NaN',
  'null',
  '9007199254740993',
  '*a',
  '&a',
  '!!js/function',
  '? :',
  '- - - -',
  '\t',
  '|',
  '>',
];
