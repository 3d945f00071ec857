import { describe, expect, it } from 'vitest';
import { followUpId } from '../../../../functions/notify/policy/message-ids.ts';
import type { DigestDue } from '../../../../functions/shared/messages.ts';
import { digests } from '../../../../functions/shared/store/digests.ts';
import type { Table } from '../../../../functions/shared/store/table.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { LEASE, NotifyHarness, ROUND_UP_AT } from '../notify-harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const table = memoryTable();
const ROUND_UP = new Date(ROUND_UP_AT).toISOString();
const THREE = '2026-03-01T15:00:00.000Z';

const newHarness = () => new NotifyHarness(table);
const dueAt = (harness: NotifyHarness, time: string): DigestDue => ({
  v: 1,
  kind: 'digest',
  topicId: harness.topic.id,
  dueAt: time,
});

async function sendAt(harness: NotifyHarness, time: string): Promise<void> {
  harness.now = Math.max(harness.now, Date.parse(time));
  await harness.receive(dueAt(harness, time));
}

const waiting = async (harness: NotifyHarness, time = ROUND_UP) =>
  (await digests(table).entries(harness.topic.id, time)).map(({ entry: { title } }) => title);

describe('a follow-up', () => {
  it('includes its own story’s round-up entries, and no others', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    await harness.addRetellingEntry(3, 'Ferry strike goes on', 'ferry');
    await harness.addRetellingEntry(4, 'Crossing shut, says mayor', 'kessel');
    await sendAt(harness, THREE);
    expect(harness.messages()).toEqual([
      ['follow-up', 'Crossing shut', 'Crossing still shut', 'Crossing shut, says mayor'],
    ]);
    expect(await waiting(harness)).toEqual(['Ferry strike goes on']);
    await sendAt(harness, ROUND_UP);
    expect(harness.messages().slice(1)).toEqual([['roundup', 'Ferry strike goes on']]);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('includes entries of a round-up on another day', async () => {
    const harness = newHarness();
    const tomorrow = ROUND_UP_AT + 24 * 60 * MINUTE;
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel', tomorrow);
    await sendAt(harness, THREE);
    expect(harness.messages()).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
    expect(await waiting(harness, new Date(tomorrow).toISOString())).toEqual([]);
  });

  it('is a separate message for each story', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await harness.addFollowUpEntry(THREE, 2, 'Ferry strike ends', 'ferry');
    await harness.addFollowUpEntry(THREE, 3, 'Crossing open again', 'kessel');
    await sendAt(harness, THREE);
    expect(harness.messages()).toEqual([
      ['follow-up', 'Crossing shut', 'Crossing open again'],
      ['follow-up', 'Ferry strike ends'],
    ]);
  });

  it('by SMS leaves retellings for email', async () => {
    const harness = newHarness();
    await harness.addDigestEntry(THREE, 1, 'Crossing shut', {
      waitsFor: 'follow-up',
      protocols: ['sms'],
      role: 'development',
      storyId: 'kessel',
    });
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    await sendAt(harness, THREE);
    expect(harness.published.map(({ protocols }) => protocols)).toEqual([['sms']]);
    expect(harness.messages()).toEqual([['follow-up', 'Crossing shut']]);
    expect(await waiting(harness)).toEqual(['Crossing still shut']);
  });

  it('has room for fifty retellings; the others stay in the round-up', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 0, 'Crossing shut', 'kessel');
    for (let n = 1; n <= 60; n++) await harness.addRetellingEntry(n, `Crossing shut, report ${n}`, 'kessel');
    await sendAt(harness, THREE);
    expect(harness.published[0]?.alert.entries).toHaveLength(51);
    expect(harness.published[0]?.alert.entries[0]?.title).toBe('Crossing shut');
    await sendAt(harness, ROUND_UP);
    expect(harness.published[1]?.alert.entries).toHaveLength(10);
    expect(new Set(harness.titles().flat()).size).toBe(61);
  });

  it('has an alert log record with its kind and story', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await sendAt(harness, THREE);
    const id = followUpId(harness.topic.id, THREE, 'kessel', ['email']);
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
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    harness.answers.push('lost');
    await sendAt(harness, THREE);
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    harness.now += LEASE + 1;
    await sendAt(harness, THREE);
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([
      ['follow-up', 'Crossing shut'],
      ['follow-up', 'Crossing shut'],
      ['roundup', 'Crossing still shut'],
    ]);
  });

  it('that another attempt sends meanwhile leaves a retelling that only this attempt has seen to the round-up', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    harness.now = Date.parse(THREE);
    // The other attempt has read the waiting entries before the retelling arrived.
    const query: Table['query'] = async (range) =>
      (await table.query(range)).filter(({ kind }) => kind !== 'roundup');
    let isFirst = true;
    const get: Table['get'] = async (key) => {
      // This attempt’s first step to reserve it.
      if (isFirst && key.sk.startsWith('DIGEST#')) {
        isFirst = false;
        await harness.receive(dueAt(harness, THREE), harness.deps({ ...table, query }));
      }
      return table.get(key);
    };
    await harness.receive(dueAt(harness, THREE), harness.deps({ ...table, get }));
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([
      ['follow-up', 'Crossing shut'],
      ['roundup', 'Crossing still shut'],
    ]);
  });
});

describe('a round-up', () => {
  it('lists each entry of all stories once, by email alone', async () => {
    const harness = newHarness();
    for (const [n, story] of ['kessel', 'ferry', 'kessel'].entries()) {
      await harness.addRetellingEntry(n, `Report ${n} of ${story}`, story);
    }
    await sendAt(harness, ROUND_UP);
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([
      ['roundup', 'Report 0 of kessel', 'Report 2 of kessel', 'Report 1 of ferry'],
    ]);
    expect(harness.published[0]?.protocols).toEqual(['email']);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('lists late entries in a message of its own', async () => {
    const harness = newHarness();
    await harness.addRetellingEntry(1, 'Crossing still shut');
    await sendAt(harness, ROUND_UP);
    await harness.addRetellingEntry(2, 'Crossing shut, says mayor');
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([
      ['roundup', 'Crossing still shut'],
      ['roundup', 'Crossing shut, says mayor'],
    ]);
  });

  it('of more than a hundred entries is several messages, each entry once', async () => {
    const harness = newHarness();
    for (let n = 0; n < 110; n++) await harness.addRetellingEntry(n, `Report ${n}`, `story-${n}`);
    harness.answers.push('published', 'throttled');
    await sendAt(harness, ROUND_UP);
    expect(harness.logged.at(-1)).toBe('digest-waits');
    await sendAt(harness, ROUND_UP);
    expect(harness.titles().map((titles) => titles.length)).toEqual([100, 10]);
    expect(new Set(harness.titles().flat()).size).toBe(110);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('leaves out an entry that an unfinished follow-up has reserved and then sends', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    await harness.addRetellingEntry(3, 'Ferry strike goes on', 'ferry');
    harness.answers.push('refused');
    await sendAt(harness, THREE);
    expect(harness.published).toEqual([]);
    harness.now = ROUND_UP_AT;
    // The follow-up is still refused: both are due.
    harness.answers.push('refused');
    await sendAt(harness, THREE);
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([['roundup', 'Ferry strike goes on']]);
    await sendAt(harness, THREE);
    await sendAt(harness, ROUND_UP);
    expect(harness.messages().slice(1)).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('leaves out an entry that a follow-up has reserved before its claim', async () => {
    const harness = newHarness();
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const [entry] = await digests(table).entries(harness.topic.id, ROUND_UP);
    const message = followUpId(harness.topic.id, THREE, 'kessel', ['email']);
    await digests(table).reserve(harness.topic.id, entry?.key ?? '', message);
    await sendAt(harness, ROUND_UP);
    expect(harness.published).toEqual([]);
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await sendAt(harness, THREE);
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
  });

  it('includes, after a day, an entry that a follow-up has reserved but not claimed', async () => {
    const harness = newHarness();
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const [entry] = await digests(table).entries(harness.topic.id, ROUND_UP);
    const message = followUpId(harness.topic.id, THREE, 'kessel', ['email']);
    await digests(table).reserve(harness.topic.id, entry?.key ?? '', message);
    harness.now = ROUND_UP_AT + DAY - 1;
    await sendAt(harness, ROUND_UP);
    expect(harness.published).toEqual([]);
    harness.now = ROUND_UP_AT + DAY;
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([['roundup', 'Crossing still shut']]);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('removes entries that a follow-up has sent but not removed, without sending them again', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const { digests: store, ...deps } = { ...harness.deps() };
    const forgetful = {
      ...deps,
      digests: { ...store, remove: () => Promise.reject(new Error('no answer')) },
    };
    harness.now = Date.parse(THREE);
    await harness.receive(dueAt(harness, THREE), forgetful);
    expect(harness.logged.at(-1)).toBe('digest-failed');
    expect(await waiting(harness)).toEqual(['Crossing still shut']);
    await sendAt(harness, ROUND_UP);
    expect(await waiting(harness)).toEqual([]);
    await sendAt(harness, THREE);
    expect(harness.messages()).toEqual([['follow-up', 'Crossing shut', 'Crossing still shut']]);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('lists entries that a follow-up has reserved and left behind', async () => {
    const harness = newHarness();
    await harness.addFollowUpEntry(THREE, 1, 'Crossing shut', 'kessel');
    await sendAt(harness, THREE);
    await harness.addRetellingEntry(2, 'Crossing still shut', 'kessel');
    const [entry] = await digests(table).entries(harness.topic.id, ROUND_UP);
    const message = followUpId(harness.topic.id, THREE, 'kessel', ['email']);
    await digests(table).reserve(harness.topic.id, entry?.key ?? '', message);
    await sendAt(harness, ROUND_UP);
    expect(harness.messages()).toEqual([
      ['follow-up', 'Crossing shut'],
      ['roundup', 'Crossing still shut'],
    ]);
  });
});

describe('messages that are due at one time', () => {
  const layAll = async (harness: NotifyHarness) => {
    await harness.addDigestEntry(ROUND_UP, 1, 'Herring quota doubled');
    await harness.addFollowUpEntry(ROUND_UP, 2, 'Crossing shut', 'kessel');
    await harness.addRetellingEntry(3, 'Ferry strike goes on', 'ferry');
    await harness.addRetellingEntry(4, 'Crossing still shut', 'kessel');
  };
  const ALL = [
    ['digest', 'Herring quota doubled'],
    ['follow-up', 'Crossing shut', 'Crossing still shut'],
    ['roundup', 'Ferry strike goes on'],
  ];
  const sorted = (harness: NotifyHarness) => harness.messages().toSorted(([a], [b]) => (a < b ? -1 : 1));

  it('are a digest, a follow-up and a round-up, with each entry in one of them', async () => {
    const harness = newHarness();
    await layAll(harness);
    await sendAt(harness, ROUND_UP);
    await sendAt(harness, ROUND_UP);
    expect(
      harness
        .messages()
        .map(([kind]) => kind)
        .toSorted(),
    ).toEqual(['digest', 'follow-up', 'roundup']);
    expect(harness.titles().flat().toSorted()).toEqual(ALL.flatMap(([, ...titles]) => titles).toSorted());
    expect(await harness.dueDigests()).toEqual([]);
  });

  it.each([0, 1, 2])('are sent even if message %i fails', async (place) => {
    const harness = newHarness();
    await layAll(harness);
    harness.answers.push(...Array.from({ length: place }, () => 'published' as const), 'refused');
    await sendAt(harness, ROUND_UP);
    expect(harness.published).toHaveLength(2);
    await sendAt(harness, ROUND_UP);
    expect(harness.published).toHaveLength(3);
    expect(sorted(harness).map(([kind]) => kind)).toEqual(['digest', 'follow-up', 'roundup']);
    expect(harness.titles().flat().toSorted()).toEqual(ALL.flatMap(([, ...titles]) => titles).toSorted());
    expect(await harness.dueDigests()).toEqual([]);
  });
});

describe('a digest', () => {
  it('of retellings alone goes by email only; with other news, by SMS as well', async () => {
    const harness = newHarness();
    await harness.addDigestEntry(THREE, 1, 'Crossing still shut', { role: 'also', storyId: 'kessel' });
    await sendAt(harness, THREE);
    await harness.addDigestEntry(ROUND_UP, 2, 'Crossing shut, says mayor', {
      role: 'also',
      storyId: 'kessel',
    });
    await harness.addDigestEntry(ROUND_UP, 3, 'Ferry strike ends', { role: 'first', storyId: 'ferry' });
    await sendAt(harness, ROUND_UP);
    expect(harness.published.map(({ protocols }) => protocols)).toEqual([['email'], ['email', 'sms']]);
    expect(harness.published[1]?.message.sms).toMatch(/^Bridges, 2 stories: Ferry strike ends/);
  });

  const edit = (previousTitle: string, itemId: string) =>
    ({ kind: 'update', role: 'development', storyId: 'kessel', itemId, previousTitle }) as const;

  it('shows each of several edits of one item, with the previous headline', async () => {
    const harness = newHarness();
    await harness.addDigestEntry(THREE, 1, 'Kessel bridge opens', {
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
      await harness.addDigestEntry(THREE, 2 + n, title ?? '', edit(before ?? '', itemId ?? ''));
    }
    await sendAt(harness, THREE);
    expect(
      harness.published[0]?.alert.entries.map(({ title, previousTitle }) => [title, previousTitle]),
    ).toEqual([
      ['Kessel bridge opens', undefined],
      ['Storm nears', 'Kessel bridge opens'],
      ['Storm shuts it', 'Storm nears'],
      ['Ferry strike ends', 'Ferry strike goes on'],
      ['It is open again', 'Storm shuts it'],
    ]);
  });

  it('leaves out a reverted edit and a repeated one', async () => {
    const harness = newHarness();
    for (const [n, [title, before]] of [
      ['Storm shuts it', 'Kessel bridge opens'],
      ['Kessel bridge opens', 'Storm shuts it'],
      ['Storm shuts it', 'Kessel bridge opens'],
    ].entries()) {
      await harness.addDigestEntry(THREE, n, title ?? '', edit(before ?? '', 'lead'));
    }
    await sendAt(harness, THREE);
    expect(harness.messages()).toEqual([['digest', 'Storm shuts it']]);
  });

  it('shows an edit of the summary alone, and two that differ in the summary', async () => {
    const harness = newHarness();
    for (const [n, summary] of ['Ice nears the piers.', 'Ice has shut it.'].entries()) {
      await harness.addDigestEntry(THREE, n, 'Kessel bridge opens', {
        ...edit('Kessel bridge opens', 'lead'),
        summary,
      });
    }
    await sendAt(harness, THREE);
    expect(harness.published[0]?.alert.entries.map(({ summary }) => summary)).toEqual([
      'Ice nears the piers.',
      'Ice has shut it.',
    ]);
  });

  it('includes entries from 0.1.0, which have no kind and no role', async () => {
    const harness = newHarness();
    await harness.addDigestEntry(THREE, 1, 'Herring quota doubled');
    const [entry] = await digests(table).entries(harness.topic.id, THREE);
    const key = { pk: `TOPIC#${harness.topic.id}`, sk: entry?.key ?? '' };
    const { kind: _kind, ...record } = (await table.get(key)) ?? {};
    await table.put({ ...record, ...key });
    await harness.addDigestEntry(THREE, 2, 'Owls return', { role: 'also' });
    await sendAt(harness, THREE);
    expect(harness.messages()).toEqual([['digest', 'Herring quota doubled', 'Owls return']]);
    expect(harness.published[0]?.protocols).toEqual(['email', 'sms']);
  });
});

describe('a digest of thousands of entries', () => {
  const DUE = '2026-03-01T12:00:00.000Z';

  async function laidBy() {
    const harness = newHarness();
    for (let n = 0; n < 3_600; n++) {
      const isGood = n % 300 === 150;
      await harness.addDigestEntry(DUE, n, `${isGood ? 'Good' : 'Flood'} ${n}`, {
        feed: isGood ? 'Courier' : 'Flood',
      });
    }
    harness.now = Date.parse(DUE);
    return harness;
  }

  it('is twenty messages that take turns between feeds, count the rest, and end', async () => {
    const harness = await laidBy();
    for (let tick = 0; tick < 4; tick++) await harness.tickAt(harness.now + MINUTE);
    expect(harness.published).toHaveLength(20);
    const titles = harness.titles().flat();
    expect(titles).toHaveLength(2_000);
    expect(new Set(titles).size).toBe(2_000);
    expect(titles.filter((title) => title.startsWith('Good'))).toHaveLength(10);
    expect(harness.published.at(-1)?.alert.leftOut).toEqual([{ feed: 'Flood', items: 1_000, orMore: true }]);
    expect(harness.published.at(-1)?.message.email).toContain(
      'Too many to list: at least 1,000 more items from Flood.',
    );
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('continues after an attempt that ended in the middle, and repeats nothing', async () => {
    const harness = await laidBy();
    harness.answers.push(...Array(7).fill('published'), 'throttled');
    for (let tick = 0; tick < 5; tick++) await harness.tickAt(harness.now + MINUTE);
    expect(harness.published).toHaveLength(20);
    const titles = harness.titles().flat();
    expect(new Set(titles).size).toBe(titles.length);
    expect(await harness.dueDigests()).toEqual([]);
  });
});
