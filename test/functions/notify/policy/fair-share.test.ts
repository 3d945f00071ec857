import { describe, expect, it } from 'vitest';
import { AlertLog } from '../../../../cli/alerts/alert-log.ts';
import { capSharesOf, GATHERED_CAP_SHARES } from '../../../../functions/notify/policy/fair-share.ts';
import { hash64 } from '../../../../functions/shared/hash.ts';
import { itemIdAt } from '../../../../functions/shared/item-id.ts';
import type { Feed } from '../../../../functions/shared/model.ts';
import type { Table } from '../../../../functions/shared/store/table.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { Crash, CrashingWorker } from '../crashing-worker.ts';
import { LEASE, NotifyHarness, ROUND_UP_AT, START } from '../notify-harness.ts';
import { army, retold, STRIKE_REPORTS } from '../strike-reports.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The default caps. */
const DEFAULT_CAPS = { hour: 30, day: 200, timeZone: 'UTC', byDefault: true } as const;

const feed = (id: string, url = `https://${id}.example/rss`, enabled = true): Feed => ({
  id,
  url,
  title: id,
  every: MINUTE,
  everyAtMost: MINUTE,
  offset: 0,
  tags: [],
  enabled,
});

describe('a feed’s share of 30 alerts an hour', () => {
  const partsAmong = (feeds: readonly Feed[], crowded?: true) =>
    Object.fromEntries(
      capSharesOf(DEFAULT_CAPS, feeds, {
        feed: { id: 'a', title: 'A' },
        ...(crowded ? { crowded } : {}),
      }).map(({ of, fraction }) => [of, Math.round(30 * fraction)]),
    );

  it('is all if it is the only feed', () => {
    expect(partsAmong([feed('a')])).toEqual({});
    expect(partsAmong([feed('a'), feed('b', 'https://b.example/', false)])).toEqual({});
    expect(partsAmong([feed('a')], true)).toEqual({ 'feed a': 10, 'site a.example': 20 });
  });

  it('is half beside one other feed, and a third beside more', () => {
    expect(partsAmong([feed('a'), feed('b')])).toEqual({ 'feed a': 15, 'site a.example': 20 });
    expect(partsAmong([feed('a'), feed('b'), feed('c'), feed('d')])).toEqual({
      'feed a': 10,
      'site a.example': 20,
    });
  });

  it('is not limited by its site if there is no other site', () => {
    const sections = ['a', 'b', 'c'].map((id) => feed(id, `https://news.example/${id}`));
    expect(partsAmong(sections)).toEqual({ 'feed a': 10 });
    expect(partsAmong([...sections, feed('d')])).toEqual({ 'feed a': 10, 'site news.example': 20 });
  });
});

it.each([30, 200])(
  'a flooding site and the digests of its items leave some of %i places to others',
  (limit) => {
    const parts = [
      ...capSharesOf(DEFAULT_CAPS, [feed('a')], { feed: { id: 'a', title: 'A' }, crowded: true }),
      ...GATHERED_CAP_SHARES,
    ];
    const taken = parts
      .filter(({ of }) => !of.startsWith('feed'))
      .map(({ fraction }) => Math.round(limit * fraction));
    expect(taken).toHaveLength(2);
    expect(taken.reduce((sum, places) => sum + places, 0)).toBeLessThan(0.85 * limit);
  },
);

/** Makes a feed that has used up its third of the places, beside others. */
class Crowd {
  readonly table = memoryTable();
  readonly harness = new NotifyHarness(this.table, { atMost: DEFAULT_CAPS });
  readonly feeds = ['flood', 'courier', 'herald', 'gazette'].map((id) => feed(id));

  deps(table: Table = this.table) {
    const deps = this.harness.deps(table);
    return { ...deps, config: { ...deps.config, feeds: this.feeds } };
  }

  async receive(fields: Parameters<NotifyHarness['hit']>[0]): Promise<void> {
    await this.harness.receive(this.harness.hit(fields), this.deps());
  }

  async useUp(): Promise<void> {
    for (let n = 0; n < 10; n++) {
      const letters = String.fromCharCode(97 + n).repeat(3);
      const title = `Qu${letters}x zor${letters} vel${letters} nim${letters} bridge`;
      await this.receive({ feed: 'flood', id: `flood-${n}`, title, summary: '' });
    }
    expect(this.harness.published).toHaveLength(10);
  }

  sent(title: string): number {
    return this.harness
      .titles()
      .flat()
      .filter((one) => one === title).length;
  }
}

describe('a feed that has used up its share', () => {
  it('does not hold back another feed’s alert by reporting the same first', async () => {
    const world = new Crowd();
    await world.useUp();
    await world.receive({
      feed: 'flood',
      id: 'copy',
      url: 'https://flood.example/copy',
      ...STRIKE_REPORTS.first,
    });
    expect(world.harness.published).toHaveLength(10);
    await world.receive({
      feed: 'courier',
      id: 'own',
      url: 'https://courier.example/own',
      ...STRIKE_REPORTS.first,
    });
    await world.receive({ feed: 'herald', id: 'too', url: 'https://herald.example/too', ...retold });
    expect(world.harness.messages().slice(10)).toEqual([['new', STRIKE_REPORTS.first.title]]);
    await world.harness.tickAt(START + 35 * MINUTE);
    expect(world.harness.messages().slice(11)).toEqual([['digest', STRIKE_REPORTS.first.title]]);
  });

  it('does not hold back another feed’s item at the address that it claims', async () => {
    const world = new Crowd();
    await world.useUp();
    const url = 'https://courier.example/own';
    const idIn = (name: string) => itemIdAt(hash64(url), hash64(name));
    await world.receive({ feed: 'flood', id: idIn('flood'), url, ...STRIKE_REPORTS.first });
    await world.receive({ feed: 'courier', id: idIn('courier'), url, ...STRIKE_REPORTS.first });
    expect(world.harness.messages().slice(10)).toEqual([['new', STRIKE_REPORTS.first.title]]);
  });

  it('does not hold back what others add to a story', async () => {
    const world = new Crowd();
    await world.receive({
      feed: 'courier',
      id: 'own',
      url: 'https://courier.example/own',
      ...STRIKE_REPORTS.first,
    });
    // The share of every hour is used up.
    for (let hour = 10; hour < 24; hour++) {
      const sk = `SENT#hour#2026-03-01T${hour}:00:00.000Z`;
      await world.table.put({
        pk: `TOPIC#${world.harness.topic.id}`,
        sk,
        places: 10,
        by: [],
        shares: { 'feed flood': 10 },
        version: 1,
      });
    }
    await world.receive({ feed: 'flood', id: 'copy', url: 'https://flood.example/copy', ...army });
    await world.receive({
      feed: 'herald',
      id: 'army',
      url: 'https://herald.example/army',
      ...army,
      title: `${army.title}!`,
    });
    for (let time = world.harness.now; time < ROUND_UP_AT - HOUR; time += MINUTE)
      await world.harness.tickAt(time);
    expect(world.harness.messages().filter(([kind]) => kind === 'follow-up')).toEqual([
      ['follow-up', `${army.title}!`],
    ]);
  });

  it('gets its items into the digest of the hour, and into the alert log', async () => {
    const world = new Crowd();
    await world.useUp();
    await world.receive({
      feed: 'flood',
      id: 'late',
      url: 'https://flood.example/late',
      ...STRIKE_REPORTS.first,
    });
    const version = [...world.table.records.values()].find(({ sk }) => sk === 'TOLD#late#flood');
    const [id = ''] = (version?.alerts ?? []) as readonly string[];
    expect(await new AlertLog(world.table).alert(id)).toMatchObject({
      kind: 'new',
      state: 'queued',
      waitsFor: 'digest',
      entry: { itemId: 'late', feed: 'flood' },
    });
    await world.harness.tickAt(START + 31 * MINUTE);
    expect(world.sent(STRIKE_REPORTS.first.title)).toBe(1);
    expect((await new AlertLog(world.table).alert(id))?.message).toMatchObject({
      kind: 'digest',
      state: 'sent',
    });
  });

  it.each(['before', 'after'] as const)(
    'loses and repeats nothing when a worker crashes %s a call',
    async (when) => {
      for (let calls = 1; calls < 30; calls++) {
        const world = new Crowd();
        await world.useUp();
        const hit = world.harness.hit({
          feed: 'flood',
          id: 'late',
          url: 'https://flood.example/late',
          ...STRIKE_REPORTS.first,
        });
        const worker = new CrashingWorker(world.table, world.harness.channels, calls, when);
        const failure = await world.harness
          .receive(hit, world.deps(worker.table))
          .catch((error: unknown) => error);
        if (worker.crashed) expect(failure).toBeInstanceOf(Crash);
        // The next attempt comes in this hour, or in the next one, which has places again.
        world.harness.now += calls % 2 === 0 ? LEASE + 1 : 40 * MINUTE;
        await world.harness.receive(hit, world.deps());
        await world.harness.receive(hit, world.deps());
        for (let time = world.harness.now; time < START + 3 * HOUR; time += 10 * MINUTE)
          await world.harness.tickAt(time);
        expect(world.sent(STRIKE_REPORTS.first.title), `${calls} calls`).toBe(1);
      }
    },
  );
});
