import { expect, it } from 'vitest';
import { alertJson, itemJson } from '../../../cli/alerts/alert-json.ts';
import { AlertLog } from '../../../cli/alerts/alert-log.ts';
import { alertLine } from '../../../cli/alerts/describe-alert.ts';
import { findItem } from '../../../cli/alerts/explain-item.ts';
import { listAlerts } from '../../../cli/alerts/list-alerts.ts';
import { parseQuery } from '../../../config/query/compile-query.ts';
import type { Item, Topic } from '../../../functions/shared/model.ts';
import { items } from '../../../functions/shared/store/items.ts';
import { type HitFields, NotifyHarness, ROUND_UP_AT, START } from '../../functions/notify/notify-harness.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const HOUR = 3_600_000;
const LEAD: HitFields = { title: 'Kessel bridge opens after nine years' };
const RETELLING: HitFields = {
  id: 'item-2',
  feed: 'Meridian Wire',
  title: 'Kessel bridge opens after nine long years',
};
const EDIT: HitFields = { title: 'Storm tears cables, engineers shut the crossing', change: 'edited' };
const item: Item = {
  id: 'item-1',
  contentHash: '',
  feedId: 'the-courier',
  title: 'Kessel bridge opens after nine years',
  summary: '',
  content: '',
  url: 'https://courier.example/kessel',
  authors: [],
  categories: [],
};

async function deliverThreeHits() {
  const table = memoryTable();
  const harness = new NotifyHarness(table);
  for (const fields of [LEAD, RETELLING, EDIT]) {
    await harness.receive(harness.hit(fields));
    harness.now += 5 * 60_000;
  }
  const list = async () => {
    const log = new AlertLog(table);
    return (await listAlerts(log, [harness.topic.id], START - HOUR)).map(alertJson);
  };
  return { table, harness, list };
}

const KEYS = [
  'id',
  'topic',
  'kind',
  'state',
  'title',
  'url',
  'feed',
  'at',
  'due',
  'waitsFor',
  'message',
  'item',
  'published',
  'found',
  'protocols',
  'urgent',
  'firstLook',
  'stories',
  'because',
  'why',
  'alerts',
  'deliveries',
];

it('has the same fields for every alert, and no other fields of its record', async () => {
  const { list } = await deliverThreeHits();
  for (const alert of await list()) expect(Object.keys(alert)).toEqual(KEYS);
});

it('shows what was sent, and which message the other items wait for', async () => {
  const { harness, list } = await deliverThreeHits();
  expect(await list()).toMatchObject([
    {
      topic: harness.topic.id,
      kind: 'new',
      state: 'sent',
      title: LEAD.title,
      feed: 'The Courier',
      at: '2026-03-01T09:30:00.000Z',
      due: null,
      item: 'item-1',
      firstLook: false,
    },
    { kind: 'also', state: 'waiting', waitsFor: 'roundup', due: '2026-03-01T18:00:00.000Z', message: null },
    { kind: 'development', state: 'waiting', waitsFor: 'follow-up', due: '2026-03-01T11:30:00.000Z' },
  ]);
});

it('names the message that lists an alert, and the alerts that a message lists', async () => {
  const { table, harness, list } = await deliverThreeHits();
  await harness.tickAt(START + 2 * HOUR);
  await harness.tickAt(ROUND_UP_AT);
  const [, retelling, development] = await list();
  expect(development).toMatchObject({
    state: 'sent',
    at: '2026-03-01T11:30:00.000Z',
    due: null,
    waitsFor: null,
    message: { kind: 'follow-up' },
  });
  const message = await new AlertLog(table).alert(development?.message?.id ?? '');
  expect(message && alertJson(message)).toMatchObject({ kind: 'follow-up', state: 'sent', item: null });
  expect(message && alertJson(message).alerts).toEqual(
    expect.arrayContaining([development?.id, retelling?.id]),
  );
});

it('reads records of release 0.1.0, which lack most fields', () => {
  expect(alertJson({ id: 'a1', state: 'claimed', protocols: ['email', 'sms'] })).toMatchObject({
    id: 'a1',
    topic: null,
    kind: null,
    state: 'sending',
    title: null,
    at: null,
    why: [],
    stories: [],
  });
});

it('shows what happened to an item in every topic', async () => {
  const { table, harness } = await deliverThreeHits();
  await items(table).putAll([item], START);
  const [stored] = await findItem(table, 'item-1');
  if (!stored) throw new Error('expected the item to be stored');
  const other: Topic = { ...harness.topic, id: 'ferries', query: parseQuery('ferry').query };
  const { query: _query, ...broken } = { ...harness.topic, id: 'broken' };
  const json = await itemJson(new AlertLog(table), stored, [harness.topic, other, broken], []);
  expect(Object.keys(json)).toEqual(['id', 'feed', 'title', 'url', 'published', 'found', 'topics']);
  expect(json).toMatchObject({ id: 'item-1', feed: 'the-courier', url: item.url, published: null });
  expect(json.topics).toMatchObject([
    { topic: harness.topic.id, recorded: true, role: 'first', silent: false },
    { topic: 'ferries', recorded: false, matches: false, role: null, story: null, alerts: [] },
    { topic: 'broken', recorded: false, matches: null, alerts: [] },
  ]);
  expect(json.topics[0]?.alerts.map(({ state }) => state)).toContain('sent');
});

it('shows times in the zone in the line of an alert, also in daylight saving time', async () => {
  const alert = {
    id: 'a1',
    topicId: 'bridges',
    state: 'sent',
    title: 'Opens',
    protocols: ['email'],
  } as const;
  expect(alertLine({ ...alert, settledAt: '2026-03-01T09:30:00.000Z' }, 'Europe/Berlin')).toMatch(
    /^2026-03-01 10:30 CET {2}bridges/,
  );
  expect(alertLine({ ...alert, settledAt: '2026-07-01T09:30:00.000Z' }, 'Europe/Berlin')).toMatch(
    /^2026-07-01 11:30 CEST {2}/,
  );
});
