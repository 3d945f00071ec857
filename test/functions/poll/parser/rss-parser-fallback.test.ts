import { expect, it } from 'vitest';
import { readWithRssParser } from '../../../../functions/poll/parser/rss-parser-fallback.ts';
import { processorTime } from '../../../helpers/processor-time.ts';

const NOW = Date.parse('2026-03-03T00:00:00Z');
const URL_ = 'https://herald.test/feed.xml';

it('reads RSS into the same form as our own parser', async () => {
  const source = `<rss version="2.0"><channel><title>The Herald</title><link>https://herald.test/</link>
<item><guid isPermaLink="false">1</guid><title>Storm &amp;amp; flood</title><link>/1</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>
<description>&lt;p&gt;Closed&lt;/p&gt;</description><category>Weather</category><author>Ann</author></item></channel></rss>`;
  expect(await readWithRssParser(source, URL_, NOW)).toEqual({
    title: 'The Herald',
    url: 'https://herald.test/',
    entries: [
      {
        guid: '1',
        url: 'https://herald.test/1',
        title: 'Storm & flood',
        summary: 'Closed',
        content: '',
        published: '2026-03-02T10:00:00.000Z',
        authors: ['Ann'],
        categories: ['Weather'],
      },
    ],
  });
});

it('reads Atom despite an invalid date', async () => {
  const source = `<feed xmlns="http://www.w3.org/2005/Atom"><title>The Herald</title><entry><id>1</id><title>A</title>
<link rel="self" href="/no"/><link href="/1"/><published>soon</published></entry></feed>`;
  const feed = await readWithRssParser(source, URL_, NOW);
  expect(feed?.entries).toMatchObject([{ guid: '1', title: 'A', url: 'https://herald.test/1' }]);
});

it.each(['', 'no feed', '<html/>', '<rss><channel><item>', `<rss>${'<a>'.repeat(20_000)}`])(
  'finds no feed in %.20s…',
  async (source) => {
    expect(await readWithRssParser(source, URL_, NOW)).toBeUndefined();
  },
);

it('a long declaration does not take its reader minutes', async () => {
  const start = process.threadCpuUsage();
  const source = `<rss><channel><item><title>A</title><description><![${'z@'.repeat(90_000)}`;
  expect(await readWithRssParser(source, URL_, NOW)).toBeUndefined();
  expect(processorTime(start)).toBeLessThan(1_000);
});
