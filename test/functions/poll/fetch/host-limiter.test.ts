import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hostLimiter } from '../../../../functions/poll/fetch/host-limiter.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

const url = (text: string) => new URL(text);
const HERALD = url('https://herald.example/feed');
function createLimiter() {
  const { run, pause } = hostLimiter(Date.now);
  return {
    pause,
    run: <Result>(host: URL, work: () => Promise<Result>) => run(host, 20_000, work),
  };
}
/** Returns work that takes this long. */
const lasting = (ms: number) => async () => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return { kind: 'done', at: Date.now() - NOW };
};
async function runAll(
  work: readonly Promise<{ readonly kind: string }>[],
): Promise<{ readonly kind: string }[]> {
  const results = Promise.all(work);
  await vi.runAllTimersAsync();
  return results;
}

it('runs two requests per host at once, whatever the protocol, and those to other hosts meanwhile', async () => {
  const limiter = createLimiter();
  const oneSecond = lasting(1_000);
  expect(
    await runAll([
      limiter.run(HERALD, oneSecond),
      limiter.run(url('http://herald.example/other'), oneSecond),
      limiter.run(HERALD, oneSecond),
      limiter.run(HERALD, oneSecond),
      limiter.run(HERALD, oneSecond),
      limiter.run(url('https://gazette.example/'), oneSecond),
      limiter.run(url('https://herald.example:8443/'), oneSecond),
    ]),
  ).toEqual([1, 1, 2, 2, 3, 1, 1].map((s) => ({ kind: 'done', at: s * 1_000 })));
});

it('postpones requests that wait for a hanging host', async () => {
  const limiter = createLimiter();
  let runs = 0;
  const results = await runAll([
    limiter.run(HERALD, lasting(60_000)),
    limiter.run(HERALD, lasting(60_000)),
    limiter.run(HERALD, async () => {
      runs++;
      return { kind: 'done' };
    }),
  ]);
  expect(results[2]).toEqual({ kind: 'postponed', retryAt: NOW + 20_000 });
  // Nobody waits for the result any more, so the work never runs.
  expect(runs).toBe(0);
  expect(await runAll([limiter.run(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});

it('rejects with the error of the work, and frees the slot', async () => {
  const limiter = createLimiter();
  const fail = () => Promise.reject(new Error('reset'));
  const results = Promise.allSettled([1, 2, 3, 4].map(() => limiter.run(HERALD, fail)));
  await vi.runAllTimersAsync();
  expect((await results).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect(await runAll([limiter.run(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});

it('pauses a host for as long as it asks, also for requests that wait already', async () => {
  const limiter = createLimiter();
  const pausing = async () => {
    await lasting(1_000)();
    limiter.pause(HERALD, NOW + 90_000);
    return { kind: 'paused' };
  };
  expect(
    await runAll([
      limiter.run(HERALD, pausing),
      limiter.run(HERALD, lasting(2_000)),
      limiter.run(HERALD, lasting(1)),
      limiter.run(url('https://gazette.example/'), lasting(1)),
    ]),
  ).toMatchObject([
    { kind: 'paused' },
    { kind: 'done' },
    { kind: 'postponed', retryAt: NOW + 90_000 },
    { kind: 'done' },
  ]);
  vi.setSystemTime(NOW + 90_000);
  expect(await runAll([limiter.run(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});

it('pauses no host for more than a day, nor after the clock was set back', async () => {
  const limiter = createLimiter();
  limiter.pause(HERALD, NOW + 365 * 24 * 3_600_000);
  const day = 24 * 3_600_000;
  expect(await limiter.run(HERALD, lasting(1))).toEqual({ kind: 'postponed', retryAt: NOW + day });
  vi.setSystemTime(NOW - 1);
  expect(await runAll([limiter.run(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});
