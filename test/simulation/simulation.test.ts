import { describe, expect, it } from 'vitest';
import { isLong, sized } from '../helpers/size.ts';
import { describeFailure } from './describe-failure.ts';
import { runSeeds, type SeedResult, seedsFrom } from './run-seeds.ts';
import { Tally } from './tally.ts';

/** A long run begins where a quick one ends. */
const [FIRST, LAST] = sized([1, 60], [61, 400]);
const SEEDS = LAST - FIRST + 1;

it(`${SEEDS} seeds: nothing is lost, nothing is sent twice`, { timeout: 1_500_000 }, async () => {
  const tally = new Tally();
  await runSeeds({
    seeds: seedsFrom(FIRST, SEEDS),
    workers: 2,
    onResult: (result) => void tally.add(result),
  });
  expect(tally.seeds).toBe(SEEDS);
  expect(tally.broken.map((result) => describeFailure(result)).join('\n')).toBe('');

  // Every kind of fault must have happened, or the check above proves nothing.
  const faults = [
    'crash-before',
    'crash-after',
    'lost-request',
    'lost-answer',
    'throttle',
    'server-error',
    'partial',
    'timeout',
    'repeated',
    'late',
    'late start',
    'not deleted',
    'missed tick',
    ...['refused-connection', 'silence', 'server-error', 'throttle'].map((kind) => `outage ${kind}`),
    ...[
      'lying-validator',
      'stale',
      'empty',
      'broken',
      'web-page',
      'slow',
      'error',
      'throttled',
      'unreachable',
    ].map((kind) => `feed ${kind}`),
    ...[
      'throttled',
      'error',
      'error after',
      'lost answer',
      'lost request',
      'crash before',
      'crash after',
      'down',
      'silent',
      'unreachable',
      'removed',
      'redriven',
    ].map((kind) => `chat ${kind}`),
    ...[
      'throttled',
      'error',
      'error after',
      'lost answer',
      'lost request',
      'crash before',
      'crash after',
      'down',
      'unreachable',
      'sandbox',
      'redriven',
    ].map((kind) => `mail ${kind}`),
  ];
  for (const kind of faults) expect(tally.faults.get(kind) ?? 0, kind).toBeGreaterThan(0);
  expect(tally.owed).toBeGreaterThan(SEEDS * 3);
  expect(tally.rewritten).toBeGreaterThan(SEEDS / 10);
  expect(tally.developments).toBeGreaterThan(SEEDS / 10);
  expect(tally.retellings).toBeGreaterThan(SEEDS / 10);
  expect(tally.published).toBeGreaterThan(SEEDS * 3);
  expect(tally.repeated).toBeGreaterThan(0);
  expect(tally.skipped).toBeGreaterThan(0);
  expect(tally.muted).toBeGreaterThan(SEEDS / 10);
  expect(tally.leftOut).toBeGreaterThan(0);
  expect(tally.chat).toBeGreaterThan(SEEDS * 3);
  expect(tally.chatAccepted).toBeGreaterThan(tally.chat);
  expect(tally.chatRepeated).toBeGreaterThan(SEEDS / 10);
  expect(tally.mail).toBeGreaterThan(SEEDS * 3);
  expect(tally.mailAccepted).toBeGreaterThan(tally.mail);
  expect(tally.mailRepeated).toBeGreaterThan(SEEDS / 10);
  expect(tally.mailSkipped).toBeGreaterThan(0);
  expect(tally.split).toBeGreaterThan(SEEDS / 10);
  expect(tally.followed).toBeGreaterThan(SEEDS / 40);
});

describe.skipIf(isLong)('a seed', () => {
  const fingerprints = async (seeds: readonly number[], workers: number) => {
    const results = new Map<number, SeedResult>();
    await runSeeds({ seeds, workers, onResult: (result) => void results.set(result.seed, result) });
    return seeds
      .toSorted((a, b) => a - b)
      .map((seed) => `${seed} ${results.get(seed)?.fingerprint} ${results.get(seed)?.calls}`);
  };

  it('gives the same run byte for byte, whatever ran before, and a different run from other seeds', async () => {
    // Short ones.
    const seeds = [2, 4, 5, 16, 17];
    const once = await fingerprints(seeds, 1);
    expect(await fingerprints(seeds.toReversed(), 2)).toEqual(once);
    expect(new Set(once).size).toBe(seeds.length);
  });

  it('that fails says how to replay it', async () => {
    const failed: SeedResult[] = [];
    await runSeeds({
      seeds: seedsFrom(1, 100),
      mutant: 'no-claim',
      workers: 1,
      onResult(result) {
        if (result.broken.length > 0) failed.push(result);
        return failed.length > 0;
      },
    });
    const [first] = failed;
    if (!first) throw new Error('nothing failed');
    expect(describeFailure(first, { mutant: 'no-claim' })).toMatch(
      /^seed \d+:\n {2}told again by .*\n[\s\S]* {2}replay: npm run simulate -- --seed \d+ --mutant no-claim$/,
    );
  });
});
