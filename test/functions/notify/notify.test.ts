import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../functions/notify/story/signature.ts';
import { RetryLater } from '../../../functions/shared/errors.ts';
import type { Notice } from '../../../functions/shared/messages.ts';
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

const newHarness = (topic: HarnessTopic = {}) => new NotifyHarness(table, topic);
const MINUTE = 60_000;

/** Delivers each hit once, a minute apart. */
async function receiveAll(harness: NotifyHarness, ...hits: readonly HitFields[]): Promise<void> {
  for (const fields of hits) {
    await harness.receive(harness.hit(fields));
    harness.now += MINUTE;
  }
}

const OPENS = 'Kessel bridge opens after nine years';
const CLOSES = 'Storm shuts the crossing at Kessel';
const RETOLD = 'Kessel bridge opens after nine long years';

describe('a story', () => {
  it('is reported once, with everything that the hit says', async () => {
    const harness = newHarness();
    await harness.receive(harness.hit());
    expect(harness.published).toMatchObject([
      {
        protocols: ['email', 'sms'],
        message: { subject: `Bridges: ${OPENS}` },
        alert: {
          topicId: harness.topic.id,
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

  it('is not reported again however often the hit is delivered', async () => {
    const harness = newHarness();
    const hit = harness.hit();
    for (const wait of [0, 1, LEASE, 4 * 86_400_000]) {
      harness.now += wait;
      await harness.receive(hit);
    }
    expect(harness.published).toHaveLength(1);
  });

  it('is reported once when another feed has the same article, at the same time or days later', async () => {
    const harness = newHarness();
    await receiveAll(harness, {}, { feed: 'Meridian Wire', summary: 'In other words.' });
    harness.now += 5 * 86_400_000;
    await receiveAll(harness, { feed: 'Bridge Weekly', summary: 'In a weekly’s words.' });
    expect(harness.titles()).toEqual([[OPENS]]);
  });

  it('does not start from an item that was listed as a retelling, days later through another feed', async () => {
    const harness = newHarness();
    await receiveAll(harness, {}, { id: 'item-2', feed: 'Meridian Wire', title: RETOLD });
    await harness.tickAt(ROUND_UP_AT);
    harness.now += 5 * 24 * 60 * MINUTE;
    await receiveAll(harness, { id: 'item-2', feed: 'The Herald', title: RETOLD });
    await harness.tickAt(harness.now + 24 * 60 * MINUTE);
    expect(harness.messages()).toEqual([
      ['new', OPENS],
      ['roundup', RETOLD],
    ]);
  });

  it('includes retellings, which wait for the round-up, and copies, which only count', async () => {
    const harness = newHarness();
    await receiveAll(
      harness,
      {},
      { id: 'item-2', feed: 'Meridian Wire', title: `${OPENS}!` },
      { id: 'item-3', feed: 'The Herald', title: RETOLD },
      { id: 'item-4', title: 'Herring quota doubled in Port Lumen' },
    );
    expect(harness.titles()).toEqual([[OPENS], ['Herring quota doubled in Port Lumen']]);
    await harness.tickAt(ROUND_UP_AT);
    expect(harness.messages().slice(2)).toEqual([['roundup', RETOLD]]);
    expect(harness.titles('sms')).toHaveLength(2);
    const [story] = (await harness.deps().stories.since(harness.topic.id, START)).stories;
    expect(story).toMatchObject({
      leadItemId: 'item-1',
      itemIds: ['item-1', 'item-2', 'item-3'],
      sources: ['The Courier', 'Meridian Wire', 'The Herald'],
    });
  });

  it('ends after three days: similar items are news again', async () => {
    const harness = newHarness();
    await receiveAll(harness, {});
    harness.now = START + 3 * 86_400_000;
    await receiveAll(harness, { id: 'item-2' });
    expect(harness.published).toHaveLength(1);
    await receiveAll(harness, { id: 'item-3' });
    expect(harness.published).toHaveLength(2);
  });

  it('includes items that return from the dead-letter queue after days', async () => {
    const harness = newHarness();
    const [delivered, dead, other] = [
      harness.hit(),
      harness.hit({ id: 'item-2', feed: 'Meridian Wire' }),
      harness.hit({ id: 'item-3', feed: 'The Herald' }),
    ];
    await harness.receive(delivered);
    harness.now += 10 * 86_400_000;
    await harness.receive(dead);
    await harness.receive(other);
    expect(harness.titles()).toEqual([[OPENS]]);
  });

  it('belongs to its topic: another topic reports it too', async () => {
    const [one, other] = [newHarness(), newHarness()];
    await receiveAll(one, {});
    await receiveAll(other, {});
    expect([one.published.length, other.published.length]).toEqual([1, 1]);
  });

  // Regression: a retelling joined the story and fell silent although nobody had been alerted.
  it('is reported by a retelling if its own alert cannot be sent, and by no other item after that', async () => {
    const harness = newHarness();
    const lead = harness.hit();
    harness.answers.push('refused', 'refused');
    await expect(harness.receive(lead)).rejects.toThrow('SNS did not take the alert');
    await expect(harness.receive(lead)).rejects.toThrow('SNS did not take the alert');
    await receiveAll(harness, { id: 'item-2', title: RETOLD });
    await harness.receive(lead);
    await receiveAll(harness, { id: 'item-3', title: 'Kessel bridge opens after nine years!' });
    expect(harness.titles()).toEqual([[RETOLD]]);
    expect(harness.titles('sms')).toEqual(harness.titles());
  });

  it('still recognises retellings beyond the members in its record', async () => {
    const harness = newHarness();
    await receiveAll(harness, {});
    const { stories } = harness.deps();
    const [story] = (await stories.since(harness.topic.id, START)).stories;
    if (!story) throw new Error('no story');
    const itemIds = Array.from({ length: 200 }, (_, n) => `member-${n}`);
    await stories.change(harness.topic.id, story, { ...story, itemIds: ['item-1', ...itemIds.slice(1)] });
    const late = harness.hit({ id: 'late' });
    await harness.receive(late);
    await harness.receive(late);
    expect(harness.published).toHaveLength(1);
    expect((await stories.since(harness.topic.id, START)).stories[0]?.itemIds).toHaveLength(200);
  });
});

describe('while the previous release, which knows stories by title only, is still running', () => {
  const STRIKE = {
    title: 'Ferry crews of Lumen walk out over pay',
    summary: 'Crews of the Lumen ferries walked out on Monday after talks on pay with Orlena Vask failed.',
  };
  const REWRITTEN = {
    title: 'Islanders stranded as harbour falls silent',
    summary: 'Ferries at Lumen stopped on Monday; Orlena Vask said talks on pay with the crews had failed.',
  };
  const SHORTER = { title: 'Ferry crews of Lumen walk out in dispute over pay', summary: '' };

  const storiesOf = async (harness: NotifyHarness) =>
    (await harness.deps().stories.since(harness.topic.id, START)).stories;
  /** Changes a story as that release does: it keeps all fields that it read. */
  async function joinAsBefore(harness: NotifyHarness, itemId: string): Promise<void> {
    const [story] = await storiesOf(harness);
    if (!story) throw new Error('no story');
    const joined = {
      ...story,
      itemIds: [...story.itemIds, itemId],
      sources: [...story.sources, 'The Herald'],
    };
    expect(await harness.deps().stories.change(harness.topic.id, story, joined)).toBe(true);
  }

  it('a story that it has joined is still found by what its items say', async () => {
    const harness = newHarness();
    await receiveAll(harness, STRIKE);
    await joinAsBefore(harness, 'item-2');
    await receiveAll(harness, { id: 'item-3', ...REWRITTEN });
    expect(harness.titles()).toEqual([[STRIKE.title]]);
    expect(await storiesOf(harness)).toMatchObject([
      { itemIds: ['item-1', 'item-2', 'item-3'], signatures: [expect.any(String), expect.any(String)] },
    ]);
  });

  it('a story that it has opened is found by its title, and by the items that join later', async () => {
    const harness = newHarness();
    const { stories } = harness.deps();
    const { title } = STRIKE;
    const opened = { id: 'as-before', leadItemId: 'item-1', openedAt: new Date(START).toISOString(), title };
    await stories.open(harness.topic.id, await stories.since(harness.topic.id, START), {
      ...opened,
      itemIds: ['item-1'],
      sources: ['The Courier'],
    });
    await receiveAll(harness, { id: 'item-2', ...SHORTER });
    const [story] = await storiesOf(harness);
    expect(story).toMatchObject({ id: 'as-before', itemIds: ['item-1', 'item-2'] });
    expect(story?.signatures).toEqual([
      signatureOf({ title, summary: '' }),
      expect.stringContaining(signatureOf({ title: SHORTER.title, summary: '' })),
    ]);
  });

  it('old and new stories are each found in their own way', async () => {
    const harness = newHarness();
    const { stories } = harness.deps();
    await receiveAll(harness, STRIKE);
    await stories.open(harness.topic.id, await stories.since(harness.topic.id, START), {
      id: 'as-before',
      leadItemId: 'other-1',
      openedAt: new Date(START).toISOString(),
      title: 'Tolmark council votes for a water law',
      itemIds: ['other-1'],
      sources: ['The Courier'],
    });
    await receiveAll(
      harness,
      { id: 'item-2', ...REWRITTEN },
      { id: 'other-2', title: 'Tolmark council votes for water law at last', summary: '' },
    );
    expect((await storiesOf(harness)).map(({ itemIds }) => itemIds).sort()).toEqual([
      ['item-1', 'item-2'],
      ['other-1', 'other-2'],
    ]);
  });
});

describe('a digest', () => {
  it('shows stories as one if they turn out to report the same event in other words', async () => {
    const harness = newHarness({ deliver: { mode: 'hourly' } });
    // Each opened a story of its own, since their likelihood was judged differently at that time.
    const stopped = 'Ferries at Lumen stopped on Monday after talks on pay with the crews had failed.';
    const walkout = 'Ferry crews at Lumen walked out on Monday after talks on pay had failed.';
    const ten = '2026-03-01T10:00:00.000Z';
    await harness.addDigestEntry(ten, 1, 'Islanders stranded as harbour falls silent', { summary: stopped });
    await harness.addDigestEntry(ten, 2, CLOSES);
    await harness.addDigestEntry(ten, 3, 'Islanders stranded at Lumen as crews walk out', {
      summary: walkout,
    });
    await harness.tickAt(Date.parse(ten));
    const [digest] = harness.published;
    expect(digest?.message.email).toContain('2 stories about');
    expect(digest?.alert.entries.map(({ title, shownWith }) => [title, shownWith])).toEqual([
      ['Islanders stranded as harbour falls silent', undefined],
      ['Islanders stranded at Lumen as crews walk out', 'story-1'],
      [CLOSES, undefined],
    ]);
    expect(digest?.message.subject).toMatch(/, 2 stories: /);
  });

  it('names all feeds that report a story by the time it goes out, and lists retellings below their story', async () => {
    const harness = newHarness({ deliver: { mode: 'hourly' } });
    await receiveAll(
      harness,
      {},
      { id: 'item-2', feed: 'Meridian Wire', title: RETOLD },
      { id: 'item-3', feed: 'The Herald', title: 'Herring quota doubled in Port Lumen' },
    );
    await harness.tickAt(Date.parse('2026-03-01T10:00:00.000Z'));
    expect(
      harness.published[0]?.alert.entries.map(({ role, title, feed, sources }) => [
        role,
        title,
        feed,
        sources,
      ]),
    ).toEqual([
      ['first', OPENS, 'The Courier', ['Meridian Wire']],
      ['also', RETOLD, 'Meridian Wire', ['The Courier']],
      ['first', 'Herring quota doubled in Port Lumen', 'The Herald', undefined],
    ]);
    expect(harness.published[0]?.message.email).toContain('\nAlso reported by Meridian Wire\n');
    expect(harness.published[0]?.message.email).toContain(`\nAlso reported:\n- ${RETOLD}\n`);
  });
});

describe('an edit', () => {
  const small = { title: 'Kessel bridge opens after nine years - live' };
  const large = { title: CLOSES };
  const term = { summary: 'A ferry came too.', terms: ['bridge', 'ferry'] };
  const FOLLOW_UP_AT = START + 2 * 60 * MINUTE;

  /** Returns a harness to which every item is urgent: developments are sent at once, though not every edit is one. */
  const urgentHarness = () => newHarness({ followUps: followUps('urgent') });
  const receiveUrgent = (harness: NotifyHarness, ...hits: readonly HitFields[]) =>
    receiveAll(harness, ...hits.map((fields) => ({ ...fields, urgent: true as const })));

  it.each([
    ['off', []],
    ['urgent', []],
    ['calm', [CLOSES]],
    ['all', [small.title, CLOSES, OPENS]],
  ] as const)('with followUps: %s', async (mode, expected) => {
    const harness = newHarness({ followUps: followUps(mode) });
    await receiveAll(harness, {}, small, large);
    if (mode === 'all') await receiveAll(harness, {});
    await harness.tickAt(FOLLOW_UP_AT);
    expect(harness.published.slice(1).map(({ alert }) => alert.entries[0]?.title)).toEqual(expected);
    for (const { alert } of harness.published.slice(1)) {
      expect(alert).toMatchObject({
        kind: 'follow-up',
        entries: [{ kind: 'update', role: 'development', story: { title: OPENS } }],
      });
    }
  });

  it('goes to the round-up if it adds something but is no follow-up', async () => {
    const harness = urgentHarness();
    await receiveAll(harness, {}, small, large);
    await harness.tickAt(ROUND_UP_AT);
    expect(harness.messages()).toEqual([
      ['new', OPENS],
      ['roundup', CLOSES],
    ]);
  });

  it('waits for the follow-up of its story, two hours after the alert', async () => {
    const harness = newHarness();
    await receiveAll(harness, {}, large);
    await harness.tickAt(FOLLOW_UP_AT - MINUTE);
    expect(harness.published).toHaveLength(1);
    await harness.tickAt(FOLLOW_UP_AT);
    expect(harness.published[1]?.alert).toMatchObject({
      kind: 'follow-up',
      entries: [{ kind: 'update', title: CLOSES, previousTitle: OPENS }],
    });
    expect(harness.published[1]?.message.subject).toBe(`Re: Bridges: ${OPENS}`);
  });

  it('and another edit of the same item are both in a follow-up, each with the headline before it', async () => {
    const harness = newHarness();
    const reopens = 'Ferries run again as ice leaves Port Lumen';
    await receiveAll(harness, {}, large, { title: reopens });
    await harness.tickAt(FOLLOW_UP_AT);
    expect(harness.published.slice(1).map(({ alert }) => alert.entries)).toMatchObject([
      [
        { title: CLOSES, previousTitle: OPENS },
        { title: reopens, previousTitle: CLOSES },
      ],
    ]);
  });

  it('back and forth between two headlines ends with the current headline in the follow-up', async () => {
    const harness = newHarness();
    await receiveAll(harness, {}, large, {}, large);
    await harness.tickAt(FOLLOW_UP_AT);
    expect(harness.published.slice(1).map(({ alert }) => alert.entries)).toMatchObject([
      [{ title: CLOSES, previousTitle: OPENS }],
    ]);
  });

  it('that brings a watched term is a development, and shows the previous headline', async () => {
    const harness = urgentHarness();
    await receiveUrgent(harness, {}, term, { ...term, summary: 'The ferry left.' });
    expect(harness.published).toHaveLength(2);
    expect(harness.published[1]?.alert.entries).toMatchObject([
      { kind: 'update', title: OPENS, previousTitle: OPENS },
    ]);
    expect(harness.published[1]?.message.subject).toBe(`Re: Bridges: ${OPENS}`);
  });

  it('that brings a watched term shows where it occurs, and which outlets report the story', async () => {
    const harness = urgentHarness();
    await receiveUrgent(harness, {}, { feed: 'Meridian Wire', summary: 'In other words.' }, term);
    expect(harness.published[1]?.alert.entries[0]).toMatchObject({
      added: { text: OPENS, words: ['ferry'] },
      feed: 'The Courier',
      sources: ['Meridian Wire'],
    });
  });

  it('of the summary is a development if the text is new or a live page’s; not if there was none before', async () => {
    const harness = urgentHarness();
    const live = 'Herring quota live';
    const opened = 'The mayor cut a ribbon of herring before a thousand guests.';
    const shut = 'The mayor cut short a visit: storm and ice have shut the crossing.';
    await receiveUrgent(harness, { summary: '' }, { summary: opened }, { summary: shut });
    expect(harness.published).toHaveLength(1);
    await receiveUrgent(
      harness,
      { id: 'item-2', title: live, summary: opened },
      { id: 'item-2', title: live, summary: shut },
    );
    expect(harness.published[2]?.alert.entries[0]).toMatchObject({
      kind: 'update',
      previousTitle: live,
      added: { text: shut, words: expect.arrayContaining(['storm', 'crossing']) },
    });
    await receiveUrgent(harness, {
      summary: 'Sailors wait in harbour; trains to Lumen leave at noon instead.',
    });
    expect(harness.published).toHaveLength(4);
  });

  it('that restores an earlier term is no development', async () => {
    const harness = urgentHarness();
    await receiveUrgent(harness, term, { summary: 'No boat.' }, { ...term, summary: 'The ferry is back.' });
    expect(harness.published).toHaveLength(1);
  });

  // Regression: only the first eight terms were compared, so a term that moved up among them looked new.
  it('that drops one of many terms brings no new one', async () => {
    const harness = urgentHarness();
    const terms = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    await receiveUrgent(harness, { terms }, { terms: terms.slice(1), summary: 'Shorter.' });
    expect(harness.published).toHaveLength(1);
    await receiveUrgent(harness, { terms: [...terms, 'eleven'], summary: 'Longer.' });
    expect(harness.published).toHaveLength(2);
  });

  // Regression: every small edit was compared with the previous one, never with what the reader had seen.
  it('in small steps is a development once the steps add up to another headline', async () => {
    const harness = urgentHarness();
    const steps = [
      RETOLD,
      'Kessel bridge opens after ten long years',
      'Kessel bridge shut again after ten long months',
    ];
    await receiveUrgent(harness, {}, ...steps.map((title) => ({ title })));
    expect(harness.published.slice(1).map(({ alert }) => alert.entries[0])).toMatchObject([
      { title: steps[2], previousTitle: OPENS },
    ]);
  });

  it('that alternates between two headlines is delivered once each way, and again after a day', async () => {
    const harness = urgentHarness();
    await receiveUrgent(harness, {}, large, {}, large, {}, large);
    expect(harness.titles()).toEqual([[OPENS], [CLOSES], [OPENS]]);
    harness.now += 24 * 60 * MINUTE;
    await receiveUrgent(harness, { summary: 'A day later.' }, large, {}, large);
    expect(harness.titles().slice(3)).toEqual([[CLOSES], [OPENS]]);
  });

  it('that returns after a day is delivered once through two feeds, and once when it is redelivered', async () => {
    const harness = urgentHarness();
    const wire = { feed: 'Meridian Wire' };
    await receiveUrgent(harness, {}, wire, large, { ...large, ...wire }, {}, wire);
    harness.now += 25 * 60 * MINUTE;
    await receiveUrgent(harness, { ...large, summary: '-' }, { ...large, ...wire, summary: '-' });
    const again = harness.hit({ title: OPENS, summary: '-', urgent: true });
    await harness.receive(again);
    await harness.receive(again);
    expect(harness.titles()).toEqual([[OPENS], [CLOSES], [OPENS], [CLOSES], [OPENS]]);
  });

  // Regression: the other feed’s text and content hash differ, so the update went out twice.
  it('seen through two feeds in different words is delivered once', async () => {
    const harness = urgentHarness();
    const wire = { feed: 'Meridian Wire', summary: 'In other words.' };
    await receiveUrgent(harness, {}, wire, large, { ...wire, ...large });
    expect(harness.titles()).toEqual([[OPENS], [CLOSES]]);
    await receiveUrgent(
      harness,
      { ...large, ...term },
      { ...wire, ...large, terms: ['bridge', 'ferry'], summary: '-' },
    );
    expect(harness.published).toHaveLength(3);
  });

  // Regression: the update showed a previous headline that nobody had received.
  it('of a mere retelling is no development', async () => {
    const harness = newHarness({ followUps: followUps('all') });
    const retelling = { id: 'item-2', feed: 'Meridian Wire', title: RETOLD };
    await receiveAll(harness, {}, retelling, { ...retelling, title: CLOSES }, { ...retelling, ...term });
    expect(harness.titles()).toEqual([[OPENS]]);
    await receiveAll(harness, large);
    expect(harness.titles()).toEqual([[OPENS], [CLOSES]]);
  });

  it('that makes an item match for the first time is reported as new', async () => {
    const harness = newHarness();
    await receiveAll(harness, { change: 'edited' });
    expect(harness.published).toMatchObject([{ alert: { kind: 'new' } }]);
  });

  it('is delivered once, however often its hit is', async () => {
    const harness = newHarness({ followUps: followUps('all') });
    await receiveAll(harness, {});
    const edited = harness.hit(large);
    for (let n = 0; n < 3; n++) await harness.receive(edited);
    expect(harness.titles()).toEqual([[OPENS], [CLOSES]]);
  });

  // Regression (ADR 3): an item that came after its edit was reported as an update back to the old headline.
  it('that overtakes its item is reported as new, and the item then changes nothing', async () => {
    const harness = newHarness({ followUps: followUps('all') });
    const original = harness.hit();
    harness.now += MINUTE;
    const edited = harness.hit(large);
    await harness.receive(edited);
    await harness.receive(original);
    await harness.receive(edited);
    expect(harness.titles()).toEqual([[CLOSES]]);
    harness.now += MINUTE;
    await receiveAll(harness, { title: `${CLOSES}, sailors say` });
    expect(harness.published[1]?.alert.entries[0]?.previousTitle).toBe(CLOSES);
  });

  it('that returns from the dead-letter queue after it was reverted changes nothing', async () => {
    const harness = urgentHarness();
    await receiveUrgent(harness, {});
    const edited = harness.hit({ ...large, urgent: true });
    harness.now += MINUTE;
    await receiveUrgent(harness, {});
    await harness.receive(edited);
    expect(harness.titles()).toEqual([[OPENS]]);
    await receiveUrgent(harness, large);
    expect(harness.titles()).toEqual([[OPENS], [CLOSES]]);
  });
});

describe('a silent item', () => {
  it('is not reported and opens no story: similar later news is reported', async () => {
    const harness = newHarness();
    await receiveAll(harness, { loudness: 'silent' }, { loudness: 'silent' });
    expect(harness.published).toEqual([]);
    expect((await harness.deps().stories.since(harness.topic.id, 0)).stories).toEqual([]);
    await receiveAll(harness, { id: 'item-2', title: RETOLD });
    expect(harness.published).toHaveLength(1);
  });

  it.each([
    ['off', 0],
    ['urgent', 1],
    ['calm', 1],
    ['all', 1],
  ] as const)(
    'is reported as new once an edit of it matters, unless followUps are off: %s',
    async (mode, expected) => {
      const harness = newHarness({ followUps: followUps(mode) });
      await receiveAll(
        harness,
        { loudness: 'silent' },
        { title: `${OPENS}!`, summary: '-' },
        { title: CLOSES },
      );
      expect(harness.published).toHaveLength(expected);
      for (const { alert } of harness.published) {
        expect(alert).toMatchObject({ kind: 'new', entries: [{ kind: 'new', title: CLOSES }] });
        expect(alert.entries[0]).not.toHaveProperty('previousTitle');
      }
      await receiveAll(harness, { title: 'Herring quota doubled in Port Lumen', urgent: true });
      expect(harness.published.slice(1).map(({ alert }) => alert.kind)).toEqual(
        expected === 0 ? [] : ['follow-up'],
      );
    },
  );

  it('is not reported as new if an edit makes it retell a story', async () => {
    const harness = newHarness();
    await receiveAll(harness, { loudness: 'silent' }, { id: 'item-2', title: CLOSES }, { title: CLOSES });
    expect(harness.titles()).toEqual([[CLOSES]]);
    expect(harness.published[0]?.alert.entries[0]?.itemId).toBe('item-2');
  });

  it('stays silent if it changes before the first poll has finished', async () => {
    const harness = newHarness({ followUps: followUps('all') });
    await receiveAll(harness, { loudness: 'silent' }, { loudness: 'silent', title: CLOSES });
    expect(harness.published).toEqual([]);
    await receiveAll(harness, { title: `${CLOSES}, sailors say` });
    expect(harness.published).toEqual([]);
    await receiveAll(harness, { title: OPENS });
    expect(harness.published.map(({ alert }) => alert.kind)).toEqual(['new']);
  });

  // Regression: the article as such was claimed as silent, and with it every feed’s copy.
  it('of a newly added feed is reported when another feed brings it', async () => {
    const harness = newHarness();
    await receiveAll(harness, { loudness: 'silent' }, { feed: 'Meridian Wire' });
    expect(harness.titles()).toEqual([[OPENS]]);
    await receiveAll(harness, { loudness: 'silent', feed: 'The Herald' });
    expect(harness.published).toHaveLength(1);
  });
});

describe('a topic that is no longer configured', () => {
  // Regression: during a deployment, hits of a new topic that reached the old function were lost.
  it('keeps its hits as long as a deployment may take, and then drops them', async () => {
    const harness = newHarness();
    const hit = { ...harness.hit(), topicId: 'gone' };
    await expect(harness.receive(hit)).rejects.toThrow(RetryLater);
    expect(harness.logged).toEqual([]);
    harness.now += 9 * 60_000;
    await harness.receive(hit);
    expect(harness.published).toEqual([]);
    expect(harness.logged).toEqual(['topic-gone']);
  });

  // Regression: its entries were found due every minute for ever.
  it('drops the entries of its digest', async () => {
    const harness = newHarness({ deliver: { mode: 'hourly' } });
    await receiveAll(harness, {}, { id: 'item-2', title: CLOSES });
    harness.now += 3_600_000;
    const [due, ...others] = await harness.dueDigests();
    if (!due) throw new Error('nothing is due');
    expect(others).toEqual([]);
    const deps = harness.deps();
    harness.now += 9 * 60_000;
    await harness.receive(due, { ...deps, config: { ...deps.config, topics: [] } });
    expect(await harness.dueDigests()).toEqual([]);
    expect(await digests(table).entries(harness.topic.id, due.dueAt)).toEqual([]);
    expect(harness.published).toEqual([]);
  });
});

describe('a notice', () => {
  const about = (harness: NotifyHarness, n: number, fields: Partial<Notice> = {}): Notice => ({
    v: 1,
    kind: 'notice',
    topicId: OPERATIONS_TOPIC_ID,
    noticeId: `notice-${n}-${harness.topic.id}`,
    tickAt: new Date(harness.now).toISOString(),
    polledAt: new Date(harness.now).toISOString(),
    feed: { id: `feed-${n}`, title: `Courier ${n}`, url: `https://courier-${n}.example/rss` },
    title: 'failed 5 polls in a row',
    detail: 'Failing since noon.',
    ...fields,
  });

  it('goes out within the hour, once, with the other notices of that hour', async () => {
    const harness = newHarness();
    for (const n of [1, 2, 2, 1]) {
      await harness.receive(about(harness, n));
      harness.now += 1_000;
    }
    expect(harness.published).toEqual([]);
    harness.now += 3_600_000;
    const dues = await harness.dueDigests(OPERATIONS_TOPIC_ID);
    for (const due of [...dues, ...dues]) await harness.receive(due);
    expect(
      harness.published.map(({ alert: { kind, topicId, entries } }) => [kind, topicId, entries.length]),
    ).toEqual([['notice', OPERATIONS_TOPIC_ID, 2]]);
    const [{ message } = { message: undefined }] = harness.published;
    expect(message?.subject).toBe('news-alerts, 2 notices: Courier 1: failed 5 polls in a row');
    expect(message?.email).toContain('News about your feeds and this system.');
    expect(message?.email).toContain('https://courier-2.example/rss');
    expect(message?.email).toContain('its configuration file has your address under operations:');
    expect(message?.email).not.toContain('Why:');
    expect(await harness.dueDigests(OPERATIONS_TOPIC_ID)).toEqual([]);
  });
});
