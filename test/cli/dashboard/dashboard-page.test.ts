import { describe, expect, it } from 'vitest';
import { readUnits } from '../../../bench/cost/units.ts';
import { type DashboardSource, dashboardPage } from '../../../cli/dashboard/dashboard-page.ts';
import { LoggedMessages } from '../../../cli/dashboard/logged-messages.ts';
import { ReadMeter } from '../../../cli/dashboard/read-meter.ts';
import { MAX_UNITS_PER_HOUR, PAUSES } from '../../../cli/dashboard/stack-source.ts';
import { parseConfig } from '../../../config/load.ts';
import { feedStates } from '../../../functions/shared/store/feed-states.ts';
import { recordBytes } from '../../../functions/shared/store/record-size.ts';
import type { Attributes, Table } from '../../../functions/shared/store/table.ts';
import { NotifyHarness, START } from '../../functions/notify/notify-harness.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { sized } from '../../helpers/size.ts';
import { readHtml, servePage } from '../../web/served-page.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const loaded = parseConfig(
  `feeds: [{ id: herald, url: "https://herald.example/rss", title: The Herald }]
topics: [{ id: owls, match: owl }]
defaults: { timezone: UTC }
`,
  'news.yaml',
  {},
);

/** Returns a source whose clock and queues a test sets, with the number of its reads. */
function source(more: Partial<DashboardSource> = {}) {
  const state = { now: START, reads: 0, fault: undefined as Error | undefined, waiting: 1 };
  const table = memoryTable();
  const all: DashboardSource = {
    clock: () => state.now,
    table,
    viewTable: table,
    pauses: PAUSES,
    messages: async () => [],
    async queues() {
      state.reads++;
      if (state.fault) throw state.fault;
      return [{ name: 'items', waiting: state.waiting, dead: 0 }];
    },
    notes: () => [],
    past: async () => ({ items: [], from: 0, to: 0 }),
    itemCounts: async () => undefined,
    ...more,
  };
  return { state, page: dashboardPage(loaded, all), table };
}

const denied = Object.assign(new Error('no right to GetQueueUrl'), { name: 'AccessDenied' });

describe('a dashboard', () => {
  it('reads once before it starts, and again only when somebody looks, after a pause', async () => {
    const { state, page } = source();
    await page.start();
    const { get } = await servePage({ ...page.data });
    for (let look = 0; look < 5; look++) await get();
    expect(state.reads).toBe(1);
    state.now += HOUR;
    expect(state.reads).toBe(1);
    state.waiting = 7;
    expect((await get()).body).toContain('7 waiting');
    await Promise.all([get(), get('/feeds'), get('/messages')]);
    expect(state.reads).toBe(2);
  });

  it('does not start if something cannot be read, and says what to do', async () => {
    const { state, page } = source();
    state.fault = denied;
    await expect(page.start()).rejects.toThrow(
      'cannot read the queues: AccessDenied: no right to GetQueueUrl; give your role this permission (docs/operations.md, Permissions)',
    );
  });

  it('shows a later fault with what it knew before, and heals', async () => {
    const { state, page } = source();
    await page.start();
    const { get } = await servePage({ ...page.data });
    state.now += HOUR;
    state.fault = denied;
    const { text } = readHtml((await get()).body);
    expect(text).toContain(
      'Since 2026-03-01 10:30 UTC, the dashboard cannot read the queues: AccessDenied: no right to GetQueueUrl; give your role this permission (docs/operations.md, Permissions). The page shows what was read at 2026-03-01 09:30 UTC. It goes on trying.',
    );
    expect(text).toContain('1 waiting');
    state.now += HOUR;
    expect(readHtml((await get()).body).text).toContain('Since 2026-03-01 10:30 UTC');
    state.fault = Object.assign(new Error('expired'), { name: 'ExpiredToken' });
    state.now += HOUR;
    expect(readHtml((await get('/try')).body).text).toContain('log in again (aws sso login)');
    state.fault = undefined;
    state.now += HOUR;
    expect(readHtml((await get()).body).text).not.toContain('cannot read');
  });

  it('tells an open page that it has read something', async () => {
    const { state, page } = source();
    await page.start();
    let changes = 0;
    const end = page.data.onChange(() => changes++);
    await page.data.refresh?.();
    expect(changes).toBe(0);
    state.now += HOUR;
    await page.data.refresh?.();
    expect(changes).toBe(5);
    end();
  });

  it('shows a feed as its stored state tells it', async () => {
    const { page, table } = source();
    const states = feedStates(table);
    const outcome = async () => {
      await page.start();
      return page.data.feeds()[0];
    };
    expect(await outcome()).toMatchObject({
      lastOutcome: null,
      lastAt: null,
      failures: 0,
      title: 'The Herald',
    });
    await states.commit('herald', { version: 0, failures: 0 }, { failures: 0 });
    expect(await outcome()).toMatchObject({ lastOutcome: 'answers; nothing new so far', lastAt: null });
    await states.commit('herald', { version: 1, failures: 0 }, { failures: 0, heardAt: START });
    expect(await outcome()).toMatchObject({
      lastOutcome: 'last new item',
      lastAt: '2026-03-01T09:30:00.000Z',
    });
    const failing = { failures: 3, failingSince: '2026-03-01T08:00:00.000Z', lastFailure: 'http: 503' };
    await states.commit('herald', { version: 2, failures: 0 }, { ...failing, heardAt: START });
    expect(await outcome()).toMatchObject({
      lastOutcome: 'failing since then, 3 times in a row: http: 503',
      lastAt: '2026-03-01T08:00:00.000Z',
      failures: 3,
    });
    await states.commit(
      'herald',
      { version: 3, failures: 0 },
      { failures: 0, gone: 'https://herald.example/rss' },
    );
    expect(await outcome()).toMatchObject({ lastOutcome: 'gone for good; no longer polled' });
  });
});

describe('the counts of the stages', () => {
  it('are those of the last 24 hours', async () => {
    const { page } = source({ counts: async () => ({ polls: 2_880, items: 61, hits: 5, alerts: 3 }) });
    await page.start();
    const { get } = await servePage({ ...page.data });
    expect(readHtml((await get()).body).text).toContain(
      'Poll 2,880 polls due Match 61 new items 1 waiting Notify 5 matches Alerts 3 messagesNumbers are those of the last 24 hours.',
    );
  });

  it('are left out if they cannot be read', async () => {
    const { page } = source({ counts: () => Promise.reject(denied) });
    await page.start();
    const { get } = await servePage({ ...page.data });
    const { text } = readHtml((await get()).body);
    expect(text).toContain('Poll Match 1 waiting Notify Alerts');
    expect(text).not.toContain('AccessDenied');
  });
});

describe('the limit of reads', () => {
  it('holds reads back once it is used up, and refills over an hour', () => {
    let now = START;
    const meter = new ReadMeter(600, () => now);
    meter.add(600);
    expect(meter.isSpent()).toBe(true);
    now += MINUTE;
    expect(meter.isSpent()).toBe(false);
    meter.add(20);
    expect(meter.isSpent()).toBe(true);
    meter.add(50, { isLimited: false });
    now += 2 * MINUTE;
    expect(meter.isSpent()).toBe(false);
    expect([meter.units, meter.requests]).toEqual([670, 3]);
  });
});

/** Returns a table whose reads count as DynamoDB bills eventually consistent ones. */
function counted(table: Table, meter: ReadMeter): Table {
  const add = (records: readonly Attributes[]) =>
    meter.add(
      readUnits(
        records.reduce((sum, record) => sum + recordBytes(record), 0),
        false,
      ),
    );
  return {
    ...table,
    async get(key) {
      const record = await table.get(key);
      add(record ? [record] : []);
      return record;
    },
    async query(range) {
      const records = await table.query(range);
      add(records);
      return records;
    },
    async queryDue(range) {
      const records = await table.queryDue(range);
      add(records);
      return records;
    },
  };
}

/** With a week of news about ten topics, from fifty feeds. docs/cost.md has the figures. */
it('costs little to watch for an hour', async () => {
  const TOPICS = sized(2, 10);
  const FEEDS = sized(10, 50);
  const ITEMS_PER_DAY = 20;
  const table = memoryTable();
  const random = seededRandom(11);
  const word = () => Array.from({ length: 8 }, () => random.pick([...'abcdefghijklmnopqrstuvwxyz'])).join('');
  const words = (n: number) => Array.from({ length: n }, word).join(' ');
  let items = 0;
  const worlds = Array.from({ length: TOPICS }, () => new NotifyHarness(table));
  const bring = async (world: NotifyHarness) =>
    world.receive(world.hit({ id: `item-${++items}`, title: `Bridge ${words(7)}`, summary: words(40) }));
  for (let at = START; at < START + 7 * DAY; at += DAY / ITEMS_PER_DAY)
    for (const world of worlds) {
      await world.tickAt(at);
      await bring(world);
    }
  const ids = Array.from({ length: FEEDS }, (_, n) => `feed-${n}`);
  for (const id of ids)
    await feedStates(table).commit(
      id,
      { version: 0, failures: 0 },
      { failures: 0, seen: new Uint8Array(8_000), heardAt: START },
    );
  const config = parseConfig(
    `feeds:\n${ids.map((id) => `  - { id: ${id}, url: "https://${id}.example/rss" }\n`).join('')}topics: [{ id: none, match: none }]\n`,
    'news.yaml',
    {},
  );
  let now = START + 7 * DAY;
  const clock = () => now;
  const meter = new ReadMeter(MAX_UNITS_PER_HOUR, clock);
  const read = counted(table, meter);
  const log = new LoggedMessages(read, { clock, earlierFeeds: () => new Map(), feedTitle: (id) => id });
  const page = dashboardPage(config, {
    clock,
    table: read,
    viewTable: read,
    pauses: PAUSES,
    isHeld: () => meter.isSpent(),
    messages: () => log.read(worlds.map(({ topic }) => topic)),
    queues: async () => [],
    notes: () => [],
    past: async () => ({ items: [], from: 0, to: 0 }),
    itemCounts: async () => undefined,
  });
  await page.start();
  const first = { units: meter.units, requests: meter.requests };
  expect(page.data.alerts().length).toBeGreaterThan(TOPICS * 100);
  for (let look = 0; look < 240; look++) {
    now += 15 * SECOND;
    for (const world of worlds) world.now = now;
    if (look % 24 === 0) await bring(worlds[(look / 24) % TOPICS] as NotifyHarness);
    await page.data.refresh?.();
  }
  const hour = { units: meter.units - first.units, requests: meter.requests - first.requests };
  const text = ({ units, requests }: typeof hour) => `${Math.ceil(units)} units, ${requests} requests`;
  process.stdout.write(`first read: ${text(first)}; an hour after that: ${text(hour)}\n`);
  expect(first.units).toBeLessThan(sized(400, 1_500));
  expect(hour.units).toBeLessThan(sized(3_000, 12_000));
});
