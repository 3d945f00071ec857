import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure, FetchRequest, FetchResult } from '../../../functions/poll/fetch/fetch.ts';
import { poll } from '../../../functions/poll/poll.ts';
import type { Feed, FeedDue, ItemsFound, Notice, PipelineConfig } from '../../../functions/shared/model.ts';
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
/** What was done, in order. */
let metrics: ReturnType<typeof countedMetrics>;
let effects: string[];
let sent: QueueMessage<ItemsFound>[];
let told: QueueMessage<Notice>[];
let asked: FetchRequest[];
let logged: Readonly<Record<string, unknown>>[];
let debugged: Readonly<Record<string, unknown>>[];
/** The step that throws. */
let broken: string | undefined;
/** Titles of the items whose words were counted, and what was done last before. */
let counted: string[];
let committed: string[];
let countsFail: boolean;
let feed: Feed;
let userAgentOfAll: string | undefined;
let secrets: Record<string, string>;
let answer: (request: FetchRequest) => FetchResult | Promise<FetchResult>;

beforeEach(() => {
  now = START;
  table = memoryTable();
  metrics = countedMetrics();
  effects = [];
  sent = [];
  told = [];
  asked = [];
  logged = [];
  debugged = [];
  broken = undefined;
  counted = [];
  committed = [];
  countsFail = false;
  feed = FEED;
  userAgentOfAll = undefined;
  secrets = {};
  answer = () => expect.fail('the server is not there yet');
});

function step(name: string): void {
  if (broken === name) throw new Error(`${name} is broken`);
  effects.push(name);
}

const noting: Table = {
  get: (key) => table.get(key),
  put: (record, condition) => {
    step(`put ${record.pk}`);
    return table.put(record, condition);
  },
  putAll: (records) => {
    if (records.length > 0) step(`store ${records.length}`);
    return table.putAll(records);
  },
  delete: (key) => {
    step(`delete ${key.pk}`);
    return table.delete(key);
  },
  query: () => expect.fail('poll queries nothing'),
  queryDue: () => expect.fail('poll queries nothing'),
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
    ...(userAgentOfAll === undefined ? {} : { userAgent: userAgentOfAll }),
  };
  return poll(
    {
      clock: () => now,
      log: { debug, info: log, warn: log, error: log },
      metrics,
      config,
      fetch: async (request) => {
        asked.push(request);
        return answer(request);
      },
      secrets: environmentSecrets(secrets),
      feedStates: feedStates(noting),
      items: items(noting),
      countWords: async (fresh) => {
        if (countsFail) throw new Error('counts are broken');
        counted.push(...fresh.map(({ title }) => title));
        committed.push(effects.at(-1) ?? '');
      },
      limitDocuments: (work) => work(),
      itemsQueue: {
        async send(messages) {
          if (messages.length > 0) step(`send ${messages.length}`);
          sent.push(...messages);
        },
      },
      notices: {
        async send(messages) {
          if (messages.length > 0) step(`tell ${messages.length}`);
          told.push(...messages);
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

/** A server that shows a document from now on, with validators of its own where they are given. */
function show(body: string, validators: { etag?: string; lastModified?: string } = {}): void {
  answer = ({ url }) => ({
    kind: 'document',
    bytes: new TextEncoder().encode(body),
    contentType: 'application/rss+xml',
    url,
    ...validators,
  });
}

function failWith(failure: Failure): void {
  answer = () => ({ kind: 'failed', failure });
}

const HTTP_503: Failure = { kind: 'status', detail: 'HTTP 503' };
const state = () => feedStates(table).get('herald');
/** What was sent since this was last asked: "new Title 1 (alert)". */
function takeSent(): string[] {
  const found = sent.flatMap(({ body }) => body.items);
  sent = [];
  return found.map(({ item, change, loudness }) => `${change} ${item.title} (${loudness})`);
}

/** Polls once for the first time, so that what comes is no first poll. */
async function afterFirst(body = document({ n: 1 }), validators?: Parameters<typeof show>[1]): Promise<void> {
  show(body, validators);
  await run();
  takeSent();
  effects = [];
  asked = [];
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
  ])('ends where %s fails, and the next poll finds everything again', async (name, before) => {
    await afterFirst(document({ n: 1 }), { etag: '"old"' });
    const stored = await state();
    show(document({ n: 2 }, { n: 1, summary: 'Edited' }), { etag: '"new"' });
    broken = name;
    await expect(run()).rejects.toThrow(`${name} is broken`);
    expect(effects).toEqual(before);
    expect(await state()).toEqual(stored);

    broken = undefined;
    takeSent();
    asked = [];
    expect(await run()).toMatchObject({ kind: 'changed', new: 1, edited: 1 });
    expect(asked).toEqual([{ url: FEED.url, etag: '"old"' }]);
    expect(takeSent()).toEqual(['new Title 2 (alert)', 'edited Title 1 (alert)']);
    expect(await state()).toMatchObject({ etag: '"new"' });
    expect(await run()).toEqual({ kind: 'unchanged' });
  });

  it('of a poll that another has overtaken changes nothing that the other committed', async () => {
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
  it('tells of the last day as a welcome, of older news not at all, and of undated as a welcome', async () => {
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

  // Regression: a feed whose first answer was empty told all of its past, an alert each, at the second.
  it('is the first that shows something', async () => {
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

  it('is still to come after one that broke off', async () => {
    show(document({ n: 1 }));
    broken = 'put FEED#herald';
    await expect(run()).rejects.toThrow();
    broken = undefined;
    takeSent();
    await run();
    expect(takeSent()).toEqual(['new Title 1 (welcome)']);
  });

  it('is over for what comes some days late, and not for what is years old', async () => {
    await afterFirst();
    show(document({ n: 3, date: '2026-02-25T00:00:00Z' }, { n: 2, date: '2020-01-01T00:00:00Z' }, { n: 1 }));
    await run();
    expect(takeSent()).toEqual(['new Title 3 (alert)', 'new Title 2 (silent)']);
  });
});

describe('what is counted', () => {
  it('are turns, failures of feeds, silence, and what was found', async () => {
    await afterFirst(document({ n: 1 }));
    show(document({ n: 1 }, { n: 2 }, { n: 3 }));
    await run();
    expect(metrics.counts).toMatchObject({ FeedsDue: 2, FeedsFailing: 0, Silent: 0, ItemsFound: 3 });

    answer = () => ({ kind: 'failed', failure: { kind: 'status', detail: 'HTTP 500' } });
    await run();
    await run();
    // Told to wait, since it has failed twice.
    expect(await run()).toEqual({ kind: 'waiting' });
    expect(metrics.counts).toMatchObject({ FeedsDue: 5, FeedsFailing: 3 });

    now += 40 * 24 * HOUR;
    await run();
    expect(metrics.counts.Silent).toBe(1);
  });
});

describe('the words of items', () => {
  it('are counted last, of new items alone', async () => {
    await afterFirst();
    expect(counted).toEqual(['Title 1']);
    show(document({ n: 3 }, { n: 2 }, { n: 1, summary: 'Edited' }));
    await run();
    expect(counted.slice(1)).toEqual(['Title 3', 'Title 2']);
    expect(committed).toEqual(['put FEED#herald', 'put FEED#herald']);
    await run();
    expect(counted).toHaveLength(3);
  });

  it('are not counted by a poll that another has overtaken', async () => {
    await afterFirst();
    show(document({ n: 2 }, { n: 1 }));
    await Promise.all([run(), run()]);
    expect(counted.slice(1)).toEqual(['Title 2']);
  });

  it('that cannot be counted change nothing else, and are in the log', async () => {
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

describe('the name of a feed', () => {
  const untitled: Feed = { ...FEED, title: 'herald.test', untitled: true };
  const names = () => sent.map(({ body }) => body.feed);

  it('is that of the file, whatever the document says', async () => {
    show(document({ n: 1 }));
    expect(await run()).not.toHaveProperty('title');
    expect(names()).toEqual([{ id: 'herald', title: 'The Herald', url: 'https://herald.test/' }]);
  });

  it('is the title of the document where the file has none, for alerts, notices and the log', async () => {
    feed = untitled;
    show(document({ n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', title: 'Herald' });
    expect(names()).toEqual([
      { id: 'herald', title: 'Herald', url: 'https://herald.test/', titleInFile: 'herald.test' },
    ]);
    answer = () => ({ kind: 'unchanged' });
    now += HOUR;
    expect(await run()).toEqual({ kind: 'unchanged', title: 'Herald' });
    answer = () => ({ kind: 'failed', failure: { kind: 'gone', detail: 'HTTP 410' } });
    now += HOUR;
    await run();
    expect(told.map(({ body }) => body.feed.title)).toEqual(['Herald']);
    expect(logged.map(({ title }) => title)).toEqual(['Herald', 'Herald']);
  });

  it('is the host while no document has a title, and follows the document when it changes', async () => {
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
    expect(names().map(({ title }) => title)).toEqual([
      'herald.test',
      'Herald',
      'The New Herald',
      'The New Herald',
    ]);
  });
});

describe('what is written', () => {
  it('is what is remembered of the feed', async () => {
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

  it('is nothing on a 304', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    answer = () => ({ kind: 'unchanged' });
    logged = [];
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(asked).toEqual([{ url: FEED.url, etag: '"1"', lastModified: 'x' }]);
    expect(effects).toEqual([]);
    expect([logged, debugged]).toEqual([[], [{ feedId: 'herald', outcome: 'unchanged' }]]);
  });

  // Regression: a feed whose address was changed was asked with the validators of the old one, and a 304 hid its news.
  it('holds no validators for another address', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    feed = { ...FEED, url: 'http://news.example/moved.xml' };
    show(document({ n: 2 }, { n: 1 }), { etag: '"1"' });
    await run();
    await run();
    expect(asked).toEqual([{ url: feed.url }, { url: feed.url, etag: '"1"' }]);
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
  });

  it('holds no validators of a document that breaks off: a 304 would hide its rest for ever', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    const whole = document({ n: 3 }, { n: 2 }, { n: 1 });
    show(whole.slice(0, whole.indexOf('<title>Title 2')), { etag: '"2"', lastModified: 'y' });
    await run();
    expect(takeSent()).toEqual(['new Title 3 (alert)']);
    show(whole, { etag: '"2"', lastModified: 'y' });
    await run();
    expect(asked.at(-1)).toEqual({ url: FEED.url });
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
    expect(await state()).toMatchObject({ etag: '"2"', lastModified: 'y' });
  });

  it('is nothing on the same body, even with another ETag', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"' });
    show(document({ n: 1 }), { etag: '"2"' });
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual([]);
  });

  it.each([
    ['another build date', `${document({ n: 1 }, { n: 2 })}<!-- rendered anew -->`],
    ['another order', document({ n: 2 }, { n: 1 })],
    ['fewer entries', document({ n: 1 })],
  ])('is nothing when the body has %s, and the same validators', async (_, body) => {
    const validators = { etag: '"1"', lastModified: 'x' };
    await afterFirst(document({ n: 1 }, { n: 2 }), validators);
    show(body, validators);
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual([]);
    show(document({ n: 3 }, { n: 2 }, { n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 1, edited: 0 });
  });

  it('is the state when an entry that had left the feed is back, so that it is forgotten last', async () => {
    await afterFirst(document({ n: 1 }, { n: 2 }));
    show(document({ n: 3 }, { n: 1 }));
    await run();
    effects = [];
    show(document({ n: 3 }, { n: 2 }));
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual(['put FEED#herald']);
  });

  it('is the state when an entry has another name, though nothing else is new', async () => {
    await afterFirst(document({ n: 1, date: '' }));
    show(document({ n: 1, date: '2026-03-02T09:00:00Z' }));
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual(['put FEED#herald']);
  });

  it('is the state alone when the body changes and no entry does', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"' });
    show(`${document({ n: 1 })}<!-- rendered anew -->`);
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(effects).toEqual(['put FEED#herald']);
    expect(await state()).not.toHaveProperty('etag');
  });

  it('never takes the time of the last item back', async () => {
    await afterFirst(document({ n: 1, date: '2026-03-02T11:00:00Z' }));
    show(document({ n: 2, date: '2026-03-01T11:00:00Z' }));
    await run();
    expect((await state()).lastItemAt).toBe('2026-03-02T11:00:00.000Z');
  });
});

describe('a failure', () => {
  it('touches neither validators nor what has been seen', async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"', lastModified: 'x' });
    const before = await state();
    for (const fail of [
      () => failWith(HTTP_503),
      () => show('<html>'),
      () => show(''),
      () => show('<rss><chan'),
    ]) {
      fail();
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

  it('is counted, kept and told', async () => {
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

  it('is waited out for twice as long each time, up to six hours, and by chance a quarter longer', async () => {
    failWith(HTTP_503);
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      await run();
      const { notBefore = 0 } = await state();
      waits.push((notBefore - now) / MINUTE);
      now = notBefore;
    }
    const least = [0, 20, 40, 80, 160, 320, 360, 360, 360];
    expect(waits.map((wait, n) => Math.min(wait, least[n] ?? 0))).toEqual(least);
    expect(waits.map((wait, n) => Math.max(wait, (least[n] ?? 0) * 1.25))).toEqual(
      least.map((n) => n * 1.25),
    );
    expect(new Set(waits).size).toBe(9);
  });

  it('keeps the feed from being asked until its time, to the millisecond', async () => {
    failWith(HTTP_503);
    await run();
    await run();
    asked = [];
    effects = [];
    now = ((await state()).notBefore ?? 0) - 1;
    expect(now - START).toBeGreaterThanOrEqual(20 * MINUTE - 1);
    expect(await run()).toEqual({ kind: 'waiting' });
    expect(asked).toEqual([]);
    expect(effects).toEqual([]);
    now++;
    expect(await run()).toMatchObject({ kind: 'failed', failures: 3 });
  });

  it.each([
    ['a minute', MINUTE, MINUTE],
    ['an hour, on the first failure', HOUR, HOUR],
    ['a year', 365 * 24 * HOUR, 24 * HOUR],
    ['an hour ago', -HOUR, 0],
  ])('with Retry-After waits as it is asked to: %s', async (_name, asks, waits) => {
    failWith({ ...HTTP_503, retryAt: START + asks });
    await run();
    expect((await state()).notBefore).toBe(START + waits);
  });

  it('with a shorter Retry-After still backs off', async () => {
    failWith({ ...HTTP_503, retryAt: START + MINUTE });
    await run();
    now += MINUTE;
    failWith({ ...HTTP_503, retryAt: now + MINUTE });
    await run();
    expect((await state()).notBefore).toBeGreaterThanOrEqual(now + 20 * MINUTE);
  });

  it('does not silence the feed for years when the clock was wrong', async () => {
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
        answer = () => ({ kind: 'unchanged' });
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

  it('of a poll that another has overtaken is not counted', async () => {
    await afterFirst();
    const before = await state();
    answer = async () => {
      await feedStates(table).commit('herald', before, { ...before, etag: '"other"' });
      return { kind: 'failed', failure: HTTP_503 };
    };
    expect(await run()).toEqual({ kind: 'superseded' });
    expect(await state()).toMatchObject({ failures: 0, etag: '"other"' });
  });
});

describe('a feed that is not to be polled', () => {
  it.each<[string, Partial<Feed>]>([
    ['disabled', { enabled: false }],
    ['no longer in the configuration', { id: 'other' }],
  ])('because it is %s is unconfigured', async (_name, change) => {
    feed = { ...FEED, ...change };
    expect(await run()).toEqual({ kind: 'unconfigured' });
    expect(asked).toEqual([]);
    expect(effects).toEqual([]);
  });
});

describe('messages', () => {
  it('name the feed, the tick and the time of the poll', async () => {
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

  it('stay below what the queue takes, whatever the items hold, and lose none', async () => {
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

  it('take relative links from where the document came from in the end', async () => {
    const body = new TextEncoder().encode(document({ n: 1 }));
    answer = () => ({ kind: 'document', bytes: body, contentType: '', url: 'https://new.herald.test/feed' });
    await run();
    expect(sent[0]?.body.items[0]?.item.url).toBe('https://new.herald.test/1');
  });
});

/** What was told of the feed since this was last asked: the title and how the notice begins. */
function takeTold(): string[] {
  const notices = told.map(({ body }) => body);
  told = [];
  return notices.map(({ title }) => title);
}

/** Polls at every turn from now on for a while, and tells when it was asked. */
async function turns(span: number): Promise<number[]> {
  const times: number[] = [];
  for (const until = now + span; now < until; ) {
    const since = new Date(now).toISOString();
    now += 10 * MINUTE;
    asked = [];
    await run({ since });
    if (asked.length > 0) times.push(now);
  }
  return times;
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, n) => (time - (times[n] ?? 0)) / MINUTE);
/** Bring an item each time, or nothing. */
let n = 0;
const news = () => show(document({ n: ++n, date: new Date(now).toISOString() }));

describe('the pace of a feed', () => {
  beforeEach(() => {
    feed = { ...FEED, everyAtMost: 40 * MINUTE };
  });

  it('is the shortest for one that brings news at every turn', async () => {
    answer = (request) => {
      news();
      return answer(request);
    };
    await run();
    const times: number[] = [];
    for (let turn = 0; turn < 30; turn++) {
      const since = new Date(now).toISOString();
      now += 10 * MINUTE;
      news();
      if ((await run({ since })).kind === 'changed') times.push(now);
    }
    expect(new Set(gaps(times))).toEqual(new Set([10]));
  });

  it('grows with the time since there was news, and no further than it may', async () => {
    await afterFirst();
    expect(new Set(gaps(await turns(2 * HOUR)))).toEqual(new Set([10]));
    now += 24 * HOUR;
    expect(new Set(gaps(await turns(8 * HOUR)))).toEqual(new Set([40]));
  });

  it('is that of the file where it gives one only', async () => {
    feed = FEED;
    await afterFirst();
    now += 24 * HOUR;
    expect(new Set(gaps(await turns(4 * HOUR)))).toEqual(new Set([10]));
  });

  it('is slower when the server or the feed asks for it, within its bounds', async () => {
    await afterFirst(document({ n: 1 }).replace('<title>', '<ttl>20</ttl><title>'));
    expect(new Set(gaps(await turns(2 * HOUR)))).toEqual(new Set([20]));
    answer = ({ url }) => ({
      kind: 'document',
      bytes: new TextEncoder().encode(document({ n: 2 })),
      contentType: '',
      url,
      freshFor: 24 * HOUR,
    });
    await turns(HOUR);
    expect(new Set(gaps(await turns(4 * HOUR)))).toEqual(new Set([40]));
  });

  it('is the slowest in hours in which the feed says that nothing comes', async () => {
    const hours = Array.from({ length: 12 }, (_, hour) => `<hour>${hour + 12}</hour>`).join('');
    await afterFirst(document({ n: 1 }).replace('<title>', `<skipHours>${hours}</skipHours><title>`));
    expect(new Set(gaps(await turns(4 * HOUR)))).toEqual(new Set([40]));
  });

  it('does not keep back one that has failed', async () => {
    await afterFirst();
    now += 24 * HOUR;
    failWith(HTTP_503);
    const times = await turns(HOUR);
    // Its turn, the next one, and then its back-off.
    expect(gaps(times)[0]).toBe(10);
  });

  it('keeps none from being asked when the configuration is new', async () => {
    await afterFirst();
    now += 24 * HOUR;
    for (let again = 0; again < 5; again++, now += 10 * MINUTE)
      expect(await run()).toEqual({ kind: 'unchanged' });
  });
});

describe('the owner is told', () => {
  it('once when a feed goes on failing, and once when it is back', async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 9; failure++, now += 8 * HOUR) {
      await run();
      expect(takeTold()).toEqual(failure === 5 ? ['5 polls in a row have failed'] : []);
    }
    show(document({ n: 2 }, { n: 1 }));
    await run();
    expect(takeTold()).toEqual(['can be read again']);
    await run();
    failWith(HTTP_503);
    await run();
    expect(takeTold()).toEqual([]);
  });

  it('of no failure that passes', async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 4; failure++, now += 8 * HOUR) await run();
    answer = () => ({ kind: 'unchanged' });
    await run();
    expect(takeTold()).toEqual([]);
  });

  it('before it is remembered, by the same name in every attempt', async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 4; failure++, now += 8 * HOUR) await run();
    broken = 'put FEED#herald';
    await expect(run()).rejects.toThrow();
    now += MINUTE;
    broken = undefined;
    await run();
    expect(new Set(told.map(({ deduplication }) => deduplication)).size).toBe(1);
    expect(told).toHaveLength(2);
  });

  it('that a feed is gone for good, which is not asked again under that address', async () => {
    await afterFirst();
    failWith({ kind: 'gone', detail: 'HTTP 410' });
    expect(await run()).toMatchObject({ kind: 'failed' });
    expect(takeTold()).toEqual(['is gone, and is not asked any more']);
    asked = [];
    now += 400 * 24 * HOUR;
    expect(await run()).toEqual({ kind: 'stopped' });
    expect(asked).toEqual([]);
    feed = { ...FEED, url: 'https://herald.test/new.xml' };
    show(document({ n: 2 }, { n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 1 });
  });
});

describe('a feed that has moved for good', () => {
  const TO = 'https://herald.test/moved.xml';
  const moveTo = (to: string, body = document({ n: 1 })) => {
    answer = ({ url }) => ({
      kind: 'document',
      bytes: new TextEncoder().encode(body),
      contentType: '',
      url: to,
      etag: '"m"',
      ...(url === to ? {} : { moved: to }),
    });
  };

  it('is asked at its new address, and told once', async () => {
    await afterFirst();
    moveTo(TO);
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(takeTold()).toEqual(['has moved for good']);
    asked = [];
    effects = [];
    await run();
    expect(asked).toEqual([{ url: TO, feedUrl: feed.url }]);
    moveTo(TO, document({ n: 2 }, { n: 1 }));
    await run();
    expect(asked.at(-1)).toEqual({ url: TO, feedUrl: feed.url });
    asked = [];
    await run();
    expect(asked).toEqual([{ url: TO, feedUrl: feed.url, etag: '"m"' }]);
    expect(takeTold()).toEqual([]);
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
  });

  it('is not followed to what is no feed', async () => {
    await afterFirst();
    moveTo(TO, '<!doctype html><title>Log in</title>');
    await run();
    expect(takeTold()).toEqual([]);
    asked = [];
    now += HOUR;
    await run();
    expect(asked).toEqual([{ url: FEED.url }]);
  });

  it('is asked at its own address again when the new one fails', async () => {
    await afterFirst();
    moveTo(TO);
    await run();
    failWith({ kind: 'gone', detail: 'HTTP 410' });
    await run();
    expect(takeTold()).toEqual(['has moved for good']);
    asked = [];
    show(document({ n: 2 }, { n: 1 }));
    expect(await run()).toMatchObject({ kind: 'changed', new: 1 });
    expect(asked).toEqual([{ url: FEED.url }]);
  });
});

describe('a server whose validators lie', () => {
  const fresh = document({ n: 2 }, { n: 1 });
  beforeEach(async () => {
    await afterFirst(document({ n: 1 }), { etag: '"1"' });
    answer = ({ url, etag }) =>
      etag
        ? { kind: 'unchanged' }
        : { kind: 'document', bytes: new TextEncoder().encode(fresh), contentType: '', url, etag: '"1"' };
  });

  it('is found out within a day, and asked without them from then on', async () => {
    const conditional: boolean[] = [];
    for (let turn = 0; turn < 150; turn++) {
      const since = new Date(now).toISOString();
      now += 10 * MINUTE;
      asked = [];
      await run({ since });
      conditional.push(...asked.map(({ etag }) => etag !== undefined));
    }
    expect(takeSent()).toEqual(['new Title 2 (alert)']);
    const lie = conditional.indexOf(false);
    expect(lie).toBeLessThanOrEqual(144);
    // What was seen, all of it, and once more with the validators; then never again.
    expect(conditional.slice(lie - 1, lie + 2)).toEqual([true, false, true]);
    expect(conditional.slice(lie + 2)).not.toContain(true);
  });

  it('is trusted on when the news came between two questions', async () => {
    let whole = false;
    answer = ({ url, etag }) => {
      if (etag && !whole) return { kind: 'unchanged' };
      whole = true;
      return { kind: 'document', bytes: new TextEncoder().encode(fresh), contentType: '', url, etag: '"2"' };
    };
    await turns(25 * HOUR);
    asked = [];
    answer = () => ({ kind: 'unchanged' });
    await run();
    expect(asked).toEqual([{ url: FEED.url, etag: '"2"' }]);
  });

  it('is not looked behind while it is slow', async () => {
    answer = ({ etag }) => {
      now += 11_000;
      return etag ? { kind: 'unchanged' } : expect.fail('there is no time for it');
    };
    await turns(25 * HOUR);
  });
});

describe('a feed that gives its articles other names', () => {
  const old = (n: number | string, address = `${n}`) => ({
    n: address,
    title: `Title ${n}`,
    date: `2026-02-${10 + Number(n)}T11:00:00Z`,
    summary: `text ${n}`,
  });
  const before = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => old(n));

  it('and other dates with them, is known by what they say', async () => {
    await afterFirst(document(...before));
    const now = before.map(({ n, ...rest }) => ({ ...rest, n: `moved-${n}`, date: '2026-03-02T11:30:00Z' }));
    show(document(...now));
    expect(await run()).toEqual({ kind: 'unchanged' });
    expect(takeTold()).toEqual([]);
    show(document({ n: 'moved-news', title: 'News' }, ...now));
    await run();
    expect(takeSent()).toEqual(['new News (alert)']);
  });

  it('and other texts, too', async () => {
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
    expect(takeTold()).toEqual(['has given 10 old items new names']);
  });

  it('is not taken for one that dates by days, and brings much news of one day', async () => {
    const today = (n: string) => ({ n, title: `Decision ${n}`, date: '2026-03-02T00:00:00Z' });
    await afterFirst(document(today('a')));
    now += 3 * HOUR;
    show(document(...['g', 'f', 'e', 'd', 'c', 'b', 'a'].map(today)));
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(6);
  });

  it('is not taken for one that is asked seldom, and dates its news some hours back', async () => {
    const late = (n: string, hour: number) => ({
      n,
      title: `Story ${n}`,
      date: `2026-03-02T0${hour}:00:00Z`,
    });
    await afterFirst(document({ n: 'first', title: 'First', date: '2026-03-02T11:00:00Z' }));
    now += 8 * HOUR;
    show(document(...['f', 'e', 'd', 'c', 'b'].map((n, at) => late(n, 4 + at))));
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(5);
    expect(takeTold()).toEqual([]);
  });

  it('is not taken for one that says the same again', async () => {
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

  it('is not taken for one whose list goes further back than before', async () => {
    await afterFirst(document(...before.slice(0, 4)));
    show(document(...before));
    await run();
    expect(takeSent()).toEqual(before.slice(4).map(({ title }) => `new ${title} (silent)`));
    expect(takeTold()).toEqual([]);
  });

  it('is not taken for one that brings much news at once, nor a few late items', async () => {
    await afterFirst(document(...before));
    show(document(...before.map((_, n) => ({ n: `news-${n}` }))));
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(10);
    show(
      document(
        ...[1, 2, 3]
          .map((n) => old(n, `late-${n}`))
          .map((one) => ({ ...one, date: '2026-02-27T11:00:00Z', title: `${one.title} late` })),
      ),
    );
    await run();
    expect(takeSent().filter((line) => line.endsWith('(alert)'))).toHaveLength(3);
    expect(takeTold()).toEqual([]);
  });
});

describe('a document that breaks off', () => {
  const all = [5, 4, 3, 2, 1].map((n) => ({ n, date: `2026-03-0${n > 2 ? 1 : 2}T0${n}:00:00Z` }));
  const half = () => document(...all).split('<item><guid>guid-3')[0] ?? '';

  it('is told as far as it goes, and asked for as if it had not been seen', async () => {
    await afterFirst(document({ n: 0 }), { etag: '"0"' });
    show(document({ n: 9 }, { n: 0 }).replace('</channel></rss>', ''), { etag: '"1"' });
    await run();
    expect(takeSent()).toEqual(['new Title 9 (alert)']);
    asked = [];
    await run();
    expect(asked).toEqual([{ url: FEED.url }]);
  });

  it('brings no flood when the rest of a first one comes', async () => {
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

  it('is no welcome for ever: what it brings after some changes are alerts, which have caps', async () => {
    const loudness: string[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const before = { n: `before-${turn}`, date: new Date(now - 10 * MINUTE).toISOString() };
      show(document(before, { n: 'cut' }).split('<item><guid>guid-cut')[0] ?? '');
      await run();
      loudness.push(...takeSent().map((line) => line.replace(/.*\((.*)\)/, '$1')));
      now += 5 * MINUTE;
    }
    expect(loudness.slice(-4)).toEqual(['alert', 'alert', 'alert', 'alert']);
  });
});

describe('a document that is larger than the limit', () => {
  /** Shows as many of the articles as are within the limit. */
  const showStart = (articles: readonly Article[], within: number, etag: string) => {
    const bytes = new TextEncoder().encode(
      document(...articles).split(`<item><guid>guid-${articles[within]?.n}<`)[0],
    );
    answer = ({ url }) => ({ kind: 'document', bytes, cut: 'limit', contentType: '', url, etag });
  };
  const past = Array.from({ length: 8 }, (_, n) => ({ n: 8 - n, date: `2026-02-0${8 - n}T09:00:00Z` }));
  const news = { n: 'news', date: '2026-03-02T11:55:00Z' };

  it('is read once: what is beyond is never asked for', async () => {
    showStart(past, 4, '"1"');
    await run();
    expect(takeSent()).toEqual(past.slice(0, 4).map(({ n }) => `new Title ${n} (silent)`));
    expect(await state()).toMatchObject({ etag: '"1"' });
    expect(await state()).not.toHaveProperty('inPart');
    asked = [];
    await run();
    expect(asked).toEqual([{ url: FEED.url, etag: '"1"' }]);
    expect(takeSent()).toEqual([]);
  });

  it('tells its news, and nothing again of what goes over the limit and comes back', async () => {
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
])('servers are told the name of the file, %s, or that of the feed, %s', async (common, own, userAgent) => {
  userAgentOfAll = common;
  feed = { ...FEED, ...(own === undefined ? {} : { userAgent: own }) };
  show(document({ n: 1 }));
  await run();
  expect(asked).toEqual([{ url: FEED.url, userAgent }]);
});

it('a feed whose host wants to be left alone is waiting, and no failure: nothing is written', async () => {
  answer = () => ({ kind: 'postponed', retryAt: now + MINUTE });
  expect(await run()).toEqual({ kind: 'waiting' });
  expect(effects).toEqual([]);
});

it('a feed may ask for whatever it likes, and is read all the same', async () => {
  await afterFirst(document({ n: 1 }).replace('<title>', '<ttl>999999999999999</ttl><title>'));
  expect((await state()).hints).toEqual({ interval: 7 * 24 * HOUR });
});

describe('another address in the file', () => {
  beforeEach(async () => {
    await afterFirst();
    failWith(HTTP_503);
    for (let failure = 1; failure <= 6; failure++, now += 8 * HOUR) await run();
    takeTold();
    now -= 8 * HOUR - MINUTE;
    feed = { ...FEED, url: 'https://herald.test/other.xml' };
  });

  it('is asked at once, whatever the one before has done', async () => {
    expect(await run()).toMatchObject({ kind: 'failed', failures: 1 });
    for (let failure = 2; failure <= 5; failure++) {
      now += 8 * HOUR;
      await run();
    }
    expect(takeTold()).toEqual(['5 polls in a row have failed']);
  });
});

it('a feed that release 0.1.0 has left failing is told of, once', async () => {
  await feedStates(table).commit('herald', { version: 0, failures: 0 }, { url: FEED.url, failures: 12 });
  failWith(HTTP_503);
  for (let failure = 0; failure < 3; failure++, now += 8 * HOUR) await run();
  expect(takeTold()).toEqual(['13 polls in a row have failed']);
});
