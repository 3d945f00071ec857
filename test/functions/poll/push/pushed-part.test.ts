import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FetchResult } from '../../../../functions/poll/fetch/fetch.ts';
import { type PollDeps, poll } from '../../../../functions/poll/poll.ts';
import type { FeedDue, ItemsFound, Push } from '../../../../functions/shared/messages.ts';
import type { Feed, PipelineConfig } from '../../../../functions/shared/model.ts';
import type { QueueMessage } from '../../../../functions/shared/ports.ts';
import { feedStates } from '../../../../functions/shared/store/feed-states.ts';
import { items } from '../../../../functions/shared/store/items.ts';
import { pushSubscriptions } from '../../../../functions/shared/store/push-subscriptions.ts';
import { countedMetrics } from '../../../helpers/counted-metrics.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FEED: Feed = {
  id: 'herald',
  url: 'https://herald.test/feed.xml',
  title: 'The Herald',
  every: 5 * MINUTE,
  everyAtMost: 20 * MINUTE,
  offset: 0,
  tags: [],
  enabled: true,
};
const HUB = 'https://hub.test/';
const CALLBACK_URL = 'https://push.test/';

interface Article {
  readonly guid: string;
  readonly title?: string;
  readonly text?: string;
  readonly url?: string;
  /** ms since the epoch. */
  readonly at?: number;
}

let now: number;
let table: ReturnType<typeof memoryTable>;
let sent: QueueMessage<ItemsFound>[];
/** What the feed shows. */
let shown: readonly Article[];
let fetches: number;
let asked: URLSearchParams[];
let callbackUrl: string;
/** The feed's host has no time. */
let isPostponed: boolean;

beforeEach(() => {
  now = START;
  table = memoryTable();
  sent = [];
  shown = [];
  fetches = 0;
  asked = [];
  callbackUrl = CALLBACK_URL;
  isPostponed = false;
});

function documentOf(articles: readonly Article[]): Buffer {
  const itemOf = ({ guid, title = `Report ${guid}`, text = `Text ${guid}`, url, at }: Article) =>
    `<item>${guid === '' ? '' : `<guid isPermaLink="false">${guid}</guid>`}<title>${title}</title><description>${text}</description>` +
    `<link>${url ?? `https://herald.test/${guid}`}</link>` +
    `${at === undefined ? '' : `<pubDate>${new Date(at).toUTCString()}</pubDate>`}</item>`;
  return Buffer.from(
    `<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Herald</title><atom:link rel="hub" href="${HUB}"/>` +
      `<atom:link rel="self" href="${FEED.url}"/>${articles.map(itemOf).join('')}</channel></rss>`,
  );
}

function run(due: Partial<FeedDue> = {}) {
  const config: PipelineConfig = {
    version: 'c',
    feeds: [FEED],
    topics: [],
    firstPoll: DAY,
    onAmbiguous: { email: 'resend', sms: 'skip' },
  };
  const log = () => undefined;
  const deps: PollDeps = {
    clock: () => now,
    log: { debug: log, info: log, warn: log, error: log },
    metrics: countedMetrics(),
    config,
    fetch: async (): Promise<FetchResult> => {
      fetches++;
      if (isPostponed) return { kind: 'postponed', retryAt: now };
      return {
        kind: 'document',
        bytes: documentOf(shown),
        contentType: 'application/rss+xml',
        url: FEED.url,
      };
    },
    secrets: { get: async () => expect.fail('no secrets') },
    feedStates: feedStates(table),
    items: items(table),
    countWords: async () => undefined,
    limitDocuments: (work) => work(),
    itemsQueue: { send: async (messages) => void sent.push(...messages) },
    notices: { send: async () => undefined },
    push: {
      callbackUrl,
      subscriptions: pushSubscriptions(table),
      askHub: async ({ form }) => asked.push(form) > 0,
      randomHex: (bytes) => String(++random).padStart(bytes * 2, '0'),
    },
  };
  return poll(deps, { v: 1, feedId: FEED.id, tickAt: new Date(now).toISOString(), ...due });
}

const pushDue = (push: Push) => run({ push });
const lease = () => pushDue({ kind: 'lease', topic: FEED.url, lease: 10 * DAY });
let pushes = 0;
let random = 0;
const push = (articles: readonly Article[]) =>
  pushDue({
    kind: 'content',
    id: `push ${++pushes}`,
    body: gzipSync(documentOf(articles)).toString('base64'),
    contentType: 'application/rss+xml',
    self: [FEED.url],
    signedWith: 'sha256',
  });
/** Returns what was sent since the last call, with how it is to be notified. */
const takeSent = () =>
  sent
    .splice(0)
    .flatMap(({ body }) => body.items)
    .map(({ item, change, loudness }) => `${change} ${item.title} (${loudness})`);
const state = () => feedStates(table).get(FEED.id);

/** Reads the feed twice, and lets the hub confirm the subscription. */
async function subscribed(articles: readonly Article[]): Promise<void> {
  shown = articles;
  await run();
  now += 5 * MINUTE;
  await run();
  await lease();
  takeSent();
}

const dated = (n: number): Article => ({ guid: `g${n}`, at: START - n * HOUR });
const OLD = Array.from({ length: 12 }, (_, n) => dated(n + 1));

describe('an entry that a hub pushes alone', () => {
  it('is news if an older one has the same text', async () => {
    const warning = { title: 'Storm warning', text: 'Stay inside.' };
    const first = { guid: 'w1', ...warning, at: START };
    await subscribed([first, ...OLD]);
    now += 2 * HOUR;
    const second = { guid: 'w2', ...warning, at: now };
    shown = [second, first, ...OLD];
    await push([second]);
    expect(takeSent()).toEqual(['new Storm warning (alert)']);
    now += 10 * MINUTE;
    await run();
    expect(takeSent()).toEqual([]);
  });

  it('is news with an old date if the dates of the feed are not those of publication', async () => {
    const court = (n: number): Article => ({ guid: `c${n}`, at: START - ((n * 37) % 100) * DAY });
    await subscribed(Array.from({ length: 20 }, (_, n) => court(n + 1)));
    now += HOUR;
    const decision = { guid: 'd', at: START - 20 * DAY };
    shown = [decision, ...shown];
    await push([decision]);
    expect(takeSent()).toEqual(['new Report d (alert)']);
  });

  it('is news if its date has the last year by mistake', async () => {
    now = Date.parse('2026-01-05T12:00:00Z');
    await subscribed(Array.from({ length: 12 }, (_, n) => ({ guid: `j${n}`, at: now - n * HOUR })));
    now += HOUR;
    const mistaken = { guid: 'm', at: Date.parse('2025-01-05T12:30:00Z') };
    shown = [mistaken, ...shown];
    await push([mistaken]);
    expect(takeSent()).toEqual(['new Report m (alert)']);
  });

  it('is an edit if the feed has no guids and the article has changed all its texts', async () => {
    const at = (n: number): Article => ({
      guid: '',
      title: `Live ${n}`,
      text: `Text ${n}`,
      at: START - n * HOUR,
      url: `https://herald.test/${n}`,
    });
    await subscribed(Array.from({ length: 12 }, (_, n) => at(n + 1)));
    now += HOUR;
    const edited = { ...at(2), title: 'Another headline', text: 'Another text', at: now };
    shown = shown.map((article) => (article.url === edited.url ? edited : article));
    await push([edited]);
    expect(takeSent()).toEqual(['edited Another headline (alert)']);
  });

  it('is news once if all entries have one address, and neither guids nor dates', async () => {
    const at = (n: number): Article => ({ guid: '', title: `Notice ${n}`, url: 'https://herald.test/' });
    await subscribed(Array.from({ length: 12 }, (_, n) => at(n + 1)));
    now += HOUR;
    shown = [at(0), ...shown];
    await push([at(0)]);
    now += HOUR;
    await run();
    expect(takeSent()).toEqual(['new Notice 0 (alert)']);
  });

  it('is fetched if it may be a known one under a new guid', async () => {
    await subscribed(OLD);
    now += HOUR;
    const renamed = { guid: 'other', title: 'Report g3', text: 'Text g3', at: now };
    shown = OLD.map((article) => (article.guid === 'g3' ? renamed : article));
    const before = fetches;
    await push([renamed]);
    expect(fetches).toBe(before + 1);
  });
});

it('a part with a known entry under a new name beside a new one is fetched', async () => {
  const renamed = (n: number, name: string): Article => ({
    guid: `${name}-${n}`,
    title: `Report ${n}`,
    text: `Text ${n}`,
  });
  const all = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => renamed(12 - count + n, name));
  shown = all('first', 11);
  await run();
  await lease();
  takeSent();
  now += HOUR;
  shown = all('second', 12);
  await push([renamed(0, 'third'), renamed(1, 'third')]);
  expect(takeSent()).toEqual(['new Report 0 (alert)']);
});

describe('a hub', () => {
  const minutesAgo = (minutes: number): Article => ({
    guid: `n${now}-${minutes}`,
    at: now - minutes * MINUTE,
  });
  /** The feed gets an article, which the hub pushes. */
  async function publish(article: Article): Promise<void> {
    shown = [article, ...shown];
    await push([article]);
  }

  it('that pushes what polls have found is not trusted', async () => {
    await subscribed(OLD);
    for (let n = 0; n < 10; n++) {
      now += HOUR;
      const article = minutesAgo(1);
      shown = [article, ...shown];
      await run();
      await push([article]);
    }
    expect((await state()).push?.complete ?? 0).toBe(0);
  });

  it('that pushes late is not trusted', async () => {
    await subscribed(OLD);
    for (let n = 0; n < 3; n++) {
      now += HOUR;
      await publish(minutesAgo(30));
    }
    expect((await state()).push).toMatchObject({ complete: 0, missed: 3 });
  });

  it('that falls silent is no longer trusted, even if the news has no dates', async () => {
    await subscribed(OLD);
    now += HOUR;
    await publish(minutesAgo(1));
    expect((await state()).push).toMatchObject({ complete: 1 });
    now += HOUR;
    shown = [{ guid: 'undated' }, ...shown];
    await run();
    expect((await state()).push).toMatchObject({ complete: 0, missed: 1 });
  });

  it('no longer makes polls rare if what it pushed could not be fetched', async () => {
    await subscribed(OLD);
    now += HOUR;
    await publish(minutesAgo(1));
    isPostponed = true;
    await push([{ ...dated(3), title: 'Edited' }]);
    expect((await state()).push).toMatchObject({ complete: 0 });
  });

  it('is asked again once hubs must call another address', async () => {
    await subscribed(OLD);
    expect(asked).toHaveLength(1);
    now += HOUR;
    await publish(minutesAgo(1));
    now += HOUR;
    callbackUrl = 'https://moved.test/';
    await run();
    expect(asked.map((form) => new URL(form.get('hub.callback') ?? '').host)).toEqual([
      'push.test',
      'moved.test',
    ]);
    expect((await state()).push?.leaseEnds).toBeUndefined();
  });

  it('is asked with what hubs older than WebSub demand', async () => {
    await subscribed(OLD);
    expect(asked[0]?.get('hub.verify')).toBe('async');
  });

  it('is asked once by two polls at the same time, with the token that is stored', async () => {
    shown = OLD;
    await run();
    now += 5 * MINUTE;
    await Promise.all([run(), run()]);
    expect(asked).toHaveLength(1);
    const stored = await pushSubscriptions(table).get(FEED.id);
    expect(asked[0]?.get('hub.callback')).toBe(`${CALLBACK_URL}${FEED.id}/${stored?.token}`);
  });
});

/** Plays a feed's news with or without pushes. Returns what was sent. */
async function play(seed: number, withPushes: boolean): Promise<string[]> {
  const random = seededRandom(seed);
  const [hasGuids, hasAddresses, hasDates] = [random.chance(0.5), random.chance(0.5), random.chance(0.5)];
  const texts = random.chance(0.3) ? 3 : 1_000;
  now = START;
  table = memoryTable();
  let count = 0;
  const article = (at: number): Article => ({
    guid: hasGuids ? `g${++count}` : '',
    title: `Title ${++count}`,
    text: `Text ${count % texts}`,
    url: `https://herald.test/${hasAddresses ? count : ''}`,
    ...(hasDates ? { at } : {}),
  });
  await subscribed(Array.from({ length: 15 }, (_, n) => article(START - n * HOUR)));
  const all: string[] = [];
  for (let step = 0; step < 12; step++) {
    now += random.between(5, 300) * MINUTE;
    const news = Array.from({ length: random.between(1, 3) }, () => article(now));
    const isWhole = random.chance(0.3);
    const isPolled = random.chance(0.7);
    shown = [...news.toReversed(), ...shown].slice(0, 15);
    if (withPushes && isWhole) await push(shown);
    else if (withPushes) for (const one of news) await push([one]);
    if (!withPushes || isPolled) await run();
    all.push(...takeSent());
  }
  return all.toSorted();
}

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])(
  'with pushes, a feed brings the same alerts as without (%i)',
  async (seed) => expect(await play(seed, true)).toEqual(await play(seed, false)),
);
