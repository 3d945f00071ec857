import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hash64 } from '../../functions/shared/hash.ts';
import { items } from '../../functions/shared/store/items.ts';
import { type DeliveredVersion, type Story, stories } from '../../functions/shared/store/stories.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { alertEntry, alertOf, publishedMessage } from '../helpers/sample-alerts.ts';
import { readHtml, type ServeOptions, servePage, status } from './served-page.ts';

const TOPIC = 'summit';
const now = Date.parse(status.now);
const HOUR = 3_600_000;
const STORY = hash64(TOPIC, 'lead');
const OWN = hash64(TOPIC, 'other');
const SPLIT = `/stories/${TOPIC}/${STORY}/split/other`;

let folder: string;
let configFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-page-'));
  configFile = join(folder, 'news-alerts.yaml');
  writeFileSync(
    configFile,
    'feeds:\n  - { url: "https://herald.example/rss", id: herald, title: The Herald }\ntopics:\n  - { id: summit, name: The summit, match: summit }\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const REPORTS: readonly (readonly [id: string, role: DeliveredVersion['role'], title: string])[] = [
  ['lead', 'first', 'Ostrand and Veloza meet'],
  ['other', 'development', 'A <b>ferry</b> sinks off Port Lumen'],
  ['copy', 'copy', 'Ostrand and Veloza meet'],
];

/** Stores a story of the topic, with three reports of one feed. `age`: how long ago it opened, ms. */
async function addStory(table: Table, age = HOUR): Promise<void> {
  const openedAt = new Date(now - age).toISOString();
  const story: Story = {
    id: STORY,
    leadItemId: 'lead',
    openedAt,
    title: REPORTS[0]?.[2] ?? '',
    itemIds: REPORTS.map(([id]) => id),
    sources: ['The Herald'],
    signatures: ['ostrand veloza meet|', 'ferry sinks port lumen|'],
  };
  const store = stories(table);
  await store.open(TOPIC, await store.since(TOPIC, 0), story);
  for (const [id, role, title] of REPORTS) {
    const text = { title, contentHash: id };
    const version = { ...text, storyId: STORY, lead: id === 'lead', polledAt: openedAt, terms: [] };
    await store.recordDelivery(TOPIC, id, 'herald', { ...version, ...(role ? { role } : {}) }, now);
    const item = { ...text, id, feedId: 'herald', summary: '', content: '', authors: [], categories: [] };
    await items(table).putAll([item], now);
  }
}

async function serve(options: ServeOptions & { readonly age?: number } = {}) {
  const { age, ...rest } = options;
  const page = await servePage({ configFile, ...rest });
  await addStory(page.table, age);
  const shown = async (path: string) => readHtml((await page.get(path)).body);
  const own = async () => (await stories(page.table).since(TOPIC, 0)).stories.find(({ id }) => id === OWN);
  return { ...page, shown, own };
}

describe('the page of a story', () => {
  it('has a button beside each report that is not the first one, nor a copy', async () => {
    const { shown } = await serve();
    const { tags, text, unclosed } = await shown(`/stories/${TOPIC}/${STORY}`);
    expect(unclosed).toEqual([]);
    expect(text.match(/Not the same story/g)).toHaveLength(1);
    expect(tags.filter(({ attributes }) => attributes['aria-label'])).toContainEqual({
      name: 'button',
      attributes: { 'aria-label': 'Not the same story: A <b>ferry</b> sinks off Port Lumen' },
    });
    expect(tags.filter(({ name }) => name === 'form').map(({ attributes }) => attributes.action)).toContain(
      SPLIT,
    );
  });

  it('has no such button where nothing can be changed, nor if the story takes in no more reports', async () => {
    const closed = await serve({ age: 73 * HOUR });
    expect((await closed.shown(`/stories/${TOPIC}/${STORY}`)).text).not.toContain('Not the same story');
    const page = await servePage({ stack: 'NewsAlerts' });
    await addStory(page.table);
    const { body } = await page.get(`/stories/${TOPIC}/${STORY}`);
    expect(body).toContain('Ostrand and Veloza meet');
    expect(body).not.toContain('Not the same story');
    for (const method of ['GET', 'POST']) {
      const headers = { origin: page.address, 'content-type': 'application/x-www-form-urlencoded' };
      const reply = await page.get(SPLIT, headers, method, method === 'POST' ? 'token=' : undefined);
      expect(reply.status).toBe(403);
    }
  });
});

describe('taking a report out of its story', () => {
  it('asks first, then leads to the new story', async () => {
    const { shown, post, own, outbox, get } = await serve();
    outbox.recordPublish(
      publishedMessage(
        'a',
        alertOf({ entries: [alertEntry({ storyId: STORY, itemId: 'other', title: 'Ferry sinks' })] }),
      ),
    );
    const asked = await shown(SPLIT);
    expect(asked.unclosed).toEqual([]);
    expect(asked.text).toMatch(
      /Not the same story\? This report becomes a story of its own A <b>ferry<\/b> sinks off Port Lumen The Herald, .* It leaves the story Ostrand and Veloza meet/,
    );
    expect(asked.text).toContain('You cannot undo this.');
    expect(await own()).toBeUndefined();

    const { status, headers } = await post(SPLIT, {}, SPLIT);
    expect([status, headers.location]).toEqual([303, `/stories/${TOPIC}/${OWN}`]);
    expect(await own()).toMatchObject({ leadItemId: 'other', splitFrom: STORY });
    const taken = (await shown(`/stories/${TOPIC}/${OWN}`)).text;
    expect(taken).toMatch(/Taken out of the story Ostrand and Veloza meet/);
    expect(taken).toMatch(/Reports 1 .* The Herald · opened the story Messages 1/);
    const left = (await shown(`/stories/${TOPIC}/${STORY}`)).text;
    expect(left).toContain('Taken out: A <b>ferry</b> sinks off Port Lumen');
    expect(left).toContain('Reports 2');
    expect((await get(SPLIT)).status).toBe(404);
  });

  it('can be repeated, as after a lost response', async () => {
    const { post, own } = await serve();
    await post(SPLIT, {}, SPLIT);
    const before = await own();
    const { status, headers } = await post(SPLIT, {}, `/stories/${TOPIC}/${STORY}`);
    expect([status, headers.location]).toEqual([303, `/stories/${TOPIC}/${OWN}`]);
    expect(await own()).toEqual(before);
  });

  it.each([
    ['the first report', 'lead', HOUR, /opened its story/],
    ['a copy', 'copy', HOUR, /repeats the text of another one/],
    ['an old story', 'other', 73 * HOUR, /more than three days ago/],
  ])('is refused for %s, before and after the question', async (_, item, age, reason) => {
    const { get, post, own } = await serve({ age });
    const path = `/stories/${TOPIC}/${STORY}/split/${item}`;
    const replies = [await get(path), await post(path, {}, `/stories/${TOPIC}/${STORY}`)];
    for (const { status, body } of replies)
      expect([status, readHtml(body).text]).toEqual([422, expect.stringMatching(reason)]);
    expect(await own()).toBeUndefined();
  });

  it('says that it does not know a report', async () => {
    const { get, post } = await serve();
    for (const path of [`/stories/${TOPIC}/${STORY}/split/none`, `/stories/${TOPIC}/none/split/other`])
      expect((await get(path)).status).toBe(404);
    const { status, body } = await post(`/stories/${TOPIC}/${STORY}/split/none`, {}, SPLIT);
    expect([status, readHtml(body).text]).toEqual([422, expect.stringContaining('no report with this id')]);
  });

  it('says when to try again if notify is at work', async () => {
    const { get, post, table, own } = await serve();
    const put = table.put.bind(table);
    Object.assign(table, {
      put: async (record: Parameters<Table['put']>[0], condition: Parameters<Table['put']>[1]) =>
        record.sk === 'OPENED' ? false : put(record, condition),
    });
    expect((await get(SPLIT)).status).toBe(200);
    const { status, body } = await post(SPLIT, {}, SPLIT);
    expect([status, readHtml(body).text]).toEqual([422, expect.stringContaining('Press the button again.')]);
    expect(await own()).toBeUndefined();
  });

  it('needs the token and the origin of the page', async () => {
    const { get, address, own } = await serve();
    const [, token = ''] = /name="token" value="([^"]+)"/.exec((await get(SPLIT)).body) ?? [];
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const [origin, value] of [
      [address, ''],
      [address, 'x'.repeat(token.length)],
      ['https://evil.example', token],
    ] as const) {
      const body = new URLSearchParams({ token: value });
      expect((await get(SPLIT, { ...form, origin }, 'POST', body)).status).toBe(403);
    }
    expect(await own()).toBeUndefined();
  });
});
