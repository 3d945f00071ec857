import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AlertLog } from '../../../cli/alerts/alert-log.ts';
import { earlierFeedIds } from '../../../cli/alerts/alerts.ts';
import { alertLine, describeAlert } from '../../../cli/alerts/describe-alert.ts';
import { explainItem, findItem } from '../../../cli/alerts/explain-item.ts';
import { listAlerts } from '../../../cli/alerts/list-alerts.ts';
import { openTable } from '../../../cli/shared/open-table.ts';
import { parseConfig } from '../../../config/load.ts';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { idsAtAddress } from '../../../functions/poll/diff/identity.ts';
import { formerIds } from '../../../functions/shared/feed-id.ts';
import type { Feed, Item, PipelineConfig, Topic } from '../../../functions/shared/model.ts';
import { items } from '../../../functions/shared/store/items.ts';
import type { OutboxDelivery } from '../../../local/outbox/outbox-entry.ts';
import {
  followUps,
  type HarnessTopic,
  type HitFields,
  NotifyHarness,
  ROUND_UP_AT,
  START,
} from '../../functions/notify/notify-harness.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { delivery } from '../../helpers/sample-alerts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A desk whose table can be read. */
function newDesk(topic?: HarnessTopic, onAmbiguous?: PipelineConfig['onAmbiguous']) {
  const table = memoryTable();
  return Object.assign(new NotifyHarness(table, topic, onAmbiguous), { table });
}
type Desk = ReturnType<typeof newDesk>;

/** The alerts of a desk, oldest first, as they are in the log now. */
const alertsOf = (desk: Desk, since = START - HOUR) =>
  listAlerts(new AlertLog(desk.table), [desk.topic.id], since);
const linesOf = async (desk: Desk) =>
  (await alertsOf(desk)).map((alert) =>
    alertLine(alert, 'UTC').replace(/^.{20} {2}\S+ {2}| {2}\[\w+\]/g, ''),
  );

const OPENS = 'Kessel bridge opens after nine years';
const SHUT = 'Storm tears cables, engineers shut the crossing';
const LEAD: HitFields = { title: OPENS };
const RETOLD: HitFields = {
  id: 'item-2',
  feed: 'Meridian Wire',
  title: 'Kessel bridge opens after nine long years',
};
const RETOLD_LATER: HitFields = {
  id: 'item-3',
  feed: 'The Herald',
  title: 'Kessel bridge opens after nine very long years',
};
const EDIT: HitFields = { title: SHUT, change: 'edited' };

/** Hits five minutes apart. */
async function receiveAll(desk: NotifyHarness, ...hits: readonly HitFields[]): Promise<void> {
  for (const fields of hits) {
    await desk.receive(desk.hit(fields));
    desk.now += 5 * MINUTE;
  }
}

describe('the alert log', () => {
  it('lists what was sent, with the news, the reason and the configuration', async () => {
    const desk = newDesk();
    await desk.receive(desk.hit());
    const [alert, ...more] = await alertsOf(desk);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      state: 'sent',
      kind: 'new',
      topicId: desk.topic.id,
      title: OPENS,
      config: '1',
      messageId: 'message-1',
      entry: { itemId: 'item-1', role: 'first', feed: 'The Courier', foundAt: '2026-03-01T09:30:00.000Z' },
    });
    if (!alert) return;
    expect(alertLine(alert, 'UTC')).toMatch(
      /^2026-03-01 09:30 UTC {2}\S+ {2}first report: Kessel bridge opens after nine years {2}\[\w+\] {2}sent$/,
    );
    const text = (await describeAlert(new AlertLog(desk.table), alert, 'UTC')).join('\n');
    expect(text).toMatch(/found +2026-03-01 09:30 UTC[\s\S]*why +“bridge” in the title/);
    expect(text).toMatch(/story +“Kessel bridge opens after nine years” \(\w+\)/);
    expect(await alertsOf(desk, START + HOUR)).toEqual([]);
  });

  it('says what became of a message at each recipient, where this machine delivers it', async () => {
    const desk = newDesk();
    await receiveAll(desk, LEAD, RETOLD, EDIT);
    await desk.tickAt(START + 2 * HOUR);
    const waiting = { detail: '451 later', tries: 3, nextAt: '2026-03-01T14:05:00.000Z' };
    const known = [
      delivery('mailed', { detail: '250 OK' }),
      delivery('waiting', { endpoint: 'bob@example.com', ...waiting }),
    ];
    const lines = async (deliveries: readonly OutboxDelivery[] | undefined) => {
      const log = new AlertLog(desk.table, () => deliveries);
      const alerts = await listAlerts(log, [desk.topic.id], START - HOUR);
      return alerts.map((alert) => alertLine(alert, 'UTC').replace(/ {2}\[\w+\]/, '')).join('\n');
    };
    const each =
      'sent to ann@example.com (250 OK); waiting for bob@example.com: 451 later, tried 3 times, next try 2026-03-01 14:05 UTC';
    expect(await lines(known)).toContain(`first report: ${OPENS}  ${each}`);
    expect(await lines(known)).toContain(
      `retelling: ${RETOLD.title}  in a follow-up of 2026-03-01 11:30 UTC: ${each}`,
    );
    expect(await lines([])).toContain(
      `first report: ${OPENS}  published; no recipient by email or SMS is subscribed`,
    );
    expect(await lines(undefined)).toContain(
      `first report: ${OPENS}  published; what became of it is no longer kept`,
    );
    const log = new AlertLog(desk.table, () => known);
    const [first] = await listAlerts(log, [desk.topic.id], START - HOUR);
    expect(first && (await describeAlert(log, first, 'UTC')).join('\n')).toMatch(
      /\n {2}queued +2026-03-01 09:30 UTC\n/,
    );
  });

  it('has each item once where two feeds show it', async () => {
    const desk = newDesk({ followUps: followUps('all') });
    await receiveAll(desk, LEAD, { ...LEAD, feed: 'The Herald' }, EDIT);
    expect(await linesOf(desk)).toEqual([
      `first report: ${OPENS}  sent`,
      `development: ${SHUT}  sent by email`,
    ]);
  });

  it('says for which follow-up or round-up an item waits', async () => {
    const desk = newDesk();
    await receiveAll(desk, LEAD, RETOLD, EDIT);
    expect(await linesOf(desk)).toEqual([
      `first report: ${OPENS}  sent`,
      `retelling: ${RETOLD.title}  waits for the round-up due 2026-03-01 18:00 UTC`,
      `development: ${SHUT}  waits for the follow-up due 2026-03-01 11:30 UTC`,
    ]);
  });

  it('says with which follow-up or round-up an item was sent, and what that was', async () => {
    const desk = newDesk();
    await receiveAll(desk, LEAD, RETOLD, EDIT);
    await desk.tickAt(START + 2 * HOUR);
    await receiveAll(desk, RETOLD_LATER);
    await desk.tickAt(ROUND_UP_AT);
    expect((await linesOf(desk)).sort()).toEqual([
      `development: ${SHUT}  sent in a follow-up of 2026-03-01 11:30 UTC`,
      `first report: ${OPENS}  sent`,
      `retelling: ${RETOLD.title}  sent in a follow-up of 2026-03-01 11:30 UTC`,
      `retelling: ${RETOLD_LATER.title}  sent in a round-up of 2026-03-01 18:00 UTC`,
    ]);

    const log = new AlertLog(desk.table);
    const development = (await alertsOf(desk)).find(({ kind }) => kind === 'update');
    const id = development?.message?.id ?? '';
    expect(development && (await describeAlert(log, development, 'UTC'))).toEqual(
      expect.arrayContaining([
        '  because    an edit of the item that opened the story',
        `  message    ${id}: follow-up`,
        '  sent       2026-03-01 11:30 UTC',
      ]),
    );
    const followUp = await log.alert(id);
    const text = followUp && (await describeAlert(log, followUp, 'UTC')).join('\n');
    expect(text).toMatch(/follow-up of the topic \S+, sent by email/);
    expect(text).toMatch(/entry +retelling: Kessel bridge opens after nine long years/);
    expect(text).toMatch(/entry +development: Storm tears cables/);
  });

  it('says which digest an alert waits for, and was sent with', async () => {
    const desk = newDesk({ deliver: { mode: 'hourly' } });
    await receiveAll(desk, LEAD, RETOLD);
    expect(await linesOf(desk)).toEqual([
      `first report: ${OPENS}  waits for the digest due 2026-03-01 10:00 UTC`,
      `retelling: ${RETOLD.title}  waits for the digest due 2026-03-01 10:00 UTC`,
    ]);
    await desk.tickAt(START + HOUR);
    expect(await linesOf(desk)).toEqual([
      `first report: ${OPENS}  sent in a digest of 2026-03-01 10:30 UTC`,
      `retelling: ${RETOLD.title}  sent in a digest of 2026-03-01 10:30 UTC`,
    ]);
  });

  it('finds the digest of SMS that have a policy of their own', async () => {
    const deliver = { mode: 'hourly' as const };
    const desk = newDesk({
      sms: { deliver, minSources: 1, followUps: followUps('urgent') },
    });
    await desk.receive(desk.hit());
    await desk.tickAt(START + HOUR);
    expect((await alertsOf(desk)).map(({ protocols }) => protocols)).toEqual([['email'], ['sms']]);
    expect((await linesOf(desk))[1]).toBe(`first report: ${OPENS}  sent in a digest of 2026-03-01 10:30 UTC`);
  });

  it('says what was left out with its digest', async () => {
    const skip = { email: 'skip', sms: 'skip' } as const;
    const desk = newDesk({ deliver: { mode: 'hourly' } }, skip);
    await desk.receive(desk.hit());
    desk.answers.push('lost');
    await desk.tickAt(START + HOUR);
    expect(await linesOf(desk)).toEqual([
      `first report: ${OPENS}  waits for the digest due 2026-03-01 10:00 UTC`,
    ]);
    await desk.tickAt(START + 2 * HOUR);
    expect(await linesOf(desk)).toEqual([
      `first report: ${OPENS}  left out with its digest: an earlier attempt may have sent it`,
    ]);
  });

  it('has nothing of an alert that there is not', async () => {
    expect(await new AlertLog(memoryTable()).alert('none')).toBeUndefined();
  });
});

describe('why an item was delivered, or was not', () => {
  const url = 'https://courier.example/kessel?utm_source=rss';
  const item: Item = {
    id: idsAtAddress(url, ['the-courier']).at(-1) ?? '',
    contentHash: 'h',
    feedId: 'the-courier',
    title: 'Kessel bridge opens',
    summary: '',
    content: 'Nine years it took.',
    url,
    published: '2026-03-01T09:00:00.000Z',
    authors: [],
    categories: [],
  };
  const topic = (id: string, text: string): Topic => ({
    id,
    name: id,
    query: parseQuery(text).query,
    followUps: followUps('calm'),
    deliver: { mode: 'now' },
  });

  it('finds an item by its address, however it was decorated, and says for each topic', async () => {
    const table = memoryTable();
    await items(table).putAll([item], START);
    const desk = new NotifyHarness(table, topic('bridges', 'bridge'));
    await desk.receive(desk.hit({ id: item.id, title: item.title }));

    const found = await findItem(table, 'http://courier.example/kessel/#top', ['herald', 'the-courier']);
    expect(found).toMatchObject([{ id: item.id, feedId: 'the-courier', seenAt: '2026-03-01T09:30:00.000Z' }]);
    const text = (
      await explainItem(
        new AlertLog(table),
        found,
        [desk.topic, topic('ferries', 'ferry bridge'), topic('late', 'kessel')],
        [],
        'Asia/Tokyo',
      )
    ).join('\n');
    expect(text).toMatch(
      /Topic bridges:\n {2}As the-courier shows it, it opened the story “Kessel bridge opens” \(\w+\); follow-ups are calm[\s\S]*sent/,
    );
    expect(text).toMatch(
      /Topic ferries:\n.*does not match:\n.*✗ ferry bridge\n.*✗ ferry: not found\n.*✓ bridge/,
    );
    expect(text).toMatch(/Topic late:\n.*matches now, but was never delivered/);
    expect(text).toContain('found 2026-03-01 18:30 GMT+9');
  });

  // Regression: an item of before an upgrade was not found by its address, and was told under an id that held a secret.
  it('finds what was recorded under an id that an earlier release gave its feed, and names the one of now', async () => {
    const feed = parseConfig(
      'feeds: ["https://courier.example/rss?key=abcdef123456"]\ntopics: [{ id: a, match: b }]',
      'news.yaml',
      {},
    ).config.feeds[0] as Feed;
    const [, former = ''] = formerIds(feed.url);
    const id = idsAtAddress(url, [former]).at(-1) ?? '';
    const table = memoryTable();
    const desk = new NotifyHarness(table, topic('bridges', 'bridge'));
    const hit = desk.hit({ id, title: item.title });
    await desk.receive({ ...hit, feed: { ...hit.feed, id: former } });
    await items(table).putAll([{ ...item, id, feedId: former }], START);
    await items(table).putAll([{ ...item, id, feedId: feed.id }], START + 1);

    const earlier = earlierFeedIds([feed], {});
    const found = await findItem(table, url, [feed.id], earlier);
    expect(found).toMatchObject([{ id, feedId: feed.id, seenAt: new Date(START + 1).toISOString() }]);
    const log = new AlertLog(table, undefined, earlier);
    const text = (await explainItem(log, found, [desk.topic], [feed], 'UTC')).join('\n');
    expect(text).toContain(`As ${feed.id} shows it, it opened the story`);
    expect(text).not.toContain('abcdef123456');
  });

  /** What is said of an item that comes five minutes after the one that opened the story. */
  async function explained(fields: HitFields, { roundUp }: { roundUp?: 'off' } = {}): Promise<string> {
    const table = memoryTable();
    const desk = new NotifyHarness(table, { ...topic('bridges', 'bridge'), ...(roundUp ? { roundUp } : {}) });
    await receiveAll(desk, LEAD, fields);
    const { id = 'item-1', title = '', feed = '' } = fields;
    const feedId = feed.toLowerCase().replaceAll(' ', '-');
    await items(table).putAll([{ ...item, id, title, feedId }], START);
    return (await explainItem(new AlertLog(table), await findItem(table, id), [desk.topic], [], 'UTC')).join(
      '\n',
    );
  }

  it('says that an item is a retelling, of which story, because of what, and what it waits for', async () => {
    const text = await explained(RETOLD);
    expect(text).toContain(`it is a retelling of the story “${OPENS}”`);
    expect(text).toMatch(/because +it is \d+% likely to belong to the story/);
    expect(text).toContain('waits for the round-up due 2026-03-01 18:00 UTC');
  });

  it('says that a retelling was not sent where there is no round-up', async () => {
    expect(await explained(RETOLD, { roundUp: 'off' })).toContain(
      'Nothing was sent: neither a follow-up, nor a digest, nor a round-up was to list it.',
    );
  });

  it('says that an item is a copy', async () => {
    const text = await explained({ ...RETOLD, title: `${OPENS}!` });
    expect(text).toContain(`it is a copy: it repeats the text of another item of the story “${OPENS}”`);
    expect(text).toContain('Nothing was sent: a copy only counts as a source of its story.');
  });

  it('finds the alert of a retelling also by way of another feed', async () => {
    const table = memoryTable();
    const desk = new NotifyHarness(table, topic('bridges', 'bridge'));
    await receiveAll(desk, LEAD, RETOLD, { ...RETOLD, feed: 'The Herald' });
    await items(table).putAll([{ ...item, id: 'item-2', feedId: 'the-herald' }], START);
    const log = new AlertLog(table);
    const text = (await explainItem(log, await findItem(table, 'item-2'), [desk.topic], [], 'UTC')).join(
      '\n',
    );
    expect(text).toMatch(/As the-herald shows it, it is a retelling.*\n.*\n.*waits for the round-up/);
  });

  it('says that old news was recorded without an alert', async () => {
    const table = memoryTable();
    await items(table).putAll([item], START);
    const desk = new NotifyHarness(table, topic('bridges', 'bridge'));
    await desk.receive(desk.hit({ id: item.id, title: item.title, loudness: 'silent' }));
    const log = new AlertLog(table);
    const text = (await explainItem(log, await findItem(table, item.id), [desk.topic], [], 'UTC')).join('\n');
    expect(text).toContain('recorded without an alert');
  });
});

describe('the records of one machine', () => {
  it('are not looked for where there are none', async () => {
    await expect(openTable({ data: '/nowhere/at/all' })).rejects.toThrow('got no such file or folder');
  });

  it('are read from the servers of a running session, and from the folder when none runs', async () => {
    const { startRuntime } = await import('../../../local/runtime.ts');
    const data = mkdtempSync(join(tmpdir(), 'news-alerts-alerts-'));
    onTestFinished(() => rmSync(data, { recursive: true }));
    const silent = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    };
    const config = {
      version: '1',
      feeds: [],
      topics: [],
      firstPoll: 0,
      onAmbiguous: { email: 'resend', sms: 'skip' },
    } as const;
    const { lockFolder } = await import('../../../local/data-folder/folder-lock.ts');
    const lock = lockFolder(data);
    const runtime = await startRuntime({
      config,
      subscriptions: [],
      dataDir: data,
      clock: Date.now,
      log: silent,
    });
    await runtime.platform.table().put({ pk: 'ALERT#a', sk: 'ALERT', state: 'sent', title: 'Told' });

    const running = await openTable({ data });
    expect(await new AlertLog(running.table).alert('a')).toMatchObject({ state: 'sent', title: 'Told' });
    await running.close();
    await runtime.stop();
    lock.release();

    const stopped = await openTable({ data });
    expect(await new AlertLog(stopped.table).alert('a')).toMatchObject({ title: 'Told' });

    // Regression: the second command asked the servers that the dead session had told of.
    const second = openTable({ data });
    setTimeout(() => void stopped.close(), 500);
    const { table, close } = await second;
    expect(await new AlertLog(table).alert('a')).toMatchObject({ title: 'Told' });
    await close();
  });
});
