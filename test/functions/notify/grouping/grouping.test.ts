import { describe, expect, it } from 'vitest';
import { Grouping } from '../../../../functions/notify/grouping/grouping.ts';
import { Readings } from '../../../../functions/notify/grouping/readings.ts';
import { settled } from '../../../../functions/notify/grouping/settled.ts';
import { signatureOf } from '../../../../functions/notify/grouping/signature.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

interface Told {
  readonly title: string;
  readonly summary?: string;
  readonly hour?: number;
}

/** The story of each, counted from 0. */
function grouped(items: readonly Told[]): number[] {
  const grouping = new Grouping();
  return items.map(({ title, summary = '', hour = 0 }) => {
    const member = { signature: signatureOf({ title, summary }), at: hour * 3_600_000 };
    const story = grouping.find(member) ?? grouping.open([]);
    grouping.join(story, member);
    return story;
  });
}

const together = (...items: Told[]) => new Set(grouped(items)).size === 1;
/** Once all have come. */
const settle = (...items: Told[]) =>
  settled(
    items.map(({ title, summary = '', hour = 0 }) => ({
      signature: signatureOf({ title, summary }),
      at: hour * 3_600_000,
    })),
  );
const titles = (...all: string[]) => all.map((title) => ({ title }));

describe('the same news', () => {
  it.each([
    [
      'a wire text that outlets rewrite',
      ['Ferry crews in Port Lumen walk out over pay', 'Port Lumen ferry crews strike in pay dispute'],
    ],
    ['inflections', ['Vask resigns as Tolmark minister', 'Tolmark minister Vask resigned']],
    ['Arabic', ['إضراب عمال العبارات في ميناء لومن', 'عمال العبارات في لومن يبدأون إضراب']],
    [
      'German',
      [
        'Fähren in Lumen stehen still: Streik der Besatzungen',
        'Streik der Besatzungen legt Fähren in Lumen lahm',
      ],
    ],
  ])('%s', (_, all) => {
    expect(together(...titles(...all))).toBe(true);
  });

  it('is found by the summary where headlines differ, once all have come', () => {
    const summary =
      'Crews of the Port Lumen ferries walked out on Monday after talks on pay with Orlena Vask failed.';
    expect(
      settle(
        { title: 'Islanders stranded as harbour falls silent', summary },
        {
          title: 'Ferry strike begins',
          summary:
            'Ferries in Port Lumen stopped on Monday; Orlena Vask said talks on pay with the crews had failed.',
        },
      ),
    ).toEqual([0, 0]);
  });

  it('in other words is told rather than lost, and is one story once all have come', () => {
    for (const retold of [
      titles('Паромы Люмена встали из-за забастовки', 'Забастовка паромов в Люмене'),
      titles('卢门港渡轮工人罢工', '卢门港渡轮罢工持续'),
    ]) {
      expect(together(...retold)).toBe(false);
      expect(settle(...retold)).toEqual([0, 0]);
    }
  });

  it('is found again in a story with several items', () => {
    expect(
      new Set(
        grouped(
          titles(
            'Kessel bridge opens after nine years',
            'After nine years, Kessel bridge is open',
            'Crowds cross Kessel bridge as it opens after nine years',
            'Kessel bridge opens to crowds',
          ),
        ),
      ).size,
    ).toBe(1);
  });
});

describe('a headline that comes again word for word', () => {
  it.each([
    'President Trump to meet House Republicans on Thursday',
    'Fed raises interest rates',
    'White House says Trump will not attend climate summit',
    '中国人民银行宣布降准',
  ])('is no news, however common its words: %s', (title) => {
    const grouping = new Grouping({ readings: new Readings(['trump', 'climate']) });
    const story = grouping.open([{ signature: signatureOf({ title, summary: '' }), at: 0 }]);
    expect(grouping.find({ signature: signatureOf({ title, summary: '' }), at: 3_600_000 })).toBe(story);
  });
});

describe('other news', () => {
  it.each([
    ['a firm in Japanese', 'トヨタ自動車が北米で大規模リコール', 'トヨタ自動車が北米で新工場建設へ'],
    ['a bank in Chinese', '中国人民银行宣布降准', '中国人民银行行长会见外宾'],
    ['a court in Thai', 'ศาลรัฐธรรมนูญนัดวินิจฉัยคดียุบพรรค', 'ศาลรัฐธรรมนูญยกคำร้องคดีเลือกตั้ง'],
    ['another number', 'Magnitude 5.1 earthquake strikes Chile', 'Magnitude 6.3 earthquake strikes Chile'],
    ['another fraction', 'Magnitude 5.1 earthquake strikes Chile', 'Magnitude 5.4 earthquake strikes Chile'],
    ['another date', 'Lottery results for 12 July 2025', 'Lottery results for 19 July 2025'],
    ['another toll', 'Flood toll rises to 12 in Port Lumen', 'Flood toll rises to 15 in Port Lumen'],
    ['nothing in common', 'Kessel bridge opens after nine years', 'Ferry strike enters second week'],
    ['one common word', 'Minister opens hospital in Tolmark', 'Minister denies tax report'],
    ['no words at all', '', ''],
    ['small words alone', 'When will it be', 'When will it be'],
  ])('%s', (_, a, b) => {
    expect(together(...titles(a, b))).toBe(false);
    expect(together(...titles(b, a))).toBe(false);
  });

  it('is a form that is filled in with another place', () => {
    const summary = (place: string, depth: string) =>
      `The quake struck ${place} at a depth of ${depth} km, the survey said. No damage was reported.`;
    expect(
      together(
        { title: 'Strong earthquake strikes Chile, no damage', summary: summary('Chile', '40') },
        { title: 'Strong earthquake strikes Peru, no damage', summary: summary('Peru', '77') },
      ),
    ).toBe(false);
  });

  it('is a recurring headline of a few words more on another day, where there is no text', () => {
    const briefing = (hour: number) => ({ title: 'Flood briefing: what happened today', hour });
    expect(grouped([briefing(6), briefing(30)])).toEqual([0, 1]);
    expect(grouped([briefing(6), briefing(7)])).toEqual([0, 0]);
  });

  it('is a recurring headline over another text, or on another day', () => {
    const briefing = (summary: string, hour: number) => ({ title: 'Morning briefing', summary, hour });
    expect(
      together(
        briefing('Ferry crews walk out in Port Lumen; Kessel bridge opens.', 6),
        briefing('Tolmark raises taxes; storm closes two schools.', 30),
      ),
    ).toBe(false);
    const close = (hour: number) => ({ title: 'Market close report', hour });
    expect(together(close(17), close(41))).toBe(false);
  });

  it('is another event with the same names', () => {
    const summaries = [
      'Orlena Vask opened the rebuilt hospital of Tolmark on Tuesday and praised its nurses.',
      'Orlena Vask denied that she had known of the missing money in the harbour accounts.',
    ];
    expect(
      together(
        { title: 'Vask opens hospital in Tolmark', summary: summaries[0] ?? '' },
        { title: 'Vask denies knowing of missing harbour money', summary: summaries[1] ?? '' },
      ),
    ).toBe(false);
  });

  it('comes later than the window', () => {
    const grouping = new Grouping({ window: 3 * 86_400_000 });
    const signature = signatureOf({ title: 'Kessel bridge opens after nine years', summary: '' });
    grouping.open([{ signature, at: 0 }]);
    expect(grouping.find({ signature, at: 2 * 86_400_000 })).toBe(0);
    expect(grouping.find({ signature, at: 4 * 86_400_000 })).toBeUndefined();
  });
});

const EVENTS = [
  [
    'Ferry crews in Port Lumen walk out over pay',
    'Port Lumen ferry crews walk out',
    'Ferry crews walk out over pay in Lumen',
  ],
  [
    'Kessel bridge opens after nine years',
    'After nine years, Kessel bridge opens',
    'Kessel bridge opens at last',
  ],
  [
    'Tolmark parliament passes new water law',
    'Water law passes Tolmark parliament',
    'Tolmark passes water law',
  ],
  ['Owls return to Brisk valley forest', 'Forest owls return to Brisk valley', 'Brisk valley: owls return'],
  [
    'Storm Hedda floods Arnwick railway',
    'Arnwick railway flooded by storm Hedda',
    'Hedda storm floods railway in Arnwick',
  ],
];

describe('the order of arrival', () => {
  it('makes no difference to news that is clearly the same or another', () => {
    const random = seededRandom(1);
    for (let run = 0; run < 200; run++) {
      const items = EVENTS.flatMap((all, event) => all.map((title) => ({ title, event })))
        .map((item) => ({ item, at: random.fraction() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item);
      const stories = grouped(items);
      const storyOf = new Map(items.map(({ event }, n) => [event, stories[n]]));
      expect(items.map(({ event }) => storyOf.get(event))).toEqual(stories);
      expect(new Set(stories).size).toBe(EVENTS.length);
    }
  });

  it('makes none at all once all have come', () => {
    const random = seededRandom(3);
    const titlesOfAll = EVENTS.flat();
    const partition = (all: readonly string[]) => {
      const stories = settle(...titles(...all));
      const together = Map.groupBy(all, (_, n) => stories[n]);
      return new Set([...together.values()].map((one) => one.toSorted().join('|')));
    };
    const stories = partition(titlesOfAll);
    for (let run = 0; run < 50; run++) {
      const places = new Map(titlesOfAll.map((title) => [title, random.fraction()]));
      const shuffled = titlesOfAll.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
      expect(partition(shuffled)).toEqual(stories);
    }
  });

  it('and the same order gives the same stories', () => {
    const items = EVENTS.flat().map((title) => ({ title }));
    expect(grouped(items)).toEqual(grouped(items));
  });
});

describe('with many stories', () => {
  it('an item takes milliseconds at most', () => {
    const random = seededRandom(2);
    const word = () => `w${random.integer(3000).toString(36)}ord`;
    const text = (count: number) => Array.from({ length: count }, word).join(' ');
    const items = Array.from({ length: 600 }, () => ({ title: text(9), summary: text(70) }));
    const before = process.cpuUsage();
    grouped(items);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / items.length).toBeLessThan(10);
  });
});
