import { describe, expect, it } from 'vitest';
import { KnownEntries } from '../../../../functions/poll/parser/known-entries.ts';
import { type FeedDocument, type ParseContext, parseFeed } from '../../../../functions/poll/parser/parse.ts';
import { peakMemory } from '../../../helpers/memory.ts';

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

  const BROKEN = '<item><title>a</title><description>Old <entry>x</entry><guid>1</guid></item>';
  it.each([
    [
      'the document around it closes its elements',
      BROKEN,
      `${BROKEN}<item><title>b</title></description></item>`,
    ],
    ['it is too deep in the document', item(1), `${'<a>'.repeat(97)}${item(1)}`],
  ])('are read again if %s', async (_, one, other) => {
    for (const order of [
      [rss(one), rss(other)],
      [rss(other), rss(one)],
    ]) {
      const known = new KnownEntries();
      for (const text of order) expect(await read(text, { known })).toEqual(await read(text));
    }
    expect((await read(rss(one))).entries[0]).not.toEqual((await read(rss(other))).entries[0]);
  });

  it('keep no document in memory', async () => {
    const known = new KnownEntries();
    const others = `<!-- ${'x'.repeat(1_000_000)} -->`;
    const text = (n: number) =>
      `<description>The council met ${n} times, and closed the bridge.</description>`;
    const poll = async (n: number) => void (await read(rss(item(n, text(n)) + others), { known }));
    await poll(0);
    const bytes = await peakMemory(async () => {
      for (let n = 1; n <= 60; n++) await poll(n);
    });
    expect(bytes).toBeLessThan(30_000_000);
  });

  it('are forgotten, the longest unused first, if they take too much memory', async () => {
    const known = new KnownEntries();
    const long = (n: number) => rss(item(n, `<description>${`word${n} `.repeat(15_000)}</description>`));
    const [first] = (await read(rss(item(1)), { known })).entries;
    const [second] = (await read(rss(item(2)), { known })).entries;
    for (let n = 100; n < 260; n++) {
      await read(long(n), { known });
      expect((await read(rss(item(1)), { known })).entries[0]).toBe(first);
    }
    const [again] = (await read(rss(item(2)), { known })).entries;
    expect(again).toEqual(second);
    expect(again).not.toBe(second);
  });
});
