import { describe, expect, it } from 'vitest';
import { digests } from '../../functions/shared/store/digests.ts';
import type { PageStatus } from '../../local/page-data.ts';
import { WaitingMessages } from '../../local/waiting-messages.ts';
import { NotifyHarness, START } from '../functions/notify/notify-harness.ts';
import { memoryTable } from '../helpers/memory-table.ts';
import { publishedMessage } from '../helpers/sample-alerts.ts';
import { readHtml, servePage, status } from './served-page.ts';

const shown = async (more: Partial<PageStatus>) => {
  const { get, outbox } = await servePage({ status: () => ({ ...status, ...more }) });
  outbox.recordPublish(publishedMessage('m1'));
  const { tags, text, unclosed } = readHtml((await get('/')).body);
  expect(unclosed).toEqual([]);
  return { tags, text };
};

describe('the topics of the page', () => {
  it('mark a broken query with its fault', async () => {
    const fault = 'expected something to look for after AND, got <b>the end';
    const { text, tags } = await shown({ topics: [...status.topics, { id: 'odd', name: 'Odd', fault }] });
    expect(text).toContain(`Odd 0 Matches nothing until its query is fixed: ${fault}`);
    expect(text).toContain('1 topic has a broken query.');
    expect(tags.filter(({ attributes }) => attributes.id?.startsWith('topic-'))).toHaveLength(3);
  });

  it('say nothing about queries if all are valid', async () => {
    const { text } = await shown({});
    expect(text).not.toMatch(/broken|fixed|due/);
  });

  it('show waiting messages with their due times, in the zone of the config file', async () => {
    const at = (
      topicId: string,
      kind: 'digest' | 'welcome' | 'follow-up' | 'roundup',
      dueAt: string,
      alerts: number,
    ) => ({ topicId, kind, dueAt, alerts }) as const;
    const waiting = [
      at('summit', 'follow-up', '2031-10-14T08:41:00.000Z', 1),
      at('summit', 'roundup', '2031-10-14T16:00:00.000Z', 2),
      at('floods', 'digest', '2031-10-14T22:30:00.000Z', 3),
      at('floods', 'welcome', '2031-10-20T22:30:00.000Z', 1),
    ];
    const { text } = await shown({ waiting, timeZone: 'Asia/Tokyo' });
    expect(text).toContain(
      'Follow-up with 1 development due now Round-up of 2 reports due 15 October, 01:00',
    );
    expect(text).toContain(
      'Digest of 3 alerts due 15 October, 07:30 First look at 1 item due 21 October, 07:30',
    );
    expect(text).toContain('Times are in Asia/Tokyo.');
  });

  it('mark a topic without a story for far longer than usual', async () => {
    const table = memoryTable();
    const day = 86_400_000;
    const heardAt = Date.parse(status.now) - 30 * day;
    await table.put({ pk: 'TOPIC#floods', sk: 'OPENED', opened: 9, heardAt, usualGap: day });
    await table.put({ pk: 'TOPIC#summit', sk: 'OPENED', opened: 9, heardAt, usualGap: 20 * day });
    const { get } = await servePage({ table: () => table });
    await get();
    const { text } = readHtml((await get()).body);
    expect(text.match(/No story since 14 September/g)).toHaveLength(1);
    expect(text).toMatch(/Floods 0 No story since/);
  });

  it('show three messages per topic, and the number of later ones', async () => {
    const waiting = [1, 2, 3, 4, 5].map((day) => ({
      topicId: 'floods',
      kind: 'digest' as const,
      dueAt: `2031-10-2${day}T22:30:00.000Z`,
      alerts: day,
    }));
    const { text } = await shown({ waiting });
    expect(text).toContain('Digest of 3 alerts');
    expect(text).not.toContain('Digest of 4 alerts');
    expect(text).toContain('and 2 later messages');
  });
});

describe('the times of the page', () => {
  it('are in the zone of the config file, separately for each page', async () => {
    const tokyo = await shown({ timeZone: 'Asia/Tokyo' });
    const lima = await shown({ timeZone: 'America/Lima' });
    expect(tokyo.text).toContain('since 17:30.');
    expect(lima.text).toContain('since 03:30.');
    expect(tokyo.text).toContain('Times are in Asia/Tokyo.');
    expect(tokyo.text.match(/Asia\/Tokyo/g)).toHaveLength(1);
  });

  it('change with the config file, even for alerts that were rendered before', async () => {
    let timeZone = 'Asia/Tokyo';
    const { get, outbox } = await servePage({ status: () => ({ ...status, timeZone }) });
    outbox.recordPublish(publishedMessage('m1'));
    const timesOf = async () =>
      [...(await get()).body.matchAll(/<article[\s\S]*?<time[^>]*>([^<]*)</g)].map(([, time]) => time);
    const before = await timesOf();
    timeZone = 'America/Lima';
    const after = await timesOf();
    expect(before).toHaveLength(1);
    expect(after).not.toEqual(before);
  });
});

describe('the waiting messages', () => {
  it('are listed by topic, kind and due time until they are sent', async () => {
    const table = memoryTable();
    const desk = new NotifyHarness(table);
    const hits = [
      { title: 'Kessel bridge opens after nine years' },
      { id: 'item-2', feed: 'Meridian Wire', title: 'Kessel bridge opens after nine long years' },
      { title: 'Storm tears cables, engineers shut the crossing', change: 'edited' as const },
    ];
    for (const fields of hits) {
      await desk.receive(desk.hit(fields));
      desk.now += 5 * 60_000;
    }
    const until = START + 24 * 3_600_000;
    const topicId = desk.topic.id;
    expect(await digests(table).waiting(until)).toEqual([
      { topicId, kind: 'follow-up', dueAt: '2026-03-01T11:30:00.000Z', alerts: 1 },
      { topicId, kind: 'roundup', dueAt: '2026-03-01T18:00:00.000Z', alerts: 1 },
    ]);
    await desk.tickAt(START + 2 * 3_600_000);
    expect(await digests(table).waiting(until)).toEqual([]);
    expect(await digests(table).due(until)).toEqual([]);
  });

  it('are read only on demand, one read at a time, and rarely if reads are slow', async () => {
    let looks = 0;
    const look = Promise.withResolvers<void>();
    const message = {
      topicId: 'summit',
      kind: 'roundup',
      dueAt: '2026-03-01T18:00:00.000Z',
      alerts: 1,
    } as const;
    const store = {
      async waiting() {
        looks++;
        await look.promise;
        return [message];
      },
    };
    let changes = 0;
    const waiting = new WaitingMessages({
      digests: store,
      clock: () => START,
      onChange: () => changes++,
      onError: (error) => expect.unreachable(String(error)),
    });
    expect([waiting.current(), looks]).toEqual([[], 0]);
    const readers = [waiting.refresh(), waiting.refresh()];
    look.resolve();
    await Promise.all(readers);
    await waiting.refresh();
    expect([waiting.current(), looks, changes]).toEqual([[message], 1, 1]);
  });

  it('let no reader wait for a slow store, and are shown once they are read', async () => {
    const look = Promise.withResolvers<void>();
    const message = { topicId: 'a', kind: 'digest', dueAt: '2026-03-01T18:00:00.000Z', alerts: 1 } as const;
    let changes = 0;
    const waiting = new WaitingMessages({
      digests: { waiting: () => look.promise.then(() => [message]) },
      clock: () => START,
      onChange: () => changes++,
      onError: (error) => expect.unreachable(String(error)),
    });
    await waiting.refresh();
    expect([waiting.current(), changes]).toEqual([[], 0]);
    look.resolve();
    await waiting.idle();
    expect([waiting.current(), changes]).toEqual([[message], 1]);
  });

  it('stay the same if a read fails', async () => {
    const errors: unknown[] = [];
    const waiting = new WaitingMessages({
      digests: { waiting: () => Promise.reject(new Error('no answer')) },
      clock: () => START,
      onChange: expect.unreachable,
      onError: (error) => errors.push(error),
    });
    await waiting.refresh();
    expect(waiting.current()).toEqual([]);
    expect(errors).toHaveLength(1);
  });
});
