import { expect, it } from 'vitest';
import { ticks } from '../../../../functions/shared/store/ticks.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const tick = (at: number, configVersion = 'c1') => ({ at, configVersion });

it('has none before the first', async () => {
  expect(await ticks(memoryTable()).last()).toBeUndefined();
});

it('returns the last committed tick', async () => {
  const store = ticks(memoryTable());
  await store.commit(tick(100), undefined);
  await store.commit(tick(200, 'c2'), tick(100));
  expect(await store.last()).toEqual(tick(200, 'c2'));
});

it('keeps the first of two overlapping ticks: the next dispatch continues from there', async () => {
  const store = ticks(memoryTable());
  await store.commit(tick(200), undefined);
  await store.commit(tick(160), undefined);
  expect(await store.last()).toEqual(tick(200));
  // The clock of one of them was set back meanwhile.
  await store.commit(tick(100), tick(200));
  await store.commit(tick(260), tick(200));
  expect(await store.last()).toEqual(tick(100));
});

it('follows a clock that was set back', async () => {
  const store = ticks(memoryTable());
  await store.commit(tick(9_000), undefined);
  await store.commit(tick(100), tick(9_000));
  expect(await store.last()).toEqual(tick(100));
});
