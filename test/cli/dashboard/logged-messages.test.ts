import { describe, expect, it } from 'vitest';
import { LoggedMessages } from '../../../cli/dashboard/logged-messages.ts';
import type { Burst } from '../../../functions/shared/messages.ts';
import type { Alert } from '../../../functions/shared/model.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import {
  followUps,
  type HarnessTopic,
  type HitFields,
  NotifyHarness,
  ROUND_UP_AT,
  START,
} from '../../functions/notify/notify-harness.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Runs notify, and reads the messages from its records. */
function world(topic?: HarnessTopic) {
  const records = memoryTable();
  const harness = new NotifyHarness(records, topic);
  let reads: string[] = [];
  const table: Table = {
    ...records,
    get: (key) => {
      reads.push(`get ${key.pk.split('#')[0]}`);
      return records.get(key);
    },
    query: (range) => {
      reads.push(`query ${range.from.split('#')[0]}`);
      return records.query(range);
    },
  };
  const log = new LoggedMessages(table, {
    clock: () => harness.now,
    earlierFeeds: () => new Map(),
    feedTitle: (id) => `the feed ${id}`,
  });
  return {
    harness,
    log,
    read: () => log.read([harness.topic]),
    /** Returns the reads since the last call. */
    takeReads() {
      const taken = reads;
      reads = [];
      return taken;
    },
    async receive(...hits: readonly HitFields[]) {
      for (const fields of hits) {
        await harness.receive(harness.hit(fields));
        harness.now += 5 * MINUTE;
      }
    },
  };
}

/** Returns what both the log and a message say of an alert. */
const essence = ({ topicId, topicName, kind, entries }: Alert) => ({
  topicId,
  topicName,
  kind,
  entries: entries.map(
    ({ title, role = 'first', storyId, story, itemId, url, feed, published, foundAt, why }) => ({
      title,
      role,
      storyId,
      story,
      itemId,
      url,
      feed,
      published,
      foundAt,
      terms: why.map(({ term }) => term),
    }),
  ),
});

/** Expects the same messages as SNS has accepted, newest first. */
async function expectPublished({ harness, read }: ReturnType<typeof world>): Promise<void> {
  const messages = (await read()).toReversed();
  expect(messages.map(({ alert }) => alert && essence(alert))).toEqual(
    harness.published.map(({ alert }) => essence(alert)),
  );
  for (const { deliveries, bodies, recipients } of messages)
    expect([deliveries, bodies, recipients]).toEqual(['unknown', undefined, undefined]);
}

const LEAD: HitFields = { title: 'Kessel bridge opens after nine years' };
const RETELLING: HitFields = {
  id: 'item-2',
  feed: 'Meridian Wire',
  title: 'Kessel bridge opens after nine long years',
};
const LATER: HitFields = {
  id: 'item-3',
  feed: 'The Herald',
  title: 'Kessel bridge opens after nine very long years',
};
const EDIT: HitFields = { title: 'Storm tears cables, engineers shut the crossing', change: 'edited' };
const OTHER: HitFields = {
  id: 'item-9',
  feed: 'The Herald',
  title: 'Tolmark ferry strands passengers overnight',
};

describe('the messages in the alert log', () => {
  it('are none before anything is sent', async () => {
    expect(await world().read()).toEqual([]);
  });

  it('are the first report at once, then a follow-up with its retellings, then the round-up', async () => {
    const w = world();
    await w.receive(LEAD, RETELLING, EDIT);
    await expectPublished(w);
    await w.harness.tickAt(START + 2 * HOUR);
    await w.receive(LATER, OTHER);
    await w.harness.tickAt(ROUND_UP_AT);
    expect(w.harness.published.map(({ alert }) => alert.kind)).toEqual([
      'new',
      'follow-up',
      'new',
      'roundup',
    ]);
    await expectPublished(w);
  });

  it('are digests, with several stories each', async () => {
    const w = world({ deliver: { mode: 'hourly' } });
    await w.receive(LEAD, OTHER);
    await expectPublished(w);
    await w.harness.tickAt(START + HOUR);
    expect(w.harness.messages().map(([kind, ...titles]) => [kind, titles.length])).toEqual([['digest', 2]]);
    await expectPublished(w);
  });

  it('are first looks at feeds', async () => {
    const w = world();
    for (const hit of [LEAD, OTHER]) await w.harness.receive(w.harness.hit({ ...hit, loudness: 'welcome' }));
    await w.harness.tickAt(START + HOUR);
    expect(w.harness.published[0]?.alert.kind).toBe('welcome');
    await expectPublished(w);
  });

  it('are developments at once, by their protocols', async () => {
    const w = world({ followUps: followUps('all') });
    await w.receive(LEAD, EDIT);
    await expectPublished(w);
    expect((await w.read()).map(({ protocols }) => protocols)).toEqual([['email'], undefined]);
  });

  it('name the items of a flood', async () => {
    const w = world();
    const hits = [LEAD, OTHER].map((fields) => w.harness.hit(fields));
    const [{ kind: _, item: _item, change: _change, terms: _terms, why: _why, ...hit } = w.harness.hit()] =
      hits;
    const burst: Burst = {
      ...hit,
      kind: 'burst',
      items: hits.map(({ item, change, terms, why }) => ({ item, change, terms, why })),
    };
    await w.harness.receive(burst);
    await w.harness.tickAt(START + 15 * MINUTE);
    const [message] = await w.read();
    expect(w.harness.messages()).toEqual([['digest', LEAD.title, OTHER.title]]);
    expect(message?.alert).toMatchObject({
      kind: 'digest',
      entries: [LEAD, OTHER].map(({ title }) => ({ title, feed: 'the feed the-courier', why: [] })),
    });
    expect(message?.unnamed).toBeUndefined();
  });

  it('are notices to the operators', async () => {
    const w = world();
    await w.harness.receive({
      v: 1,
      kind: 'notice',
      topicId: '_operations',
      noticeId: 'n1',
      tickAt: new Date(START).toISOString(),
      polledAt: new Date(START).toISOString(),
      feed: { id: 'herald', title: 'The Herald', url: 'https://herald.example/rss' },
      title: 'the feed has moved',
      detail: 'Write the new address in the file.',
    });
    expect(await w.read()).toEqual([]);
    w.harness.now = START + HOUR;
    for (const digest of await w.harness.dueDigests('_operations')) await w.harness.receive(digest);
    const [message, ...more] = await w.read();
    expect(more).toEqual([]);
    expect(message?.alert).toMatchObject({
      kind: 'notice',
      topicId: '_operations',
      entries: [{ title: 'The Herald: the feed has moved' }],
    });
  });

  it('are those of seven days', async () => {
    const w = world();
    await w.receive(LEAD);
    w.harness.now = START + 6 * DAY;
    expect(await w.read()).toHaveLength(1);
    w.harness.now = START + 8 * DAY;
    expect(await w.read()).toEqual([]);
  });

  it('show nothing of an alert that SNS did not accept', async () => {
    const w = world();
    w.harness.answers.push('refused');
    await w.receive(LEAD).catch(() => undefined);
    expect(await w.read()).toEqual([]);
  });
});

describe('reading again', () => {
  it('asks each topic for its open stories, and for nothing else if there is nothing new', async () => {
    const w = world();
    await w.receive(LEAD, RETELLING, EDIT, OTHER);
    await w.harness.tickAt(START + 2 * HOUR);
    await w.read();
    await w.read();
    w.takeReads();
    const before = await w.read();
    expect(w.takeReads().toSorted()).toEqual(['query DIGEST', 'query STORY']);
    expect(before).toHaveLength(3);
  });

  it('finds a new report in the next read', async () => {
    const w = world();
    await w.receive(LEAD);
    await w.read();
    await w.receive(OTHER);
    expect(await w.read()).toHaveLength(2);
  });

  it('finds an item whose story was stored before it', async () => {
    const w = world();
    const hidden = { ...w.harness.deps() };
    await w.receive(LEAD);
    await w.read();
    // Notify stores a story, publishes, and stores the item last.
    const { stories } = hidden;
    const recordDelivery = stories.recordDelivery.bind(stories);
    let finish = () => Promise.resolve(true);
    stories.recordDelivery = async (...args) => {
      finish = () => recordDelivery(...args);
      return true;
    };
    await w.harness.receive(w.harness.hit(OTHER), hidden);
    expect(await w.read()).toHaveLength(1);
    await finish();
    w.harness.now += MINUTE / 2;
    expect(await w.read()).toHaveLength(2);
  });
});
