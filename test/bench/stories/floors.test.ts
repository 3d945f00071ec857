import { describe, expect, it } from 'vitest';
import { bCubed } from '../../../bench/stories/b-cubed.ts';
import { addTopicCounts, emptyCounts } from '../../../bench/stories/delivery-counts.ts';
import { groupAllKnown, groupInOrder } from '../../../bench/stories/groupings.ts';
import {
  hasLabelledItems,
  LABELLED_FOLDER,
  readLabelledItems,
  spreadOverThreeDays,
  unrelatedSets,
} from '../../../bench/stories/labelled-items.ts';
import type { WeekItem } from '../../../bench/stories/recorded-week.ts';
import { timePerHit } from '../../../bench/stories/time-per-hit.ts';
import type { ReplayedAlert } from '../../../cli/replay/replay-snapshots.ts';
import { isLong, sampled } from '../../helpers/size.ts';

const score = (items: ReturnType<typeof readLabelledItems>, found: number[]) =>
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

describe('what is delivered', () => {
  const HOUR = 3_600_000;
  const item = (id: string, hours: number): [string, WeekItem] => [
    id,
    { id, title: `title ${id}`, summary: '', foundAt: hours * HOUR, silent: false },
  ];
  const message = (
    kind: ReplayedAlert['kind'],
    hours: number,
    ...named: [string, 'first' | 'development' | 'also'][]
  ) => ({
    at: new Date(hours * HOUR).toISOString(),
    topic: 'bridge',
    kind,
    title: '',
    url: null,
    feed: '',
    items: named.map(([id, role]) => ({ id, role, title: '', url: null, feed: '', story: 's' })),
  });

  it('is counted by labels', () => {
    const labels = { a: 'opens/first', b: 'opens/first', c: 'opens/shut', d: 'ferry/first', e: 'ferry/-' };
    const week = new Map([item('a', 0), item('b', 1), item('c', 2), item('d', 3), item('e', 4)]);
    const sum = emptyCounts();
    addTopicCounts(
      sum,
      { id: 'bridge', kind: 'narrow', items: labels },
      [
        message('new', 0, ['a', 'first']),
        message('follow-up', 5, ['c', 'development'], ['b', 'also']),
        message('follow-up', 6, ['d', 'development']),
      ],
      week,
    );
    expect(sum).toEqual({
      stories: 2,
      firstAlerts: 1,
      followUps: 2,
      messages: 3,
      useful: 3,
      developments: 1,
      delays: [3],
      events: 2,
      merged: 1,
      unnamed: ['bridge e'],
    });
  });
});

describe.skipIf(!hasLabelledItems())(`labelled stories, which are looked for in ${LABELLED_FOLDER}`, () => {
  it.each(
    sampled(
      [
        { text: false, floor: 0.775 },
        { text: true, floor: 0.865 },
      ],
      2,
    ),
  )('are found once all have come: $floor, $text with text', ({ text, floor }) => {
    const items = readLabelledItems('allsides-lrc-val', text);
    const [all, came] = [score(items, groupAllKnown(items)).f1, score(items, groupInOrder(items)).f1];
    expect(all).toBeGreaterThan(floor);
    expect(all - came, 'as they come').toBeLessThan(0.05);
  });

  it('are found once all have come, within three days', () => {
    const items = readLabelledItems('basil-titles', false).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
    const window = 3 * 86_400_000;
    const [all, came] = [
      score(items, groupAllKnown(items, window)).f1,
      score(items, groupInOrder(items, window)).f1,
    ];
    expect(all).toBeGreaterThan(0.94);
    expect(all - came, 'as they come').toBeLessThan(0.05);
  });

  it.each([2, 10, 30])('are told apart where none are of one, in sets of %i', (size) => {
    const sets = unrelatedSets(readLabelledItems('allsides-lrc-train', false), size).slice(0, 40);
    let [pairs, together] = [0, 0];
    for (const items of sets) {
      const found = groupAllKnown(spreadOverThreeDays(items), 3 * 86_400_000);
      pairs += (items.length * (items.length - 1)) / 2;
      together += found.reduce(
        (sum, story, n) => sum + found.slice(0, n).filter((one) => one === story).length,
        0,
      );
    }
    expect(together / pairs).toBeLessThanOrEqual(0.025);
  });

  it.runIf(isLong)('take an item of many stories no longer than of few, for their number', () => {
    const items = readLabelledItems('allsides-lrc-train', true);
    expect(timePerHit(items, 500) / timePerHit(items, 50)).toBeLessThan(20);
  });
});
