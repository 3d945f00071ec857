import { expect, it } from 'vitest';
import { nearestName } from '../../../config/query/nearest-name.ts';

it.each([
  ['putin', ['putin', 'puten'], 'putin'],
  ['puttin', ['storms', 'putin'], 'putin'],
  ['ptuin', ['putin'], 'putin'],
  ['PUTIN', ['putin'], 'putin'],
  ['weather', ['putin', 'storms'], undefined],
  ['a', ['xyz'], undefined],
  ['storm', [], undefined],
])('%s among %j', (name, known, expected) => {
  expect(nearestName(name, known)).toBe(expected);
});
