import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSchedule } from '../../local/schedule.ts';

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

it('ticks at once and then at every interval', async () => {
  const ticks: number[] = [];
  const schedule = startSchedule(
    async () => void ticks.push(Date.now()),
    60_000,
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(150_000);
  expect(ticks).toEqual([0, 60_000, 120_000]);
  expect(schedule.nextAt()).toBe(180_000);
  await schedule.stop();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(ticks).toHaveLength(3);
});

it('never runs two ticks at once, and does not make up for missed ones', async () => {
  const ticks: number[] = [];
  let active = 0;
  const schedule = startSchedule(
    async () => {
      ticks.push(Date.now());
      expect(++active).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 150_000));
      active--;
    },
    60_000,
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(310_000);
  // The fake clock rounds a pause of zero up to a millisecond.
  expect(ticks.map((at) => Math.round(at / 1_000))).toEqual([0, 150, 300]);
  const stopping = schedule.stop();
  await vi.advanceTimersByTimeAsync(200_000);
  await stopping;
});

it('reports a failed tick and goes on', async () => {
  const errors: unknown[] = [];
  let ticks = 0;
  const schedule = startSchedule(
    async () => {
      if (++ticks === 1) throw new Error('no table');
    },
    1_000,
    (error) => errors.push(error),
  );
  await vi.advanceTimersByTimeAsync(1_500);
  expect(ticks).toBe(2);
  expect(errors).toHaveLength(1);
  await schedule.stop();
});

it('goes on if the clock is set back', async () => {
  let ticks = 0;
  const schedule = startSchedule(
    async () => {
      ticks++;
    },
    60_000,
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  vi.setSystemTime(-30 * 86_400_000);
  await vi.advanceTimersByTimeAsync(180_000);
  expect(ticks).toBeGreaterThanOrEqual(4);
  await schedule.stop();
});
