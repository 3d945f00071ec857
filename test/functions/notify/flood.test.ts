import { describe, expect, it } from 'vitest';
import { AlertLog, type AlertRecord } from '../../../cli/alerts/alert-log.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { match } from '../../../functions/match/match.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import { itemMessages } from '../../../functions/poll/item-messages.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type { Burst, Hit, ItemsFound, Notice } from '../../../functions/shared/messages.ts';
import type { Feed, Item, NotifyMode } from '../../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../../functions/shared/pipeline.ts';
import type { QueueMessage } from '../../../functions/shared/ports.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { isLong, sampled, sized } from '../../helpers/size.ts';
import { Crash, CrashingWorker } from './crashing-worker.ts';
import { type HarnessTopic, LEASE, NotifyHarness, START } from './notify-harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The default caps. */
const DEFAULT_CAPS = { hour: 30, day: 200, timeZone: 'UTC', byDefault: true } as const;
const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const random = seededRandom(5);
/** A word unlike any in other texts. */
const word = () => Array.from({ length: 7 }, () => random.pick([...'abcdefghijklmnopqrstuvwxyz'])).join('');
const words = (n: number) => Array.from({ length: n }, word).join(' ');

interface FeedItem {
  readonly title: string;
  readonly summary?: string;
  readonly guid?: string;
  readonly published?: number;
  readonly change?: 'new' | 'edited';
  readonly loudness?: NotifyMode;
}

const flood = (n: number, name = ''): FeedItem[] =>
  Array.from({ length: n }, (_, k) => ({ title: `Flood ${words(5)} ${name}${k}`, summary: words(8) }));

/** Runs polls of made-up feeds and a topic that watches for floods, in virtual time, and counts notify’s calls. */
class FloodHarness {
  readonly harness: NotifyHarness;
  readonly feeds = new Map<string, Feed>();
  readonly waiting: (Hit | Burst)[] = [];
  readonly sizes: number[] = [];
  calls = 0;
  #revision = 0;
  readonly #table: Table;
  readonly #records: ReadonlyMap<string, Readonly<Record<string, unknown>>>;

  constructor(topic: HarnessTopic = {}, table = memoryTable()) {
    this.#records = table.records;
    this.harness = new NotifyHarness(table, { atMost: DEFAULT_CAPS, ...topic });
    const counted =
      <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
      (...args: Args) => {
        this.calls++;
        return call(...args);
      };
    this.#table = {
      ...table,
      get: counted(table.get),
      put: counted(table.put),
      query: counted(table.query),
    };
  }

  /** Polls items, as if match had appended the matching ones to the topic’s group. */
  async poll(
    feedId: string,
    written: readonly FeedItem[],
    url = `https://${feedId}.example/rss`,
  ): Promise<void> {
    const feed: Feed = {
      id: feedId,
      url,
      title: feedId,
      every: MINUTE,
      everyAtMost: MINUTE,
      offset: 0,
      tags: [],
      enabled: true,
    };
    this.feeds.set(feedId, feed);
    const at = new Date(this.harness.now).toISOString();
    const items = written.map(({ title, summary = '', guid = title, published, ...rest }) => ({
      item: {
        id: hash64(feedId, guid),
        contentHash: hash64(title, summary),
        feedId,
        title,
        summary,
        content: '',
        url: `https://${feedId}.example/${hash64(guid)}`,
        authors: [],
        categories: [],
        ...(published === undefined ? {} : { published: new Date(published).toISOString() }),
      } satisfies Item,
      change: rest.change ?? ('new' as const),
      loudness: rest.loudness ?? ('alert' as const),
    }));
    const found = { tickAt: at, polledAt: at, revision: ++this.#revision };
    for (const { body } of itemMessages(feed, found, items)) await this.#match(body);
  }

  async #match(found: ItemsFound): Promise<void> {
    const query = { term: { text: 'flood', prefix: true } } as const;
    const urgent = { term: { text: 'urgent' } } as const;
    await match(
      {
        log,
        metrics: countedMetrics(),
        matcher: compileMatcher([{ id: this.harness.topic.id, query, urgent }], findPattern),
        hits: {
          send: async (all: readonly QueueMessage<Hit | Burst>[]) => {
            this.waiting.push(...all.map(({ body }) => body));
            this.sizes.push(...all.map(({ body }) => Buffer.byteLength(JSON.stringify(body))));
          },
        },
      },
      found,
    );
  }

  deps(table: Table = this.#table) {
    const deps = this.harness.deps(table);
    return { ...deps, config: { ...deps.config, feeds: [...this.feeds.values()] } };
  }

  /** Processes all waiting messages in order. Returns how many there were. */
  async drain(): Promise<number> {
    const all = this.waiting.splice(0);
    for (const message of all) await this.harness.receive(message, this.deps());
    return all.length;
  }

  /** Advances the clock minute by minute and sends what is due. */
  async pass(until: number): Promise<void> {
    while (this.harness.now < until) await this.harness.tickAt(Math.min(until, this.harness.now + MINUTE));
  }

  /** Returns the alerts of a kind from the alert log. */
  async alertsOf(kind: string): Promise<AlertRecord[]> {
    const log = new AlertLog(this.#table);
    const claims = [...this.#records.values()].filter((record) => record.kind === kind);
    const alerts = await Promise.all(claims.map(({ pk }) => log.alert(String(pk).slice('ALERT#'.length))));
    return alerts.filter((alert) => alert !== undefined);
  }

  /** Returns the number of records of a kind, by the prefix of their keys. */
  recordsOf(kind: string): number {
    return [...this.#records.values()].filter(({ pk }) => String(pk).startsWith(kind)).length;
  }

  /** Returns how often emails listed each title. */
  listed(part: string): number {
    return this.harness
      .titles()
      .flat()
      .filter((title) => title.includes(part)).length;
  }
}

describe('a feed that returns after an outage with many items', () => {
  it('gets its few matching items sent at once', async () => {
    const world = new FloodHarness();
    const others = Array.from({ length: 77 }, () => ({ title: words(6), summary: 'x'.repeat(9_000) }));
    await world.poll('courier', [...others.slice(0, 30), ...flood(3), ...others.slice(30)]);
    await world.drain();
    expect(world.harness.messages().map(([kind]) => kind)).toEqual(['new', 'new', 'new']);
  });

  it('gets the latest of very many items sent at once, and the others in a digest within minutes, each once', async () => {
    const world = new FloodHarness({ atMost: { ...DEFAULT_CAPS, hour: 300, day: 900 } });
    const items = flood(120).map((one, n) => ({ ...one, published: START - n * MINUTE }));
    await world.poll('courier', items);
    await world.drain();
    expect(new Set(world.harness.titles().flat())).toEqual(
      new Set(items.slice(0, 50).map(({ title }) => title)),
    );
    await world.pass(START + 12 * MINUTE);
    expect(
      world.harness
        .messages()
        .slice(50)
        .map(([kind, ...titles]) => [kind, titles.length]),
    ).toEqual([['digest', 70]]);
    expect(world.harness.titles().flat().sort()).toEqual(items.map(({ title }) => title).sort());
    const gathered = await world.alertsOf('gathered');
    expect(gathered.map(({ message }) => message?.kind)).toEqual(['digest', 'digest']);
  });

  it('gets up to ten items sent as usual', async () => {
    const world = new FloodHarness({ atMost: { hour: 10, timeZone: 'UTC' } });
    await world.poll('courier', flood(10));
    await world.drain();
    expect(world.harness.published).toHaveLength(10);
  });
});

describe('beside a feed with 4,900 matching items a minute', () => {
  const MINUTES = sized(1, 3);

  it('another feed’s items are sent at once, and readers get few messages', {
    timeout: 120_000,
  }, async () => {
    const world = new FloodHarness();
    const callsOfMinutes: number[] = [];
    for (let minute = 0; minute < MINUTES; minute++) {
      await world.poll('flood', flood(4_900, `m${minute}x`));
      await world.poll('courier', [{ title: `Flood good${minute}x ${words(6)}`, summary: words(6) }]);
      const before = world.calls;
      expect(await world.drain()).toBeLessThan(250);
      callsOfMinutes.push(world.calls - before);
      expect(world.listed(`good${minute}x`)).toBe(1);
      await world.pass(world.harness.now + MINUTE);
    }
    expect(Math.max(...callsOfMinutes)).toBeLessThan(3_500);
    await world.pass(START + HOUR);
    const emails = world.harness.published.length;
    await world.pass(START + 24 * HOUR);
    expect(emails).toBeLessThan(30);
    const leftOut = world.harness.published.flatMap(({ alert }) => alert.leftOut ?? []);
    const listed = world.listed('Flood') - MINUTES;
    expect(listed + leftOut.reduce((sum, { items }) => sum + items, 0)).toBe(MINUTES * 4_900);
    const emailTexts = world.harness.published.map(({ message }) => message.email).join('\n');
    expect(emailTexts).toMatch(/Too many to list: [\d,]+ more items from flood\./);
    expect(Math.max(...world.sizes)).toBeLessThan(200_000);
  });
});

it('forty items in every poll use up only their own feed’s share', async () => {
  const world = new FloodHarness();
  for (let minute = 0; minute < 20; minute++) {
    await world.poll('flood', flood(40, `m${minute}x`));
    if (minute % 5 === 0)
      await world.poll('courier', [{ title: `Flood good${minute}x ${words(6)}`, summary: words(8) }]);
    await world.drain();
    if (minute % 5 === 0) expect(world.listed(`good${minute}x`)).toBe(1);
    await world.pass(world.harness.now + MINUTE);
  }
  // Items that are only counted leave no record: 50 are placed in stories, and each digest lists 100.
  expect(world.recordsOf('ALERT')).toBeLessThan(50 + 100 * 3 + 30);
  const sentAtOnce = world.harness.messages().filter(([kind]) => kind === 'new');
  expect(sentAtOnce.length).toBe(14);
});

it('many feeds of one site leave a third of the places to others', async () => {
  const world = new FloodHarness();
  for (let n = 0; n < 20; n++) {
    await world.poll(`blog-${n}`, flood(9, `b${n}x`), `https://blog-${n}.site.example/rss`);
  }
  await world.poll('courier', [{ title: `Flood at the courier ${words(5)}` }], 'https://courier.example/rss');
  await world.drain();
  expect(world.harness.published.length).toBe(21);
  expect(world.listed('at the courier')).toBe(1);
});

it('large items of one poll count as crowded, however few each message holds', async () => {
  const world = new FloodHarness();
  const large = flood(40).map((one) => ({ ...one, summary: `${one.summary} ${'\u9078'.repeat(20_000)}` }));
  await world.poll('flood', large);
  await world.poll('courier', flood(3));
  const crowded = world.waiting.filter((one) => one.kind === 'hit' && one.crowded);
  expect(crowded).toHaveLength(40);
});

it('old items of a new feed stay silent when all of them are edited', async () => {
  const world = new FloodHarness();
  const past = flood(1_000).map((one, n) => ({ ...one, guid: `guid-${n}` }));
  await world.poll(
    'archive',
    past.map((one) => ({ ...one, loudness: 'silent' as const })),
  );
  await world.drain();
  world.harness.now += HOUR;
  await world.poll(
    'archive',
    past.map((one) => ({ ...one, summary: `${one.summary} (c)`, change: 'edited' as const })),
  );
  await world.drain();
  await world.pass(world.harness.now + 2 * HOUR);
  expect(world.harness.published).toHaveLength(0);
});

it('the digests of a flood do not use up a small configured cap', async () => {
  const world = new FloodHarness({ atMost: { hour: 5, day: 20, timeZone: 'UTC' } });
  for (let minute = 0; minute < 6 * 60; minute += 10) {
    await world.poll('flood', flood(100, `m${minute}x`));
    const name = word();
    const isGood = minute % 60 === 20;
    if (isGood) await world.poll('courier', [{ title: `Flood ${name} ${words(6)}`, summary: words(8) }]);
    await world.drain();
    if (isGood) expect(world.listed(name)).toBe(1);
    await world.pass(world.harness.now + 10 * MINUTE);
  }
});

it('half of a configured cap stays open to other feeds during a flood', async () => {
  const world = new FloodHarness({ atMost: { hour: 5, timeZone: 'UTC' } });
  await world.poll('flood', flood(500));
  await world.poll('courier', [{ title: `Flood at the courier ${words(5)}` }]);
  await world.drain();
  expect(world.listed('at the courier')).toBe(1);
  await world.pass(START + 25 * MINUTE);
  expect(world.harness.published.length).toBeLessThanOrEqual(5);
});

it('a flood of urgent items breaks quiet hours only for a few', async () => {
  const quiet = { hours: [{ from: { hour: 9, minute: 0 }, to: { hour: 17, minute: 0 } }], timeZone: 'UTC' };
  const world = new FloodHarness({ quiet });
  for (let minute = 0; minute < 5; minute++) {
    await world.poll(
      'flood',
      flood(400).map((one) => ({ ...one, title: `${one.title} urgent` })),
    );
    await world.drain();
    await world.pass(world.harness.now + MINUTE);
  }
  expect(world.harness.published.length).toBe(10);
  await world.pass(START + 2 * HOUR);
  expect(world.harness.published.length).toBeLessThanOrEqual(12);
});

it.runIf(isLong)(
  'edits of very many items are bounded, and count as developments if they are news',
  async () => {
    const world = new FloodHarness();
    const items = flood(300).map((one, n) => ({ ...one, guid: `guid-${n}` }));
    await world.poll('flood', items);
    await world.drain();
    await world.pass(START + 2 * HOUR);
    const before = world.harness.published.length;
    for (let edit = 0; edit < 5; edit++) {
      await world.poll(
        'flood',
        flood(300).map((one, n) => ({ ...one, guid: `guid-${n}`, change: 'edited' as const })),
      );
      await world.drain();
      await world.pass(world.harness.now + MINUTE);
    }
    await world.pass(START + 12 * HOUR);
    const messages = world.harness.messages().slice(before);
    expect(messages.length).toBeLessThan(60);
  },
);

it.runIf(isLong)('messages list at most a few hundred retellings of one story', async () => {
  const world = new FloodHarness();
  const [text] = flood(1);
  for (let minute = 0; minute < 60; minute++) {
    const retold = Array.from({ length: 40 }, (_, n) => ({
      title: `${text?.title
        .split(' ')
        .toSorted(() => random.fraction() - 0.5)
        .join(' ')}`,
      summary: `${text?.summary} ${minute}`,
      guid: `${minute} ${n}`,
    }));
    await world.poll('flood', retold);
    await world.drain();
    await world.pass(world.harness.now + MINUTE);
  }
  await world.pass(START + 24 * HOUR);
  expect(world.harness.published.length).toBeLessThan(40);
});

it('the first poll of a feed with thousands of items causes one welcome digest', async () => {
  const world = new FloodHarness();
  await world.poll(
    'flood',
    flood(3_000).map((one) => ({ ...one, loudness: 'welcome' as const })),
  );
  await world.poll(
    'courier',
    flood(400).map((one) => ({ ...one, loudness: 'silent' as const })),
  );
  await world.drain();
  await world.pass(START + 20 * MINUTE);
  expect(world.harness.messages().map(([kind]) => kind)).toEqual(['welcome', 'welcome']);
  expect(world.harness.published[0]?.alert.leftOut).toEqual([{ feed: 'flood', items: 2_850 }]);
});

it.each(sampled(['before', 'after'] as const, 2))(
  'a worker that crashes %s a call while it gathers loses and repeats nothing',
  async (when) => {
    const items = flood(80).map((one) => ({ ...one, published: START }));
    for (let calls = 1; calls < 150; calls += sized(49, 7)) {
      const table = memoryTable();
      const world = new FloodHarness({ atMost: { ...DEFAULT_CAPS, hour: 300, day: 900 } }, table);
      await world.poll('courier', items);
      const burst = world.waiting.find(({ kind }) => kind === 'burst');
      if (!burst) throw new Error('expected a burst');
      const worker = new CrashingWorker(table, world.harness.channels, calls, when);
      const failure = await world.harness
        .receive(burst, world.deps(worker.table))
        .catch((error: unknown) => error);
      if (worker.crashed) expect(failure).toBeInstanceOf(Crash);
      world.harness.now += LEASE + 1;
      await world.drain();
      await world.pass(START + HOUR);
      expect(world.harness.titles().flat().sort()).toEqual(items.map(({ title }) => title).sort());
    }
  },
);

it('items that a poll finds again after a crash are listed once', async () => {
  const world = new FloodHarness({ atMost: { ...DEFAULT_CAPS, hour: 300, day: 900 } });
  const items = flood(90).map((one) => ({ ...one, published: START }));
  await world.poll('courier', items);
  world.harness.now += MINUTE;
  await world.poll('courier', [...flood(3), ...items.toReversed()]);
  await world.drain();
  await world.drain();
  await world.pass(START + HOUR);
  for (const { title } of items) expect(world.listed(title)).toBe(1);
});

it('a feed’s notices are bounded', async () => {
  const world = new FloodHarness();
  for (let n = 0; n < 300; n++) {
    const notice: Notice = {
      v: 1,
      kind: 'notice',
      topicId: OPERATIONS_TOPIC_ID,
      noticeId: `moved-${n}`,
      tickAt: new Date(START).toISOString(),
      polledAt: new Date(START).toISOString(),
      feed: { id: 'flood', title: 'Flood', url: 'https://flood.example/' },
      title: 'has moved for good',
      detail: `to ${n}`,
    };
    await world.harness.receive(notice, world.deps());
  }
  world.harness.now += HOUR;
  for (const digest of await world.harness.dueDigests(OPERATIONS_TOPIC_ID))
    await world.harness.receive(digest, world.deps());
  expect(world.harness.published).toHaveLength(1);
  expect(world.harness.published[0]?.alert.entries.length).toBeLessThanOrEqual(20);
});

it('messages and records stay small whatever feeds send', async () => {
  const table = memoryTable();
  const world = new FloodHarness({}, table);
  const long = (n: number, text: string) => text.repeat(n / text.length);
  const items = ['\u{1f600}', '\u0001', '\u9078'].flatMap((text) =>
    Array.from({ length: 22 }, (_, n) => ({
      title: `Flood ${n} ${long(2_000, text)}`,
      summary: `flood ${n} ${long(6_000, text)}`,
      guid: `${text} ${n}`,
    })),
  );
  await world.poll('f'.repeat(100), items);
  await world.drain();
  for (let hour = 1; hour <= 24; hour++) await world.harness.tickAt(START + hour * HOUR);
  expect(Math.max(...world.sizes)).toBeLessThan(1_000_000);
  for (const record of table.records.values()) {
    expect(JSON.stringify(record).length, `${record.pk} ${record.sk}`).toBeLessThan(100_000);
  }
  for (const { message } of world.harness.published) {
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(256 * 1024);
  }
});
