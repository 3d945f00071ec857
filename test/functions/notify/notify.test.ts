import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../functions/notify/story/signature.ts';
import { RetryLater } from '../../../functions/shared/errors.ts';
import type { Notice } from '../../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../../functions/shared/pipeline.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import {
  followUps,
  type HarnessTopic,
  type HitFields,
  LEASE,
  NotifyHarness,
  ROUND_UP_AT,
  START,
} from './notify-harness.ts';

const table = memoryTable();

const desk = (topic: HarnessTopic = {}) => new NotifyHarness(table, topic);
const MINUTE = 60_000;

/** Hits a minute apart, each delivered once. */
async function receiveAll(news: NotifyHarness, ...hits: readonly HitFields[]): Promise<void> {
  for (const fields of hits) {
    await news.receive(news.hit(fields));
    news.now += MINUTE;
  }
}

const OPENS = 'Kessel bridge opens after nine years';
const CLOSES = 'Storm shuts the crossing at Kessel';
const RETOLD = 'Kessel bridge opens after nine long years';

describe('a story', () => {
  it('is told once, with all that the hit says', async () => {
    const news = desk();
    await news.receive(news.hit());
    expect(news.published).toMatchObject([
      {
        protocols: ['email', 'sms'],
        message: { subject: `Bridges: ${OPENS}` },
        alert: {
          topicId: news.topic.id,
          topicName: 'Bridges',
          kind: 'new',
          entries: [
            {
              kind: 'new',
              itemId: 'item-1',
              title: OPENS,
              summary: 'A ribbon was cut.',
              url: 'https://courier.example/item-1',
              feed: 'The Courier',
              why: [{ term: 'bridge', field: 'title', snippet: OPENS }],
            },
          ],
        },
      },
    ]);
  });

  it('is not told again however often the hit is delivered', async () => {
    const news = desk();
    const hit = news.hit();
    for (const wait of [0, 1, LEASE, 4 * 86_400_000]) {
      news.now += wait;
      await news.receive(hit);
    }
    expect(news.published).toHaveLength(1);
  });

  it('is told once when another feed has the same article, then or after days', async () => {
    const news = desk();
    await receiveAll(news, {}, { feed: 'Meridian Wire', summary: 'In other words.' });
    news.now += 5 * 86_400_000;
    await receiveAll(news, { feed: 'Bridge Weekly', summary: 'In a weekly’s words.' });
    expect(news.titles()).toEqual([[OPENS]]);
  });

  it('does not begin with an item that was named as a retelling of another, days later through another feed', async () => {
    const news = desk();
    await receiveAll(news, {}, { id: 'item-2', feed: 'Meridian Wire', title: RETOLD });
    await news.tickAt(ROUND_UP_AT);
    news.now += 5 * 24 * 60 * MINUTE;
    await receiveAll(news, { id: 'item-2', feed: 'The Herald', title: RETOLD });
    await news.tickAt(news.now + 24 * 60 * MINUTE);
    expect(news.messages()).toEqual([
      ['new', OPENS],
      ['roundup', RETOLD],
    ]);
  });

  it('takes in what retells it, which waits for the round-up, and copies, which are only counted', async () => {
    const news = desk();
    await receiveAll(
      news,
      {},
      { id: 'item-2', feed: 'Meridian Wire', title: `${OPENS}!` },
      { id: 'item-3', feed: 'The Herald', title: RETOLD },
      { id: 'item-4', title: 'Herring quota doubled in Port Lumen' },
    );
    expect(news.titles()).toEqual([[OPENS], ['Herring quota doubled in Port Lumen']]);
    await news.tickAt(ROUND_UP_AT);
    expect(news.messages().slice(2)).toEqual([['roundup', RETOLD]]);
    expect(news.titles('sms')).toHaveLength(2);
    const [story] = (await news.deps().stories.since(news.topic.id, START)).stories;
    expect(story).toMatchObject({
      leadItemId: 'item-1',
      itemIds: ['item-1', 'item-2', 'item-3'],
      sources: ['The Courier', 'Meridian Wire', 'The Herald'],
    });
  });

  it('is over after three days: what resembles it then is news', async () => {
    const news = desk();
    await receiveAll(news, {});
    news.now = START + 3 * 86_400_000;
    await receiveAll(news, { id: 'item-2' });
    expect(news.published).toHaveLength(1);
    await receiveAll(news, { id: 'item-3' });
    expect(news.published).toHaveLength(2);
  });

  it('takes in what comes back from the dead-letter queue after days', async () => {
    const news = desk();
    const [told, dead, other] = [
      news.hit(),
      news.hit({ id: 'item-2', feed: 'Meridian Wire' }),
      news.hit({ id: 'item-3', feed: 'The Herald' }),
    ];
    await news.receive(told);
    news.now += 10 * 86_400_000;
    await news.receive(dead);
    await news.receive(other);
    expect(news.titles()).toEqual([[OPENS]]);
  });

  it('belongs to its topic: another topic tells it too', async () => {
    const [one, other] = [desk(), desk()];
    await receiveAll(one, {});
    await receiveAll(other, {});
    expect([one.published.length, other.published.length]).toEqual([1, 1]);
  });

  // Regression: a retelling joined the story and fell silent although nobody had been told of it.
  it('is told by a retelling when its own alert cannot be sent, and then by nobody else', async () => {
    const news = desk();
    const lead = news.hit();
    news.answers.push('refused', 'refused');
    await expect(news.receive(lead)).rejects.toThrow('SNS did not take the alert');
    await expect(news.receive(lead)).rejects.toThrow('SNS did not take the alert');
    await receiveAll(news, { id: 'item-2', title: RETOLD });
    await news.receive(lead);
    await receiveAll(news, { id: 'item-3', title: 'Kessel bridge opens after nine years!' });
    expect(news.titles()).toEqual([[RETOLD]]);
    expect(news.titles('sms')).toEqual(news.titles());
  });

  it('keeps taking in what retells it beyond the members that its record names', async () => {
    const news = desk();
    await receiveAll(news, {});
    const { stories } = news.deps();
    const [story] = (await stories.since(news.topic.id, START)).stories;
    if (!story) throw new Error('no story');
    const itemIds = Array.from({ length: 200 }, (_, n) => `member-${n}`);
    await stories.change(news.topic.id, story, { ...story, itemIds: ['item-1', ...itemIds.slice(1)] });
    const late = news.hit({ id: 'late' });
    await news.receive(late);
    await news.receive(late);
    expect(news.published).toHaveLength(1);
    expect((await stories.since(news.topic.id, START)).stories[0]?.itemIds).toHaveLength(200);
  });
});

describe('while the release before, which knows stories by their titles alone, is still at work', () => {
  const STRIKE = {
    title: 'Ferry crews of Lumen walk out over pay',
    summary: 'Crews of the Lumen ferries walked out on Monday after talks on pay with Orlena Vask failed.',
  };
  const REWRITTEN = {
    title: 'Islanders stranded as harbour falls silent',
    summary: 'Ferries at Lumen stopped on Monday; Orlena Vask said talks on pay with the crews had failed.',
  };
  const SHORTER = { title: 'Ferry crews of Lumen walk out in dispute over pay', summary: '' };

  const storiesOf = async (news: NotifyHarness) =>
    (await news.deps().stories.since(news.topic.id, START)).stories;
  /** What it does with a story that it finds: all that it read stays. */
  async function joinAsBefore(news: NotifyHarness, itemId: string): Promise<void> {
    const [story] = await storiesOf(news);
    if (!story) throw new Error('no story');
    const joined = {
      ...story,
      itemIds: [...story.itemIds, itemId],
      sources: [...story.sources, 'The Herald'],
    };
    expect(await news.deps().stories.change(news.topic.id, story, joined)).toBe(true);
  }

  it('a story that it has joined is known by what its items say', async () => {
    const news = desk();
    await receiveAll(news, STRIKE);
    await joinAsBefore(news, 'item-2');
    await receiveAll(news, { id: 'item-3', ...REWRITTEN });
    expect(news.titles()).toEqual([[STRIKE.title]]);
    expect(await storiesOf(news)).toMatchObject([
      { itemIds: ['item-1', 'item-2', 'item-3'], signatures: [expect.any(String), expect.any(String)] },
    ]);
  });

  it('a story that it has opened is known by its title, and by what joins it then', async () => {
    const news = desk();
    const { stories } = news.deps();
    const { title } = STRIKE;
    const opened = { id: 'as-before', leadItemId: 'item-1', openedAt: new Date(START).toISOString(), title };
    await stories.open(news.topic.id, await stories.since(news.topic.id, START), {
      ...opened,
      itemIds: ['item-1'],
      sources: ['The Courier'],
    });
    await receiveAll(news, { id: 'item-2', ...SHORTER });
    const [story] = await storiesOf(news);
    expect(story).toMatchObject({ id: 'as-before', itemIds: ['item-1', 'item-2'] });
    expect(story?.signatures).toEqual([
      signatureOf({ title, summary: '' }),
      expect.stringContaining(signatureOf({ title: SHORTER.title, summary: '' })),
    ]);
  });

  it('each story is found in its own way beside the others', async () => {
    const news = desk();
    const { stories } = news.deps();
    await receiveAll(news, STRIKE);
    await stories.open(news.topic.id, await stories.since(news.topic.id, START), {
      id: 'as-before',
      leadItemId: 'other-1',
      openedAt: new Date(START).toISOString(),
      title: 'Tolmark council votes for a water law',
      itemIds: ['other-1'],
      sources: ['The Courier'],
    });
    await receiveAll(
      news,
      { id: 'item-2', ...REWRITTEN },
      { id: 'other-2', title: 'Tolmark council votes for water law at last', summary: '' },
    );
    expect((await storiesOf(news)).map(({ itemIds }) => itemIds).sort()).toEqual([
      ['item-1', 'item-2'],
      ['other-1', 'other-2'],
    ]);
  });
});

describe('a digest', () => {
  it('shows stories as one that turn out to report the same event in other words', async () => {
    const news = desk({ deliver: { mode: 'hourly' } });
    // Each has opened a story of its own: how likely they were of one was another question then.
    const stopped = 'Ferries at Lumen stopped on Monday after talks on pay with the crews had failed.';
    const walkout = 'Ferry crews at Lumen walked out on Monday after talks on pay had failed.';
    const ten = '2026-03-01T10:00:00.000Z';
    await news.addDigestEntry(ten, 1, 'Islanders stranded as harbour falls silent', { summary: stopped });
    await news.addDigestEntry(ten, 2, CLOSES);
    await news.addDigestEntry(ten, 3, 'Islanders stranded at Lumen as crews walk out', { summary: walkout });
    await news.tickAt(Date.parse(ten));
    const [digest] = news.published;
    expect(digest?.message.email).toContain('2 stories about');
    expect(digest?.alert.entries.map(({ title, shownWith }) => [title, shownWith])).toEqual([
      ['Islanders stranded as harbour falls silent', undefined],
      ['Islanders stranded at Lumen as crews walk out', 'story-1'],
      [CLOSES, undefined],
    ]);
    expect(digest?.message.subject).toMatch(/, 3 stories: /);
  });

  it('names who has told each story by the time it goes out, and retellings below their story', async () => {
    const news = desk({ deliver: { mode: 'hourly' } });
    await receiveAll(
      news,
      {},
      { id: 'item-2', feed: 'Meridian Wire', title: RETOLD },
      { id: 'item-3', feed: 'The Herald', title: 'Herring quota doubled in Port Lumen' },
    );
    await news.tickAt(Date.parse('2026-03-01T10:00:00.000Z'));
    expect(
      news.published[0]?.alert.entries.map(({ role, title, feed, sources }) => [role, title, feed, sources]),
    ).toEqual([
      ['first', OPENS, 'The Courier', ['Meridian Wire']],
      ['also', RETOLD, 'Meridian Wire', ['The Courier']],
      ['first', 'Herring quota doubled in Port Lumen', 'The Herald', undefined],
    ]);
    expect(news.published[0]?.message.email).toContain('\nAlso told by Meridian Wire\n');
    expect(news.published[0]?.message.email).toContain(`\nAlso reported:\n- ${RETOLD}\n`);
  });
});

describe('an edit', () => {
  const small = { title: 'Kessel bridge opens after nine years - live' };
  const large = { title: CLOSES };
  const term = { summary: 'A ferry came too.', terms: ['bridge', 'ferry'] };
  const FOLLOW_UP_AT = START + 2 * 60 * MINUTE;

  /** A desk to which all is urgent: developments are sent at once, though not every edit is one. */
  const urgentDesk = () => desk({ followUps: followUps('urgent') });
  const receiveUrgent = (news: NotifyHarness, ...hits: readonly HitFields[]) =>
    receiveAll(news, ...hits.map((fields) => ({ ...fields, urgent: true as const })));

  it.each([
    ['off', []],
    ['urgent', []],
    ['calm', [CLOSES]],
    ['all', [small.title, CLOSES, OPENS]],
  ] as const)('with followUps: %s', async (mode, expected) => {
    const news = desk({ followUps: followUps(mode) });
    await receiveAll(news, {}, small, large);
    if (mode === 'all') await receiveAll(news, {});
    await news.tickAt(FOLLOW_UP_AT);
    expect(news.published.slice(1).map(({ alert }) => alert.entries[0]?.title)).toEqual(expected);
    for (const { alert } of news.published.slice(1)) {
      expect(alert).toMatchObject({
        kind: 'follow-up',
        entries: [{ kind: 'update', role: 'development', story: { title: OPENS } }],
      });
    }
  });

  it('is listed in the round-up where it is no follow-up, if it says something new', async () => {
    const news = urgentDesk();
    await receiveAll(news, {}, small, large);
    await news.tickAt(ROUND_UP_AT);
    expect(news.messages()).toEqual([
      ['new', OPENS],
      ['roundup', CLOSES],
    ]);
  });

  it('waits for the follow-up of its story, two hours after the alert', async () => {
    const news = desk();
    await receiveAll(news, {}, large);
    await news.tickAt(FOLLOW_UP_AT - MINUTE);
    expect(news.published).toHaveLength(1);
    await news.tickAt(FOLLOW_UP_AT);
    expect(news.published[1]?.alert).toMatchObject({
      kind: 'follow-up',
      entries: [{ kind: 'update', title: CLOSES, previousTitle: OPENS }],
    });
    expect(news.published[1]?.message.subject).toBe(`Re: Bridges: ${OPENS}`);
  });

  it('and another of the same item that says something else are both in a follow-up, each with the headline before it', async () => {
    const news = desk();
    const reopens = 'Ferries run again as ice leaves Port Lumen';
    await receiveAll(news, {}, large, { title: reopens });
    await news.tickAt(FOLLOW_UP_AT);
    expect(news.published.slice(1).map(({ alert }) => alert.entries)).toMatchObject([
      [
        { title: CLOSES, previousTitle: OPENS },
        { title: reopens, previousTitle: CLOSES },
      ],
    ]);
  });

  it('back and forth between two headlines ends, in a follow-up, with the headline that is there now', async () => {
    const news = desk();
    await receiveAll(news, {}, large, {}, large);
    await news.tickAt(FOLLOW_UP_AT);
    expect(news.published.slice(1).map(({ alert }) => alert.entries)).toMatchObject([
      [{ title: CLOSES, previousTitle: OPENS }],
    ]);
  });

  it('that brings a watched term is a development, and shows the headline before', async () => {
    const news = urgentDesk();
    await receiveUrgent(news, {}, term, { ...term, summary: 'The ferry left.' });
    expect(news.published).toHaveLength(2);
    expect(news.published[1]?.alert.entries).toMatchObject([
      { kind: 'update', title: OPENS, previousTitle: OPENS },
    ]);
    expect(news.published[1]?.message.subject).toBe(`Re: Bridges: ${OPENS}`);
  });

  it('that brings a watched term shows where it stands, and which outlets have the story', async () => {
    const news = urgentDesk();
    await receiveUrgent(news, {}, { feed: 'Meridian Wire', summary: 'In other words.' }, term);
    expect(news.published[1]?.alert.entries[0]).toMatchObject({
      added: { text: OPENS, words: ['ferry'] },
      feed: 'The Courier',
      sources: ['Meridian Wire'],
    });
  });

  it('of the summary is a development where it is another text, or that of a live page; not where there was none', async () => {
    const news = urgentDesk();
    const live = 'Herring quota live';
    const opened = 'The mayor cut a ribbon of herring before a thousand guests.';
    const shut = 'The mayor cut short a visit: storm and ice have shut the crossing.';
    await receiveUrgent(news, { summary: '' }, { summary: opened }, { summary: shut });
    expect(news.published).toHaveLength(1);
    await receiveUrgent(
      news,
      { id: 'item-2', title: live, summary: opened },
      { id: 'item-2', title: live, summary: shut },
    );
    expect(news.published[2]?.alert.entries[0]).toMatchObject({
      kind: 'update',
      previousTitle: live,
      added: { text: shut, words: expect.arrayContaining(['storm', 'crossing']) },
    });
    await receiveUrgent(news, { summary: 'Sailors wait in harbour; trains to Lumen leave at noon instead.' });
    expect(news.published).toHaveLength(4);
  });

  it('that brings back a term which was there before is no development', async () => {
    const news = urgentDesk();
    await receiveUrgent(news, term, { summary: 'No boat.' }, { ...term, summary: 'The ferry is back.' });
    expect(news.published).toHaveLength(1);
  });

  // Regression: only the first eight terms were compared, so one that had moved up into them looked new.
  it('that drops one of many terms brings no new one', async () => {
    const news = urgentDesk();
    const terms = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    await receiveUrgent(news, { terms }, { terms: terms.slice(1), summary: 'Shorter.' });
    expect(news.published).toHaveLength(1);
    await receiveUrgent(news, { terms: [...terms, 'eleven'], summary: 'Longer.' });
    expect(news.published).toHaveLength(2);
  });

  // Regression: every small edit was compared with the one before it, never with what the reader had seen.
  it('of small steps is a development once they add up to another headline', async () => {
    const news = urgentDesk();
    const steps = [
      RETOLD,
      'Kessel bridge opens after ten long years',
      'Kessel bridge shut again after ten long months',
    ];
    await receiveUrgent(news, {}, ...steps.map((title) => ({ title })));
    expect(news.published.slice(1).map(({ alert }) => alert.entries[0])).toMatchObject([
      { title: steps[2], previousTitle: OPENS },
    ]);
  });

  it('that flips between two headlines is told once each way, and again after a day', async () => {
    const news = urgentDesk();
    await receiveUrgent(news, {}, large, {}, large, {}, large);
    expect(news.titles()).toEqual([[OPENS], [CLOSES], [OPENS]]);
    news.now += 24 * 60 * MINUTE;
    await receiveUrgent(news, { summary: 'A day later.' }, large, {}, large);
    expect(news.titles().slice(3)).toEqual([[CLOSES], [OPENS]]);
  });

  it('that comes back after a day is told once by two feeds, and once when it is delivered again', async () => {
    const news = urgentDesk();
    const wire = { feed: 'Meridian Wire' };
    await receiveUrgent(news, {}, wire, large, { ...large, ...wire }, {}, wire);
    news.now += 25 * 60 * MINUTE;
    await receiveUrgent(news, { ...large, summary: '-' }, { ...large, ...wire, summary: '-' });
    const again = news.hit({ title: OPENS, summary: '-', urgent: true });
    await news.receive(again);
    await news.receive(again);
    expect(news.titles()).toEqual([[OPENS], [CLOSES], [OPENS], [CLOSES], [OPENS]]);
  });

  // Regression: the other feed's text differs, so its content hash did, and the update went out twice.
  it('seen through two feeds in different words is told once', async () => {
    const news = urgentDesk();
    const wire = { feed: 'Meridian Wire', summary: 'In other words.' };
    await receiveUrgent(news, {}, wire, large, { ...wire, ...large });
    expect(news.titles()).toEqual([[OPENS], [CLOSES]]);
    await receiveUrgent(
      news,
      { ...large, ...term },
      { ...wire, ...large, terms: ['bridge', 'ferry'], summary: '-' },
    );
    expect(news.published).toHaveLength(3);
  });

  // Regression: the update named a headline as the one before that nobody had been told.
  it('of what only retold the story is no development', async () => {
    const news = desk({ followUps: followUps('all') });
    const retelling = { id: 'item-2', feed: 'Meridian Wire', title: RETOLD };
    await receiveAll(news, {}, retelling, { ...retelling, title: CLOSES }, { ...retelling, ...term });
    expect(news.titles()).toEqual([[OPENS]]);
    await receiveAll(news, large);
    expect(news.titles()).toEqual([[OPENS], [CLOSES]]);
  });

  it('by which an item matches for the first time is told as new', async () => {
    const news = desk();
    await receiveAll(news, { change: 'edited' });
    expect(news.published).toMatchObject([{ alert: { kind: 'new' } }]);
  });

  it('is told once, however often it is delivered', async () => {
    const news = desk({ followUps: followUps('all') });
    await receiveAll(news, {});
    const edited = news.hit(large);
    for (let n = 0; n < 3; n++) await news.receive(edited);
    expect(news.titles()).toEqual([[OPENS], [CLOSES]]);
  });

  // Regression (ADR 3): the item itself, coming after its edit, was told as an update back to the old headline.
  it('that overtakes its item is told as new, and the item then changes nothing', async () => {
    const news = desk({ followUps: followUps('all') });
    const original = news.hit();
    news.now += MINUTE;
    const edited = news.hit(large);
    await news.receive(edited);
    await news.receive(original);
    await news.receive(edited);
    expect(news.titles()).toEqual([[CLOSES]]);
    news.now += MINUTE;
    await receiveAll(news, { title: `${CLOSES}, sailors say` });
    expect(news.published[1]?.alert.entries[0]?.previousTitle).toBe(CLOSES);
  });

  it('that comes back from the dead-letter queue after it was undone changes nothing', async () => {
    const news = urgentDesk();
    await receiveUrgent(news, {});
    const edited = news.hit({ ...large, urgent: true });
    news.now += MINUTE;
    await receiveUrgent(news, {});
    await news.receive(edited);
    expect(news.titles()).toEqual([[OPENS]]);
    await receiveUrgent(news, large);
    expect(news.titles()).toEqual([[OPENS], [CLOSES]]);
  });
});

describe('what is silent', () => {
  it('is not told, and opens no story: later news that resembles it is told', async () => {
    const news = desk();
    await receiveAll(news, { loudness: 'silent' }, { loudness: 'silent' });
    expect(news.published).toEqual([]);
    expect((await news.deps().stories.since(news.topic.id, 0)).stories).toEqual([]);
    await receiveAll(news, { id: 'item-2', title: RETOLD });
    expect(news.published).toHaveLength(1);
  });

  it.each([
    ['off', 0],
    ['urgent', 1],
    ['calm', 1],
    ['all', 1],
  ] as const)(
    'is told as new once an edit of it matters, unless followUps are off: %s',
    async (mode, expected) => {
      const news = desk({ followUps: followUps(mode) });
      await receiveAll(news, { loudness: 'silent' }, { title: `${OPENS}!`, summary: '-' }, { title: CLOSES });
      expect(news.published).toHaveLength(expected);
      for (const { alert } of news.published) {
        expect(alert).toMatchObject({ kind: 'new', entries: [{ kind: 'new', title: CLOSES }] });
        expect(alert.entries[0]).not.toHaveProperty('previousTitle');
      }
      await receiveAll(news, { title: 'Herring quota doubled in Port Lumen', urgent: true });
      expect(news.published.slice(1).map(({ alert }) => alert.kind)).toEqual(
        expected === 0 ? [] : ['follow-up'],
      );
    },
  );

  it('is not told as new where an edit of it retells a story', async () => {
    const news = desk();
    await receiveAll(news, { loudness: 'silent' }, { id: 'item-2', title: CLOSES }, { title: CLOSES });
    expect(news.titles()).toEqual([[CLOSES]]);
    expect(news.published[0]?.alert.entries[0]?.itemId).toBe('item-2');
  });

  it('stays silent when it changes before the first poll has come to its end', async () => {
    const news = desk({ followUps: followUps('all') });
    await receiveAll(news, { loudness: 'silent' }, { loudness: 'silent', title: CLOSES });
    expect(news.published).toEqual([]);
    await receiveAll(news, { title: `${CLOSES}, sailors say` });
    expect(news.published).toEqual([]);
    await receiveAll(news, { title: OPENS });
    expect(news.published.map(({ alert }) => alert.kind)).toEqual(['new']);
  });

  // Regression: silence was claimed for the article as such, and with it for every feed.
  it('in a feed just added is told when another feed brings it', async () => {
    const news = desk();
    await receiveAll(news, { loudness: 'silent' }, { feed: 'Meridian Wire' });
    expect(news.titles()).toEqual([[OPENS]]);
    await receiveAll(news, { loudness: 'silent', feed: 'The Herald' });
    expect(news.published).toHaveLength(1);
  });
});

describe('a topic that is gone', () => {
  // Regression: while a deployment was under way, hits of a new topic that reached the old function were lost.
  it('keeps its hits for as long as a deployment may take, and drops them then', async () => {
    const news = desk();
    const hit = { ...news.hit(), topicId: 'gone' };
    await expect(news.receive(hit)).rejects.toThrow(RetryLater);
    expect(news.logged).toEqual([]);
    news.now += 9 * 60_000;
    await news.receive(hit);
    expect(news.published).toEqual([]);
    expect(news.logged).toEqual(['topic-gone']);
  });

  // Regression: its entries were found due every minute for ever.
  it('drops what waits for its digest', async () => {
    const news = desk({ deliver: { mode: 'hourly' } });
    await receiveAll(news, {}, { id: 'item-2', title: CLOSES });
    news.now += 3_600_000;
    const [due, ...others] = await news.dueDigests();
    if (!due) throw new Error('nothing is due');
    expect(others).toEqual([]);
    const deps = news.deps();
    news.now += 9 * 60_000;
    await news.receive(due, { ...deps, config: { ...deps.config, topics: [] } });
    expect(await news.dueDigests()).toEqual([]);
    expect(await digests(table).entries(news.topic.id, due.dueAt)).toEqual([]);
    expect(news.published).toEqual([]);
  });
});

describe('a notice', () => {
  const about = (news: NotifyHarness, n: number, fields: Partial<Notice> = {}): Notice => ({
    v: 1,
    kind: 'notice',
    topicId: OPERATIONS_TOPIC_ID,
    noticeId: `notice-${n}-${news.topic.id}`,
    tickAt: new Date(news.now).toISOString(),
    polledAt: new Date(news.now).toISOString(),
    feed: { id: `feed-${n}`, title: `Courier ${n}`, url: `https://courier-${n}.example/rss` },
    title: 'failed 5 polls in a row',
    detail: 'Failing since noon.',
    ...fields,
  });

  it('is told within the hour, once, with the others of that hour', async () => {
    const news = desk();
    for (const n of [1, 2, 2, 1]) {
      await news.receive(about(news, n));
      news.now += 1_000;
    }
    expect(news.published).toEqual([]);
    news.now += 3_600_000;
    const dues = await news.dueDigests(OPERATIONS_TOPIC_ID);
    for (const due of [...dues, ...dues]) await news.receive(due);
    expect(
      news.published.map(({ alert: { kind, topicId, entries } }) => [kind, topicId, entries.length]),
    ).toEqual([['notice', OPERATIONS_TOPIC_ID, 2]]);
    const [{ message } = { message: undefined }] = news.published;
    expect(message?.subject).toBe('news-alerts, 2 notices: Courier 1: failed 5 polls in a row');
    expect(message?.email).toContain('What you should know of the feeds that are watched.');
    expect(message?.email).toContain('https://courier-2.example/rss');
    expect(message?.email).toContain('your address is under operations: in its file');
    expect(message?.email).not.toContain('Why:');
    expect(await news.dueDigests(OPERATIONS_TOPIC_ID)).toEqual([]);
  });
});
