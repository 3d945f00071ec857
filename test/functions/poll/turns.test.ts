import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { turns } from '../../../functions/poll/turns.ts';

it('lets so many work at once, in their order, and hands on the places of those that fail', async () => {
  const inTurn = turns(2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((n) =>
      inTurn(async () => {
        begun.push(n);
        most = Math.max(most, ++running);
        await wait(5 * n);
        running--;
        if (n % 2 === 0) throw new Error(`${n} failed`);
        return n;
      }),
    ),
  );
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(await inTurn(() => Promise.resolve('again'))).toBe('again');
});
