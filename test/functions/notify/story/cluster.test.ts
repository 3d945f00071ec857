import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { clusterReports, titleReports } from './group-reports.ts';

describe('clusterAll', () => {
  it.each([
    ['Russian', ['Паромы Люмена встали из-за забастовки', 'Забастовка паромов в Люмене']],
    ['Chinese', ['卢门港渡轮工人罢工', '卢门港渡轮罢工持续']],
    ['English', ['Ferry crews in Port Lumen walk out', 'Port Lumen: crews on strike']],
  ])('groups reports of the same event: %s', (_, all) => {
    expect(clusterReports(titleReports(...all))).toEqual([0, 0]);
  });

  it('recognises one event under different headlines by the summary', () => {
    const summary =
      'Crews of the Port Lumen ferries walked out on Monday after talks on pay with Orlena Vask failed.';
    expect(
      clusterReports([
        { title: 'Islanders stranded as harbour falls silent', summary },
        {
          title: 'Owls return to Brisk valley forest',
          summary: 'Birds were counted in Brisk valley for the first time.',
        },
        {
          title: 'Ferry strike begins',
          summary:
            'Ferries in Port Lumen stopped on Monday; Orlena Vask said talks on pay with the crews had failed.',
        },
      ]),
    ).toEqual([0, 1, 0]);
  });

  it('keeps apart distinct items, and items of different days', () => {
    expect(
      clusterReports(
        titleReports('Magnitude 5.1 earthquake strikes Chile', 'Magnitude 6.3 earthquake strikes Chile'),
      ),
    ).toEqual([0, 1]);
    const opens = { title: 'Kessel bridge opens after nine years' };
    expect(clusterReports([opens, { ...opens, hour: 71 }])).toEqual([0, 0]);
    expect(clusterReports([opens, { ...opens, hour: 73 }])).toEqual([0, 1]);
  });

  it('returns nothing for nothing', () => {
    expect(clusterReports([])).toEqual([]);
    expect(clusterReports(titleReports('', ''))).toEqual([0, 1]);
  });

  it('does not depend on the order', () => {
    const random = seededRandom(3);
    const all = [
      'Ferry crews in Port Lumen walk out over pay',
      'Port Lumen ferry crews walk out',
      'Ferry crews walk out over pay in Lumen',
      'Kessel bridge opens after nine years',
      'After nine years, Kessel bridge opens',
      'Kessel bridge opens at last',
      'Tolmark parliament passes new water law',
      'Water law passes Tolmark parliament',
      'Owls return to Brisk valley forest',
      'Brisk valley: owls return',
    ];
    const partition = (some: readonly string[]) => {
      const stories = clusterReports(titleReports(...some));
      return new Set(
        [...Map.groupBy(some, (_, n) => stories[n]).values()].map((one) => one.toSorted().join('|')),
      );
    };
    const expected = partition(all);
    expect(expected.size).toBe(4);
    for (let run = 0; run < 50; run++) {
      const places = new Map(all.map((title) => [title, random.fraction()]));
      expect(partition(all.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)))).toEqual(
        expected,
      );
    }
  });
});
