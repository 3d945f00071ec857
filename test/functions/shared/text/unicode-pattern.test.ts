import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../functions/shared/text/re2-pattern.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';
import { type SeededRandom, seededRandom } from '../../../helpers/seeded-random.ts';

function found(pattern: string, text: string): string | undefined {
  const match = compilePattern(pattern).find(text);
  return match && text.slice(match.from, match.to);
}

describe('a pattern', () => {
  it.each([
    [String.raw`\bшторм\b`, 'Сильный шторм на юге', 'шторм'],
    [String.raw`\bшторм\b`, 'шторм', 'шторм'],
    [String.raw`\bшторм\b`, 'Сильный штормит', undefined],
    [String.raw`\bштоРМ\w*`, 'Штормовое небо', 'Штормовое'],
    [String.raw`\bÉtat\b`, 'L’État contre tous', 'État'],
    ['\\bE\u0301tat\\b', 'L’État contre tous', 'État'],
    [String.raw`[e\u0301x]tat`.replace(String.raw`\u0301`, '\u0301'), 'L’état', 'état'],
    [String.raw`\bTür\b`, 'Die Türkei', undefined],
    [String.raw`(?:шторм|штормы)\b`, 'штормы', 'штормы'],
    [String.raw`\Bторм`, 'шторм', 'торм'],
    [String.raw`\Bторм`, 'торм', undefined],
    [String.raw`\d{4} \w+`, '٢٠٢٦ год', '٢٠٢٦ год'],
    [String.raw`[\w-.]+@`, 'ünï-x.y@', 'ünï-x.y@'],
    [String.raw`[^\W\d_]+5`, '_Äb5', 'Äb5'],
    [String.raw`[\W\d]x`, 'éx', undefined],
    ['[[:alpha:]]+-', 'état-x', 'état-'],
    ['[[:^alpha:]]é', 'aé -é', '-é'],
    [String.raw`a\sb`, 'a\u00a0b', 'a\u00a0b'],
    [String.raw`\S+`, '\u3000語 x', '語'],
    [String.raw`\Qa.b\E+\b`, 'xa.bbb', 'a.bbb'],
    [String.raw`\b😀`, 'x😀', '😀'],
    [String.raw`\x{448}\b`, 'ш, а', 'ш'],
    [String.raw`a{,5}\b`, 'a{,5}', undefined],
    [String.raw`^\bа|\bб$`, 'а б', 'а'],
    [String.raw`\bCVE-\d{4}-\d+\b`, 'see cve-2026-1234, too', 'cve-2026-1234'],
  ])('%s in %j finds %j', (pattern, text, expected) => {
    expect(found(pattern, text)).toBe(expected);
  });

  it('gives the position of a match in the text without marks', () => {
    expect(compilePattern(String.raw`\bшторм\b`).find('😀 а шторм')).toEqual({ from: 5, to: 10 });
  });

  // JavaScript's own patterns with look-around are correct, but may take exponential time.
  it('finds the same as a JavaScript pattern with look-around', () => {
    const random = seededRandom(344);
    let matches = 0;
    for (let round = 0; round < 400; round++) {
      const [pattern, native] = randomPattern(random, 3);
      const text = Array.from({ length: random.integer(12) }, () => random.pick(TEXTS)).join('');
      const expected = new RegExp(native, 'iu').exec(text)?.[0];
      expect(found(pattern, text), `/${pattern}/ in ${JSON.stringify(text)}`).toBe(expected);
      if (expected !== undefined) matches++;
    }
    expect(matches).toBeGreaterThan(100);
  });

  it('takes less than three seconds on the longest text', async () => {
    const slow = String.raw`\b(?:\w{1,20}\s+){1,6}\bштормит\b`;
    expect(compilePattern(slow).steps).toBeLessThan(300);
    const text = `${'шторм ночь '.repeat(1_800)} штормитх`;
    // A pattern builds its tables when it is first used.
    expect(await takesLessThan(3_000, () => compilePattern(slow).find(text))).toBeUndefined();
  });
});

const TEXTS = [
  'a',
  'b',
  'ш',
  'Ш',
  'é',
  '2',
  '٢',
  '_',
  ' ',
  '\u00a0',
  '-',
  '.',
  '語',
  '😀',
  '\u0301',
] as const;
const W = String.raw`[_\p{L}\p{M}\p{N}]`;
const NOT_W = String.raw`[^_\p{L}\p{M}\p{N}]`;
const BOUNDARY = `(?:(?<=${W})(?!${W})|(?<!${W})(?=${W}))`;
const NO_BOUNDARY = `(?:(?<=${W})(?=${W})|(?<!${W})(?!${W}))`;
/** Parts of patterns, and their equivalents in JavaScript. */
const PIECES = [
  ['a', 'a'],
  ['ш', 'ш'],
  ['.', '.'],
  [String.raw`\b`, BOUNDARY],
  [String.raw`\b`, BOUNDARY],
  [String.raw`\B`, NO_BOUNDARY],
  [String.raw`\w`, W],
  [String.raw`\W`, NOT_W],
  [String.raw`\d`, String.raw`\p{Nd}`],
  [String.raw`\s`, String.raw`[\s\p{Z}]`],
  [String.raw`[\w-]`, String.raw`[_\p{L}\p{M}\p{N}\-]`],
  [String.raw`[^\d ]`, String.raw`[^\p{Nd} ]`],
  [String.raw`[\Wa]`, `(?:${NOT_W}|a)`],
  [String.raw`\x{e9}`, 'é'],
  ['^', '^'],
  ['$', '$'],
] as const;

function randomPattern(random: SeededRandom, depth: number): [string, string] {
  const parts = Array.from({ length: 1 + random.integer(3) }, (): [string, string] => {
    const [own, native] =
      depth > 0 && random.chance(0.25)
        ? grouped(randomPattern(random, depth - 1))
        : ([...random.pick(PIECES)] as [string, string]);
    const repeat = /^(\\[bB]|[$^])$/.test(own) ? '' : random.pick(['', '', '', '*', '+', '?', '{1,2}', '+?']);
    return [own + repeat, native + repeat];
  });
  const joined = (n: 0 | 1) => parts.map((part) => part[n]).join('');
  const [own, native] = [joined(0), joined(1)];
  if (depth === 0 || random.chance(0.8)) return [own, native];
  const [otherOwn, otherNative] = randomPattern(random, depth - 1);
  return [`${own}|${otherOwn}`, `${native}|${otherNative}`];
}

function grouped([own, native]: [string, string]): [string, string] {
  return [`(?:${own})`, `(?:${native})`];
}
