import { describe, expect, it } from 'vitest';
import { followUpId } from '../../../../functions/notify/policy/message-ids.ts';
import type { DigestDue } from '../../../../functions/shared/model.ts';
import { digests } from '../../../../functions/shared/store/digests.ts';
import type { Table } from '../../../../functions/shared/store/table.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { LEASE, NotifyHarness, ROUND_UP_AT } from '../notify-harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const table = memoryTable();
const ROUND_UP = new Date(ROUND_UP_AT).toISOString();
const THREE = '2026-03-01T15:00:00.000Z';

const desk = () => new NotifyHarness(table);
const dueAt = (news: NotifyHarness, time: string): DigestDue => ({
  v: 1,
  kind: 'digest',
  topicId: news.topic.id,
  dueAt: time,
});

async function sendAt(news: NotifyHarness, time: string): Promise<void> {
  news.now = Math.max(news.now, Date.parse(time));
  await news.receive(dueAt(news, time));
}

const waiting = async (news: NotifyHarness, time = ROUND_UP) =>
  (await digests(table).entries(news.topic.id, time)).map(({ entry: { title } }) => title);

describe('a follow-up', () => {
  it('includes its own story’s round-up entries, and no others', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    await news.addRetellingEntry(3, 'Ferry strike goes on', 'ferry');
    await news.addRetellingEntry(4, 'Crossing shut, says mayor', 'kessel');
    await sendAt(news, THREE);
    expect(news.messages()).toEqual([
      ['follow-up', 'Crossing shut', 'Crossing still shut', 'Crossing shut, says mayor'],
    ]);
    expect(await waiting(news)).toEqual(['Ferry strike goes on']);
    await sendAt(news, ROUND_UP);
    expect(news.messages().slice(1)).toEqual([['roundup', 'Ferry strike goes on']]);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('includes entries of a round-up on another day', async () => {
    const news = desk();
    const tomorrow = ROUND_UP_AT + 24 * 60 * MINUTE;
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel', tomorrow);
    await sendAt(news, THREE);
    expect(news.messages()).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
    expect(await waiting(news, new Date(tomorrow).toISOString())).toEqual([]);
  });

  it('is a separate message for each story', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await news.addFollowUpEntry(THREE, 2, 'Ferry strike ends', 'ferry');
    await news.addFollowUpEntry(THREE, 3, 'Crossing open again', 'kessel');
    await sendAt(news, THREE);
    expect(news.messages()).toEqual([
      ['follow-up', 'Crossing shut', 'Crossing open again'],
      ['follow-up', 'Ferry strike ends'],
    ]);
  });

  it('by SMS leaves retellings for email', async () => {
    const news = desk();
    await news.addDigestEntry(THREE, 1, 'Crossing shut', {
      waitsFor: 'follow-up',
      protocols: ['sms'],
      role: 'development',
      storyId: 'kessel',
    });
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    await sendAt(news, THREE);
    expect(news.published.map(({ protocols }) => protocols)).toEqual([['sms']]);
    expect(news.messages()).toEqual([['follow-up', 'Crossing shut']]);
    expect(await waiting(news)).toEqual(['Crossing still shut']);
  });

  it('has room for fifty retellings; the others stay in the round-up', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 0, 'Crossing shut', 'kessel');
    for (let n = 1; n <= 60; n++) await news.addRetellingEntry(n, `Crossing shut, report ${n}`, 'kessel');
    await sendAt(news, THREE);
    expect(news.published[0]?.alert.entries).toHaveLength(51);
    expect(news.published[0]?.alert.entries[0]?.title).toBe('Crossing shut');
    await sendAt(news, ROUND_UP);
    expect(news.published[1]?.alert.entries).toHaveLength(10);
    expect(new Set(news.titles().flat()).size).toBe(61);
  });

  it('has an alert log record with its kind and story', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await sendAt(news, THREE);
    const id = followUpId(news.topic.id, THREE, 'kessel', ['email']);
    expect(await table.get({ pk: `ALERT#${id}`, sk: 'ALERT' })).toMatchObject({
      state: 'sent',
      kind: 'follow-up',
      protocols: ['email'],
      stories: ['kessel'],
      title: 'Crossing shut',
    });
  });

  // A message of retellings alone is no follow-up.
  it('that is retried leaves a newly arrived retelling to the round-up', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    news.answers.push('lost');
    await sendAt(news, THREE);
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    news.now += LEASE + 1;
    await sendAt(news, THREE);
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([
      ['follow-up', 'Crossing shut'],
      ['follow-up', 'Crossing shut'],
      ['roundup', 'Crossing still shut'],
    ]);
  });

  it('that another attempt sends meanwhile leaves a retelling that only this attempt has seen to the round-up', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    news.now = Date.parse(THREE);
    // The other attempt has read the waiting entries before the retelling arrived.
    const query: Table['query'] = async (range) =>
      (await table.query(range)).filter(({ kind }) => kind !== 'roundup');
    let isFirst = true;
    const get: Table['get'] = async (key) => {
      // This attempt’s first step to reserve it.
      if (isFirst && key.sk.startsWith('DIGEST#')) {
        isFirst = false;
        await news.receive(dueAt(news, THREE), news.deps({ ...table, query }));
      }
      return table.get(key);
    };
    await news.receive(dueAt(news, THREE), news.deps({ ...table, get }));
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([
      ['follow-up', 'Crossing shut'],
      ['roundup', 'Crossing still shut'],
    ]);
  });
});

describe('a round-up', () => {
  it('lists each entry of all stories once, by email alone', async () => {
    const news = desk();
    for (const [n, story] of ['kessel', 'ferry', 'kessel'].entries()) {
      await news.addRetellingEntry(n, `Report ${n} of ${story}`, story);
    }
    await sendAt(news, ROUND_UP);
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([
      ['roundup', 'Report 0 of kessel', 'Report 2 of kessel', 'Report 1 of ferry'],
    ]);
    expect(news.published[0]?.protocols).toEqual(['email']);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('lists late entries in a message of its own', async () => {
    const news = desk();
    await news.addRetellingEntry(1, 'Crossing still shut');
    await sendAt(news, ROUND_UP);
    await news.addRetellingEntry(2, 'Crossing shut, says mayor');
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([
      ['roundup', 'Crossing still shut'],
      ['roundup', 'Crossing shut, says mayor'],
    ]);
  });

  it('of more than a hundred entries is several messages, each entry once', async () => {
    const news = desk();
    for (let n = 0; n < 110; n++) await news.addRetellingEntry(n, `Report ${n}`, `story-${n}`);
    news.answers.push('published', 'throttled');
    await sendAt(news, ROUND_UP);
    expect(news.logged.at(-1)).toBe('digest-waits');
    await sendAt(news, ROUND_UP);
    expect(news.titles().map((titles) => titles.length)).toEqual([100, 10]);
    expect(new Set(news.titles().flat()).size).toBe(110);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('leaves out an entry that an unfinished follow-up has reserved and then sends', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    await news.addRetellingEntry(3, 'Ferry strike goes on', 'ferry');
    news.answers.push('refused');
    await sendAt(news, THREE);
    expect(news.published).toEqual([]);
    news.now = ROUND_UP_AT;
    // The follow-up is still refused: both are due.
    news.answers.push('refused');
    await sendAt(news, THREE);
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([['roundup', 'Ferry strike goes on']]);
    await sendAt(news, THREE);
    await sendAt(news, ROUND_UP);
    expect(news.messages().slice(1)).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('leaves out an entry that a follow-up has reserved before its claim', async () => {
    const news = desk();
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const [entry] = await digests(table).entries(news.topic.id, ROUND_UP);
    const message = followUpId(news.topic.id, THREE, 'kessel', ['email']);
    await digests(table).reserve(news.topic.id, entry?.key ?? '', message);
    await sendAt(news, ROUND_UP);
    expect(news.published).toEqual([]);
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await sendAt(news, THREE);
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
  });

  it('includes, after a day, an entry that a follow-up has reserved but not claimed', async () => {
    const news = desk();
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const [entry] = await digests(table).entries(news.topic.id, ROUND_UP);
    const message = followUpId(news.topic.id, THREE, 'kessel', ['email']);
    await digests(table).reserve(news.topic.id, entry?.key ?? '', message);
    news.now = ROUND_UP_AT + DAY - 1;
    await sendAt(news, ROUND_UP);
    expect(news.published).toEqual([]);
    news.now = ROUND_UP_AT + DAY;
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([['roundup', 'Crossing still shut']]);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('removes entries that a follow-up has sent but not removed, without sending them again', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const { digests: store, ...deps } = { ...news.deps() };
    const forgetful = {
      ...deps,
      digests: { ...store, remove: () => Promise.reject(new Error('no answer')) },
    };
    news.now = Date.parse(THREE);
    await news.receive(dueAt(news, THREE), forgetful);
    expect(news.logged.at(-1)).toBe('digest-failed');
    expect(await waiting(news)).toEqual(['Crossing still shut']);
    await sendAt(news, ROUND_UP);
    expect(await waiting(news)).toEqual([]);
    await sendAt(news, THREE);
    expect(news.messages()).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('lists entries that a follow-up has reserved and left behind', async () => {
    const news = desk();
    await news.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await sendAt(news, THREE);
    await news.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const [entry] = await digests(table).entries(news.topic.id, ROUND_UP);
    const message = followUpId(news.topic.id, THREE, 'kessel', ['email']);
    await digests(table).reserve(news.topic.id, entry?.key ?? '', message);
    await sendAt(news, ROUND_UP);
    expect(news.messages()).toEqual([
      ['follow-up', 'Crossing shut'],
      ['roundup', 'Crossing still shut'],
    ]);
  });
});

describe('messages that are due at one time', () => {
  const layAll = async (news: NotifyHarness) => {
    await news.addDigestEntry(ROUND_UP, 1, 'Herring quota doubled');
    await news.addFollowUpEntry(ROUND_UP, 2, 'Crossing shut', 'kessel');
    await news.addRetellingEntry(3, 'Ferry strike goes on', 'ferry');
    await news.addRetellingEntry(4, 'Crossing still shut', 'kessel');
  };
  const ALL = [
    ['digest', 'Herring quota doubled'],
    ['follow-up', 'Crossing shut', 'Crossing still shut'],
    ['roundup', 'Ferry strike goes on'],
  ];
  const sorted = (news: NotifyHarness) => news.messages().toSorted(([a], [b]) => (a < b ? -1 : 1));

  it('are a digest, a follow-up and a round-up, with each entry in one of them', async () => {
    const news = desk();
    await layAll(news);
    await sendAt(news, ROUND_UP);
    await sendAt(news, ROUND_UP);
    expect(
      news
        .messages()
        .map(([kind]) => kind)
        .toSorted(),
    ).toEqual(['digest', 'follow-up', 'roundup']);
    expect(news.titles().flat().toSorted()).toEqual(ALL.flatMap(([, ...titles]) => titles).toSorted());
    expect(await news.dueDigests()).toEqual([]);
  });

  it.each([0, 1, 2])('are sent even if message %i fails', async (place) => {
    const news = desk();
    await layAll(news);
    news.answers.push(...Array.from({ length: place }, () => 'published' as const), 'refused');
    await sendAt(news, ROUND_UP);
    expect(news.published).toHaveLength(2);
    await sendAt(news, ROUND_UP);
    expect(news.published).toHaveLength(3);
    expect(sorted(news).map(([kind]) => kind)).toEqual(['digest', 'follow-up', 'roundup']);
    expect(news.titles().flat().toSorted()).toEqual(ALL.flatMap(([, ...titles]) => titles).toSorted());
    expect(await news.dueDigests()).toEqual([]);
  });
});

describe('a digest', () => {
  it('of retellings alone goes by email only; with other news, by SMS as well', async () => {
    const news = desk();
    await news.addDigestEntry(THREE, 1, 'Crossing still shut', { role: 'also', storyId: 'kessel' });
    await sendAt(news, THREE);
    await news.addDigestEntry(ROUND_UP, 2, 'Crossing shut, says mayor', { role: 'also', storyId: 'kessel' });
    await news.addDigestEntry(ROUND_UP, 3, 'Ferry strike ends', { role: 'first', storyId: 'ferry' });
    await sendAt(news, ROUND_UP);
    expect(news.published.map(({ protocols }) => protocols)).toEqual([['email'], ['email', 'sms']]);
    expect(news.published[1]?.message.sms).toMatch(/^Bridges, 2 stories: Ferry strike ends/);
  });

  const edit = (previousTitle: string, itemId: string) =>
    ({ kind: 'update', role: 'development', storyId: 'kessel', itemId, previousTitle }) as const;

  it('shows each of several edits of one item, with the previous headline', async () => {
    const news = desk();
    await news.addDigestEntry(THREE, 1, 'Kessel bridge opens', {
      role: 'first',
      storyId: 'kessel',
      itemId: 'lead',
    });
    for (const [n, [title, before, itemId]] of [
      ['Storm nears', 'Kessel bridge opens', 'lead'],
      ['Storm shuts it', 'Storm nears', 'lead'],
      ['Ferry strike ends', 'Ferry strike goes on', 'other'],
      ['It is open again', 'Storm shuts it', 'lead'],
    ].entries()) {
      await news.addDigestEntry(THREE, 2 + n, title ?? '', edit(before ?? '', itemId ?? ''));
    }
    await sendAt(news, THREE);
    expect(
      news.published[0]?.alert.entries.map(({ title, previousTitle }) => [title, previousTitle]),
    ).toEqual([
      ['Kessel bridge opens', undefined],
      ['Storm nears', 'Kessel bridge opens'],
      ['Storm shuts it', 'Storm nears'],
      ['Ferry strike ends', 'Ferry strike goes on'],
      ['It is open again', 'Storm shuts it'],
    ]);
  });

  it('leaves out a reverted edit and a repeated one', async () => {
    const news = desk();
    for (const [n, [title, before]] of [
      ['Storm shuts it', 'Kessel bridge opens'],
      ['Kessel bridge opens', 'Storm shuts it'],
      ['Storm shuts it', 'Kessel bridge opens'],
    ].entries()) {
      await news.addDigestEntry(THREE, n, title ?? '', edit(before ?? '', 'lead'));
    }
    await sendAt(news, THREE);
    expect(news.messages()).toEqual([['digest', 'Storm shuts it']]);
  });

  it('shows an edit of the summary alone, and two that differ in the summary', async () => {
    const news = desk();
    for (const [n, summary] of ['Ice nears the piers.', 'Ice has shut it.'].entries()) {
      await news.addDigestEntry(THREE, n, 'Kessel bridge opens', {
        ...edit('Kessel bridge opens', 'lead'),
        summary,
      });
    }
    await sendAt(news, THREE);
    expect(news.published[0]?.alert.entries.map(({ summary }) => summary)).toEqual([
      'Ice nears the piers.',
      'Ice has shut it.',
    ]);
  });

  it('includes entries from 0.1.0, which have no kind and no role', async () => {
    const news = desk();
    await news.addDigestEntry(THREE, 1, 'Herring quota doubled');
    const [entry] = await digests(table).entries(news.topic.id, THREE);
    const key = { pk: `TOPIC#${news.topic.id}`, sk: entry?.key ?? '' };
    const { kind: _kind, ...record } = (await table.get(key)) ?? {};
    await table.put({ ...record, ...key });
    await news.addDigestEntry(THREE, 2, 'Owls return', { role: 'also' });
    await sendAt(news, THREE);
    expect(news.messages()).toEqual([['digest', 'Herring quota doubled', 'Owls return']]);
    expect(news.published[0]?.protocols).toEqual(['email', 'sms']);
  });
});

describe('a digest of thousands of entries', () => {
  const DUE = '2026-03-01T12:00:00.000Z';

  async function laidBy() {
    const news = desk();
    for (let n = 0; n < 3_600; n++) {
      const isGood = n % 300 === 150;
      await news.addDigestEntry(DUE, n, `${isGood ? 'Good' : 'Flood'} ${n}`, {
        feed: isGood ? 'Courier' : 'Flood',
      });
    }
    news.now = Date.parse(DUE);
    return news;
  }

  it('is twenty messages that take turns between feeds, count the rest, and end', async () => {
    const news = await laidBy();
    for (let tick = 0; tick < 4; tick++) await news.tickAt(news.now + MINUTE);
    expect(news.published).toHaveLength(20);
    const titles = news.titles().flat();
    expect(titles).toHaveLength(2_000);
    expect(new Set(titles).size).toBe(2_000);
    expect(titles.filter((title) => title.startsWith('Good'))).toHaveLength(10);
    expect(news.published.at(-1)?.alert.leftOut).toEqual([{ feed: 'Flood', items: 1_000, orMore: true }]);
    expect(news.published.at(-1)?.message.email).toContain(
      'Too many to list: at least 1,000 more items from Flood.',
    );
    expect(await news.dueDigests()).toEqual([]);
  });

  it('continues after an attempt that ended in the middle, and repeats nothing', async () => {
    const news = await laidBy();
    news.answers.push(...Array(7).fill('published'), 'throttled');
    for (let tick = 0; tick < 5; tick++) await news.tickAt(news.now + MINUTE);
    expect(news.published).toHaveLength(20);
    const titles = news.titles().flat();
    expect(new Set(titles).size).toBe(titles.length);
    expect(await news.dueDigests()).toEqual([]);
  });
});
