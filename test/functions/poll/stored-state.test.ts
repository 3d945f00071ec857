import { beforeEach, describe, expect, it } from 'vitest';
import { identify, toItem } from '../../../functions/poll/diff/identity.ts';
import type { Document, FetchResult } from '../../../functions/poll/fetch/fetch.ts';
import { httpFetch } from '../../../functions/poll/fetch/http-fetch.ts';
import { parseFeed } from '../../../functions/poll/parser/parse.ts';
import { poll } from '../../../functions/poll/poll.ts';
import type { PollOutcome } from '../../../functions/poll/record-outcome.ts';
import type { ItemsFound, Notice } from '../../../functions/shared/messages.ts';
import type { Feed } from '../../../functions/shared/model.ts';
import type { QueueMessage } from '../../../functions/shared/ports.ts';
import { environmentSecrets } from '../../../functions/shared/secrets.ts';
import { type FeedState, feedStates } from '../../../functions/shared/store/feed-states.ts';
import { items } from '../../../functions/shared/store/items.ts';
import { recordBytes } from '../../../functions/shared/store/record-size.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { loopbackServer } from '../../helpers/loopback-server.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;
/** Bytes, by DynamoDB. */
const MAX_RECORD = 400 * 1024;
/** Bytes, by SQS. */
const MAX_MESSAGE = 1024 * 1024;
/** Four bytes in UTF-8, twelve as SQS receives it. */
const WIDE = '\u{1f30a}';

let now: number;
// Refuses what DynamoDB refuses.
let table: ReturnType<typeof memoryTable>;
let sent: QueueMessage<ItemsFound>[];
let notices: QueueMessage<Notice>[];

beforeEach(() => {
  now = START;
  table = memoryTable();
  sent = [];
  notices = [];
});

function feedAt(url: string): Feed {
  const times = { every: HOUR, everyAtMost: HOUR, offset: 0, tags: [], enabled: true };
  return { id: 'herald', url, title: 'herald.test', untitled: true, ...times };
}
const FEED = feedAt('https://herald.test/feed');

function run(fetched: FetchResult | (() => Promise<FetchResult>), feed = FEED): Promise<PollOutcome> {
  now += HOUR;
  const log = () => undefined;
  return poll(
    {
      clock: () => now,
      log: { debug: log, info: log, warn: log, error: log },
      metrics: countedMetrics(),
      config: {
        version: 'c',
        feeds: [feed],
        topics: [],
        firstPoll: HOUR,
        onAmbiguous: { email: 'resend', sms: 'skip' },
      },
      secrets: environmentSecrets({}),
      fetch: async () => (typeof fetched === 'function' ? fetched() : fetched),
      feedStates: feedStates(table),
      items: items(table),
      countWords: async () => undefined,
      limitDocuments: (work) => work(),
      itemsQueue: { send: async (messages) => void sent.push(...messages) },
      notices: { send: async (messages) => void notices.push(...messages) },
    },
    { v: 1, feedId: feed.id, tickAt: new Date(now).toISOString() },
  );
}

const state = () => feedStates(table).get('herald');
const sentItems = () => sent.flatMap(({ body }) => body.items);
const rss = (items: string, head = '') =>
  `<rss version="2.0"><channel><title>Herald</title>${head}${items}</channel></rss>`;
const many = (count: number, element: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => element(n)).join('');
const documentOf = (body: string, more: Partial<Document> = {}): Document => ({
  kind: 'document',
  bytes: new TextEncoder().encode(body),
  contentType: '',
  url: FEED.url,
  ...more,
});
const edition = (number: number, count = 5_000) =>
  rss(
    many(
      count,
      (n) =>
        `<item><title>${number} ${n}</title><link>/${number}/${n}</link><guid>${number}-${n}</guid></item>`,
    ),
  );

describe('the state of a feed', () => {
  it('fits its record with all fields at their largest', async () => {
    const url = `https://herald.test/${'ü'.repeat(1_980)}`;
    const moved = `https://herald.test/${'a'.repeat(1_980)}`;
    const large = {
      etag: `"${'e'.repeat(998)}"`,
      lastModified: 'l'.repeat(1_000),
      freshFor: Number.MAX_VALUE,
      moved,
    };
    for (const number of [1, 2])
      expect(await run(documentOf(edition(number), large), feedAt(url))).toMatchObject({
        kind: 'changed',
        new: 5_000,
      });
    expect((await state()).seen?.length).toBe(320_000);
    expect(recordBytes(await state())).toBeLessThan(380_000);
    const failure = { kind: 'status', detail: WIDE.repeat(100_000) } as const;
    expect(await run({ kind: 'failed', failure }, feedAt(url))).toMatchObject({ kind: 'failed' });
    expect(await run(documentOf(edition(4), large), feedAt(url))).toMatchObject({ kind: 'changed' });
  });

  it('fails the poll if it does not fit, with a notice and without items, and the next document is read', async () => {
    // Longer than an address in the file may be.
    const long = feedAt(`https://herald.test/${'a'.repeat(100_000)}`);
    expect(await run(documentOf(edition(1)), long)).toMatchObject({ kind: 'changed' });
    sent = [];
    const { version: _version, ...before } = await state();
    await feedStates(table).commit('herald', await state(), { ...before, failures: 4, failingAt: long.url });
    expect(await run(documentOf(edition(2)), long)).toMatchObject({
      kind: 'failed',
      failure: {
        kind: 'too-large',
        detail: expect.stringMatching(/^the state of its entries is too large to store; use/),
      },
    });
    expect(sent).toEqual([]);
    expect(notices.map(({ body }) => body.title)).toEqual(['failed 5 polls in a row']);
    now += 24 * HOUR;
    expect(await run(documentOf(edition(3, 10)))).toMatchObject({ kind: 'changed', new: 10 });
    expect(sentItems().map(({ item }) => item.title)).toContain('3 9');
  });

  it('has no validator that contains a secret of the address', async () => {
    const feed = feedAt('https://herald.test/feed?key=q7x9Zk2mWvP44t');
    const validators = { etag: '"of q7x9Zk2mWvP44t"', lastModified: 'Mon, 02 Mar 2026 12:00:00 GMT' };
    expect(await run(documentOf(edition(1, 10), { ...validators, url: feed.url }), feed)).toMatchObject({
      kind: 'changed',
    });
    expect(await state()).toMatchObject({ lastModified: validators.lastModified });
    expect(await state()).not.toHaveProperty('etag');
    expect(await run(documentOf(edition(1, 10), { ...validators, url: feed.url }), feed)).toEqual({
      kind: 'unchanged',
      title: 'Herald',
    });
  });

  it('has no moved address of more than 2,000 characters, though the feed is read there', async () => {
    const server = await loopbackServer((response, _, { path }) => {
      if (path.includes('?')) response.end(edition(1, 10));
      else response.writeHead(301, { location: path === '/a' ? '/b' : `/c?${'a'.repeat(2_000)}` }).end();
    });
    const fetch = httpFetch({ clock: () => now, guard: { loopback: true } });
    const feed = feedAt(`${server.url}/b`);
    expect(await run(() => fetch({ url: feed.url }), feed)).toMatchObject({ kind: 'changed', new: 10 });
    expect(await state()).not.toHaveProperty('moved');
    expect(notices).toEqual([]);
    expect(await fetch({ url: `${server.url}/a` })).toMatchObject({ moved: `${server.url}/b` });
  });

  it('drops such an address of an earlier release', async () => {
    const moved = { from: FEED.url, to: `https://herald.test/?${'a'.repeat(70_000)}` };
    const before: Omit<FeedState, 'version'> = {
      failures: 0,
      moved,
      url: moved.to,
      seen: new Uint8Array(192_000),
    };
    await feedStates(table).commit('herald', await state(), before);
    expect(await run(documentOf(edition(2)))).toMatchObject({ kind: 'changed' });
    expect(await state()).not.toHaveProperty('moved');
    expect(recordBytes(await state())).toBeLessThan(330_000);
  });

  it.each([
    ['<ttl>1e-200</ttl>', undefined],
    ['<ttl>1e300</ttl>', 7 * 24 * HOUR],
    ['<ttl>0.3333333</ttl>', 20_000],
    ['<ttl>-5</ttl>', undefined],
    [
      '<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1e-300</sy:updateFrequency>',
      7 * 24 * HOUR,
    ],
    ['<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1e300</sy:updateFrequency>', undefined],
    [`<ttl>1e-200</ttl><skipHours>${'<hour>7</hour>'.repeat(500)}</skipHours>`, undefined],
  ])('has the interval that a feed asks for in whole ms: %.60s', async (head, interval) => {
    expect(await run(documentOf(rss('<item><title>a</title></item>', head)))).toMatchObject({
      kind: 'changed',
    });
    expect((await state()).hints?.interval).toBe(interval);
    for (const value of Object.values(await state()))
      if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
  });
});

describe('an item', () => {
  const longest = `<item><title>Flood ${WIDE.repeat(5_000)}</title><link>https://herald.test/${'日'.repeat(1_900)}</link>
    <guid isPermaLink="false">${WIDE.repeat(50_000)}\ud800</guid>
    <description>${WIDE.repeat(30_000)}</description><content:encoded>a${WIDE.repeat(30_000)}</content:encoded>
    <dc:language>en-${'aaaaaaaa-'.repeat(1_000)}a</dc:language>
    ${many(50_000, (n) => `<category>${n} ${n % 500 === 0 ? WIDE.repeat(500) : ''}</category>`)}
    ${many(500, (n) => `<author>${n} ${WIDE.repeat(200)}</author>`)}</item>`;

  it('fits its message and its record, whatever it contains, together with its neighbours', async () => {
    const neighbour = '<item><title>Beside</title><link>/b</link></item>';
    expect(await run(documentOf(rss(neighbour + longest + neighbour.replaceAll('/b', '/c'))))).toMatchObject({
      new: 3,
    });
    expect(sentItems().map(({ item: { title } }) => title.slice(0, 6))).toEqual([
      'Beside',
      'Flood ',
      'Beside',
    ]);
    for (const { body } of sent) {
      const escaped = JSON.stringify(body).replace(/[^\x20-\x7e]/g, '\\uabcd');
      expect(escaped.length).toBeLessThan(MAX_MESSAGE / 2);
    }
    const records = [...table.records.values()].filter(({ pk }) => String(pk).startsWith('ITEM#'));
    expect(records).toHaveLength(3);
    for (const record of records) {
      expect(recordBytes(record)).toBeLessThan(MAX_RECORD / 2);
      // Half a surrogate pair cannot be stored.
      expect(JSON.stringify(record)).not.toMatch(/\\ud[89a-f]/);
    }
  });

  it('fits its record also from a JSON feed', async () => {
    const wide = WIDE.repeat(30_000);
    const tags = Array.from({ length: 50_000 }, (_, n) => `${n} \ud800`);
    const entry = {
      id: `\ud83c${wide}`,
      url: `https://a.test/${wide}`,
      title: `a\ud83c${wide}`,
      content_text: wide,
      tags,
    };
    const body = JSON.stringify({
      version: 'https://jsonfeed.org/version/1',
      items: [entry, { id: '2', title: 'Beside' }],
    });
    expect(await run(documentOf(body))).toMatchObject({ kind: 'changed', new: 2 });
    for (const record of table.records.values()) expect(JSON.stringify(record)).not.toMatch(/\\ud[89a-f]/);
  });

  it('has a record size of at least what DynamoDB counts', () => {
    const record = {
      pk: 'ab',
      n: 1,
      list: ['ü', WIDE],
      map: { k: null, none: undefined },
      bytes: new Uint8Array(100),
    };
    expect(recordBytes(record)).toBeGreaterThanOrEqual(4 + 2 + 4 + 2 + 4 + 1 + 3 + 100);
    expect(recordBytes('a'.repeat(1_000))).toBe(1_000);
  });

  it('has at most 50 authors and 50 categories', async () => {
    const parsed = await parseFeed(new TextEncoder().encode(rss(longest)), { now });
    const [entry] = identify(parsed.ok ? parsed.feed.entries : []);
    expect(entry && toItem('id', 'herald', entry)).toMatchObject({
      authors: expect.objectContaining({ length: 50 }),
      categories: expect.objectContaining({ length: 50 }),
    });
  });
});

describe('a document with very many entries', () => {
  it.each<[string, string]>([
    ['XML', rss(many(100_000, (n) => `<item><title>${n}</title></item>`))],
    [
      'XML with guids of 2,000 characters',
      rss(many(2_400, (n) => `<item><guid>${n}${'g'.repeat(2_000)}</guid></item>`)),
    ],
    [
      'JSON',
      `{"version":"https://jsonfeed.org/version/1","items":[${many(100_000, (n) => `{"id":${n},"title":"${n}"},`)}{}]}`,
    ],
  ])('is read from its start: %s', async (_, body) => {
    const count = Math.min(5_000, body.split('guid').length > 2 ? 2_400 : 5_000);
    expect(await run(documentOf(body))).toMatchObject({ kind: 'changed', new: count });
    expect(await run(documentOf(`${body} `))).toMatchObject({ kind: 'unchanged' });
    for (const record of table.records.values()) expect(recordBytes(record)).toBeLessThan(MAX_RECORD);
  });

  it.each([true, false])('fails if the oldest are first (JSON: %s)', async (isJson) => {
    const day = (n: number) => new Date(START - (20_000 - n) * 60_000).toISOString();
    const body = isJson
      ? JSON.stringify({
          items: Array.from({ length: 6_000 }, (_, n) => ({ id: n, date_published: day(n) })),
        })
      : rss(many(6_000, (n) => `<item><title>${n}</title><dc:date>${day(n)}</dc:date></item>`));
    expect(await run(documentOf(body))).toMatchObject({
      kind: 'failed',
      failure: {
        kind: 'too-large',
        detail: expect.stringMatching(/^more than 5000 entries, oldest first; look/),
      },
    });
  });
});
