import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure, FetchRequest, FetchResult } from '../../../functions/poll/fetch/fetch.ts';
import { poll } from '../../../functions/poll/poll.ts';
import type { FeedDue, ItemsFound, Notice } from '../../../functions/shared/messages.ts';
import type { Feed, PipelineConfig } from '../../../functions/shared/model.ts';
import type { QueueMessage } from '../../../functions/shared/ports.ts';
import { environmentSecrets } from '../../../functions/shared/secrets.ts';
import { feedStates } from '../../../functions/shared/store/feed-states.ts';
import { items } from '../../../functions/shared/store/items.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 3_600_000;
const FEED: Feed = {
  id: 'herald',
  url: 'https://herald.test/feed.xml',
  title: 'The Herald',
  every: 10 * MINUTE,
  everyAtMost: 10 * MINUTE,
  offset: 0,
  tags: [],
  enabled: true,
};

let now: number;
let table: ReturnType<typeof memoryTable>;
let metrics: ReturnType<typeof countedMetrics>;
/** The completed writes and sends, in order. */
let effects: string[];
let sent: QueueMessage<ItemsFound>[];
let notices: QueueMessage<Notice>[];
let requests: FetchRequest[];
let logged: Readonly<Record<string, unknown>>[];
let debugged: Readonly<Record<string, unknown>>[];
/** The write or send that throws. */
let broken: string | undefined;
/** Titles of the items whose words were counted. */
let counted: string[];
/** The effect before each count. */
let effectBeforeCount: string[];
let countsFail: boolean;
let feed: Feed;
let defaultUserAgent: string | undefined;
let secrets: Record<string, string>;
let respond: (request: FetchRequest) => FetchResult | Promise<FetchResult>;

beforeEach(() => {
  now = START;
  table = memoryTable();
  metrics = countedMetrics();
  effects = [];
  sent = [];
  notices = [];
  requests = [];
  logged = [];
  debugged = [];
  broken = undefined;
  counted = [];
  effectBeforeCount = [];
  countsFail = false;
  feed = FEED;
  defaultUserAgent = undefined;
  secrets = {};
  respond = () => expect.fail('no response is set');
});

function recordEffect(name: string): void {
  if (broken === name) throw new Error(`${name} is broken`);
  effects.push(name);
}

const recordingTable: Table = {
  get: (key) => table.get(key),
  put: (record, condition) => {
    recordEffect(`put ${record.pk}`);
    return table.put(record, condition);
  },
  putAll: (records) => {
    if (records.length > 0) recordEffect(`store ${records.length}`);
    return table.putAll(records);
  },
  delete: (key) => {
    recordEffect(`delete ${key.pk}`);
    return table.delete(key);
  },
  query: () => expect.fail('expected no query'),
  queryDue: () => expect.fail('expected no query'),
};

function run(since: Pick<FeedDue, 'since'> = {}) {
  const log = (_event: string, fields: Readonly<Record<string, unknown>>) => void logged.push(fields);
  const debug = (_event: string, fields: Readonly<Record<string, unknown>>) => void debugged.push(fields);
  const config: PipelineConfig = {
    version: 'c',
    feeds: [feed],
    topics: [],
    firstPoll: 24 * HOUR,
    onAmbiguous: { email: 'resend', sms: 'skip' },
    ...(defaultUserAgent === undefined ? {} : { userAgent: defaultUserAgent }),
  };
  return poll(
    {
      clock: () => now,
      log: { debug, info: log, warn: log, error: log },
      metrics,
      config,
      fetch: async (request) => {
        requests.push(request);
        return respond(request);
      },
      secrets: environmentSecrets(secrets),
      feedStates: feedStates(recordingTable),
      items: items(recordingTable),
      countWords: async (newItems) => {
        if (countsFail) throw new Error('counts are broken');
        counted.push(...newItems.map(({ title }) => title));
        effectBeforeCount.push(effects.at(-1) ?? '');
      },
      limitDocuments: (work) => work(),
      itemsQueue: {
        async send(messages) {
          if (messages.length > 0) recordEffect(`send ${messages.length}`);
          sent.push(...messages);
        },
      },
      notices: {
        async send(messages) {
          if (messages.length > 0) recordEffect(`notify ${messages.length}`);
          notices.push(...messages);
        },
      },
    },
    { v: 1, feedId: 'herald', tickAt: new Date(now).toISOString(), ...since },
  );
}

interface Article {
  readonly n: number | string;
  readonly title?: string;
  readonly date?: string;
  readonly summary?: string;
}

function document(...articles: Article[]): string {
  const list = articles.map(
    ({ n, title = `Title ${n}`, date = '2026-03-02T11:00:00Z', summary = '' }) =>
      `<item><guid>guid-${n}</guid><link>/${n}</link><title>${title}</title><pubDate>${date}</pubDate><description>${summary}</description></item>`,
  );
  return `<rss version="2.0"><channel><title>Herald</title>${list.join('')}</channel></rss>`;
}

/** Serves a document from now on, with these validators. */
function show(body: string, validators: { etag?: string; lastModified?: string } = {}): void {
  respond = ({ url }) => ({
    kind: 'document',
    bytes: new TextEncoder().encode(body),
    contentType: 'application/rss+xml',
    url,
    ...validators,
  });
}

function failWith(failure: Failure): void {
  respond = () => ({ kind: 'failed', failure });
}

const HTTP_503: Failure = { kind: 'status', detail: 'HTTP 503' };
const state = () => feedStates(table).get('herald');
/** Takes the items sent since the last call, as "new Title 1 (alert)". */
function takeSent(): string[] {
  const items = sent.flatMap(({ body }) => body.items);
  sent = [];
  return items.map(({ item, change, loudness }) => `${change} ${item.title} (${loudness})`);
}

/** Does the first poll, so that the next ones are ordinary. */
async function afterFirst(body = document({ n: 1 }), validators?: Parameters<typeof show>[1]): Promise<void> {
  show(body, validators);
  await run();
  takeSent();
  effects = [];
  requests = [];
  now += 10 * MINUTE;
}

describe('the order of effects', () => {
  it('is queue, items, state', async () => {
    await afterFirst();
    show(document({ n: 3 }, { n: 2 }, { n: 1 }));
    expect(await run()).toEqual({ kind: 'changed', new: 2, edited: 0, first: false });
    expect(effects).toEqual(['send 1', 'store 2', 'put FEED#herald']);
    expect(takeSent()).toEqual(['new Title 3 (alert)', 'new Title 2 (alert)']);
  });

  it.each([
    ['send 1', []],
    ['store 2', ['send 1']],
    ['put FEED#herald', ['send 1', 'store 2']],
  ])('stops if %s fails, and the next poll finds everything again', async (name, before) => {
    await afterFirst(document({ n: 1 }), { etag: '"old"' });
    const stored = await state();
    show(document({ n: 2 }, { n: 1, summary: 'Edited' }), { etag: '"new"' });
    broken = name;
    await expect(run()).rejects.toThrow(`${name} is broken`);
    expect(effects).toEqual(before);
    expect(await state()).toEqual(stored);

    broken = undefined;
    takeSent();
    requests = [];
    expect(await run()).toMatchObject({ kind: 'changed', new: 1, edited: 1 });
    expect(requests).toEqual([{ url: FEED.url, etag: '"old"' }]);
    expect(takeSent()).toEqual(['new Title 2 (alert)', 'edited Title 1 (alert)']);
    expect(await state()).toMatchObject({ etag: '"new"' });
    expect(await run()).toEqual({ kind: 'unchanged' });
  });

  it('of a poll that another has overtaken changes nothing that the other effectBeforeCount', async () => {
    await afterFirst();
    const both = document({ n: 2 }, { n: 1 });
    show(both);
    const [first, second] = await Promise.all([run(), run()]);
    expect([first, second].map(({ kind }) => kind).toSorted()).toEqual(['changed', 'superseded']);
    expect((await state()).version).toBe(2);
    expect(await run()).toEqual({ kind: 'unchanged' });
  });
});

describe('the first poll', () => {
  it('welcomes items of the last day and undated ones, and is silent about older ones', async () => {
    show(
      document(
        { n: 'just now', date: '2026-03-02T12:00:00Z' },
        { n: 'a day ago', date: '2026-03-01T12:00:00Z' },
        { n: 'more than a day ago', date: '2026-03-01T11:59:59Z' },
        { n: 'undated', date: '' },
        { n: 'in the future', date: '2026-03-09T00:00:00Z' },
      ),
    );
    expect(await run()).toEqual({ kind: 'changed', new: 5, edited: 0, first: true });
    expect(takeSent()).toEqual([
      'new Title just now (welcome)',
      'new Title a day ago (welcome)',
      'new Title more than a day ago (silent)',
      'new Title undated (welcome)',
      'new Title in the future (welcome)',
    ]);
  });

  // Regression: after an empty first document, the second one sent an alert for each item of the feed's past.
  it('is the first one with an entry', async () => {
    show(document());
    expect(await run()).toEqual({ kind: 'unchanged' });
    show(document({ n: 1 }));
    expect(await run()).toEqual({ kind: 'changed', new: 1, edited: 0, first: true });
    expect(takeSent()).toEqual(['new Title 1 (welcome)']);
  });

  it('is still to come after failures', async () => {
    failWith(HTTP_503);
    await run();
    show(document({ n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', first: true });
    expect(takeSent()).toEqual(['new Title 1 (welcome)']);
  });

  it('is still to come after one that could not commit', async () => {
    show(document({ n: 1 }));
    broken = 'put FEED#herald';
    await expect(run()).rejects.toThrow();
    broken = undefined;
    takeSent();
    await run();
    expect(takeSent()).toEqual(['new Title 1 (welcome)']);
  });

  it('is followed by alerts for entries some days late, but not for those years old', async () => {
    await afterFirst();
    show(document({ n: 3, date: '2026-02-25T00:00:00Z' }, { n: 2, date: '2020-01-01T00:00:00Z' }, { n: 1 }));
    await run();
    expect(takeSent()).toEqual(['new Title 3 (alert)', 'new Title 2 (silent)']);
  });
});

describe('a news sitemap', () => {
  const sitemap = (...articles: Article[]) =>
    `<urlset>${articles
      .map(
        ({ n, title = `Title ${n}`, date = '2026-03-02T11:00:00Z' }) =>
          `<url><loc>https://herald.test/${n}</loc><news:news><news:publication_date>${date}</news:publication_date><news:title>${title}</news:title></news:news></url>`,
      )
      .join('')}</urlset>`;

  it('has a first poll like a feed', async () => {
    show(sitemap({ n: 1 }, { n: 2, date: '2026-02-28T11:00:00Z' }));
    expect(await run()).toMatchObject({ kind: 'changed', first: true });
    expect(takeSent()).toEqual(['new Title 1 (welcome)', 'new Title 2 (silent)']);
  });

  it('gives each entry once, whatever rolls off and comes back, in any order', async () => {
    await afterFirst(sitemap({ n: 1 }, { n: 2 }, { n: 3 }));
    const documents = [[4, 3, 2], [3, 5, 4], [], [6], [6, 5, 4, 3], [1, 2, 7]];
    const found: string[] = [];
    for (const shown of documents) {
      show(sitemap(...shown.map((n) => ({ n }))));
      await run();
      found.push(...takeSent());
      now += 10 * MINUTE;
    }
    expect(found).toEqual([4, 5, 6, 7].map((n) => `new Title ${n} (alert)`));
  });

  it('has an edit if a title changes, with or without its date', async () => {
    await afterFirst(sitemap({ n: 1 }, { n: 2 }));
    show(sitemap({ n: 1, title: 'Title 1, corrected' }, { n: 2 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 0, edited: 1 });
    expect(takeSent()).toEqual(['edited Title 1, corrected (alert)']);
    const date = '2026-03-02T12:00:00Z';
    show(sitemap({ n: 1, title: 'Title 1, corrected' }, { n: 2, title: 'Title 2, extended', date }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 0, edited: 1 });
    expect(takeSent()).toEqual(['edited Title 2, extended (alert)']);
  });
});

describe('the metrics', () => {
  it('count polls, failing feeds, silent feeds and items', async () => {
    await afterFirst(document({ n: 1 }));
    show(document({ n: 1 }, { n: 2 }, { n: 3 }));
    await run();
    expect(metrics.counts).toMatchObject({ FeedsDue: 2, FeedsFailing: 0, Silent: 0, ItemsFound: 3 });

    respond = () => ({ kind: 'failed', failure: { kind: 'status', detail: 'HTTP 500' } });
    await run();
    await run();
    // Held back after two failures.
    expect(await run()).toEqual({ kind: 'waiting' });
    expect(metrics.counts).toMatchObject({ FeedsDue: 5, FeedsFailing: 3 });

    now += 40 * 24 * HOUR;
    await run();
    expect(metrics.counts.Silent).toBe(1);
  });
});

describe('the words of items', () => {
  it('are counted after the commit, for new items only', async () => {
    await afterFirst();
    expect(counted).toEqual(['Title 1']);
    show(document({ n: 3 }, { n: 2 }, { n: 1, summary: 'Edited' }));
    await run();
    expect(counted.slice(1)).toEqual(['Title 3', 'Title 2']);
    expect(effectBeforeCount).toEqual(['put FEED#herald', 'put FEED#herald']);
    await run();
    expect(counted).toHaveLength(3);
  });

  it('are not counted by a superseded poll', async () => {
    await afterFirst();
    show(document({ n: 2 }, { n: 1 }));
    await Promise.all([run(), run()]);
    expect(counted.slice(1)).toEqual(['Title 2']);
  });

  it('do not affect the poll if counting fails, apart from a log entry', async () => {
    countsFail = true;
    await afterFirst();
    show(document({ n: 2 }, { n: 1 }));
    logged = [];
    expect(await run()).toEqual({ kind: 'changed', new: 1, edited: 0, first: false });
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
    expect(logged).toContainEqual({ error: 'Error: counts are broken' });
    expect(await run()).toEqual({ kind: 'unchanged' });
  });
});

describe('the title of a feed', () => {
  const untitled: Feed = { ...FEED, title: 'herald.test', untitled: true };
  const sentFeeds = () => sent.map(({ body }) => body.feed);

  it('is the one in the file, whatever the document says', async () => {
    show(document({ n: 1 }));
    expect(await run()).not.toHaveProperty('title');
    expect(sentFeeds()).toEqual([{ id: 'herald', title: 'The Herald', url: 'https://herald.test/' }]);
  });

  it('comes from the document if the file has none, in alerts, notices and the log', async () => {
    feed = untitled;
    show(document({ n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', title: 'Herald' });
    expect(sentFeeds()).toEqual([
      { id: 'herald', title: 'Herald', url: 'https://herald.test/', titleInFile: 'herald.test' },
    ]);
    respond = () => ({ kind: 'unchanged' });
    now += HOUR;
    expect(await run()).toEqual({ kind: 'unchanged', title: 'Herald' });
    respond = () => ({ kind: 'failed', failure: { kind: 'gone', detail: 'HTTP 410' } });
    now += HOUR;
    await run();
    expect(notices.map(({ body }) => body.feed.title)).toEqual(['Herald']);
    expect(logged.map(({ title }) => title)).toEqual(['Herald', 'Herald']);
  });

  it('is the host until a document has a title, and changes with the document', async () => {
    feed = untitled;
    show(document({ n: 1 }).replace('<title>Herald</title>', '<title> </title>'));
    await run();
    now += HOUR;
    show(document({ n: 2 }, { n: 1 }));
    await run();
    now += HOUR;
    show(document({ n: 3 }, { n: 2 }).replace('<title>Herald</title>', '<title>The New\nHerald</title>'));
    await run();
    now += HOUR;
    show(document({ n: 4 }, { n: 3 }).replace('<title>Herald</title>', ''));
    await run();
    expect(sentFeeds().map(({ title }) => title)).toEqual([
      'herald.test',
      'Herald',
      'The New Herald',
      'The New Herald',
    ]);
  });
});

describe('the written state', () => {
  it('has validators, hashes, the seen set, the title and the time of the last news', async () => {
    show(document({ n: 1, date: '2026-03-02T09:00:00Z' }, { n: 2, date: '2026-03-02T10:00:00Z' }), {
      etag: '"1"',
      lastModified: 'Mon, 02 Mar 2026 10:00:00 GMT',
    });
    await run();
    expect(await state()).toEqual({
      version: 1,
      url: FEED.url,
      etag: '"1"',
      lastModified: 'Mon, 02 Mar 2026 10:00:00 GMT',
      bodyHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      seen: expect.any(Uint8Array),
      shown: 2,
      lastItemAt: '2026-03-02T10:00:00.000Z',
      title: 'Herald',
      heardAt: START,
      failures: 0,
    });
    expect((await state()).seen).toHaveLength(64);
    expect([...table.records.keys()].filter((key) => key.startsWith('ITEM#'))).toHaveLength(2);
  });

  it('does not change on a 304', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    respond = () => ({ kind: 'unchanged' });
    logged = [];
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(requests).toEqual([{ url: FEED.url, etag: '"1"', lastModified: 'x' }]);
    expect(effects).toEqual([]);
    expect([logged, debugged]).toEqual([[], [{ feedId: 'herald', outcome: 'unchanged' }]]);
  });

  // Regression: after a change of address, the request had the validators of the old one, and a 304 hid the news.
  it('has no validators for another address', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    feed = { ...FEED, url: 'http://news.example/moved.xml' };
    show(document({ n: 2 }, { n: 1 }), { etag: '"1"' });
    await run();
    await run();
    expect(requests).toEqual([{ url: feed.url }, { url: feed.url, etag: '"1"' }]);
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
  });

  it('has no validators of a truncated document, since a 304 would hide the rest for ever', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    const whole = document({ n: 3 }, { n: 2 }, { n: 1 });
    show(whole.slice(0, whole.indexOf('<title>Title 2')), { etag: '"2"', lastModified: 'y' });
    await run();
    expect(takeSent()).toEqual(['new Title 3 (alert)']);
    show(whole, { etag: '"2"', lastModified: 'y' });
    await run();
    expect(requests.at(-1)).toEqual({ url: FEED.url });
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
    expect(await state()).toMatchObject({ etag: '"2"', lastModified: 'y' });
  });

  it('does not change on the same body, even with another ETag', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"' });
    show(document({ n: 1 }), { etag: '"2"' });
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual([]);
  });

  it.each([
    ['another build date', `${document({ n: 1 }, { n: 2 })}<!-- rendered anew -->`],
    ['another order', document({ n: 2 }, { n: 1 })],
    ['fewer entries', document({ n: 1 })],
  ])('does not change if the body has %s and the same validators', async (_, body) => {
    const validators = { etag: '"1"', lastModified: 'x' };
    await afterFirst(document({ n: 1 }, { n: 2 }), validators);
    show(body, validators);
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual([]);
    show(document({ n: 3 }, { n: 2 }, { n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 1, edited: 0 });
  });

  it('changes when a former entry is back, so that this entry is forgotten last', async () => {
    await afterFirst(document({ n: 1 }, { n: 2 }));
    show(document({ n: 3 }, { n: 1 }));
    await run();
    effects = [];
    show(document({ n: 3 }, { n: 2 }));
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual(['put FEED#herald']);
  });

  it('changes when an entry has a new identifier and nothing else is new', async () => {
    await afterFirst(document({ n: 1, date: '' }));
    show(document({ n: 1, date: '2026-03-02T09:00:00Z' }));
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual(['put FEED#herald']);
  });

  it('changes without items when the body changes and no entry does', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"' });
    show(`${document({ n: 1 })}<!-- rendered anew -->`);
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual(['put FEED#herald']);
    expect(await state()).not.toHaveProperty('etag');
  });

  it('never moves the time of the last item back', async () => {
    await afterFirst(document({ n: 1, date: '2026-03-02T11:00:00Z' }));
    show(document({ n: 2, date: '2026-03-01T11:00:00Z' }));
    await run();
    expect((await state()).lastItemAt).toBe('2026-03-02T11:00:00.000Z');
  });
});

describe('a failure', () => {
  it('changes neither validators nor the seen set', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    const before = await state();
    for (const breakFeed of [
      () => failWith(HTTP_503),
      () => show('<html>'),
      () => show(''),
      () => show('<rss><chan'),
    ]) {
      breakFeed();
      now += 7 * HOUR;
      expect(await run()).toMatchObject({ kind: 'failed' });
    }
    const {
      failures,
      lastFailure: _lastFailure,
      notBefore: _notBefore,
      failingSince: _failingSince,
      failingAt: _failingAt,
      version: _version,
      ...kept
    } = await state();
    const { version: _first, failures: _none, ...expected } = before;
    expect(kept).toEqual(expected);
    expect(failures).toBe(4);

    now += 7 * HOUR;
    show(document({ n: 2 }, { n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 1 });
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
  });

  it('is counted, stored and logged', async () => {
    failWith(HTTP_503);
    expect(await run()).toEqual({ kind: 'failed', failure: HTTP_503, failures: 1 });
    expect(await state()).toEqual({
      version: 1,
      failures: 1,
      failingSince: new Date(START).toISOString(),
      failingAt: FEED.url,
      lastFailure: 'status: HTTP 503',
      notBefore: START,
    });
    show('<!doctype html>');
    expect(await run()).toMatchObject({ failure: { kind: 'html' }, failures: 2 });
    expect(logged).toEqual([
      { feedId: 'herald', outcome: 'failed', ...HTTP_503, failures: 1 },
      { feedId: 'herald', outcome: 'failed', kind: 'html', detail: expect.any(String), failures: 2 },
    ]);
  });

  it('doubles the wait each time up to six hours, with up to a quarter of jitter', async () => {
    failWith(HTTP_503);
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      await run();
      const { notBefore = 0 } = await state();
      waits.push((notBefore - now) / MINUTE);
      now = notBefore;
    }
    const minimum = [0, 20, 40, 80, 160, 320, 360, 360, 360];
    expect(waits.map((wait, n) => Math.min(wait, minimum[n] ?? 0))).toEqual(minimum);
    expect(waits.map((wait, n) => Math.max(wait, (minimum[n] ?? 0) * 1.25))).toEqual(
      minimum.map((n) => n * 1.25),
    );
    expect(new Set(waits).size).toBe(9);
  });

  it('holds the feed back until its time, to the millisecond', async () => {
    failWith(HTTP_503);
    await run();
    await run();
    requests = [];
    effects = [];
    now = ((await state()).notBefore ?? 0) - 1;
    expect(now - START).toBeGreaterThanOrEqual(20 * MINUTE - 1);
    expect(await run()).toEqual({ kind: 'waiting' });
    expect(requests).toEqual([]);
    expect(effects).toEqual([]);
    now++;
    expect(await run()).toMatchObject({ kind: 'failed', failures: 3 });
  });

  it.each([
    ['a minute', MINUTE, MINUTE],
    ['an hour, on the first failure', HOUR, HOUR],
    ['a year', 365 * 24 * HOUR, 24 * HOUR],
    ['an hour ago', -HOUR, 0],
  ])('with Retry-After waits as asked: %s', async (_name, retryAfter, wait) => {
    failWith({ ...HTTP_503, retryAt: START + retryAfter });
    await run();
    expect((await state()).notBefore).toBe(START + wait);
  });

  it('with a shorter Retry-After still backs off', async () => {
    failWith({ ...HTTP_503, retryAt: START + MINUTE });
    await run();
    now += MINUTE;
    failWith({ ...HTTP_503, retryAt: now + MINUTE });
    await run();
    expect((await state()).notBefore).toBeGreaterThanOrEqual(now + 20 * MINUTE);
  });

  it('does not hold the feed back for years after the clock was wrong', async () => {
    now = START + 365 * 24 * HOUR;
    failWith({ ...HTTP_503, retryAt: now + HOUR });
    await run();
    now = START;
    show(document({ n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed' });
  });

  it.each<[string, () => void]>([
    [
      'a 304',
      () => {
        respond = () => ({ kind: 'unchanged' });
      },
    ],
    ['the same body', () => show(document({ n: 1 }), { etag: '"1"' })],
    ['a new body', () => show(document({ n: 2 }, { n: 1 }), { etag: '"1"' })],
  ])('is forgotten after %s', async (_name, recover) => {
    await afterFirst(document({ n: 1 }), { etag: '"1"' });
    failWith(HTTP_503);
    await run();
    recover();
    await run();
    const recovered = await state();
    expect(recovered).toMatchObject({ failures: 0, etag: '"1"', seen: expect.any(Uint8Array) });
    expect(recovered).not.toHaveProperty('lastFailure');
    expect(recovered).not.toHaveProperty('notBefore');
    expect(recovered).not.toHaveProperty('failingSince');
    effects = [];
    await run();
    expect(effects).toEqual([]);
  });

  it('of a superseded poll is not counted', async () => {
    await afterFirst();
    const before = await state();
    respond = async () => {
      await feedStates(table).commit('herald', before, { ...before, etag: '"other"' });
      return { kind: 'failed', failure: HTTP_503 };
    };
    expect(await run()).toEqual({ kind: 'superseded' });
    expect(await state()).toMatchObject({ failures: 0, etag: '"other"' });
  });
});

describe('a feed', () => {
  it.each<[string, Partial<Feed>]>([
    ['disabled', { enabled: false }],
    ['no longer in the configuration', { id: 'other' }],
  ])('that is %s is unconfigured', async (_name, change) => {
    feed = { ...FEED, ...change };
    expect(await run()).toEqual({ kind: 'unconfigured' });
    expect(requests).toEqual([]);
    expect(effects).toEqual([]);
  });
});

describe('messages', () => {
  it('have the feed, the tick and the time of the poll', async () => {
    show(document({ n: 1, summary: 'Summary' }));
    await run();
    expect(sent).toEqual([
      {
        body: {
          v: 2,
          tickAt: '2026-03-02T12:00:00.000Z',
          polledAt: '2026-03-02T12:00:00.000Z',
          revision: 1,
          feed: { id: 'herald', title: 'The Herald', url: 'https://herald.test/' },
          items: [
            {
              item: {
                id: expect.stringMatching(/^[0-9a-f]{16}$/),
                contentHash: expect.stringMatching(/^[0-9a-f]{16}$/),
                feedId: 'herald',
                guid: 'guid-1',
                url: 'https://herald.test/1',
                title: 'Title 1',
                summary: 'Summary',
                content: '',
                published: '2026-03-02T11:00:00.000Z',
                authors: [],
                categories: [],
              },
              change: 'new',
              loudness: 'welcome',
            },
          ],
        },
      },
    ]);
  });

  it('stay below the limit of the queue, whatever the items hold, and lose none', async () => {
    const large = ['🌊'.repeat(15_000), 'ü'.repeat(30_000), '東'.repeat(30_000), 'x'.repeat(400_000)];
    const articles = Array.from({ length: 16 }, (_, n) => ({ n, summary: large[n % 4] ?? '' }));
    show(document(...articles));
    await run();
    expect(sent.length).toBeGreaterThan(3);
    for (const { body } of sent) expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(250_000);
    expect(takeSent()).toEqual(articles.map(({ n }) => `new Title ${n} (welcome)`));
  });

  it('are few for small items', async () => {
    show(document(...Array.from({ length: 100 }, (_, n) => ({ n }))));
    await run();
    expect(sent).toHaveLength(1);
  });

  it('resolve relative links against the final address of the document', async () => {
    const body = new TextEncoder().encode(document({ n: 1 }));
    respond = () => ({ kind: 'document', bytes: body, contentType: '', url: 'https://new.herald.test/feed' });
    await run();
    expect(sent[0]?.body.items[0]?.item.url).toBe('https://new.herald.test/1');
  });
});

/** Takes the titles of the notices sent since the last call. */
function takeNotices(): string[] {
  const titles = notices.map(({ body }) => body.title);
  notices = [];
  return titles;
}

/** Polls every ten minutes for a while, and returns the times of the requests. */
async function pollFor(span: number): Promise<number[]> {
  const times: number[] = [];
  for (const until = now + span; now < until; ) {
    const since = new Date(now).toISOString();
    now += 10 * MINUTE;
    requests = [];
    await run({ since });
    if (requests.length > 0) times.push(now);
  }
  return times;
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, n) => (time - (times[n] ?? 0)) / MINUTE);
let n = 0;
/** Serves a new item at each call. */
const showNews = () => show(document({ n: ++n, date: new Date(now).toISOString() }));

describe('the interval of a feed', () => {
  beforeEach(() => {
    feed = { ...FEED, everyAtMost: 40 * MINUTE };
  });

  it('is the shortest if every poll brings news', async () => {
    respond = (request) => {
      showNews();
      return respond(request);
    };
    await run();
    const times: number[] = [];
    for (let poll = 0; poll < 30; poll++) {
      const since = new Date(now).toISOString();
      now += 10 * MINUTE;
      showNews();
      if ((await run({ since })).kind === 'changed') times.push(now);
    }
    expect(new Set(gaps(times))).toEqual(new Set([10]));
  });

  it('grows with the time since the last news, up to its maximum', async () => {
    await afterFirst();
    expect(new Set(gaps(await pollFor(2 * HOUR)))).toEqual(new Set([10]));
    now += 24 * HOUR;
    expect(new Set(gaps(await pollFor(8 * HOUR)))).toEqual(new Set([40]));
  });

  it('is constant if the file gives only one', async () => {
    feed = FEED;
    await afterFirst();
    now += 24 * HOUR;
    expect(new Set(gaps(await pollFor(4 * HOUR)))).toEqual(new Set([10]));
  });

  it('is longer if the server or the feed asks for it, within its bounds', async () => {
    await afterFirst(document({ n: 1 }).replace('<title>', '<ttl>20</ttl><title>'));
    expect(new Set(gaps(await pollFor(2 * HOUR)))).toEqual(new Set([20]));
    respond = ({ url }) => ({
      kind: 'document',
      bytes: new TextEncoder().encode(document({ n: 2 })),
      contentType: '',
      url,
      freshFor: 24 * HOUR,
    });
    await pollFor(HOUR);
    expect(new Set(gaps(await pollFor(4 * HOUR)))).toEqual(new Set([40]));
  });

  it('is the longest in the hours that the feed skips', async () => {
    const hours = Array.from({ length: 12 }, (_, hour) => `<hour>${hour + 12}</hour>`).join('');
    await afterFirst(document({ n: 1 }).replace('<title>', `<skipHours>${hours}</skipHours><title>`));
    expect(new Set(gaps(await pollFor(4 * HOUR)))).toEqual(new Set([40]));
  });

  it('does not apply to a feed that has failed', async () => {
    await afterFirst();
    now += 24 * HOUR;
    failWith(HTTP_503);
    const times = await pollFor(HOUR);
    // The first retry comes at the shortest interval, and backoff applies after that.
    expect(gaps(times)[0]).toBe(10);
  });

  it('does not apply when the configuration is new', async () => {
    await afterFirst();
    now += 24 * HOUR;
    for (let again = 0; again < 5; again++, now += 10 * MINUTE)
      expect(await run()).toEqual({ kind: 'unchanged' });
  });
});

describe('a notice', () => {
  it('is sent once when a feed keeps failing, and once when it works again', async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 9; failure++, now += 8 * HOUR) {
      await run();
      expect(takeNotices()).toEqual(failure === 5 ? ['failed 5 polls in a row'] : []);
    }
    show(document({ n: 2 }, { n: 1 }));
    await run();
    expect(takeNotices()).toEqual(['works again']);
    await run();
    failWith(HTTP_503);
    await run();
    expect(takeNotices()).toEqual([]);
  });

  it('is not sent for short failures', async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 4; failure++, now += 8 * HOUR) await run();
    respond = () => ({ kind: 'unchanged' });
    await run();
    expect(takeNotices()).toEqual([]);
  });

  it('is sent before the commit, with the same id in every attempt', async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 4; failure++, now += 8 * HOUR) await run();
    broken = 'put FEED#herald';
    await expect(run()).rejects.toThrow();
    now += MINUTE;
    broken = undefined;
    await run();
    expect(new Set(notices.map(({ deduplication }) => deduplication)).size).toBe(1);
    expect(notices).toHaveLength(2);
  });

  it('is sent for a feed that is gone for good, whose address is not requested again', async () => {
    await afterFirst();
    failWith({ kind: 'gone', detail: 'HTTP 410' });
    expect(await run()).toMatchObject({ kind: 'failed' });
    expect(takeNotices()).toEqual(['is gone for good and no longer polled']);
    requests = [];
    now += 400 * 24 * HOUR;
    expect(await run()).toEqual({ kind: 'stopped' });
    expect(requests).toEqual([]);
    feed = { ...FEED, url: 'https://herald.test/new.xml' };
    show(document({ n: 2 }, { n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 1 });
  });
});

describe('a feed that has moved for good', () => {
  const TO = 'https://herald.test/moved.xml';
  const moveTo = (to: string, body = document({ n: 1 })) => {
    respond = ({ url }) => ({
      kind: 'document',
      bytes: new TextEncoder().encode(body),
      contentType: '',
      url: to,
      etag: '"m"',
      ...(url === to ? {} : { moved: to }),
    });
  };

  it('is requested at its new address, and one notice is sent', async () => {
    await afterFirst();
    moveTo(TO);
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(takeNotices()).toEqual(['has moved for good']);
    requests = [];
    effects = [];
    await run();
    expect(requests).toEqual([{ url: TO, feedUrl: feed.url }]);
    moveTo(TO, document({ n: 2 }, { n: 1 }));
    await run();
    expect(requests.at(-1)).toEqual({ url: TO, feedUrl: feed.url });
    requests = [];
    await run();
    expect(requests).toEqual([{ url: TO, feedUrl: feed.url, etag: '"m"' }]);
    expect(takeNotices()).toEqual([]);
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
  });

  it('is not followed to an address without a feed', async () => {
    await afterFirst();
    moveTo(TO, '<!doctype html><title>Log in</title>');
    await run();
    expect(takeNotices()).toEqual([]);
    requests = [];
    now += HOUR;
    await run();
    expect(requests).toEqual([{ url: FEED.url }]);
  });

  it('is requested at its own address again when the new one fails', async () => {
    await afterFirst();
    moveTo(TO);
    await run();
    failWith({ kind: 'gone', detail: 'HTTP 410' });
    await run();
    expect(takeNotices()).toEqual(['has moved for good']);
    requests = [];
    show(document({ n: 2 }, { n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 1 });
    expect(requests).toEqual([{ url: FEED.url }]);
  });
});

describe('a server that wrongly answers 304', () => {
  const newDocument = document({ n: 2 }, { n: 1 });
  beforeEach(async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"' });
    respond = ({ url, etag }) =>
      etag
        ? { kind: 'unchanged' }
        : {
            kind: 'document',
            bytes: new TextEncoder().encode(newDocument),
            contentType: '',
            url,
            etag: '"1"',
          };
  });

  it('is detected within a day, and gets no validators from then on', async () => {
    const conditional: boolean[] = [];
    for (let poll = 0; poll < 150; poll++) {
      const since = new Date(now).toISOString();
      now += 10 * MINUTE;
      requests = [];
      await run({ since });
      conditional.push(...requests.map(({ etag }) => etag !== undefined));
    }
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
    const lie = conditional.indexOf(false);
    expect(lie).toBeLessThanOrEqual(144);
    // A conditional request, a full one, and a conditional one to confirm; then only full ones.
    expect(conditional.slice(lie - 1, lie + 2)).toEqual([true, false, true]);
    expect(conditional.slice(lie + 2)).not.toContain(true);
  });

  it('is still trusted if the news appeared between two requests', async () => {
    let whole = false;
    respond = ({ url, etag }) => {
      if (etag && !whole) return { kind: 'unchanged' };
      whole = true;
      return {
        kind: 'document',
        bytes: new TextEncoder().encode(newDocument),
        contentType: '',
        url,
        etag: '"2"',
      };
    };
    await pollFor(25 * HOUR);
    requests = [];
    respond = () => ({ kind: 'unchanged' });
    await run();
    expect(requests).toEqual([{ url: FEED.url, etag: '"2"' }]);
  });

  it('is not probed while it is slow', async () => {
    respond = ({ etag }) => {
      now += 11_000;
      return etag ? { kind: 'unchanged' } : expect.fail('expected no second request');
    };
    await pollFor(25 * HOUR);
  });
});

describe('a feed that gives its articles new ids', () => {
  const oldArticle = (n: number | string, address = `${n}`) => ({
    n: address,
    title: `Title ${n}`,
    date: `2026-02-${10 + Number(n)}T11:00:00Z`,
    summary: `text ${n}`,
  });
  const before = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => oldArticle(n));

  it('and new dates is recognised by its texts', async () => {
    await afterFirst(document(...before));
    const renamed = before.map(({ n, ...rest }) => ({
      ...rest,
      n: `moved-${n}`,
      date: '2026-03-02T11:30:00Z',
    }));
    show(document(...renamed));
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(takeNotices()).toEqual([]);
    show(document({ n: 'moved-news', title: 'News' }, ...renamed));
    await run();
    expect(takeSent()).toEqual(['new News (alert)']);
  });

  it('and new texts sends a notice and no alerts for them', async () => {
    await afterFirst(document(...before));
    show(
      document(
        { n: 'x', title: 'News', date: '2026-03-02T11:55:00Z' },
        ...before.map(({ n, title, date }) => ({
          n: `moved-${n}`,
          title: `${title}!`,
          date,
          summary: 'now longer',
        })),
      ),
    );
    await run();
    expect(takeSent()).toEqual(['new News (alert)', ...before.map(({ title }) => `new ${title}! (silent)`)]);
    expect(takeNotices()).toEqual(['gave 10 old items new ids']);
  });

  it('is not confused with one that has only days as dates, and much news on one day', async () => {
    const today = (n: string) => ({ n, title: `Decision ${n}`, date: '2026-03-02T00:00:00Z' });
    await afterFirst(document(today('a')));
    now += 3 * HOUR;
    show(document(...['g', 'f', 'e', 'd', 'c', 'b', 'a'].map(today)));
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(6);
  });

  it('is not confused with one that is polled rarely and dates its news some hours back', async () => {
    const lateArticle = (n: string, hour: number) => ({
      n,
      title: `Story ${n}`,
      date: `2026-03-02T0${hour}:00:00Z`,
    });
    await afterFirst(document({ n: 'first', title: 'First', date: '2026-03-02T11:00:00Z' }));
    now += 8 * HOUR;
    show(document(...['f', 'e', 'd', 'c', 'b'].map((n, at) => lateArticle(n, 4 + at))));
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(5);
    expect(takeNotices()).toEqual([]);
  });

  it('is not confused with one that repeats a text', async () => {
    const down = (n: string) => ({ n, title: 'Service degraded', date: '2026-03-02T11:00:00Z' });
    await afterFirst(document(down('a')));
    now += HOUR;
    const later = ['f', 'e', 'd', 'c', 'b'].map((n, at) => ({
      ...down(n),
      date: `2026-03-02T12:0${at}:00Z`,
    }));
    show(document(...later, down('a')));
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(5);
  });

  it('is not confused with one whose list goes further back than before', async () => {
    await afterFirst(document(...before.slice(0, 4)));
    show(document(...before));
    await run();
    expect(takeSent()).toEqual(before.slice(4).map(({ title }) => `new ${title} (silent)`));
    expect(takeNotices()).toEqual([]);
  });

  it('is not confused with one that shows its past, and a late item, after a turnover of its list', async () => {
    const recent = (n: number) => ({ n: `recent-${n}`, date: `2026-03-02T0${n}:00:00Z` });
    await afterFirst(document(...[3, 2, 1].map(recent)));
    now += 4 * HOUR;
    show(
      document(
        { n: 'news-2', date: '2026-03-02T15:30:00Z' },
        { n: 'news-1', date: '2026-03-02T15:00:00Z' },
        { n: 'embargoed', date: '2026-02-27T22:00:00Z' },
        ...[4, 3, 2, 1].map((n) => ({ n: `past-${n}`, date: `2026-01-0${n}T11:00:00Z` })),
      ),
    );
    await run();
    expect(takeSent()).toEqual([
      'new Title news-2 (alert)',
      'new Title news-1 (alert)',
      'new Title embargoed (alert)',
      ...[4, 3, 2, 1].map((n) => `new Title past-${n} (silent)`),
    ]);
    expect(takeNotices()).toEqual([]);
  });

  it.each([
    ['of two weeks with the same dates', [8, 7, 6, 2, 1, 1], 11],
    ['of a few days with dates in another time zone', [8, 7, 7, 6, 6, 5], 10],
  ])('and new texts to items %s sends a notice and no alerts for them', async (_name, days, hour) => {
    const items = (name: string, at: number) =>
      days.map((day, n) => ({
        n: `${name}-${n}`,
        title: `Title ${name} ${n}`,
        date: `2026-02-2${day}T${at}:0${n}:00Z`,
      }));
    await afterFirst(document(...items('before', 11)));
    show(document(...items('moved', hour)));
    await run();
    expect(takeSent()).toEqual(days.map((_, n) => `new Title moved ${n} (silent)`));
    expect(takeNotices()).toEqual(['gave 6 old items new ids']);
  });

  it('is not confused with one that brings much news at once, or a few late items', async () => {
    await afterFirst(document(...before));
    show(document(...before.map((_, n) => ({ n: `news-${n}` }))));
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(10);
    show(
      document(
        ...[1, 2, 3]
          .map((n) => oldArticle(n, `late-${n}`))
          .map((article) => ({ ...article, date: '2026-02-27T11:00:00Z', title: `${article.title} late` })),
      ),
    );
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(3);
    expect(takeNotices()).toEqual([]);
  });
});

describe('a truncated document', () => {
  const all = [5, 4, 3, 2, 1].map((n) => ({ n, date: `2026-03-0${n > 2 ? 1 : 2}T0${n}:00:00Z` }));
  const half = () => document(...all).split('<item><guid>guid-3')[0] ?? '';

  it('is read as far as it goes, and requested unconditionally the next time', async () => {
    await afterFirst(document({ n: 0 }), { etag: '"0"' });
    show(document({ n: 9 }, { n: 0 }).replace('</channel></rss>', ''), { etag: '"1"' });
    await run();
    expect(takeSent()).toEqual(['new Title 9 (alert)']);
    requests = [];
    await run();
    expect(requests).toEqual([{ url: FEED.url }]);
  });

  it('brings no flood of alerts when the rest of a first one appears', async () => {
    show(half());
    await run();
    expect(takeSent()).toEqual(['new Title 5 (silent)', 'new Title 4 (silent)']);
    now += 10 * MINUTE;
    show(document({ n: 'news', date: new Date(now).toISOString() }, ...all));
    await run();
    expect(takeSent()).toEqual([
      'new Title news (alert)',
      'new Title 3 (silent)',
      'new Title 2 (welcome)',
      'new Title 1 (welcome)',
    ]);
  });

  it('brings alerts, which have caps, instead of welcomes after some commits', async () => {
    const modes: string[] = [];
    for (let poll = 0; poll < 10; poll++) {
      const before = { n: `before-${poll}`, date: new Date(now - 10 * MINUTE).toISOString() };
      show(document(before, { n: 'cut' }).split('<item><guid>guid-cut')[0] ?? '');
      await run();
      modes.push(...takeSent().map((line) => line.replace(/.*\((.*)\)/, '$1')));
      now += 5 * MINUTE;
    }
    expect(modes.slice(-4)).toEqual(['alert', 'alert', 'alert', 'alert']);
  });
});

describe('a document larger than the limit', () => {
  /** Serves the articles, cut at the limit after `count` of them. */
  const showStart = (articles: readonly Article[], count: number, etag: string) => {
    const bytes = new TextEncoder().encode(
      document(...articles).split(`<item><guid>guid-${articles[count]?.n}<`)[0],
    );
    respond = ({ url }) => ({ kind: 'document', bytes, cut: 'limit', contentType: '', url, etag });
  };
  const past = Array.from({ length: 8 }, (_, n) => ({ n: 8 - n, date: `2026-02-0${8 - n}T09:00:00Z` }));
  const news = { n: 'news', date: '2026-03-02T11:55:00Z' };

  it('is read once, and the rest is never requested', async () => {
    showStart(past, 4, '"1"');
    await run();
    expect(takeSent()).toEqual(past.slice(0, 4).map(({ n }) => `new Title ${n} (silent)`));
    expect(await state()).toMatchObject({ etag: '"1"' });
    expect(await state()).not.toHaveProperty('inPart');
    requests = [];
    await run();
    expect(requests).toEqual([{ url: FEED.url, etag: '"1"' }]);
    expect(takeSent()).toEqual([]);
  });

  it('brings its news, and does not repeat entries that pass the limit and come back', async () => {
    showStart(past, 4, '"1"');
    await run();
    takeSent();
    now += 10 * MINUTE;
    showStart([news, ...past], 3, '"2"');
    await run();
    expect(takeSent()).toEqual(['new Title news (alert)']);
    now += 10 * MINUTE;
    showStart([news, ...past], 5, '"3"');
    await run();
    expect(takeSent()).toEqual([]);
  });
});

it.each([
  [undefined, undefined, undefined],
  ['ours/1', undefined, 'ours/1'],
  ['ours/1', 'own/2', 'own/2'],
])('sends the user agent of the file, %s, or that of the feed, %s', async (common, own, userAgent) => {
  defaultUserAgent = common;
  feed = { ...FEED, ...(own === undefined ? {} : { userAgent: own }) };
  show(document({ n: 1 }));
  await run();
  expect(requests).toEqual([{ url: FEED.url, userAgent }]);
});

it('a feed on a paused host waits, without a failure or a write', async () => {
  respond = () => ({ kind: 'postponed', retryAt: now + MINUTE });
  expect(await run()).toEqual({ kind: 'waiting' });
  expect(effects).toEqual([]);
});

it('a feed that asks for an absurd interval is still read', async () => {
  await afterFirst(document({ n: 1 }).replace('<title>', '<ttl>999999999999999</ttl><title>'));
  expect((await state()).hints).toEqual({ interval: 7 * 24 * HOUR });
});

describe('a new address in the file', () => {
  beforeEach(async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 6; failure++, now += 8 * HOUR) await run();
    takeNotices();
    now -= 8 * HOUR - MINUTE;
    feed = { ...FEED, url: 'https://herald.test/other.xml' };
  });

  it('is requested at once, whatever the failures of the old one', async () => {
    expect(await run()).toMatchObject({ kind: 'failed', failures: 1 });
    for (let failure = 2; failure <= 5; failure++) {
      now += 8 * HOUR;
      await run();
    }
    expect(takeNotices()).toEqual(['failed 5 polls in a row']);
  });
});

it('sends one notice for a feed that was failing under release 0.1.0', async () => {
  await feedStates(table).commit('herald', { version: 0, failures: 0 }, { url: FEED.url, failures: 12 });
  failWith(HTTP_503);
  for (let failure = 0; failure < 3; failure++, now += 8 * HOUR) await run();
  expect(takeNotices()).toEqual(['failed 13 polls in a row']);
});
