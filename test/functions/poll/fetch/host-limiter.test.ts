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
function turnsOf() {
  const turns = hostLimiter(Date.now);
  return {
    leaveAlone: turns.pause,
    take: <Result>(host: URL, work: () => Promise<Result>) => turns.run(host, 20_000, work),
  };
}
/** Work that ends after so many ms. */
const lasting = (ms: number) => async () => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return { kind: 'done', at: Date.now() - NOW };
};
async function all(
  work: readonly Promise<{ readonly kind: string }>[],
): Promise<{ readonly kind: string }[]> {
  const results = Promise.all(work);
  await vi.runAllTimersAsync();
  return results;
}

it('two requests at once go to a host, whatever the protocol, and to others meanwhile', async () => {
  const turns = turnsOf();
  const second = lasting(1_000);
  expect(
    await all([
      turns.take(HERALD, second),
      turns.take(url('http://herald.example/other'), second),
      turns.take(HERALD, second),
      turns.take(HERALD, second),
      turns.take(HERALD, second),
      turns.take(url('https://gazette.example/'), second),
      turns.take(url('https://herald.example:8443/'), second),
    ]),
  ).toEqual([1, 1, 2, 2, 3, 1, 1].map((s) => ({ kind: 'done', at: s * 1_000 })));
});

it('what a hanging host keeps waiting is postponed', async () => {
  const turns = turnsOf();
  let asked = 0;
  const results = await all([
    turns.take(HERALD, lasting(60_000)),
    turns.take(HERALD, lasting(60_000)),
    turns.take(HERALD, async () => {
      asked++;
      return { kind: 'done' };
    }),
  ]);
  expect(results[2]).toEqual({ kind: 'postponed', retryAt: NOW + 20_000 });
  // Nor is it made when its turn comes: nobody waits for it any more.
  expect(asked).toBe(0);
  expect(await all([turns.take(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});

it('an error is the one of whose work it is, and gives its turn away', async () => {
  const turns = turnsOf();
  const fail = () => Promise.reject(new Error('reset'));
  const results = Promise.allSettled([1, 2, 3, 4].map(() => turns.take(HERALD, fail)));
  await vi.runAllTimersAsync();
  expect((await results).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect(await all([turns.take(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});

it('a host is left alone for as long as it wants, by those that wait already, too', async () => {
  const turns = turnsOf();
  const told = async () => {
    await lasting(1_000)();
    turns.leaveAlone(HERALD, NOW + 90_000);
    return { kind: 'told' };
  };
  expect(
    await all([
      turns.take(HERALD, told),
      turns.take(HERALD, lasting(2_000)),
      turns.take(HERALD, lasting(1)),
      turns.take(url('https://gazette.example/'), lasting(1)),
    ]),
  ).toMatchObject([
    { kind: 'told' },
    { kind: 'done' },
    { kind: 'postponed', retryAt: NOW + 90_000 },
    { kind: 'done' },
  ]);
  vi.setSystemTime(NOW + 90_000);
  expect(await all([turns.take(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});

it('no host is left alone for more than a day, nor because a clock was wrong', async () => {
  const turns = turnsOf();
  turns.leaveAlone(HERALD, NOW + 365 * 24 * 3_600_000);
  const day = 24 * 3_600_000;
  expect(await turns.take(HERALD, lasting(1))).toEqual({ kind: 'postponed', retryAt: NOW + day });
  vi.setSystemTime(NOW - 1);
  expect(await all([turns.take(HERALD, lasting(1))])).toMatchObject([{ kind: 'done' }]);
});
