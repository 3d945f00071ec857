import { describe, expect, it } from 'vitest';
import { type ArrivingItem, type Outcome, outcomeOf } from '../../../../functions/notify/story/outcome.ts';
import { headlineHash, type ItemText, signatureOf } from '../../../../functions/notify/story/signature.ts';
import type { Story } from '../../../../functions/shared/store/stories.ts';
import { STREAM_COUNTS } from '../unrelated-stream.ts';
import { NONE_WATCHED } from './group-reports.ts';

const START = Date.parse('2026-03-01T09:00:00.000Z');
const HOUR = 3_600_000;

function storyOf(id: string, ...reports: readonly ItemText[]): Story {
  const [first = { title: '', summary: '' }] = reports;
  return {
    id,
    leadItemId: `${id}-1`,
    openedAt: new Date(START).toISOString(),
    title: first.title,
    itemIds: reports.map((_, n) => `${id}-${n + 1}`),
    sources: ['The Courier'],
    signatures: reports.map(signatureOf),
    headlines: reports.map(({ title }) => headlineHash(title)),
  };
}

const outcome = (stories: readonly Story[], item: Partial<ArrivingItem>): Outcome =>
  outcomeOf(
    stories,
    { id: 'new', title: '', summary: '', at: START + HOUR, ...item },
    STREAM_COUNTS,
    NONE_WATCHED,
  );

const FIRST = {
  title: 'Ferry crews in Port Lumen walk out over pay',
  summary: 'Crews of the Port Lumen ferries walked out on Monday after talks on pay with Orlena Vask failed.',
};
const strike = storyOf('strike', FIRST);
const bridge = storyOf('bridge', { title: 'Kessel bridge opens after nine years', summary: '' });

describe('an item that matches', () => {
  it('opens a story if none is similar', () => {
    expect(outcome([], FIRST)).toEqual({ kind: 'opens' });
    expect(outcome([strike, bridge], { title: 'Herring quota doubled in Arnwick' })).toEqual({
      kind: 'opens',
    });
  });

  it('opens a story if the similar one opened more than three days earlier', () => {
    expect(outcome([strike], { ...FIRST, at: START + 72 * HOUR }).kind).toBe('copy');
    expect(outcome([strike], { ...FIRST, at: START + 73 * HOUR })).toEqual({ kind: 'opens' });
  });

  it('is a member of the story that contains it, whatever it says now', () => {
    expect(
      outcome([bridge, strike], { id: 'strike-1', title: 'Kessel bridge opens after nine years' }),
    ).toEqual({
      kind: 'member',
      story: strike,
    });
  });

  it.each([
    ['the same headline', { title: FIRST.title, summary: '' }],
    ['the same headline, and the same text', FIRST],
    [
      'the same headline in other case, punctuation and spacing',
      { title: ' FERRY crews  in Port Lumen: walk out over pay! ', summary: '' },
    ],
    [
      'the same headline, and a partly similar text',
      {
        title: FIRST.title,
        summary: 'Crews of the Port Lumen ferries walked out on Monday. Travellers slept on benches.',
      },
    ],
  ])('is a copy: %s', (_, item) => {
    expect(outcome([bridge, strike], item)).toEqual({ kind: 'copy', story: strike });
  });

  it('can be a copy of any item of the story, not only the first', () => {
    const retold = { title: 'Port Lumen ferry crews strike in pay dispute', summary: '' };
    expect(outcome([storyOf('strike', FIRST, retold)], retold).kind).toBe('copy');
  });

  it('is no copy if the headline is the same and the text wholly different', () => {
    const summary = 'Travellers slept on benches as no boat left the harbour; the hotels were full by noon.';
    expect(outcome([strike], { title: FIRST.title, summary }).kind).not.toBe('copy');
  });

  it.each([
    [
      'the same words in another order',
      { title: 'Over pay, ferry crews walk out in Port Lumen', summary: '' },
    ],
    [
      'nearly the same headline, and the same text',
      { title: 'Ferry crews in Port Lumen walk out over low pay', summary: FIRST.summary },
    ],
  ])('is a retelling, and no copy: %s', (_, item) => {
    expect(outcome([bridge, strike], item)).toMatchObject({ kind: 'also', story: strike });
  });

  const summary = 'Boats of the two islands met off Cape Orrin at dawn on Tuesday, and shots were fired.';

  it.each(['', summary])('is no copy if its words say the reverse, over the text “%s”', (text) => {
    const attack = storyOf('attack', { title: 'Tolmark attacks Arnwick', summary: text });
    const item = { title: 'Arnwick attacks Tolmark', summary: text };
    expect(outcome([attack], item)).toMatchObject({ kind: 'also', story: attack });
  });

  it.each(['', summary])('is no copy if a “not” is added, over the text “%s”', (text) => {
    const quits = storyOf('quits', { title: 'Orlena Vask will resign over Cape Orrin', summary: text });
    const item = { title: 'Orlena Vask will not resign over Cape Orrin', summary: text };
    expect(outcome([quits], item)).toMatchObject({ kind: 'also', story: quits });
  });

  it('is no copy if the headline is nearly the same and the text different', () => {
    const title = 'Ferry crews in Port Lumen walk out over low pay';
    const summary = 'Travellers slept on benches on Monday night as no ferry left the harbour of Port Lumen.';
    expect(outcome([strike], { title, summary }).kind).toBe('also');
  });
});

describe('a report of a story', () => {
  const LANGUAGES: Readonly<
    Record<string, { readonly first: ItemText; readonly also: ItemText; readonly development: ItemText }>
  > = {
    English: {
      first: FIRST,
      also: { title: 'Port Lumen ferry crews strike in pay dispute', summary: '' },
      development: {
        title: 'Army boats carry stranded islanders home',
        summary:
          'Army boats took islanders home from Port Lumen on Tuesday as the strike of the ferry crews over pay went on.',
      },
    },
    German: {
      first: {
        title: 'Besatzungen der Fähren in Lumen streiken',
        summary:
          'Die Besatzungen der Fähren in Lumen streiken seit Montag für mehr Lohn, nachdem Gespräche mit Orlena Vask gescheitert sind.',
      },
      also: {
        title: 'Fähren in Lumen stehen still: Besatzungen wollen mehr Lohn',
        summary: 'In Lumen stehen seit Montag die Fähren still, die Besatzungen streiken für mehr Lohn.',
      },
      development: {
        title: 'Armee bringt Urlauber aufs Festland',
        summary:
          'Boote der Armee haben am Dienstag Urlauber von den Inseln geholt, während die Besatzungen der Fähren in Lumen für mehr Lohn streiken.',
      },
    },
    Russian: {
      first: {
        title: 'Экипажи паромов Люмена начали забастовку',
        summary:
          'Экипажи паромов в порту Люмен начали забастовку в понедельник после провала переговоров о зарплате с Орленой Васк.',
      },
      also: {
        title: 'Экипажи паромов Люмена бастуют из-за зарплаты',
        summary: 'Экипажи паромов в порту Люмен бастуют с понедельника из-за зарплаты.',
      },
      development: {
        title: 'Армейские катера вывозят туристов с островов',
        summary:
          'Во вторник армейские катера начали вывозить туристов, пока экипажи паромов в порту Люмен продолжают забастовку из-за зарплаты.',
      },
    },
    Chinese: {
      first: {
        title: '卢门港渡轮工人罢工',
        summary: '卢门港渡轮工人周一开始罢工，此前与瓦斯克的工资谈判破裂。',
      },
      also: { title: '卢门港渡轮工人因工资罢工', summary: '卢门港渡轮工人周一因工资谈判破裂罢工。' },
      development: {
        title: '军方派船接送岛上居民',
        summary: '由于卢门港渡轮工人罢工，工资谈判破裂，军方周二派船接送岛上居民。',
      },
    },
    Arabic: {
      first: {
        title: 'عمال العبارات في لومن يبدأون إضرابا',
        summary: 'بدأ عمال العبارات في ميناء لومن إضرابا يوم الاثنين بعد فشل محادثات الأجور مع أورلينا فاسك.',
      },
      also: { title: 'إضراب عمال العبارات في ميناء لومن', summary: '' },
      development: {
        title: 'الجيش ينقل سكان الجزر بقواربه',
        summary:
          'نقل الجيش سكان الجزر بقواربه يوم الثلاثاء بينما يستمر إضراب عمال العبارات في ميناء لومن بعد فشل محادثات الأجور.',
      },
    },
  };

  describe.each(Object.entries(LANGUAGES))('in %s', (_, { first, also, development }) => {
    const stories = [bridge, storyOf('strike', first)];

    it('is a retelling if its headline says little that is new', () => {
      expect(outcome(stories, also)).toMatchObject({
        kind: 'also',
        story: { id: 'strike' },
        novelty: { isDevelopment: false },
      });
    });

    it('is a development if its headline says much that is new', () => {
      expect(outcome(stories, development)).toMatchObject({
        kind: 'development',
        story: { id: 'strike' },
        novelty: { isDevelopment: true, share: expect.any(Number) },
      });
    });

    it('is a retelling of a development that was already reported', () => {
      const again = { ...development, title: `${development.title}!`, summary: '' };
      const story = { ...storyOf('strike', first, development) };
      expect(outcome([bridge, story], again).kind).toBe('copy');
    });
  });

  it('comes with the new words of its headline, as written there, and its likelihood', () => {
    const { development } = LANGUAGES.English ?? { development: FIRST };
    const found = outcome([strike], development);
    if (found.kind !== 'development') throw new Error(found.kind);
    expect(found.novelty.words).toEqual(['Army', 'boats', 'carry', 'stranded', 'islanders', 'home']);
    expect(found.novelty.share).toBe(1);
    expect(found.likelihood).toBeGreaterThanOrEqual(0.5);
    expect(found.likelihood).toBeLessThanOrEqual(1);
  });

  it('adds nothing new if another item of the story says it, in headline or summary', () => {
    const { development } = LANGUAGES.English ?? { development: FIRST };
    const inSummary = {
      title: 'Port Lumen ferry strike, day two',
      summary: `${FIRST.summary} ${development.title}.`,
    };
    expect(outcome([storyOf('strike', FIRST, inSummary)], development).kind).toBe('also');
  });

  it('adds nothing new if the story keeps its words without the item', () => {
    const { development } = LANGUAGES.English ?? { development: FIRST };
    const terms = signatureOf({ title: development.title, summary: '' }).replace('|', '');
    expect(outcome([{ ...strike, terms }], development).kind).toBe('also');
  });

  it('is a retelling if only one word of its headline is new', () => {
    expect(outcome([strike], { title: 'Furious: Port Lumen ferry crews over pay', summary: '' }).kind).toBe(
      'also',
    );
  });
});

describe('a story of 0.1.0, which has no signatures', () => {
  const { signatures: _signatures, headlines: _headlines, ...old } = strike;

  it('is found by its title', () => {
    // Its title stands in for the headlines that it did not keep.
    expect(outcome([bridge, old], { title: FIRST.title })).toMatchObject({
      kind: 'copy',
      story: { id: 'strike' },
    });
    expect(outcome([bridge, old], { title: 'Port Lumen ferry crews strike in pay dispute' })).toMatchObject({
      kind: 'also',
      story: { id: 'strike' },
    });
    expect(outcome([bridge, { ...old, signatures: [] }], { title: FIRST.title })).toMatchObject({
      kind: 'copy',
      story: { id: 'strike' },
    });
  });
});

describe('among many stories', () => {
  it('an item is compared with the latest five hundred', () => {
    const others = Array.from({ length: 500 }, (_, n) =>
      storyOf(`other-${n}`, { title: `Wholly unlike event number${n} word${n} thing${n}`, summary: '' }),
    );
    expect(outcome([...others.slice(1), strike], FIRST).kind).toBe('copy');
    expect(outcome([strike, ...others.slice(1)], FIRST).kind).toBe('copy');
    expect(outcome([strike, ...others], FIRST).kind).toBe('opens');
  });

  it('an item is found in its own story among all', () => {
    const others = Array.from({ length: 600 }, (_, n) =>
      storyOf(`other-${n}`, { title: `Wholly unlike event number${n} word${n} thing${n}`, summary: '' }),
    );
    expect(outcome([strike, ...others], { id: 'strike-1', title: 'anything' }).kind).toBe('member');
  });
});

describe('an item with nearly the headline of another', () => {
  const outlet = 'herald.example';
  const comingAfter = (before: ItemText, item: Partial<ArrivingItem>) =>
    outcome([storyOf('before', { ...before, outlet })], { outlet, ...item }).kind;
  const plain = (title: string): ItemText => ({ title, summary: '' });

  it.each([
    ['another place', 'Flood warning: River Keldin at Vesmar', 'Flood warning: River Keldin at Ostrand'],
    ['another place, in few words', 'Flood warning for Vesmar', 'Flood warning for Ostrand'],
    ['two other places', 'Ferry from Vesmar to Tolmark cancelled', 'Ferry from Ostrand to Arnwick cancelled'],
    ['another state', 'Storm warning issued for Vesmar county', 'Storm warning lifted for Vesmar county'],
    ['another end', 'Missing Keldin boy found alive', 'Missing Keldin boy found dead'],
    ['another level', 'Amber snow alert for the Arnwick hills', 'Red snow alert for the Arnwick hills'],
    [
      'a later event, with its numbers in other forms',
      'Actress Lena Ostrand, 71, taken to hospital',
      'Actress Lena Ostrand dies in hospital aged 71',
    ],
    ['another place, in Ukrainian', 'Попередження про повінь: Острів', 'Попередження про повінь: Тиса'],
  ])('of one outlet is other news: %s', (_, before, title) => {
    expect(comingAfter(plain(before), { title })).toBe('opens');
  });

  it('from one outlet is other news, even over the same text', () => {
    const summary = 'Flooding is expected. Act now to protect your property and the people around you.';
    expect(
      comingAfter(
        { title: 'Flood warning for Vesmar', summary },
        { title: 'Flood warning for Ostrand', summary },
      ),
    ).toBe('opens');
  });

  it.each([
    ['of another outlet', { title: 'Storm warning raised for Vesmar county', outlet: 'courier.example' }],
    ['of an unknown outlet', { title: 'Storm warning raised for Vesmar county', outlet: undefined }],
    ['that says more', { title: 'Storm warning issued for Vesmar county and the coast' }],
    ['that says less', { title: 'Storm warning for Vesmar county' }],
    ['in another order', { title: 'Vesmar county: new storm warning for tonight' }],
    [
      'whose words the other text all contains',
      {
        title: 'Storm warning raised for Vesmar county',
        summary: 'The warning that forecasters had issued at noon for the county and its islands was raised.',
      },
    ],
  ])('is of the same story: %s', (_, item) => {
    const { summary = '' }: Partial<ArrivingItem> = item;
    const before = {
      title: 'Storm warning issued for Vesmar county',
      summary:
        summary && 'Forecasters have raised the storm warning that they had issued for the whole county.',
    };
    expect(comingAfter(before, item)).not.toBe('opens');
  });
});
