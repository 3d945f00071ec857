import { describe, expect, it } from 'vitest';
import { KnownEntries } from '../../../../functions/poll/parser/known-entries.ts';
import { type FeedDocument, type ParseContext, parseFeed } from '../../../../functions/poll/parser/parse.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HERALD = 'https://herald.example/feed';

async function read(text: string, context: Partial<ParseContext> = {}): Promise<FeedDocument> {
  const parsed = await parseFeed(Buffer.from(text), { url: HERALD, now: NOW, ...context });
  if (!parsed.ok) return expect.fail(parsed.failure.detail);
  return parsed.feed;
}

const rss = (items: string, head = '', root = '') =>
  `<rss version="2.0" ${root}><channel><title>The Herald</title>${head}${items}</channel></rss>`;
const atom = (entries: string, head = '', root = '') =>
  `<feed xmlns="http://www.w3.org/2005/Atom" ${root}><title>The Herald</title>${head}${entries}</feed>`;
const item = (n: number, more = '') =>
  `<item><guid>g${n}</guid><title>Storm ${n}</title><link>/storm/${n}</link>${more}</item>`;
const ENTRY = '<entry><id>tag:1</id><title>Storm</title><link href="/storm"/></entry>';

describe('the entries of an earlier document', () => {
  it('are the same objects, and new and edited ones are read', async () => {
    const known = new KnownEntries();
    const before = await read(rss(item(1) + item(2)), { known });
    const after = await read(rss(item(3) + item(1) + item(2, '<description>Over.</description>')), { known });
    expect(after.entries.map(({ title, summary }) => [title, summary])).toEqual([
      ['Storm 3', ''],
      ['Storm 1', ''],
      ['Storm 2', 'Over.'],
    ]);
    expect(after.entries[1]).toBe(before.entries[0]);
  });

  it.each(['<language>de-AT</language>', ''])('are the same objects with the head %j', async (head) => {
    const known = new KnownEntries();
    const texts = [rss(item(1), head), rss(item(1), `${head}<lastBuildDate>x</lastBuildDate>`)];
    const [before, after] = [await read(texts[0] ?? '', { known }), await read(texts[1] ?? '', { known })];
    expect(after.entries[0]).toBe(before.entries[0]);
  });

  // In each case, the entries have the same source.
  it.each<[string, readonly [string, Partial<ParseContext>?][]]>([
    ['at another address', [[rss(item(1))], [rss(item(1)), { url: 'https://courier.example/' }]]],
    ['of another site', [[rss(item(1))], [rss(item(1), '<link>https://courier.example/</link>')]]],
    ['with another xml:base', [[rss(item(1))], [rss(item(1), '', 'xml:base="https://courier.example/"')]]],
    ['in another language', [[rss(item(1))], [rss(item(1), '<language>fr</language>')]]],
    [
      'in another xml:lang',
      [[rss(item(1), '<language>en</language>')], [rss(item(1), '<language>en</language>', 'xml:lang="fr"')]],
    ],
    ['by other authors', [[atom(ENTRY)], [atom(ENTRY, '<author><name>Ann</name></author>')]]],
    [
      'with other prefixes',
      [
        [rss(item(1, '<x:creator>Ann</x:creator>'), '', 'xmlns:x="http://purl.org/dc/elements/1.1/"')],
        [rss(item(1, '<x:creator>Ann</x:creator>'), '', 'xmlns:x="https://other.example/"')],
      ],
    ],
    [
      'with other attributes of the entry',
      [
        [rss(item(1).replace('<item>', '<item xml:lang="fr">'))],
        [rss(item(1).replace('<item>', '<item xml:lang="de">'))],
        [rss(item(1).replace('<item>', '<item about="https://a.example/1">').replace('/storm/1', ''))],
        [rss(item(1).replace('<item>', '<item about="https://a.example/2">').replace('/storm/1', ''))],
      ],
    ],
    [
      'of another format',
      [
        [rss('<item><title>a</title><fullitem>c</fullitem></item>')],
        [atom('<entry><title>a</title><fullitem>c</fullitem></entry>')],
      ],
    ],
    [
      'once their date has come',
      [
        [rss(item(1, '<pubDate>Thu, 05 Mar 2026 12:00:00 GMT</pubDate>'))],
        [rss(item(1, '<pubDate>Thu, 05 Mar 2026 12:00:00 GMT</pubDate>')), { now: NOW + 5 * 86_400_000 }],
      ],
    ],
  ])('are read again in a document %s', async (_, documents) => {
    const known = new KnownEntries();
    const results: FeedDocument[] = [];
    for (const [text, context] of documents) {
      results.push(await read(text, { ...context, known }));
      expect(results.at(-1)).toEqual(await read(text, context));
    }
    // Otherwise the case shows nothing.
    expect(new Set(results.map(({ entries }) => JSON.stringify(entries))).size).toBe(results.length);
  });

  it('are forgotten, the longest unused first, if their texts take too much memory', async () => {
    const known = new KnownEntries();
    const long = (n: number) => rss(item(n, `<description>${`word${n} `.repeat(30_000)}</description>`));
    const [first] = (await read(rss(item(1)), { known })).entries;
    const [second] = (await read(rss(item(2)), { known })).entries;
    for (let n = 100; n < 160; n++) {
      await read(long(n), { known });
      expect((await read(rss(item(1)), { known })).entries[0]).toBe(first);
    }
    const [again] = (await read(rss(item(2)), { known })).entries;
    expect(again).toEqual(second);
    expect(again).not.toBe(second);
  });
});
