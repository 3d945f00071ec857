import { describe, expect, it } from 'vitest';
import { sampled, sized } from '../helpers/size.ts';
import { checkInWorker, fuzz, kindOf, shrink } from './fuzz.ts';
import { loadSeeds } from './seeds.ts';
import { inputOf, TARGETS } from './targets.ts';

describe('fuzzing', () => {
  const RUNS = sized(60, 300);
  it(`finds no fault in ${RUNS} inputs, in a separate process`, async () => {
    const { done, faults } = await fuzz({ from: 1, runs: RUNS, jobs: 1, progress: () => undefined });
    expect(faults).toEqual([]);
    expect(done).toBe(RUNS);
  }, 240_000);

  it('makes the same input for the same seed, and inputs for every target', () => {
    const seeds = loadSeeds();
    const targets = new Set<string>();
    for (let seed = 1; seed <= 300; seed++) {
      const { target, input } = inputOf(seed, seeds);
      targets.add(target);
      expect(inputOf(seed, seeds).input.equals(input)).toBe(true);
    }
    expect([...targets].sort()).toEqual(
      Object.keys(TARGETS)
        .filter((target) => target !== 'planted')
        .sort(),
    );
  });

  it.each(
    sampled<readonly [string, RegExp | undefined]>(
      [
        ['wrong', /^it is wrong$/],
        ['throw', /^threw Error: thrown/],
        ['later', /^uncaught Error: rejected/],
        ['leave', /^ended its process \(7\)/],
        ['endless', new RegExp(`^did not end in ${sized(3, 8)} s$`)],
        ['ordinary', undefined],
      ],
      2,
    ),
  )('reports an input that is %s', async (text, expected) => {
    const timeoutMs = text === 'endless' ? sized(3_000, 8_000) : undefined;
    const what = await checkInWorker('planted', Buffer.from(text), timeoutMs);
    if (expected === undefined) expect(what).toBeUndefined();
    else expect(what).toMatch(expected);
  });

  it('shrinks the input of a fault', async () => {
    const fault = { seed: 1, target: 'planted', what: 'it is wrong' };
    const input = Buffer.from(`${'a long beginning '.repeat(10)}wrong${' and an end'.repeat(10)}`);
    expect((await shrink(fault, input)).toString()).toBe('wrong');
  });
});

it('recognises faults of the same kind', () => {
  const what = (text: string) =>
    `threw Error: ${text}\n    at read (/x/functions/poll/parser/parse.ts:1:2)\n    at other`;
  expect(kindOf({ target: 'parse', what: what('a') })).toBe(kindOf({ target: 'parse', what: what('b') }));
  expect(kindOf({ target: 'parse', what: what('a') })).not.toBe(kindOf({ target: 'query', what: what('a') }));
});
