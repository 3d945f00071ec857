import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../functions/shared/in-parallel.ts';

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('works on everything once, in order, on no more than the limit at one time', async () => {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel([0, 1, 2, 3, 4, 5, 6], 3, async (one, left) => {
      begun.push(one);
      most = Math.max(most, ++running);
      expect(left).toBe(6 - one);
      await soon();
      running--;
    });
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(3);
  });

  it('begins nothing more when one has failed, and throws when what was begun has ended', async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = async (one: number) => {
      begun.push(one);
      if (one === 1) throw new Error('no');
      await soon();
      await soon();
      ended++;
    };
    await expect(inParallel([0, 1, 2, 3, 4, 5, 6], 3, work)).rejects.toThrow('no');
    expect(begun).toEqual([0, 1, 2]);
    expect(ended).toBe(2);
  });

  it('does nothing with nothing', async () => {
    await inParallel([], 3, () => Promise.reject(new Error('never')));
  });
});
