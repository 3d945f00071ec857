import { describe, expect, it } from 'vitest';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration, formatExactDuration } from '../../local/format-time.ts';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;
const DAY = 24 * H;

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [-5 * MIN, '0 s'],
    [999, '0 s'],
    [1.9 * S, '1 s'],
    [59 * S, '59 s'],
    [MIN, '1 min'],
    [MIN + 400, '1 min'],
    [90 * S, '90 s'],
    [119 * S, '119 s'],
    [2 * MIN, '2 min'],
    [H - 1, '59 min'],
    [H, '1 h'],
    [H + 59 * S, '1 h'],
    [90 * MIN, '90 min'],
    [DAY, '1 day'],
    [DAY + 59 * MIN, '1 day'],
    [25 * H, '25 h'],
    [2 * DAY, '2 days'],
    [7.9 * DAY, '7 days'],
  ])('of %d ms is shown as %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });

  it.each([
    [MIN, '1 min'],
    [90 * S, '90 s'],
    [150 * MIN, '150 min'],
    [H, '1 h'],
    [36 * H, '36 h'],
    [DAY, '1 day'],
    [1440 * MIN, '1 day'],
    [7 * DAY, '7 days'],
    [1_500, '1.5 s'],
  ])('of exactly %d ms is shown in full: %s', (ms, expected) => {
    expect(formatExactDuration(ms)).toBe(expected);
  });
});

it.each([
  [0, '0 feeds'],
  [1, '1 feed'],
  [2, '2 feeds'],
  [12_345, '12,345 feeds'],
])('counts %d as %s', (n, expected) => {
  expect(count(n, 'feed')).toBe(expected);
});

it('supports irregular plurals and verbs', () => {
  expect(count(1, 'story', 'stories')).toBe('1 story');
  expect(count(2, 'story', 'stories')).toBe('2 stories');
  expect(count(1, 'feed waits', 'feeds wait')).toBe('1 feed waits');
});
