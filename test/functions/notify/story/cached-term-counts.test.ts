import { expect, it } from 'vitest';
import { cachedTermCounts } from '../../../../functions/notify/story/cached-term-counts.ts';
import { WordCounts } from '../../../../functions/shared/word-counts.ts';

const MINUTE = 60_000;

function setUp(items = 1_000) {
  const state = { now: 1_000_000, reads: 0 };
  const read = async () => {
    state.reads++;
    const counts = new WordCounts();
    for (let n = 0; n < items; n++) counts.add([]);
    return counts;
  };
  return { state, counts: cachedTermCounts({ read }, () => state.now) };
}

it.each([
  [1_000, 15],
  [4_000, 15],
  [999, 1],
  [0, 1],
])(
  'counts of %i items are read on first use, and again after more than %i minutes',
  async (items, minutes) => {
    const { state, counts } = setUp(items);
    expect(state.reads).toBe(0);
    const first = await counts();
    state.now += minutes * MINUTE;
    expect(await counts()).toBe(first);
    expect(state.reads).toBe(1);
    state.now += 1;
    expect(await counts()).not.toBe(first);
    expect(state.reads).toBe(2);
  },
);

it('reads again if the clock was set back', async () => {
  const { state, counts } = setUp();
  await counts();
  state.now -= 1;
  await counts();
  await counts();
  expect(state.reads).toBe(2);
});

it('reads again after a failed read', async () => {
  let isDown = true;
  const counts = cachedTermCounts(
    { read: async () => (isDown ? Promise.reject(new Error('no answer')) : new WordCounts()) },
    () => 0,
  );
  await expect(counts()).rejects.toThrow('no answer');
  isDown = false;
  expect((await counts()).items).toBe(0);
});
