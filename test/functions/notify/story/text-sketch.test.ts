import { describe, expect, it } from 'vitest';
import { newInText, sketchOf } from '../../../../functions/notify/story/text-sketch.ts';

const long = (from: number, count: number) =>
  Array.from(
    { length: count },
    (_, n) =>
      `${String.fromCharCode(97 + ((from + n) % 26))}${(from + n).toString(36).replace(/\d/g, 'q')}zz`,
  ).join(' ');

describe('a sketch', () => {
  it('recognises the words of its texts, including inflections', () => {
    const sketch = sketchOf('Kessel bridge opens', 'The mayor cut a ribbon of herring.');
    expect(newInText(sketch, 'Mayors cut ribbons at Kessel.')).toEqual({
      share: expect.closeTo(0.5 / 4, 5),
      words: ['at'],
    });
    expect(newInText(sketch, '')).toEqual({ share: 0, words: [] });
    expect(newInText(sketchOf(''), 'Mayors').share).toBe(1);
  });

  it('is small for any text', () => {
    expect(sketchOf(long(0, 5_000)).length).toBeLessThanOrEqual(171);
  });

  it('of a long text gives the approximate share of another text that is new', () => {
    const sketch = sketchOf(long(0, 400));
    expect(newInText(sketch, long(0, 400)).share).toBe(0);
    expect(newInText(sketch, long(20_000, 400)).share).toBeGreaterThan(0.8);
  });
});
