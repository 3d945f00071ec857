import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../functions/shared/in-parallel.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('processes every element once, in order, and no more than the limit at a time', async () => {
    const started: number[] = [];
    let running = 0;
    let highest = 0;
    await inParallel([0, 1, 2, 3, 4, 5, 6], 3, async (element, left) => {
      started.push(element);
      highest = Math.max(highest, ++running);
      expect(left).toBe(6 - element);
      await nextTurn();
      running--;
    });
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(highest).toBe(3);
  });

  it('starts nothing more after a failure, and throws once the running calls have ended', async () => {
    const started: number[] = [];
    let ended = 0;
    const work = async (element: number) => {
      started.push(element);
      if (element === 1) throw new Error('no');
      await nextTurn();
      await nextTurn();
      ended++;
    };
    await expect(inParallel([0, 1, 2, 3, 4, 5, 6], 3, work)).rejects.toThrow('no');
    expect(started).toEqual([0, 1, 2]);
    expect(ended).toBe(2);
  });

  it('does nothing for an empty list', async () => {
    await inParallel([], 3, () => Promise.reject(new Error('never')));
  });
});
