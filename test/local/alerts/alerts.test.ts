import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { urlName } from '../../../functions/poll/identity.ts';
import type { Item, Topic } from '../../../functions/shared/model.ts';
import { parseQuery } from '../../../functions/shared/query/compile.ts';
import { items } from '../../../functions/shared/store/items.ts';
import { alertLine, alertLines } from '../../../local/alerts/describe.ts';
import { readAlert } from '../../../local/alerts/ledger.ts';
import { listAlerts } from '../../../local/alerts/list-alerts.ts';
import { openTable } from '../../../local/alerts/open-table.ts';
import { findItem, whatBecame } from '../../../local/alerts/why-not.ts';
import { Newsdesk, START } from '../../functions/notify/newsdesk.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const HOUR = 3_600_000;

describe('the ledger of alerts', () => {
  it('lists what was sent, with the news, the reason and the configuration', async () => {
    const table = memoryTable();
    const desk = new Newsdesk(table);
    await desk.receive(desk.hit());
    const [alert, ...more] = await listAlerts(table, [desk.topic.id], START - HOUR);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      state: 'sent',
      kind: 'new',
      topicId: desk.topic.id,
      title: 'Kessel bridge opens after nine years',
      config: '1',
      messageId: 'message-1',
      entry: { itemId: 'item-1', feed: 'The Courier', foundAt: '2026-03-01T09:30:00.000Z' },
    });
    if (!alert) return;
    expect(alertLine(alert)).toContain('2026-03-01 09:30Z');
    expect(alertLines(alert).join('\n')).toMatch(/found +2026-03-01 09:30Z[\s\S]*why +“bridge” in the title/);
    expect(await listAlerts(table, [desk.topic.id], START + HOUR)).toEqual([]);
  });

  it('has an update beside what it updates, and each once where two feeds tell it', async () => {
    const table = memoryTable();
    const desk = new Newsdesk(table);
    await desk.receive(desk.hit());
    await desk.receive(desk.hit({ feed: 'The Herald' }));
    desk.now += HOUR;
    await desk.receive(desk.hit({ title: 'Kessel bridge closes again over cracks', change: 'edited' }));
    const alerts = await listAlerts(table, [desk.topic.id], START - HOUR);
    expect(alerts.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
      'new: Kessel bridge opens after nine years',
      'update: Kessel bridge closes again over cracks',
    ]);
  });

  it('says which digest an alert waits for, and went with', async () => {
    const table = memoryTable();
    const desk = new Newsdesk(table, { deliver: { mode: 'hourly' } });
    await desk.receive(desk.hit());
    const [waiting] = await listAlerts(table, [desk.topic.id], START - HOUR);
    expect(waiting && alertLine(waiting)).toContain('waits for the digest of 2026-03-01 10:00Z');
    desk.now = START + HOUR;
    await desk.receive({
      v: 1,
      kind: 'digest',
      topicId: desk.topic.id,
      dueAt: '2026-03-01T10:00:00.000Z',
    });
    const told = waiting && (await readAlert(table, waiting.id));
    expect(told && alertLine(told)).toContain('sent in a digest of 2026-03-01 10:30Z');
  });

  it('finds the digest of SMS that have a policy of their own', async () => {
    const table = memoryTable();
    const sms = { deliver: { mode: 'hourly' as const }, minSources: 1 };
    const desk = new Newsdesk(table, { sms });
    await desk.receive(desk.hit());
    desk.now = START + HOUR;
    const dueAt = '2026-03-01T10:00:00.000Z';
    await desk.receive({ v: 1, kind: 'digest', topicId: desk.topic.id, dueAt });
    const alerts = await listAlerts(table, [desk.topic.id], START - HOUR);
    expect(alerts.map(({ protocols }) => protocols)).toEqual([['email'], ['sms']]);
    expect(alerts.map(alertLine)[1]).toContain('sent in a digest of 2026-03-01 10:30Z');
  });

  it('has nothing of an alert that there is not', async () => {
    expect(await readAlert(memoryTable(), 'none')).toBeUndefined();
  });
});

describe('why an item was told, or was not', () => {
  const url = 'https://courier.example/kessel?utm_source=rss';
  const item: Item = {
    id: urlName(url),
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
    updates: 'material',
    deliver: { mode: 'now' },
  });

  it('finds an item by its address, however it was decorated, and says for each topic', async () => {
    const table = memoryTable();
    await items(table).putAll([item], START);
    const desk = new Newsdesk(table, topic('bridges', 'bridge'));
    await desk.receive(desk.hit({ id: item.id, title: item.title }));

    const found = await findItem(table, 'http://courier.example/kessel/#top');
    expect(found).toMatchObject([{ id: item.id, feedId: 'the-courier', seenAt: '2026-03-01T09:30:00.000Z' }]);
    const text = (
      await whatBecame(
        table,
        found,
        [desk.topic, topic('ferries', 'ferry bridge'), topic('late', 'kessel')],
        [],
      )
    ).join('\n');
    expect(text).toMatch(/Topic bridges:\n {2}It opened its story[\s\S]*sent/);
    expect(text).toMatch(
      /Topic ferries:\n.*does not match:\n.*✗ ferry bridge\n.*✗ ferry: not found\n.*✓ bridge/,
    );
    expect(text).toMatch(/Topic late:\n.*matches now, but was never told/);
  });

  it('says that old news was noted without an alert', async () => {
    const table = memoryTable();
    await items(table).putAll([item], START);
    const desk = new Newsdesk(table, topic('bridges', 'bridge'));
    await desk.receive(desk.hit({ id: item.id, title: item.title, loudness: 'silent' }));
    const text = (await whatBecame(table, await findItem(table, item.id), [desk.topic], [])).join('\n');
    expect(text).toContain('noted without an alert');
  });
});

describe('the records of one machine', () => {
  it('are not looked for where there are none', async () => {
    await expect(openTable({ data: '/nowhere/at/all' })).rejects.toThrow('got no such folder');
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
    const { lockFolder } = await import('../../../local/folder-lock.ts');
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
    expect(await readAlert(running.table, 'a')).toMatchObject({ state: 'sent', title: 'Told' });
    await running.close();
    await runtime.stop();
    lock.release();

    const stopped = await openTable({ data });
    expect(await readAlert(stopped.table, 'a')).toMatchObject({ title: 'Told' });
    await stopped.close();
  });
});
