import { describe, expect, it } from 'vitest';
import { findStory, STORY_WINDOW_MS } from '../../../../functions/notify/story/find-story.ts';
import { signatureOf } from '../../../../functions/notify/story/signature.ts';
import { TermTable } from '../../../../functions/notify/story/term-table.ts';
import { WordCounts } from '../../../../functions/shared/word-counts.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { countWordsOf, STREAM_COUNTS, unrelatedStream } from '../unrelated-stream.ts';
import { areOneStory, groupInOrder, NONE_WATCHED, type Report, titleReports } from './group-reports.ts';

const NOTHING_COUNTED = new WordCounts();

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
    ['Chinese', ['卢门港渡轮工人罢工', '卢门港渡轮工人因薪资罢工']],
    [
      'a number that only one of the two names',
      ['Ammonia leak kills 15 in Tolmark', 'Ammonia leak kills many in Tolmark'],
    ],
  ])('is one story: %s', (_, all) => {
    expect(areOneStory(titleReports(...all))).toBe(true);
    expect(areOneStory(titleReports(...all.toReversed()))).toBe(true);
  });

  it('is recognised by the summary if headlines differ', () => {
    const reports = [
      {
        title: 'Islanders stranded as harbour falls silent',
        summary:
          'Crews of the Port Lumen ferries walked out on Monday after talks on pay with Orlena Vask failed.',
      },
      {
        title: 'Walkout begins',
        summary:
          'Ferries in Port Lumen stopped on Monday; Orlena Vask said talks on pay with the crews had failed.',
      },
    ];
    expect(areOneStory(reports)).toBe(true);
    expect(areOneStory(reports.map(({ title }) => ({ title })))).toBe(false);
  });

  it('is recognised in a story with several items', () => {
    const reports = titleReports(
      'Kessel bridge opens after nine years',
      'After nine years, Kessel bridge is open',
      'Crowds cross Kessel bridge as it opens after nine years',
      'Kessel bridge opens to crowds',
    );
    expect(groupInOrder(reports)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    'Tolmark council to meet on Thursday',
    'Bank raises interest rates',
    'Government says minister will not attend climate summit',
    '政府宣布学校投票',
  ])('includes a headline repeated word for word within hours, however common its words: %s', (title) => {
    expect(groupInOrder([{ title }, { title, hour: 1 }])).toEqual([0, 0]);
  });
});

describe('other news', () => {
  it.each([
    ['nothing in common', 'Kessel bridge opens after nine years', 'Ferry strike enters second week'],
    ['common words alone', 'Minister opens hospital in Tolmark', 'Minister denies tax report in Arnwick'],
    ['no words at all', '', ''],
    ['small words alone', 'When will it be', 'When will it be'],
    // One template filled in twice, with numbers.
    ['another number', 'Magnitude 5.1 earthquake strikes Chile', 'Magnitude 6.3 earthquake strikes Chile'],
    ['another fraction', 'Magnitude 5.1 earthquake strikes Chile', 'Magnitude 5.4 earthquake strikes Chile'],
    ['another date', 'Lottery results for 12 July 2025', 'Lottery results for 19 July 2025'],
    ['another toll', 'Flood toll rises to 12 in Port Lumen', 'Flood toll rises to 15 in Port Lumen'],
  ])('is a story of its own: %s', (_, a, b) => {
    for (const counts of [STREAM_COUNTS, NOTHING_COUNTED]) {
      expect(areOneStory(titleReports(a, b), counts)).toBe(false);
      expect(areOneStory(titleReports(b, a), counts)).toBe(false);
    }
  });

  // Names that are in the news every day are no evidence. Each is in one item of forty.
  const IN_THE_NEWS = ['Orlena Vask', 'Tolmark', '中国人民银行', 'トヨタ自動車が', '北米で', 'ศาลรัฐธรรมนูญ'];
  const newsDay = unrelatedStream();
  for (const name of IN_THE_NEWS) for (let n = 0; n < 60; n++) countWordsOf(newsDay, name);

  it.each([
    ['a minister', 'Orlena Vask opens Tolmark hospital', 'Orlena Vask calls taxes too high'],
    ['a bank, in Chinese', '中国人民银行宣布降准', '中国人民银行行长会见外宾'],
    ['a firm, in Japanese', 'トヨタ自動車が北米で大規模リコール', 'トヨタ自動車が北米で新工場建設へ'],
    ['a court, in Thai', 'ศาลรัฐธรรมนูญนัดวินิจฉัยคดียุบพรรค', 'ศาลรัฐธรรมนูญยกคำร้องคดีเลือกตั้ง'],
  ])('about a name that is in the news every day is a story of its own: %s', (_, a, b) => {
    expect(areOneStory(titleReports(a, b), newsDay)).toBe(false);
    expect(areOneStory(titleReports(b, a), newsDay)).toBe(false);
  });

  it('includes a template filled in with another place', () => {
    const quake = (place: string, depth: string): Report => ({
      title: `Strong earthquake strikes ${place}, no damage`,
      summary: `The quake struck ${place} at a depth of ${depth} km, the survey said. No damage was reported.`,
    });
    expect(areOneStory([quake('Chile', '40'), quake('Peru', '77')])).toBe(false);
    // Another outlet’s item that also names the place belongs to the story.
    const retold = { ...quake('Chile', '40'), title: 'Strong earthquake strikes Chile, damage unknown' };
    expect(areOneStory([quake('Chile', '40'), retold])).toBe(true);
  });

  it('includes a recurring headline over another text, or on another day', () => {
    const briefing = (summary: string, hour: number) => ({ title: 'Morning briefing', summary, hour });
    expect(
      areOneStory([
        briefing('Ferry crews walk out in Port Lumen; Kessel bridge opens.', 6),
        briefing('Tolmark raises taxes; storm closes two schools.', 30),
      ]),
    ).toBe(false);
    const close = (hour: number) => ({ title: 'Market close report', hour });
    expect(areOneStory([close(17), close(41)])).toBe(false);
  });

  it('includes a slightly longer recurring headline on another day, without a text', () => {
    const briefing = (hour: number) => ({ title: 'Flood briefing: what happened today', hour });
    expect(groupInOrder([briefing(6), briefing(30)])).toEqual([0, 1]);
    expect(groupInOrder([briefing(6), briefing(7)])).toEqual([0, 0]);
  });

  it('includes a headline without a text that shares one rare place with a story that has one', () => {
    const first = {
      title: 'Kessel bridge opens after nine years',
      summary:
        'The mayor of Port Lumen cut a ribbon on Monday as the Kessel bridge opened to the first cars, nine years after work began.',
    };
    // In five items of two thousand.
    const counts = unrelatedStream();
    for (let n = 0; n < 5; n++) countWordsOf(counts, 'Kessel');
    for (const title of ['Kessel school to hire four teachers', 'Owls return to the forests of Kessel']) {
      expect(areOneStory([first, { title }], counts)).toBe(false);
      expect(areOneStory([{ title }, first], counts)).toBe(false);
    }
    // The headline alone still finds the same event.
    expect(areOneStory([first, { title: 'After nine years, Kessel bridge opens' }], counts)).toBe(true);
  });

  it('includes another event with the same names', () => {
    const reports = [
      {
        title: 'Vask opens hospital in Tolmark',
        summary: 'Orlena Vask opened the rebuilt hospital of Tolmark on Tuesday and praised its nurses.',
      },
      {
        title: 'Vask denies knowing of missing harbour money',
        summary: 'Orlena Vask denied that she had known of the missing money in the harbour accounts.',
      },
    ];
    for (const counts of [STREAM_COUNTS, NOTHING_COUNTED]) expect(areOneStory(reports, counts)).toBe(false);
  });

  it('stays other news despite a text that a feed puts under every headline', () => {
    const summary = 'Read more at our site';
    expect(
      areOneStory([
        { title: 'Kessel bridge opens after nine years', summary },
        { title: 'Ferry strike goes on', summary },
      ]),
    ).toBe(false);
  });
});

describe('findStory', () => {
  const table = new TermTable(STREAM_COUNTS, NONE_WATCHED);
  const storyOf = (id: string, title: string, openedAt?: number) => ({
    id,
    signatures: [signatureOf({ title, summary: '' })],
    openedAt,
  });
  const find = (stories: readonly ReturnType<typeof storyOf>[], title: string, at?: number) =>
    findStory(stories, table.parse(signatureOf({ title, summary: '' })), table, at);
  const OPENS = 'Kessel bridge opens after nine years';
  const bridge = storyOf('bridge', OPENS);
  const ferry = storyOf('ferry', 'Ferry strike enters second week');

  it('returns the story of the most likely item, with the likelihood', () => {
    const nearer = storyOf('nearer', 'Kessel bridge opens after nine long years');
    const found = find([bridge, nearer, ferry], 'After nine long years, Kessel bridge opens');
    expect(found?.story).toBe(nearer);
    expect(found?.likelihood).toBeGreaterThan(0.9);
    expect(found?.likelihood).toBeLessThanOrEqual(1);
    expect(find([nearer, bridge], 'After nine long years, Kessel bridge opens')?.story).toBe(nearer);
  });

  it('returns the older of two equally likely stories', () => {
    expect(find([bridge, { ...bridge, id: 'twin' }], OPENS)?.story.id).toBe('bridge');
  });

  it('returns none if none is likely', () => {
    expect(find([bridge, ferry], 'Herring quota doubled in Arnwick')).toBeUndefined();
    expect(find([], OPENS)).toBeUndefined();
    expect(find([storyOf('blank', '')], '')).toBeUndefined();
    expect(find([{ ...bridge, signatures: [] }], OPENS)).toBeUndefined();
  });

  it('returns none that opened more than three days earlier or later', () => {
    const opened = storyOf('opened', OPENS, STORY_WINDOW_MS);
    expect(find([opened], OPENS, 2 * STORY_WINDOW_MS)?.story).toBe(opened);
    expect(find([opened], OPENS, 2 * STORY_WINDOW_MS + 1)).toBeUndefined();
    expect(find([opened], OPENS, 0)?.story).toBe(opened);
    expect(find([opened], OPENS, -1)).toBeUndefined();
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
  it('makes no difference for news that is clearly the same or different', () => {
    const random = seededRandom(1);
    for (let run = 0; run < 200; run++) {
      const reports = EVENTS.flatMap((all, event) => all.map((title) => ({ title, event })))
        .map((report) => ({ report, at: random.fraction() }))
        .sort((a, b) => a.at - b.at)
        .map(({ report }) => report);
      const stories = groupInOrder(reports);
      const storyOf = new Map(reports.map(({ event }, n) => [event, stories[n]]));
      expect(reports.map(({ event }) => storyOf.get(event))).toEqual(stories);
      expect(new Set(stories).size).toBe(EVENTS.length);
    }
  });

  it('gives the same stories if it is the same', () => {
    const reports = titleReports(...EVENTS.flat());
    expect(groupInOrder(reports)).toEqual(groupInOrder(reports));
  });
});
