import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AlertLog } from '../../../cli/alerts/alert-log.ts';
import { alertLine, describeAlert } from '../../../cli/alerts/describe-alert.ts';
import { explainItem, findItem } from '../../../cli/alerts/explain-item.ts';
import { listAlerts } from '../../../cli/alerts/list-alerts.ts';
import { openTable } from '../../../cli/shared/open-table.ts';
import { parseConfig } from '../../../config/load.ts';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { splitStory } from '../../../functions/notify/story/split-story.ts';
import { idsAtAddress } from '../../../functions/poll/diff/identity.ts';
import { formerIds } from '../../../functions/shared/feed-id.ts';
import type { Feed, Item, PipelineConfig, Topic } from '../../../functions/shared/model.ts';
import { items } from '../../../functions/shared/store/items.ts';
import { mutes } from '../../../functions/shared/store/mutes.ts';
import type { OutboxDelivery } from '../../../local/outbox/outbox-entry.ts';
import { earlierFeedIds } from '../../../local/past/earlier-feed-ids.ts';
import {
  followUps,
  type HarnessTopic,
  type HitFields,
  NotifyHarness,
  ROUND_UP_AT,
  START,
} from '../../functions/notify/notify-harness.ts';
import { army, retold, STRIKE_REPORTS } from '../../functions/notify/strike-reports.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { delivery } from '../../helpers/sample-alerts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Returns a harness with its table. */
function newHarness(topic?: HarnessTopic, onAmbiguous?: PipelineConfig['onAmbiguous']) {
  const table = memoryTable();
  return Object.assign(new NotifyHarness(table, topic, onAmbiguous), { table });
}
type Harness = ReturnType<typeof newHarness>;

/** Returns the alerts that the log has now, oldest first. */
const alertsOf = (harness: Harness, since = START - HOUR) =>
  listAlerts(new AlertLog(harness.table), [harness.topic.id], since);
const linesOf = async (harness: Harness) =>
  (await alertsOf(harness)).map((alert) =>
    alertLine(alert, 'UTC').replace(/^.{20} {2}\S+ {2}| {2}\[\w+\]/g, ''),
  );

const OPENS = 'Kessel bridge opens after nine years';
const SHUT = 'Storm tears cables, engineers shut the crossing';
const LEAD: HitFields = { title: OPENS };
const RETELLING: HitFields = {
  id: 'item-2',
  feed: 'Meridian Wire',
  title: 'Kessel bridge opens after nine long years',
};
const LATER_RETELLING: HitFields = {
  id: 'item-3',
  feed: 'The Herald',
  title: 'Kessel bridge opens after nine very long years',
};
const EDIT: HitFields = { title: SHUT, change: 'edited' };

/** Receives hits, five minutes apart. */
async function receiveAll(harness: NotifyHarness, ...hits: readonly HitFields[]): Promise<void> {
  for (const fields of hits) {
    await harness.receive(harness.hit(fields));
    harness.now += 5 * MINUTE;
  }
}

describe('the alert log', () => {
  it('lists a sent alert with its item, reason and configuration', async () => {
    const harness = newHarness();
    await harness.receive(harness.hit());
    const [alert, ...more] = await alertsOf(harness);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      state: 'sent',
      kind: 'new',
      topicId: harness.topic.id,
      title: OPENS,
      config: '1',
      messageId: 'message-1',
      entry: { itemId: 'item-1', role: 'first', feed: 'The Courier', foundAt: '2026-03-01T09:30:00.000Z' },
    });
    if (!alert) return;
    expect(alertLine(alert, 'UTC')).toMatch(
      /^2026-03-01 09:30 UTC {2}\S+ {2}first report: Kessel bridge opens after nine years {2}\[\w+\] {2}sent$/,
    );
    const text = (await describeAlert(new AlertLog(harness.table), alert, 'UTC')).join('\n');
    expect(text).toMatch(/found +2026-03-01 09:30 UTC[\s\S]*why +“bridge” in the title/);
    expect(text).toMatch(/story +“Kessel bridge opens after nine years” \(\w+\)/);
    expect(await alertsOf(harness, START + HOUR)).toEqual([]);
  });

  it('shows the delivery to each recipient when this machine delivers the message', async () => {
    const harness = newHarness();
    await receiveAll(harness, LEAD, RETELLING, EDIT);
    await harness.tickAt(START + 2 * HOUR);
    const waiting = { detail: '451 later', tries: 3, nextAt: '2026-03-01T14:05:00.000Z' };
    const known = [
      delivery('mailed', { detail: '250 OK' }),
      delivery('waiting', { endpoint: 'bob@example.com', ...waiting }),
    ];
    const lines = async (deliveries: readonly OutboxDelivery[] | undefined) => {
      const log = new AlertLog(harness.table, () => deliveries);
      const alerts = await listAlerts(log, [harness.topic.id], START - HOUR);
      return alerts.map((alert) => alertLine(alert, 'UTC').replace(/ {2}\[\w+\]/, '')).join('\n');
    };
    const each =
      'sent to ann@example.com (250 OK); waiting for bob@example.com: 451 later, tried 3 times, next try 2026-03-01 14:05 UTC';
    expect(await lines(known)).toContain(`first report: ${OPENS}  ${each}`);
    expect(await lines(known)).toContain(
      `retelling: ${RETELLING.title}  in a follow-up at 2026-03-01 11:30 UTC: ${each}`,
    );
    expect(await lines([])).toContain(
      `first report: ${OPENS}  published; no recipient by email or SMS is subscribed`,
    );
    expect(await lines(undefined)).toContain(
      `first report: ${OPENS}  published; its deliveries are no longer recorded`,
    );
    const log = new AlertLog(harness.table, () => known);
    const [first] = await listAlerts(log, [harness.topic.id], START - HOUR);
    expect(first && (await describeAlert(log, first, 'UTC')).join('\n')).toMatch(
      /\n {2}queued +2026-03-01 09:30 UTC\n/,
    );
  });

  it('has an item only once when two feeds show it', async () => {
    const harness = newHarness({ followUps: followUps('all') });
    await receiveAll(harness, LEAD, { ...LEAD, feed: 'The Herald' }, EDIT);
    expect(await linesOf(harness)).toEqual([
      `first report: ${OPENS}  sent`,
      `development: ${SHUT}  sent by email`,
    ]);
  });

  it('names the follow-up or round-up that an item waits for', async () => {
    const harness = newHarness();
    await receiveAll(harness, LEAD, RETELLING, EDIT);
    expect(await linesOf(harness)).toEqual([
      `first report: ${OPENS}  sent`,
      `retelling: ${RETELLING.title}  waits for the round-up due 2026-03-01 18:00 UTC`,
      `development: ${SHUT}  waits for the follow-up due 2026-03-01 11:30 UTC`,
    ]);
  });

  it('names the follow-up of a story even if a reader has taken its development out of the story', async () => {
    const harness = newHarness();
    const { first } = STRIKE_REPORTS;
    await receiveAll(harness, first, { ...retold, id: 'item-2' }, { ...army, id: 'item-3' });
    await harness.tickAt(START + 2 * HOUR);
    const lines = [
      `first report: ${first.title}  sent`,
      `retelling: ${retold.title}  sent in a follow-up at 2026-03-01 11:30 UTC`,
      `development: ${army.title}  sent in a follow-up at 2026-03-01 11:30 UTC`,
    ];
    expect(await linesOf(harness)).toEqual(lines);
    const request = { topicId: harness.topic.id, itemId: 'item-3', now: harness.now };
    expect(await splitStory(harness.table, request, async () => 'The Courier')).toMatchObject({
      kind: 'split',
    });
    expect(await linesOf(harness)).toEqual(lines);
  });

  it('names the follow-up or round-up in which an item was sent, and describes that message', async () => {
    const harness = newHarness();
    await receiveAll(harness, LEAD, RETELLING, EDIT);
    await harness.tickAt(START + 2 * HOUR);
    await receiveAll(harness, LATER_RETELLING);
    await harness.tickAt(ROUND_UP_AT);
    expect((await linesOf(harness)).sort()).toEqual([
      `development: ${SHUT}  sent in a follow-up at 2026-03-01 11:30 UTC`,
      `first report: ${OPENS}  sent`,
      `retelling: ${RETELLING.title}  sent in a follow-up at 2026-03-01 11:30 UTC`,
      `retelling: ${LATER_RETELLING.title}  sent in a round-up at 2026-03-01 18:00 UTC`,
    ]);

    const log = new AlertLog(harness.table);
    const development = (await alertsOf(harness)).find(({ kind }) => kind === 'update');
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
    expect(text).toMatch(/follow-up of topic \S+, sent by email/);
    expect(text).toMatch(/entry +retelling: Kessel bridge opens after nine long years/);
    expect(text).toMatch(/entry +development: Storm tears cables/);
  });

  it('names the digest that an alert waits for, and later the digest in which it was sent', async () => {
    const harness = newHarness({ deliver: { mode: 'hourly' } });
    await receiveAll(harness, LEAD, RETELLING);
    expect(await linesOf(harness)).toEqual([
      `first report: ${OPENS}  waits for the digest due 2026-03-01 10:00 UTC`,
      `retelling: ${RETELLING.title}  waits for the digest due 2026-03-01 10:00 UTC`,
    ]);
    await harness.tickAt(START + HOUR);
    expect(await linesOf(harness)).toEqual([
      `first report: ${OPENS}  sent in a digest at 2026-03-01 10:30 UTC`,
      `retelling: ${RETELLING.title}  sent in a digest at 2026-03-01 10:30 UTC`,
    ]);
  });

  it('finds the digest of SMS with a policy of their own', async () => {
    const deliver = { mode: 'hourly' as const };
    const harness = newHarness({
      sms: { deliver, minSources: 1, followUps: followUps('urgent') },
    });
    await harness.receive(harness.hit());
    await harness.tickAt(START + HOUR);
    expect((await alertsOf(harness)).map(({ protocols }) => protocols)).toEqual([['email'], ['sms']]);
    expect((await linesOf(harness))[1]).toBe(
      `first report: ${OPENS}  sent in a digest at 2026-03-01 10:30 UTC`,
    );
  });

  it('shows an alert that was left out with its digest', async () => {
    const skip = { email: 'skip', sms: 'skip' } as const;
    const harness = newHarness({ deliver: { mode: 'hourly' } }, skip);
    await harness.receive(harness.hit());
    harness.answers.push('lost');
    await harness.tickAt(START + HOUR);
    expect(await linesOf(harness)).toEqual([
      `first report: ${OPENS}  waits for the digest due 2026-03-01 10:00 UTC`,
    ]);
    await harness.tickAt(START + 2 * HOUR);
    expect(await linesOf(harness)).toEqual([
      `first report: ${OPENS}  left out with its digest: an earlier attempt may have sent it already`,
    ]);
  });

  it('says that a muted story was left out', async () => {
    const harness = newHarness();
    await receiveAll(harness, LEAD, RETELLING, EDIT);
    const [alert] = await alertsOf(harness);
    await mutes(harness.table).mute(harness.topic.id, alert?.stories?.[0] ?? '', harness.now);
    await harness.tickAt(START + 2 * HOUR);
    expect((await linesOf(harness)).sort()).toEqual([
      `development: ${SHUT}  left out: its story is muted`,
      `first report: ${OPENS}  sent`,
      `retelling: ${RETELLING.title}  left out: its story is muted`,
    ]);
  });

  it('returns nothing for an unknown alert', async () => {
    expect(await new AlertLog(memoryTable()).alert('none')).toBeUndefined();
  });
});

describe('why an item was delivered or not', () => {
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

  it('finds an item by any spelling of its address, and explains it for each topic', async () => {
    const table = memoryTable();
    await items(table).putAll([item], START);
    const harness = new NotifyHarness(table, topic('bridges', 'bridge'));
    await harness.receive(harness.hit({ id: item.id, title: item.title }));

    const found = await findItem(table, 'http://courier.example/kessel/#top', ['herald', 'the-courier']);
    expect(found).toMatchObject([{ id: item.id, feedId: 'the-courier', seenAt: '2026-03-01T09:30:00.000Z' }]);
    const text = (
      await explainItem(
        new AlertLog(table),
        found,
        [harness.topic, topic('ferries', 'ferry bridge'), topic('late', 'kessel')],
        [],
        'Asia/Tokyo',
      )
    ).join('\n');
    expect(text).toMatch(
      /Topic bridges:\n {2}In the-courier: the item that opened the story “Kessel bridge opens” \(\w+\); follow-ups are calm[\s\S]*sent/,
    );
    expect(text).toMatch(
      /Topic ferries:\n.*does not match:\n.*✗ ferry bridge\n.*✗ ferry: not found\n.*✓ bridge/,
    );
    expect(text).toMatch(/Topic late:\n.*matches now, but was never delivered/);
    expect(text).toContain('found 2026-03-01 18:30 GMT+9');
  });

  // Regression: after an upgrade, an earlier item was not found by its address, and was shown with a feed id that contained a secret.
  it('finds an item that was recorded under an earlier id of its feed, and shows the present id', async () => {
    const feed = parseConfig(
      'feeds: ["https://courier.example/rss?key=abcdef123456"]\ntopics: [{ id: a, match: b }]',
      'news.yaml',
      {},
    ).config.feeds[0] as Feed;
    const [, former = ''] = formerIds(feed.url);
    const id = idsAtAddress(url, [former]).at(-1) ?? '';
    const table = memoryTable();
    const harness = new NotifyHarness(table, topic('bridges', 'bridge'));
    const hit = harness.hit({ id, title: item.title });
    await harness.receive({ ...hit, feed: { ...hit.feed, id: former } });
    await items(table).putAll([{ ...item, id, feedId: former }], START);
    await items(table).putAll([{ ...item, id, feedId: feed.id }], START + 1);

    const earlier = earlierFeedIds([feed], {});
    const found = await findItem(table, url, [feed.id], earlier);
    expect(found).toMatchObject([{ id, feedId: feed.id, seenAt: new Date(START + 1).toISOString() }]);
    const log = new AlertLog(table, undefined, earlier);
    const text = (await explainItem(log, found, [harness.topic], [feed], 'UTC')).join('\n');
    expect(text).toContain(`In ${feed.id}: the item that opened the story`);
    expect(text).not.toContain('abcdef123456');
  });

  it('explains two articles that a feed showed at one address', async () => {
    const table = memoryTable();
    const harness = new NotifyHarness(table, topic('bridges', 'bridge'));
    const showAs = async (guidHash: string, title: string) => {
      const hit = harness.hit({ id: item.id, title, url, feed: 'The Courier' });
      await harness.receive({ ...hit, item: { ...hit.item, guidHash } });
      await items(table).putAll([{ ...item, title }], harness.now);
    };
    await showAs('one', 'Kessel bridge opens');
    await showAs('two', 'Tolmark bridge sinks into the Arn');
    const found = await findItem(table, url, ['the-courier']);
    const text = (await explainItem(new AlertLog(table), found, [harness.topic], [], 'UTC')).join('\n');
    expect(text).toContain('the story “Kessel bridge opens”');
    expect(text).toContain('the story “Tolmark bridge sinks into the Arn”');
    const [, second] = harness.published.flatMap(({ alert }) => alert.entries);
    expect(await findItem(table, second?.itemId ?? '')).toEqual(found);
  });

  /** Returns the explanation of an item that arrives five minutes after the item that opened the story. */
  async function explainSecondItem(
    fields: HitFields,
    { roundUp }: { roundUp?: 'off' } = {},
  ): Promise<string> {
    const table = memoryTable();
    const harness = new NotifyHarness(table, {
      ...topic('bridges', 'bridge'),
      ...(roundUp ? { roundUp } : {}),
    });
    await receiveAll(harness, LEAD, fields);
    const { id = 'item-1', title = '', feed = '' } = fields;
    const feedId = feed.toLowerCase().replaceAll(' ', '-');
    await items(table).putAll([{ ...item, id, title, feedId }], START);
    return (
      await explainItem(new AlertLog(table), await findItem(table, id), [harness.topic], [], 'UTC')
    ).join('\n');
  }

  it('says that an item is a retelling, of which story and why, and which message it waits for', async () => {
    const text = await explainSecondItem(RETELLING);
    expect(text).toContain(`: a retelling of the story “${OPENS}”`);
    expect(text).toMatch(/because +it is \d+% likely to belong to the story/);
    expect(text).toContain('waits for the round-up due 2026-03-01 18:00 UTC');
  });

  it('says that a retelling was not sent when there is no round-up', async () => {
    expect(await explainSecondItem(RETELLING, { roundUp: 'off' })).toContain(
      'Nothing was sent: no follow-up, digest or round-up was to list it.',
    );
  });

  it('says that an item is a copy', async () => {
    const text = await explainSecondItem({ ...RETELLING, title: `${OPENS}!` });
    expect(text).toContain(`: a copy, which repeats the text of another item of the story “${OPENS}”`);
    expect(text).toContain('Nothing was sent: a copy only counts as a source of its story.');
  });

  it('finds the alert of a retelling in another feed', async () => {
    const table = memoryTable();
    const harness = new NotifyHarness(table, topic('bridges', 'bridge'));
    await receiveAll(harness, LEAD, RETELLING, { ...RETELLING, feed: 'The Herald' });
    await items(table).putAll([{ ...item, id: 'item-2', feedId: 'the-herald' }], START);
    const log = new AlertLog(table);
    const text = (await explainItem(log, await findItem(table, 'item-2'), [harness.topic], [], 'UTC')).join(
      '\n',
    );
    expect(text).toMatch(/In the-herald: a retelling.*\n.*\n.*waits for the round-up/);
  });

  it('says that an old item was recorded without an alert', async () => {
    const table = memoryTable();
    await items(table).putAll([item], START);
    const harness = new NotifyHarness(table, topic('bridges', 'bridge'));
    await harness.receive(harness.hit({ id: item.id, title: item.title, loudness: 'silent' }));
    const log = new AlertLog(table);
    const text = (await explainItem(log, await findItem(table, item.id), [harness.topic], [], 'UTC')).join(
      '\n',
    );
    expect(text).toContain('recorded without an alert');
  });
});

describe('the table of one machine', () => {
  it('is refused for a folder without data', async () => {
    await expect(openTable({ data: '/nowhere/at/all' })).rejects.toThrow('got no such file or folder');
  });

  it('is read from the servers of a running session, or from the folder when none is running', async () => {
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

    // Regression: the second command used the servers that an ended session had recorded.
    const second = openTable({ data });
    setTimeout(() => void stopped.close(), 500);
    const { table, close } = await second;
    expect(await new AlertLog(table).alert('a')).toMatchObject({ title: 'Told' });
    await close();
  });
});
