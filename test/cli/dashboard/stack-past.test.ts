import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReadMeter } from '../../../cli/dashboard/read-meter.ts';
import { stackPast } from '../../../cli/dashboard/stack-past.ts';
import { parseConfig } from '../../../config/load.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-01T09:30:00.000Z');
const loaded = parseConfig(
  'feeds: [{ id: herald, url: "https://herald.example/rss", title: The Herald }]\ntopics: [{ id: owls, match: owl }]\n',
  'news.yaml',
  {},
);

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

/** Returns the past of a table with one item, and counts its scans. A scan has eight segments. */
function pastOfTable() {
  const state = { segments: 0, fault: undefined as Error | undefined };
  const item = {
    pk: { S: 'ITEM#1' },
    sk: { S: 'FEED#herald' },
    title: { S: 'Owl found' },
    seenAt: { S: '2026-03-01T09:00:00.000Z' },
  };
  const client = {
    send: async (command: { readonly input: { readonly Segment: number } }) => {
      state.segments++;
      if (state.fault) throw state.fault;
      const Items = command.input.Segment === 0 ? [item] : [];
      return { Items, ConsumedCapacity: { CapacityUnits: 10 } };
    },
  } as never;
  const meter = new ReadMeter(100, Date.now);
  const past = stackPast(loaded, { client, tableName: 'news', clock: Date.now, meter });
  return { state, meter, ...past };
}

it('are scanned once, and kept until nobody searches them', async () => {
  const { past, pastNote, itemCounts, meter, state } = pastOfTable();
  expect(pastNote()).toContain('The first search reads the whole table');
  expect(await itemCounts()).toBeUndefined();
  expect((await past()).items.map(({ title }) => title)).toEqual(['Owl found']);
  await Promise.all([past(), past()]);
  expect(state.segments).toBe(8);
  expect(pastNote()).toBe(
    'Searches 1 stored item, read at 2026-03-01 09:30 UTC for 80 read units of DynamoDB. They are read again after an hour.',
  );
  expect((await itemCounts())?.byFeed.get('herald')?.at(-1)).toBe(1);
  // A scan that a person asks for does not hold back the other reads.
  expect([meter.units, meter.isSpent()]).toEqual([80, false]);
  vi.advanceTimersByTime(14 * MINUTE);
  await past();
  vi.advanceTimersByTime(14 * MINUTE);
  await past();
  expect(state.segments).toBe(8);
  vi.advanceTimersByTime(16 * MINUTE);
  expect(pastNote()).toContain('The first search');
  await past();
  expect(state.segments).toBe(16);
});

it('are scanned again after an hour', async () => {
  const { past, state } = pastOfTable();
  for (let minutes = 0; minutes <= 70; minutes += 10) {
    await past();
    vi.advanceTimersByTime(10 * MINUTE);
  }
  expect(state.segments).toBe(16);
});

it('that cannot be read say what to do, and are read again', async () => {
  const { past, state } = pastOfTable();
  state.fault = Object.assign(new Error('no right to Scan'), { name: 'AccessDeniedException' });
  await expect(past()).rejects.toThrow(
    'cannot read the stored items: AccessDeniedException: no right to Scan; give your role this permission (docs/operations.md, Permissions)',
  );
  state.fault = undefined;
  expect((await past()).items).toHaveLength(1);
});
