import { describe, expect, it } from 'vitest';
import { AlertLog, type AlertRecord } from '../../../cli/alerts/alert-log.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { match } from '../../../functions/match/match.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import { itemMessages } from '../../../functions/poll/item-messages.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type {
  Burst,
  Feed,
  Hit,
  Item,
  ItemsFound,
  Notice,
  NotifyMode,
} from '../../../functions/shared/model.ts';
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
/** As a file has it that says nothing of caps. */
const USUAL = { hour: 30, day: 200, timeZone: 'UTC', byDefault: true } as const;
const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const random = seededRandom(5);
/** A word that no other text has, nor one like it. */
const word = () => Array.from({ length: 7 }, () => random.pick([...'abcdefghijklmnopqrstuvwxyz'])).join('');
const words = (n: number) => Array.from({ length: n }, word).join(' ');

interface Written {
  readonly title: string;
  readonly summary?: string;
  readonly guid?: string;
  readonly published?: number;
  readonly change?: 'new' | 'edited';
  readonly loudness?: NotifyMode;
}

const flood = (n: number, name = ''): Written[] =>
  Array.from({ length: n }, (_, k) => ({ title: `Flood ${words(5)} ${name}${k}`, summary: words(8) }));

/** Polls of made-up feeds, and the topic that watches for floods, in virtual time; with the calls that notify makes. */
class Flooded {
  readonly news: NotifyHarness;
  readonly feeds = new Map<string, Feed>();
  readonly waiting: (Hit | Burst)[] = [];
  readonly sizes: number[] = [];
  calls = 0;
  #revision = 0;
  readonly #table: Table;
  readonly #records: ReadonlyMap<string, Readonly<Record<string, unknown>>>;

  constructor(topic: HarnessTopic = {}, table = memoryTable()) {
    this.#records = table.records;
    this.news = new NotifyHarness(table, { atMost: USUAL, ...topic });
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

  /** A poll finds items, and match sends what matches to the end of the topic's group. */
  async poll(
    feedId: string,
    written: readonly Written[],
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
    const at = new Date(this.news.now).toISOString();
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
        matcher: compileMatcher([{ id: this.news.topic.id, query, urgent }], findPattern),
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
    const deps = this.news.deps(table);
    return { ...deps, config: { ...deps.config, feeds: [...this.feeds.values()] } };
  }

  /** Notify works on all that waits, in order. Returns how many messages that were. */
  async drain(): Promise<number> {
    const all = this.waiting.splice(0);
    for (const message of all) await this.news.receive(message, this.deps());
    return all.length;
  }

  /** Lets time pass, minute by minute, with what is due. */
  async pass(until: number): Promise<void> {
    while (this.news.now < until) await this.news.tickAt(Math.min(until, this.news.now + MINUTE));
  }

  /** Returns the alerts of a kind, as the alert log has them. */
  async alertsOf(kind: string): Promise<AlertRecord[]> {
    const log = new AlertLog(this.#table);
    const claims = [...this.#records.values()].filter((record) => record.kind === kind);
    const alerts = await Promise.all(claims.map(({ pk }) => log.alert(String(pk).slice('ALERT#'.length))));
    return alerts.filter((alert) => alert !== undefined);
  }

  /** How many records there are of a kind, by the start of their keys. */
  recordsOf(kind: string): number {
    return [...this.#records.values()].filter(({ pk }) => String(pk).startsWith(kind)).length;
  }

  /** How often each title was listed in emails. */
  listed(part: string): number {
    return this.news
      .titles()
      .flat()
      .filter((title) => title.includes(part)).length;
  }
}

describe('a feed that returns after an outage with many items', () => {
  it('has the few that match a topic sent at once', async () => {
    const world = new Flooded();
    const others = Array.from({ length: 77 }, () => ({ title: words(6), summary: 'x'.repeat(9_000) }));
    await world.poll('courier', [...others.slice(0, 30), ...flood(3), ...others.slice(30)]);
    await world.drain();
    expect(world.news.messages().map(([kind]) => kind)).toEqual(['new', 'new', 'new']);
  });

  it('has the latest of very many sent at once, and the others in a digest within minutes, each once', async () => {
    const world = new Flooded({ atMost: { ...USUAL, hour: 300, day: 900 } });
    const items = flood(120).map((one, n) => ({ ...one, published: START - n * MINUTE }));
    await world.poll('courier', items);
    await world.drain();
    expect(new Set(world.news.titles().flat())).toEqual(
      new Set(items.slice(0, 50).map(({ title }) => title)),
    );
    await world.pass(START + 12 * MINUTE);
    expect(
      world.news
        .messages()
        .slice(50)
        .map(([kind, ...titles]) => [kind, titles.length]),
    ).toEqual([['digest', 70]]);
    expect(world.news.titles().flat().sort()).toEqual(items.map(({ title }) => title).sort());
    const gathered = await world.alertsOf('gathered');
    expect(gathered.map(({ message }) => message?.kind)).toEqual(['digest', 'digest']);
  });

  it('has up to ten sent as ever', async () => {
    const world = new Flooded({ atMost: { hour: 10, timeZone: 'UTC' } });
    await world.poll('courier', flood(10));
    await world.drain();
    expect(world.news.published).toHaveLength(10);
  });
});

describe('beside a feed with 4,900 matching items a minute', () => {
  const MINUTES = sized(1, 3);

  it('another feed is heard at once, and readers get a few messages', { timeout: 120_000 }, async () => {
    const world = new Flooded();
    const callsOfMinutes: number[] = [];
    for (let minute = 0; minute < MINUTES; minute++) {
      await world.poll('flood', flood(4_900, `m${minute}x`));
      await world.poll('courier', [{ title: `Flood good${minute}x ${words(6)}`, summary: words(6) }]);
      const before = world.calls;
      expect(await world.drain()).toBeLessThan(250);
      callsOfMinutes.push(world.calls - before);
      expect(world.listed(`good${minute}x`)).toBe(1);
      await world.pass(world.news.now + MINUTE);
    }
    expect(Math.max(...callsOfMinutes)).toBeLessThan(3_500);
    await world.pass(START + HOUR);
    const emails = world.news.published.length;
    await world.pass(START + 24 * HOUR);
    expect(emails).toBeLessThan(30);
    const leftOut = world.news.published.flatMap(({ alert }) => alert.leftOut ?? []);
    const listed = world.listed('Flood') - MINUTES;
    expect(listed + leftOut.reduce((sum, { items }) => sum + items, 0)).toBe(MINUTES * 4_900);
    const emailTexts = world.news.published.map(({ message }) => message.email).join('\n');
    expect(emailTexts).toMatch(/Too many to list: [\d,]+ more items from flood\./);
    expect(Math.max(...world.sizes)).toBeLessThan(200_000);
  });
});

it('forty items in every poll use up the share of their feed alone', { timeout: 60_000 }, async () => {
  const world = new Flooded();
  for (let minute = 0; minute < 20; minute++) {
    await world.poll('flood', flood(40, `m${minute}x`));
    if (minute % 5 === 0)
      await world.poll('courier', [{ title: `Flood good${minute}x ${words(6)}`, summary: words(8) }]);
    await world.drain();
    if (minute % 5 === 0) expect(world.listed(`good${minute}x`)).toBe(1);
    await world.pass(world.news.now + MINUTE);
  }
  // Of what is only counted there is no record: 50 items are placed in stories, and each digest lists 100.
  expect(world.recordsOf('ALERT')).toBeLessThan(50 + 100 * 3 + 30);
  const sentAtOnce = world.news.messages().filter(([kind]) => kind === 'new');
  expect(sentAtOnce.length).toBe(14);
});

it('many feeds of one site leave a third of the places to others', async () => {
  const world = new Flooded();
  for (let n = 0; n < 20; n++) {
    await world.poll(`blog-${n}`, flood(9, `b${n}x`), `https://blog-${n}.site.example/rss`);
  }
  await world.poll('courier', [{ title: `Flood at the courier ${words(5)}` }], 'https://courier.example/rss');
  await world.drain();
  expect(world.news.published.length).toBe(21);
  expect(world.listed('at the courier')).toBe(1);
});

it('large items of a poll are a crowd, however few are in each message', async () => {
  const world = new Flooded();
  const large = flood(40).map((one) => ({ ...one, summary: `${one.summary} ${'\u9078'.repeat(20_000)}` }));
  await world.poll('flood', large);
  await world.poll('courier', flood(3));
  const crowded = world.waiting.filter((one) => one.kind === 'hit' && one.crowded);
  expect(crowded).toHaveLength(40);
});

it('what a new feed has held for years stays silent when all of it is edited', async () => {
  const world = new Flooded();
  const past = flood(1_000).map((one, n) => ({ ...one, guid: `guid-${n}` }));
  await world.poll(
    'archive',
    past.map((one) => ({ ...one, loudness: 'silent' as const })),
  );
  await world.drain();
  world.news.now += HOUR;
  await world.poll(
    'archive',
    past.map((one) => ({ ...one, summary: `${one.summary} (c)`, change: 'edited' as const })),
  );
  await world.drain();
  await world.pass(world.news.now + 2 * HOUR);
  expect(world.news.published).toHaveLength(0);
});

it('a flood does not use up a small cap of the file by its digests', { timeout: 60_000 }, async () => {
  const world = new Flooded({ atMost: { hour: 5, day: 20, timeZone: 'UTC' } });
  for (let minute = 0; minute < 6 * 60; minute += 10) {
    await world.poll('flood', flood(100, `m${minute}x`));
    const name = word();
    const isGood = minute % 60 === 20;
    if (isGood) await world.poll('courier', [{ title: `Flood ${name} ${words(6)}`, summary: words(8) }]);
    await world.drain();
    if (isGood) expect(world.listed(name)).toBe(1);
    await world.pass(world.news.now + 10 * MINUTE);
  }
});

it('a cap of the file is half open to others while a feed floods', async () => {
  const world = new Flooded({ atMost: { hour: 5, timeZone: 'UTC' } });
  await world.poll('flood', flood(500));
  await world.poll('courier', [{ title: `Flood at the courier ${words(5)}` }]);
  await world.drain();
  expect(world.listed('at the courier')).toBe(1);
  await world.pass(START + 25 * MINUTE);
  expect(world.news.published.length).toBeLessThanOrEqual(5);
});

it('a flood of urgent items does not break quiet hours without end', async () => {
  const quiet = { hours: [{ from: { hour: 9, minute: 0 }, to: { hour: 17, minute: 0 } }], timeZone: 'UTC' };
  const world = new Flooded({ quiet });
  for (let minute = 0; minute < 5; minute++) {
    await world.poll(
      'flood',
      flood(400).map((one) => ({ ...one, title: `${one.title} urgent` })),
    );
    await world.drain();
    await world.pass(world.news.now + MINUTE);
  }
  expect(world.news.published.length).toBe(10);
  await world.pass(START + 2 * HOUR);
  expect(world.news.published.length).toBeLessThanOrEqual(12);
});

it.runIf(isLong)(
  'edits of very many items are bounded, and are developments where they are news',
  async () => {
    const world = new Flooded();
    const items = flood(300).map((one, n) => ({ ...one, guid: `guid-${n}` }));
    await world.poll('flood', items);
    await world.drain();
    await world.pass(START + 2 * HOUR);
    const before = world.news.published.length;
    for (let edit = 0; edit < 5; edit++) {
      await world.poll(
        'flood',
        flood(300).map((one, n) => ({ ...one, guid: `guid-${n}`, change: 'edited' as const })),
      );
      await world.drain();
      await world.pass(world.news.now + MINUTE);
    }
    await world.pass(START + 12 * HOUR);
    const messages = world.news.messages().slice(before);
    expect(messages.length).toBeLessThan(60);
  },
);

it.runIf(isLong)('retellings of one story are listed by hundreds at most', { timeout: 60_000 }, async () => {
  const world = new Flooded();
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
    await world.pass(world.news.now + MINUTE);
  }
  await world.pass(START + 24 * HOUR);
  expect(world.news.published.length).toBeLessThan(40);
});

it('the first poll of a feed with thousands of items is one welcome', async () => {
  const world = new Flooded();
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
  expect(world.news.messages().map(([kind]) => kind)).toEqual(['welcome', 'welcome']);
  expect(world.news.published[0]?.alert.leftOut).toEqual([{ feed: 'flood', items: 2_850 }]);
});

it.each(sampled(['before', 'after'] as const, 2))(
  'a worker that dies %s a call while it gathers loses and repeats nothing',
  async (when) => {
    const items = flood(80).map((one) => ({ ...one, published: START }));
    for (let calls = 1; calls < 150; calls += sized(49, 7)) {
      const table = memoryTable();
      const world = new Flooded({ atMost: { ...USUAL, hour: 300, day: 900 } }, table);
      await world.poll('courier', items);
      const burst = world.waiting.find(({ kind }) => kind === 'burst');
      if (!burst) throw new Error('expected a burst');
      const worker = new CrashingWorker(table, world.news.channels, calls, when);
      const died = await world.news.receive(burst, world.deps(worker.table)).catch((error: unknown) => error);
      if (worker.crashed) expect(died).toBeInstanceOf(Crash);
      world.news.now += LEASE + 1;
      await world.drain();
      await world.pass(START + HOUR);
      expect(world.news.titles().flat().sort()).toEqual(items.map(({ title }) => title).sort());
    }
  },
);

it('the same items found again by a poll after a crash are listed once', async () => {
  const world = new Flooded({ atMost: { ...USUAL, hour: 300, day: 900 } });
  const items = flood(90).map((one) => ({ ...one, published: START }));
  await world.poll('courier', items);
  world.news.now += MINUTE;
  await world.poll('courier', [...flood(3), ...items.toReversed()]);
  await world.drain();
  await world.drain();
  await world.pass(START + HOUR);
  for (const { title } of items) expect(world.listed(title)).toBe(1);
});

it('a feed’s notices are bounded', async () => {
  const world = new Flooded();
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
    await world.news.receive(notice, world.deps());
  }
  world.news.now += HOUR;
  for (const digest of await world.news.dueDigests(OPERATIONS_TOPIC_ID))
    await world.news.receive(digest, world.deps());
  expect(world.news.published).toHaveLength(1);
  expect(world.news.published[0]?.alert.entries.length).toBeLessThanOrEqual(20);
});

it('messages and records stay small whatever feeds send', { timeout: 60_000 }, async () => {
  const table = memoryTable();
  const world = new Flooded({}, table);
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
  for (let hour = 1; hour <= 24; hour++) await world.news.tickAt(START + hour * HOUR);
  expect(Math.max(...world.sizes)).toBeLessThan(1_000_000);
  for (const record of table.records.values()) {
    expect(JSON.stringify(record).length, `${record.pk} ${record.sk}`).toBeLessThan(100_000);
  }
  for (const { message } of world.news.published) {
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(256 * 1024);
  }
});
