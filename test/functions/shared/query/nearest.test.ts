import { expect, it } from 'vitest';
import { nearest } from '../../../../functions/shared/query/nearest.ts';

it.each([
  ['putin', ['putin', 'puten'], 'putin'],
  ['puttin', ['storms', 'putin'], 'putin'],
  ['ptuin', ['putin'], 'putin'],
  ['PUTIN', ['putin'], 'putin'],
  ['weather', ['putin', 'storms'], undefined],
  ['a', ['xyz'], undefined],
  ['storm', [], undefined],
])('%s among %j', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});
