import { describe, expect, it } from 'vitest';
import { compileTopics } from '../../../../functions/match/engine/compile-topics.ts';
import { pack, unpack } from '../../../../functions/match/engine/encoded-topics.ts';
import { Engine } from '../../../../functions/match/engine/engine.ts';
import { evaluate, type FindPattern } from '../../../../functions/match/evaluate.ts';
import { ItemText, type MatchableItem } from '../../../../functions/match/text/item-text.ts';
import type { Query } from '../../../../functions/shared/model.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { sized } from '../../../helpers/size.ts';
import { randomItem, randomQuery } from './random-news.ts';

const findPattern: FindPattern = (pattern, text) => {
  const match = new RegExp(pattern, 'iu').exec(text);
  return match ? { from: match.index, to: match.index + match[0].length } : undefined;
};

function engineOf(queries: readonly (Query | undefined)[]): Engine {
  return new Engine(unpack(pack(compileTopics(queries))), findPattern);
}

function matchSlowly(queries: readonly Query[], item: MatchableItem): number[] {
  const text = new ItemText(item);
  return queries.flatMap((query, n) => (evaluate(query, text, findPattern) ? [n] : []));
}

describe('the engine and the reference implementation', () => {
  it.each(Array.from({ length: sized(2, 8) }, (_, n) => n + 1))(
    'agree on random queries and items (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const queries = Array.from({ length: 250 }, () => randomQuery(random));
      const engine = engineOf(queries);
      let hits = 0;
      for (let n = 0; n < 40; n++) {
        const item = randomItem(random);
        const expected = matchSlowly(queries, item);
        hits += expected.length;
        const found = engine.match(item).sort((a, b) => a - b);
        if (JSON.stringify(found) !== JSON.stringify(expected)) {
          const differing = [...found, ...expected].filter(
            (one) => !found.includes(one) || !expected.includes(one),
          );
          expect.fail(
            `engine and reference differ for ${JSON.stringify(item)}:\n${differing
              .map(
                (one) =>
                  `${found.includes(one) ? 'engine only' : 'reference only'} ${JSON.stringify(queries[one])}`,
              )
              .join('\n')}`,
          );
        }
      }
      expect(hits).toBeGreaterThan(300);
    },
  );

  it('do not mix the topics of two engines', () => {
    const [ants, bees] = [engineOf([{ term: { text: 'ant' } }]), engineOf([{ term: { text: 'bee' } }])];
    const item = (title: string): MatchableItem => ({ title, summary: '', content: '' });
    expect(ants.match(item('an ant'))).toEqual([0]);
    expect(bees.match(item('a bee'))).toEqual([0]);
    expect(ants.match(item('a bee'))).toEqual([]);
    expect(bees.match(item('an ant'))).toEqual([]);
  });
});
