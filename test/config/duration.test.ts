import { expect, it } from 'vitest';
import { parseDuration } from '../../config/duration.ts';

it.each([
  ['90s', 90_000],
  ['5m', 300_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
  ['0m', 0],
  ['10 m', 600_000],
  [' 2h ', 7_200_000],
])('parses %j as %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each(['', '5', 'm', '-5m', '5M', '5min', '1h30m', '1,5h', '.5h', '1e3s', '٥m'])(
  '%j is not a duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
