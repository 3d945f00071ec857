import { describe, expect, it } from 'vitest';
import { CompoundFinder, type FoundCompound } from '../../../../functions/match/engine/compound-finder.ts';
import { resetScan, scanField } from '../../../../functions/match/engine/scan-field.ts';
import { fieldWords, matchableText } from '../../../../functions/match/text/item-text.ts';
import { compoundsOf } from '../../../../functions/shared/text/compounds.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

const texts: string[] = [];
/** Finds all compounds, as if every compound matched a key. */
const finder = new CompoundFinder(({ text, kind }) => texts.push(`${kind} ${text}`));

function found(fields: readonly string[]): string[] {
  resetScan();
  const compounds: FoundCompound[] = [];
  let position = 0;
  fields.forEach((text, field) => {
    const end = scanField(field, text, position);
    finder.find(field, position, end - 1, compounds);
    position = end;
  });
  return sorted(
    compounds.map(
      (one) => `${one.position} ${one.lastPosition} ${texts[one.entry - 1]} ${finder.rawOf(one)}`,
    ),
  );
}

function expected(fields: readonly string[]): string[] {
  let count = 0;
  const compounds = fields.flatMap((field) => {
    const text = matchableText(field);
    const words = fieldWords(text);
    const before = count;
    count += words.length + 1;
    return compoundsOf(text, words).map(
      ({ from, to, text: one, kind, raw }) => `${before + from} ${before + to} ${kind} ${one} ${raw}`,
    );
  });
  return sorted(compounds);
}

const sorted = (list: readonly string[]) => [...new Set(list)].sort();

const PARTS = [
  ...'abXS',
  ...['ll', 's', 'Ph', 'D', 'mail', 'Qur', 'an', 'é', 'ö', 'С', 'צה', 'ל', 'NET', 'US'],
  ...['1', '5', '25', '500', '000', '2500', '5b', 'percent', 'per', 'cent', 'pour', 'процентов', 'people'],
  ...[
    '-',
    '-',
    '’',
    "'",
    'ʼ',
    '.',
    '.',
    ',',
    '"',
    '”',
    '“',
    '–',
    '—',
    '(',
    ')',
    '/',
    '_',
    ':',
    '$',
    '@',
    '#',
  ],
  ...['+', '++', '&', '&', '%', '%', ' ', ' ', ' ', ' ', '\u00a0', '\u202f', '\u2009', '\n', '…', '\u200b'],
] as const;

describe('the compounds found by the engine', () => {
  it.each([
    'a+b & c',
    'C+ʼ C+,',
    '“.NET”',
    'ʼ#flood',
    'x-2,500',
    '“don’t”, Qur’an.',
    'U.S.-led',
    'a. b.c word.Next',
  ])('are those of compoundsOf: %s', (text) =>
    expect(found([text, '', text])).toEqual(expected([text, '', text])),
  );

  it('are those of compoundsOf in random texts', () => {
    const random = seededRandom(15);
    for (let n = 0; n < 4_000; n++) {
      const text = () => Array.from({ length: random.between(1, 14) }, () => random.pick(PARTS)).join('');
      const fields = [text(), text(), text()];
      expect(found(fields), JSON.stringify(fields)).toEqual(expected(fields));
    }
  });
});
