import { parseDocument } from 'htmlparser2';
import RssParser from 'rss-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFeed } from '../../../functions/poll/parser/parse.ts';
import type { FeedFormat } from '../../../functions/shared/feed-formats.ts';
import { feedPath, feedToken, isFeedToken, signLink } from '../../../functions/shared/signed-link.ts';
import { items } from '../../../functions/shared/store/items.ts';
import { mutes } from '../../../functions/shared/store/mutes.ts';
import type { Key, Range } from '../../../functions/shared/store/table.ts';
import { signupStores } from '../../../functions/signup/deps.ts';
import { feedStories, MAX_FEED_ITEMS, MAX_FEED_STORIES } from '../../../functions/signup/feed-stories.ts';
import { LIMITS } from '../../../functions/signup/limits.ts';
import { createSignupApp } from '../../../functions/signup/signup-app.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { type HitFields, NotifyHarness } from '../notify/notify-harness.ts';
import { army, judge, retold, STRIKE_REPORTS } from '../notify/strike-reports.ts';
import { PAGE_URL, SignupHarness } from './signup-harness.ts';

const FORMATS = ['atom', 'json'] as const;
const EVIL = '<script>alert(1)</script> & ]]> "quoted" \u0001\u202e';
const MINUTE = 60_000;

let page: SignupHarness;
let newsroom: NotifyHarness;

beforeEach(async () => {
  page = await SignupHarness.start({ feeds: true });
  newsroom = new NotifyHarness(page.table, { id: 'summit' });
});
afterEach(() => page.stop());

/** Stores and delivers an item as poll and notify do, an hour after the last one. */
async function report(fields: HitFields): Promise<void> {
  newsroom.now += 60 * MINUTE;
  page.now = newsroom.now + MINUTE;
  const hit = newsroom.hit(fields);
  const stored = { ...hit.item, feedId: hit.feed.id, content: '', authors: [], categories: [] };
  await items(page.table).putAll([stored], newsroom.now);
  await newsroom.receive(hit);
}

const pathOf = async (format: FeedFormat, topicId = 'summit') =>
  `/${feedPath(await page.deps.key(), topicId, format)}`;
/** Gets a feed from an instance of the function that has nothing in memory. */
async function getFeed(format: FeedFormat, headers: Readonly<Record<string, string>> = {}, topicId?: string) {
  const response = await newInstance().request(await pathOf(format, topicId), { headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
}
const newInstance = () =>
  createSignupApp(page.deps, {
    pageUrl: () => PAGE_URL,
    callerOf: () => page.caller,
    sleep: async () => undefined,
  });
async function entriesOf(format: FeedFormat) {
  const { body, headers } = await getFeed(format);
  const contentType = headers.get('content-type') ?? '';
  const parsed = await parseFeed(Buffer.from(body), { contentType, url: PAGE_URL, now: page.now });
  if (!parsed.ok) throw new Error('expected a feed');
  return parsed.feed.entries;
}
const itemsOf = async () => JSON.parse((await getFeed('json')).body).items;

interface XmlNode {
  readonly name?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly children?: readonly XmlNode[];
}
const textOf = ({ data = '', children = [] }: XmlNode): string => data + children.map(textOf).join('');

/** Returns what an Atom document breaks of RFC 4287's rules about the elements that feeds and entries must have. */
async function atomFaults(text: string): Promise<string[]> {
  // Strict: throws if the document is not well-formed.
  await new RssParser().parseString(text);
  const document = parseDocument(text, { xmlMode: true }) as unknown as XmlNode;
  const feed = document.children?.find(({ name }) => name === 'feed');
  if (!feed) return ['no feed'];
  const faults: string[] = [];
  const all = (node: XmlNode, name: string) => (node.children ?? []).filter((child) => child.name === name);
  const check = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  check(feed.attribs?.xmlns === 'http://www.w3.org/2005/Atom', 'namespace');
  check(
    all(feed, 'link').some(({ attribs }) => attribs?.rel === 'self'),
    'no link to itself',
  );
  const entries = all(feed, 'entry');
  for (const node of [feed, ...entries]) {
    for (const name of ['id', 'title', 'updated']) {
      const [one, ...more] = all(node, name);
      check(one !== undefined && more.length === 0 && textOf(one).trim() !== '', `${node.name}: one ${name}`);
    }
    for (const time of [...all(node, 'updated'), ...all(node, 'published')])
      check(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(textOf(time)), `a time: ${textOf(time)}`);
    for (const id of all(node, 'id')) check(URL.canParse(textOf(id)), `an IRI: ${textOf(id)}`);
  }
  for (const entry of entries) {
    check(
      all(entry, 'author').length > 0 &&
        all(entry, 'author').every((author) => all(author, 'name').length === 1),
      'no author',
    );
    const hasAlternate = all(entry, 'link').some(({ attribs }) => attribs?.rel === 'alternate');
    check(hasAlternate || all(entry, 'content').length === 1, 'neither a link nor content');
    check(
      all(entry, 'content').every(({ attribs }) => attribs?.type === 'html'),
      'content of another type',
    );
  }
  const ids = entries.map((entry) => all(entry, 'id').map(textOf).join());
  check(new Set(ids).size === ids.length, 'an id twice');
  return faults;
}

/** Returns what a document breaks of the rules of JSON Feed 1.1. */
function jsonFaults(text: string): string[] {
  const { version, title, items: list, feed_url } = JSON.parse(text);
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  check(version === 'https://jsonfeed.org/version/1.1', 'version');
  check(typeof title === 'string' && title !== '', 'title');
  check(URL.canParse(feed_url), 'feed_url');
  check(Array.isArray(list), 'items');
  for (const item of list) {
    check(typeof item.id === 'string' && item.id !== '', 'id');
    check(typeof (item.content_html ?? item.content_text) === 'string', 'content');
    check(item.url === undefined || URL.canParse(item.url), 'url');
    for (const time of [item.date_published, item.date_modified])
      check(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(time), `a time: ${time}`);
    check(
      item.authors.every(({ name }: { name: string }) => name !== ''),
      'authors',
    );
  }
  check(new Set(list.map(({ id }: { id: string }) => id)).size === list.length, 'an id twice');
  return faults;
}

describe.each(FORMATS)('the stories of a topic as %s', (format) => {
  it('are an entry each, which keeps its id when the story develops', async () => {
    await report({ ...STRIKE_REPORTS.first, url: 'https://courier.example/strike' });
    const before = await entriesOf(format);
    expect(before).toHaveLength(1);
    await report({ ...army, id: 'item-2', feed: 'The Herald', url: 'https://herald.example/army' });
    await report({ ...retold, id: 'item-3', feed: 'Meridian Wire', url: 'https://wire.example/pay' });
    await report({ ...judge, id: 'item-4', feed: 'The Courier', url: 'https://courier.example/judge' });
    const after = await entriesOf(format);
    expect(after.map(({ guid }) => guid)).toEqual(before.map(({ guid }) => guid));
    expect(after[0]?.guid).toMatch(/^urn:news-alerts:summit:[0-9a-f]{16}$/);
    expect(after[0]).toMatchObject({
      title: STRIKE_REPORTS.first.title,
      url: 'https://courier.example/strike',
    });
    const { body } = await getFeed(format);
    expect(body.indexOf(judge.title)).toBeLessThan(body.indexOf(army.title));
    expect(body.indexOf(army.title)).toBeLessThan(body.indexOf(retold.title));
    expect(body).toContain('https://herald.example/army');
    expect(body).toContain('Sources: The Courier, The Herald, Meridian Wire');
  });

  it('follow the rules of the format, with and without stories', async () => {
    const faults = async () => {
      const { body } = await getFeed(format);
      return format === 'atom' ? atomFaults(body) : jsonFaults(body);
    };
    expect(await faults()).toEqual([]);
    await report({ ...STRIKE_REPORTS.first, url: 'javascript:alert(1)' });
    await report({ ...army, id: 'item-2', feed: 'The Herald' });
    await report({ title: 'Owls nest in the opera house', summary: '', id: 'item-5', feed: EVIL });
    await report({ title: '\u202e\u0001', summary: EVIL, id: 'item-6' });
    expect(await faults()).toEqual([]);
    expect(await entriesOf(format)).toHaveLength(3);
  });

  it('show hostile text as text, and link only to the web', async () => {
    await report({ title: EVIL, summary: `More: ${EVIL}`, url: 'javascript:alert(1)' });
    const [entry] = await entriesOf(format);
    expect(entry?.title).toContain('& ]]> "quoted"');
    expect(entry?.url ?? '').not.toContain('javascript:');
    const { body } = await getFeed(format);
    const html = format === 'json' ? JSON.parse(body).items[0].content_html : body;
    expect(html).toContain('More: &lt;script&gt;alert(1)&lt;/script&gt;');
    for (const part of ['<p><script', 'javascript:', '\\u0001', '\u0001', '\u202e'])
      expect(body).not.toContain(part);
  });

  it('have the right headers, and are not sent again while nothing has changed', async () => {
    await report(STRIKE_REPORTS.first);
    const { status, headers, body } = await getFeed(format);
    expect(status).toBe(200);
    const type = `application/${format === 'atom' ? 'atom' : 'feed'}+${format === 'atom' ? 'xml' : 'json'}`;
    expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(headers.get('cache-control')).toBe('private, max-age=300');
    expect(headers.get('x-robots-tag')).toBe('noindex');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect(body).toContain(`${PAGE_URL.slice(0, -1)}${await pathOf(format)}`);
    page.now += 60 * MINUTE;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await getFeed(format, { 'if-none-match': known });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
      expect(again.headers.get('cache-control')).toBe('private, max-age=300');
    }
    await report({ ...army, id: 'item-2', feed: 'The Herald' });
    expect((await getFeed(format, { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('an entry', () => {
  it('is updated by developments and edits, not by retellings', async () => {
    await report(STRIKE_REPORTS.first);
    const openedAt = new Date(newsroom.now).toISOString();
    await report({ ...retold, id: 'item-2', feed: 'The Herald' });
    expect(await itemsOf()).toMatchObject([{ date_published: openedAt, date_modified: openedAt }]);
    await report({ ...army, id: 'item-3', feed: 'Meridian Wire' });
    const developedAt = new Date(newsroom.now).toISOString();
    expect(await itemsOf()).toMatchObject([{ date_published: openedAt, date_modified: developedAt }]);
    await report({ ...judge, change: 'edited' });
    const [item] = await itemsOf();
    expect(item).toMatchObject({ date_modified: new Date(newsroom.now).toISOString() });
    expect(item.content_html).toContain(`Updated: <a href="https://courier.example/item-1">${judge.title}`);
  });

  it('comes before those whose stories developed earlier', async () => {
    await report(STRIKE_REPORTS.first);
    await report({ title: 'Owls nest in the opera house', summary: '', id: 'item-5' });
    await report({ ...army, id: 'item-2', feed: 'The Herald' });
    const titles = (await itemsOf()).map(({ title }: { title: string }) => title);
    expect(titles).toEqual([STRIKE_REPORTS.first.title, 'Owls nest in the opera house']);
  });

  it('is absent for a muted story and for silent items', async () => {
    await report(STRIKE_REPORTS.first);
    await report({ title: 'Owls nest in the opera house', summary: '', id: 'item-5', loudness: 'silent' });
    const [item, ...others] = await itemsOf();
    expect(others).toEqual([]);
    await mutes(page.table).mute('summit', item.id.split(':').at(-1), page.now);
    expect(await itemsOf()).toEqual([]);
  });

  it('is absent until the item that opened the story is recorded as delivered', async () => {
    await page.addStory('summit', 'story-1', 'Talks begin');
    expect(await itemsOf()).toEqual([]);
  });
});

describe('an address', () => {
  it('that is wrong in any way is not found, as any other path', async () => {
    await report(STRIKE_REPORTS.first);
    const key = await page.deps.key();
    const token = feedToken(key, 'summit');
    const otherKey = feedToken(new Uint8Array(32), 'summit');
    const link = signLink(key, { purpose: 'manage', subscriberId: '0123456789abcdef' }, page.now);
    const changed = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    const tokens = [
      feedToken(key, 'rates'),
      otherKey,
      changed,
      token.slice(1),
      `${token}A`,
      `${token}=`,
      'x',
      link,
    ];
    const paths = [
      ...tokens.map((wrong) => `/feeds/${encodeURIComponent(wrong)}/summit.atom`),
      `/feeds/${token.slice(0, 21)}%00/summit.atom`,
      `/feeds/%FF/summit.atom`,
      `/feeds/${token}/summit.rss`,
      `/feeds/${token}/summit.constructor`,
      `/feeds/${token}/summit`,
      `/feeds/${token}/.atom`,
      `/feeds/${token}/Summit.atom`,
      `/feeds/${token}/summit.atom/`,
      `/feeds/${token}/rates.atom`,
      `/feeds/${feedToken(key, 'unknown')}/unknown.atom`,
      `/feeds/${feedToken(key, '')}/.atom`,
      `/feeds/${token}`,
      '/feeds/',
    ];
    const answerOf = async (path: string) => {
      const response = await page.app.request(path);
      return [response.status, [...response.headers], await response.text()];
    };
    const other = await answerOf('/nothing');
    expect(other[0]).toBe(404);
    for (const path of paths) expect([path, ...(await answerOf(path))]).toEqual([path, ...other]);
    expect((await page.app.request(`/feeds/${token}/summit.atom`)).status).toBe(200);
  });

  it('has 128 bits, and exists for every topic, also for those that nobody can sign up for', async () => {
    const key = await page.deps.key();
    expect(Buffer.from(feedToken(key, 'secret'), 'base64url')).toHaveLength(16);
    expect((await getFeed('atom', {}, 'secret')).status).toBe(200);
    // Decoding would ignore the bits beyond the last byte.
    const token = feedToken(key, 'secret');
    const twins = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map(
      (last) => token.slice(0, -1) + last,
    );
    expect(twins.filter((twin) => isFeedToken(key, 'secret', twin))).toEqual([token]);
  });

  it('is not found if feeds are off', async () => {
    const off = await SignupHarness.start();
    try {
      const path = `/${feedPath(await off.deps.key(), 'summit', 'atom')}`;
      expect((await off.get(path)).html).toBe((await off.get('/nothing')).html);
      await off.signUp('ann@news.example.se');
      const settings = await off.get(await off.manageLink('ann@news.example.se'));
      expect(settings.text).not.toContain('As a feed');
    } finally {
      await off.stop();
    }
  });

  it('ends within a minute when the key is deleted', async () => {
    const path = await pathOf('atom');
    await page.table.delete({ pk: 'SIGNUP-KEY', sk: 'KEY' });
    page.now += 2 * MINUTE;
    expect((await page.app.request(path)).status).toBe(404);
    expect((await page.app.request(await pathOf('atom'))).status).toBe(200);
  });

  it('is in the settings of who receives the topic', async () => {
    await page.signUp('ann@news.example.se', ['summit']);
    await page.post('/', { address: 'ann@news.example.se', topic: ['rates'] });
    const { html } = await page.get(await page.manageLink('ann@news.example.se'));
    const links = [
      ...html.matchAll(/href="\.(\/feeds\/[^"]*)">([^<]*)<span class="hidden"> of The summit</g),
    ].map(([, path, name]) => [name, path]);
    expect(links).toEqual([
      ['Atom', await pathOf('atom')],
      ['JSON Feed', await pathOf('json')],
    ]);
  });
});

describe('a request', () => {
  it('reads a topic once a minute at most, and writes one place in a limit', async () => {
    await report(STRIKE_REPORTS.first);
    const path = await pathOf('atom');
    await page.app.request(path);
    const before = new Map(page.table.records);
    await report({ title: 'Owls nest in the opera house', summary: '', id: 'item-5' });
    page.now = newsroom.now - 60 * MINUTE + 30_000;
    expect(await (await page.app.request(path)).text()).not.toContain('Owls');
    page.now += 2 * MINUTE;
    expect(await (await page.app.request(path)).text()).toContain('Owls');
    const written = [...page.table.records.keys()].filter(
      (name) => !before.has(name) && !/^(TOPIC|ITEM|ALERT)#/.test(name),
    );
    expect(written).toEqual([]);
    expect([...before.keys()].filter((name) => name.startsWith('SIGNUP-LIMIT#'))).toHaveLength(1);
  });

  it('is refused when one network makes too many, without harm to others and to other topics', async () => {
    const { places } = LIMITS.feedReadsOfNetwork;
    for (let n = 0; n < places; n++) expect((await getFeed('atom')).status).toBe(200);
    const refused = await getFeed('atom');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
    expect((await getFeed('atom', {}, 'rates')).status).toBe(200);
    page.caller = '203.0.113.9';
    expect((await getFeed('atom')).status).toBe(200);
    page.caller = '198.51.100.7';
    page.now += 60 * MINUTE;
    expect((await getFeed('atom')).status).toBe(200);
  });

  it('reads no more than it says, however much a topic has', async () => {
    const table = memoryTable();
    let reads = 0;
    const counted = {
      ...table,
      get: (key: Key) => {
        reads++;
        return table.get(key);
      },
      query: (range: Range) => {
        reads++;
        return table.query(range);
      },
    };
    for (let n = 0; n < MAX_FEED_STORIES + 5; n++) {
      const id = `story-${n}`;
      const openedAt = new Date(page.now + n).toISOString();
      const itemIds = Array.from({ length: 50 }, (_, m) => `${id}-${m}`);
      const story = { id, leadItemId: `${id}-0`, openedAt, title: id, itemIds, sources: ['A'] };
      await table.put({ pk: 'TOPIC#summit', sk: `STORY#${openedAt}#${id}`, ...story });
      for (const itemId of itemIds) {
        const version = {
          storyId: id,
          lead: itemId === `${id}-0`,
          title: itemId,
          contentHash: 'x',
          terms: [],
        };
        const key = { pk: 'TOPIC#summit', sk: `TOLD#${itemId}#a` };
        await table.put({ ...key, ...version, role: 'development', polledAt: openedAt });
      }
    }
    const stories = await feedStories(
      { config: page.deps.config, ...signupStores(counted, () => page.now) },
      'summit',
    );
    expect(stories).toHaveLength(MAX_FEED_STORIES);
    expect(reads).toBe(2 + 2 * MAX_FEED_STORIES * MAX_FEED_ITEMS);
  });
});

it('a page without topics says so, and still has the settings', async () => {
  const empty = await SignupHarness.start({ topicIds: [], feeds: true });
  try {
    const { status, text, html } = await empty.get('/');
    expect([status, text]).toEqual([
      200,
      expect.stringContaining('There are no topics to subscribe to here.'),
    ]);
    expect(html).toContain('href="./manage"');
    expect(html).not.toContain('<form');
    expect((await empty.post('/', { address: 'ann@news.example.se', topic: ['summit'] })).status).toBe(400);
    expect(empty.published).toEqual([]);
  } finally {
    await empty.stop();
  }
});
