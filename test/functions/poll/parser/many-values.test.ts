import { expect, it } from 'vitest';
import { parseFeed } from '../../../../functions/poll/parser/parse.ts';

const parse = (text: string) => parseFeed(new TextEncoder().encode(text), { now: Date.parse('2026-03-02') });
const many = (count: number, one: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => one(n)).join('');
const validItem = (n: number) => `{"id":${n},"title":"Good ${n}"}`;
const rss = (items: string) => `<rss version="2.0"><channel><title>t</title>${items}</channel></rss>`;

it.each<[string, string]>([
  ['objects', `{"items":[${'{},'.repeat(300_000)}{"id":1}]}`],
  ['names', `{"items":[{${many(300_000, (n) => `"${n}":[],`)}"id":1}]}`],
  ['tags', `{"items":[{"id":1,"tags":[${'"a",'.repeat(300_000)}"b"]}]}`],
  ['nearly JSON', `{"items":[{"id":1,"tags":[${'"a",,'.repeat(150_000)}"b"],}]}`],
])('does not parse JSON with too many values: %s', async (_, text) => {
  expect(await parse(text)).toMatchObject({
    ok: false,
    failure: { kind: 'malformed', detail: expect.stringMatching(/^JSON with more than 200000 values/) },
  });
});

it('reads the valid items before too many values, and says that there are more', async () => {
  const huge = `{"id":"x","tags":[${'"a",'.repeat(300_000)}"b"]}`;
  const parsed = await parse(
    `{"title":"t","items":[${many(300, (n) => `${validItem(n)},`)}${huge},${validItem(300)}]}`,
  );
  expect(parsed).toMatchObject({ ok: true, feed: { title: 't', hasMore: true } });
  expect(parsed.ok && parsed.feed.entries.map(({ title }) => title)).toEqual(
    Array.from({ length: 300 }, (_, n) => `Good ${n}`),
  );
  expect(parsed).not.toHaveProperty('feed.truncated');
});

it('reads the items before too many XML elements', async () => {
  const parsed = await parse(
    rss(`<item><title>${'<a/>'}</title>${'<link/>'.repeat(900)}</item>`.repeat(400)),
  );
  expect(parsed).toMatchObject({ ok: true, feed: { hasMore: true } });
  expect(parsed.ok && parsed.feed.entries.length).toBeGreaterThan(100);
  expect(parsed).not.toHaveProperty('feed.truncated');
});

it('rejects a feed whose only item has too many elements', async () => {
  const authors = `<author>${'<name/>'.repeat(999)}</author>`.repeat(300);
  expect(await parse(rss(`<item><title>a</title>${authors}</item>`))).toMatchObject({ ok: false });
});

it('reads a large ordinary feed in full', async () => {
  const item = (n: number) =>
    `<item><title>Headline ${n}</title><link>https://a.test/${n}</link><guid isPermaLink="true">https://a.test/${n}</guid>` +
    `<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>${'<category domain="a">world</category>'.repeat(8)}` +
    `<media:content url="https://a.test/${n}.mp4" medium="video"/><description>Some words.</description></item>`;
  const parsed = await parse(rss(many(5_000, item)));
  expect(parsed.ok && parsed.feed.entries.length).toBe(5_000);
  expect(parsed).not.toHaveProperty('feed.hasMore');
  const tags = JSON.stringify(Array.from({ length: 12 }, (_, n) => `tag ${n}`));
  const json = await parse(
    `{"items":[${many(5_000, (n) => `{"id":${n},"title":"${n}","tags":${tags}},`)}${validItem(0)}]}`,
  );
  expect(json.ok && json.feed.entries.length).toBe(5_000);
});
