import { describe, expect, it } from 'vitest';
import { bCubed } from '../../../bench/group/b-cubed.ts';
import { arrivingItems, settledItems } from '../../../bench/group/group-items.ts';
import { haveLabelled, LABELLED, labelled, unrelated, within } from '../../../bench/group/labelled.ts';

const score = (items: ReturnType<typeof labelled>, found: number[]) =>
  bCubed(
    items.map(({ story }) => story),
    found,
  );

describe('bCubed', () => {
  it('is 1 for the right stories, whatever they are called', () => {
    expect(bCubed(['a', 'a', 'b'], [7, 7, 1])).toEqual({ precision: 1, recall: 1, f1: 1 });
  });

  it('counts for each item how much of its story is right, and how much it has of the right one', () => {
    const { precision, recall } = bCubed(['a', 'a', 'b'], [1, 1, 1]);
    expect(precision).toBeCloseTo((2 / 3 + 2 / 3 + 1 / 3) / 3);
    expect(recall).toBe(1);
  });
});

describe.skipIf(!haveLabelled())(`labelled stories, which are looked for in ${LABELLED}`, () => {
  it.each([
    { text: true, floor: 0.86 },
    { text: false, floor: 0.77 },
  ])('are found once all have come: $floor, $text with text', { timeout: 60_000 }, ({ text, floor }) => {
    const items = labelled('allsides-lrc-val', text);
    expect(score(items, settledItems(items)).f1).toBeGreaterThan(floor);
  });

  it('are found once all have come, within three days', () => {
    const items = labelled('basil-titles', false);
    expect(score(items, settledItems(items, 3 * 86_400_000)).f1).toBeGreaterThan(0.96);
  });

  it('are hardly ever taken for another as they come', { timeout: 60_000 }, () => {
    const items = labelled('allsides-lrc-val', true);
    const { precision, recall } = score(items, arrivingItems(items));
    expect(precision).toBeGreaterThan(0.96);
    expect(recall).toBeGreaterThan(0.65);
  });

  it.each([2, 10, 30])('are told apart where none are of one, in sets of %i', (size) => {
    const sets = unrelated(labelled('allsides-lrc-train', false), size).slice(0, 40);
    let [pairs, together] = [0, 0];
    for (const items of sets) {
      const found = settledItems(within(items), 3 * 86_400_000);
      pairs += (items.length * (items.length - 1)) / 2;
      together += found.reduce(
        (sum, story, n) => sum + found.slice(0, n).filter((one) => one === story).length,
        0,
      );
    }
    expect(together / pairs).toBeLessThanOrEqual(0.025);
  });
});
