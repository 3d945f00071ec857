import { expect, it } from 'vitest';
import { codeFrame } from '../../../config/query/code-frame.ts';

const shown = (text: string, marked: string, at = text.indexOf(marked)) =>
  codeFrame({ source: { text }, at, length: marked.length, suggestion: 'do this' }).split('\n');

it('marks the span with carets and adds the suggestion', () => {
  expect(shown('storm AND OR flood', 'OR')).toEqual(['storm AND OR flood', '          ^^', 'do this']);
});

it('marks the end of the text', () => {
  expect(shown('storm', '', 5)).toEqual(['storm', '     ^', 'do this']);
  expect(shown('', '')).toEqual(['', '^', 'do this']);
});

it('shows the line with the span', () => {
  expect(shown('storm OR\nflood (hail\nsnow', '(')).toEqual(['flood (hail', '      ^', 'do this']);
  expect(shown('(storm\nflood', '(storm\nflood')).toEqual(['(storm', '^^^^^^', 'do this']);
});

it('cuts a long line around the span', () => {
  const text = `${'a'.repeat(500)} ( ${'b'.repeat(500)}`;
  const [line = '', caret = ''] = shown(text, '(');
  expect(line).toMatch(/^…a{35} \( b{35}…$/);
  expect(caret.indexOf('^')).toBe(line.indexOf('('));
});

it('counts wide letters as two columns and combining marks as none', () => {
  expect(shown('普京 OR', 'OR')[1]).toBe('     ^^');
  expect(shown('cafe\u0301 OR', 'OR')[1]).toBe('     ^^');
});

it('replaces characters that move the cursor', () => {
  expect(shown('a\u001b[2J\tb\u202e OR', 'OR')).toEqual(['a [2J b  OR', '         ^^', 'do this']);
});
