import { expect, it } from 'vitest';
import { seededRandom } from '../helpers/seeded-random.ts';
import { planKill } from './kill-plan.ts';

it('plans the same kills for the same seed, with all triggers', () => {
  const plans = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => planKill(random));
  };
  expect(plans(7)).toEqual(plans(7));
  expect(plans(7)).not.toEqual(plans(8));
  expect(new Set(plans(7).map(({ trigger }) => trigger))).toEqual(
    new Set(['start', 'poll', 'publish', 'mail', 'digest', 'any']),
  );
});
