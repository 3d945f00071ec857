import { type SeededRandom, seededRandom } from '../../test/helpers/seeded-random.ts';

/** A document to parse, and its number of entries. */
export interface BenchFeed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly entries: number;
}

const WORDS =
  'harbour storm council vote river bridge school market ferry winter report minister coast train strike festival court budget hospital forecast flood border island election'.split(
    ' ',
  );
const PEOPLE = ['Ann Vey', 'Bo Marsh', 'Ida Quill', 'Jon Ferro'];
const START = Date.UTC(2026, 2, 1);
const MINUTE_MS = 60_000;

interface Story {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly summary: string;
  readonly html: string;
  readonly date: Date;
  readonly author: string;
  readonly tags: readonly string[];
}

/** Returns invented feeds like those of news sites, about 25 KB each. The same seed always gives the same bytes. */
export function benchFeeds(seed: number): BenchFeed[] {
  const random = seededRandom(seed);
  const stories = (count: number, paragraphs: number) =>
    Array.from({ length: count }, (_, n) => story(random, n, paragraphs));
  return [
    feed('RSS, summaries', 40, (count) => rss(stories(count, 0), summaryOf)),
    feed('RSS, full texts in CDATA', 12, (count) => rss(stories(count, 5), cdataOf)),
    feed('RSS, escaped HTML', 12, (count) => rss(stories(count, 4), escapedOf)),
    feed('Atom, XHTML and HTML', 14, (count) => atom(stories(count, 3))),
    feed('RDF', 40, (count) => rdf(stories(count, 0))),
  ];
}

function feed(name: string, entries: number, write: (count: number) => string): BenchFeed {
  return {
    name,
    entries,
    bytes: new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n${write(entries)}`),
  };
}

function story(random: SeededRandom, n: number, paragraphs: number): Story {
  const words = (count: number) => Array.from({ length: count }, () => random.pick(WORDS)).join(' ');
  const id = `${random.integer(1_000_000)}-${n}`;
  const paragraph = () =>
    `<p>${words(20)} <a href="https://herald.test/${words(1)}?a=1&amp;b=2">${words(3)}</a>, <em>${words(2)}</em> – ${words(18)}&nbsp;…</p>`;
  return {
    id,
    url: `https://herald.test/news/${words(3).replaceAll(' ', '-')}-${id}?utm_source=rss&utm_medium=feed`,
    title: `${words(5)} & “${words(2)}”`,
    summary: `${words(24)}; it’s ${words(6)}.`,
    html: Array.from({ length: paragraphs }, paragraph).join('\n'),
    date: new Date(START - n * 17 * MINUTE_MS),
    author: random.pick(PEOPLE),
    tags: [random.pick(WORDS), random.pick(WORDS)],
  };
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const summaryOf = ({ summary }: Story) => `<description>${escaped(summary)}</description>`;
const cdataOf = ({ html, ...story }: Story) =>
  `${summaryOf({ html, ...story })}<content:encoded><![CDATA[${html}]]></content:encoded>`;
const escapedOf = ({ html }: Story) => `<description>${escaped(html)}</description>`;

function rss(stories: readonly Story[], text: (story: Story) => string): string {
  const items = stories.map(
    (story) => `<item>
  <title>${escaped(story.title)}</title>
  <link>${escaped(story.url)}</link>
  <guid isPermaLink="false">herald-${story.id}</guid>
  <pubDate>${story.date.toUTCString()}</pubDate>
  <dc:creator><![CDATA[${story.author}]]></dc:creator>
  ${story.tags.map((tag) => `<category><![CDATA[${tag}]]></category>`).join('')}
  ${text(story)}
  <media:content url="https://herald.test/i/${story.id}.jpg" medium="image" width="800" height="450"><media:credit>${story.author}</media:credit></media:content>
</item>`,
  );
  return `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>The Herald</title><link>https://herald.test/</link><description>News</description><language>en-GB</language><ttl>15</ttl>
<atom:link href="https://herald.test/feed.xml" rel="self" type="application/rss+xml"/>
${items.join('\n')}
</channel></rss>`;
}

function atom(stories: readonly Story[]): string {
  const entries = stories.map(
    (story, n) => `<entry>
  <id>tag:herald.test,2026:${story.id}</id>
  <title type="html">${escaped(escaped(story.title))}</title>
  <link rel="alternate" type="text/html" href="${escaped(story.url)}"/>
  <published>${story.date.toISOString()}</published><updated>${story.date.toISOString()}</updated>
  <author><name>${story.author}</name></author>
  ${story.tags.map((tag) => `<category term="${tag}"/>`).join('')}
  <summary>${escaped(story.summary)}</summary>
  ${
    n % 2 === 0
      ? `<content type="html">${escaped(story.html)}</content>`
      : `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${story.html.replaceAll('&nbsp;', '&#160;')}</div></content>`
  }
</entry>`,
  );
  return `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>tag:herald.test,2026:feed</id><title>The Herald</title>
<link rel="self" href="https://herald.test/atom.xml"/><link href="https://herald.test/"/><updated>2026-03-01T00:00:00Z</updated>
${entries.join('\n')}
</feed>`;
}

function rdf(stories: readonly Story[]): string {
  const items = stories.map(
    (
      story,
    ) => `<item rdf:about="${escaped(story.url)}"><title>${escaped(story.title)}</title><link>${escaped(story.url)}</link>
<description>${escaped(story.summary)}</description><dc:date>${story.date.toISOString()}</dc:date><dc:creator>${story.author}</dc:creator><dc:subject>${story.tags[0]}</dc:subject></item>`,
  );
  const list = stories.map(({ url }) => `<rdf:li rdf:resource="${escaped(url)}"/>`).join('');
  return `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://herald.test/rdf"><title>The Herald</title><link>https://herald.test/</link><description>News</description><items><rdf:Seq>${list}</rdf:Seq></items></channel>
${items.join('\n')}
</rdf:RDF>`;
}
