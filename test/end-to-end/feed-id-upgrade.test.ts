import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import type { FetchResult } from '../../functions/poll/fetch/fetch.ts';
import { poll } from '../../functions/poll/poll.ts';
import { formerIds } from '../../functions/shared/feed-id.ts';
import type { Feed, ItemsFound } from '../../functions/shared/model.ts';
import { environmentSecrets } from '../../functions/shared/secrets.ts';
import { feedStates } from '../../functions/shared/store/feed-states.ts';
import { items } from '../../functions/shared/store/items.ts';
import { NotifyHarness, START } from '../functions/notify/notify-harness.ts';
import { countedMetrics } from '../helpers/counted-metrics.ts';
import { memoryTable } from '../helpers/memory-table.ts';

const KEY = 'abcdef123456';
const ADDRESS = `https://herald.test/feed?key=${KEY}&section=world`;
const MINUTE = 60_000;

const feedOf = (address: string): Feed => {
  const text = `feeds: ["${address}"]\ntopics: [{ id: bridges, match: bridge }]\n`;
  return parseConfig(text, 'news.yaml', {}).config.feeds[0] ?? expect.fail('no feed');
};

/** Polls and notifies with one table, by whatever id the feed has. */
function desk() {
  const table = memoryTable();
  const newsdesk = new NotifyHarness(table, {
    followUps: { mode: 'all', every: MINUTE, everyAtMost: MINUTE },
  });
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  return {
    table,
    newsdesk,
    async poll(
      feed: Feed,
      secrets: Record<string, string>,
      titles: Readonly<Record<string, string>>,
      text = '',
    ) {
      newsdesk.now += MINUTE;
      const { now } = newsdesk;
      const entries = Object.entries(titles).map(
        ([n, title]) =>
          `<item><guid>${n}</guid><link>https://herald.test/${n}</link><title>${title}</title><description>${text}</description><pubDate>${new Date(START).toUTCString()}</pubDate></item>`,
      );
      const bytes = Buffer.from(
        `<rss version="2.0"><channel><title>H</title>${entries.join('')}</channel></rss>`,
      );
      const sent: ItemsFound[] = [];
      const outcome = await poll(
        {
          clock: () => now,
          log,
          metrics: countedMetrics(),
          config: {
            version: 'c',
            feeds: [feed],
            topics: [],
            firstPoll: 0,
            onAmbiguous: { email: 'resend', sms: 'skip' },
          },
          fetch: async ({ url }): Promise<FetchResult> => ({ kind: 'document', bytes, contentType: '', url }),
          secrets: environmentSecrets(secrets),
          feedStates: feedStates(table),
          items: items(table),
          countWords: async () => undefined,
          limitDocuments: (work) => work(),
          itemsQueue: { send: async (messages) => void sent.push(...messages.map(({ body }) => body)) },
          notices: { send: async () => undefined },
        },
        { v: 1, feedId: feed.id, tickAt: new Date(now).toISOString() },
      );
      const found = sent.flatMap(({ items, revision }) => items.map((one) => ({ ...one, revision })));
      for (const { item, change, loudness, revision } of found) {
        const hit = newsdesk.hit({
          id: item.id,
          title: item.title,
          summary: '',
          change,
          loudness,
        });
        await newsdesk.receive({
          ...hit,
          feed: { id: feed.id, title: feed.title },
          ...(revision ? { revision } : {}),
        });
      }
      const said = found.map(({ change, item, loudness }) => `${change} ${item.title} (${loudness})`);
      return { kind: outcome.kind, said };
    },
  };
}

const [, formerId = ''] = formerIds(ADDRESS);

describe.each([
  ['stays in the file', feedOf(ADDRESS), {}],
  ['is replaced by its name', feedOf(ADDRESS.replace(KEY, `\${KEY}`)), { KEY }],
])('an upgrade over 0.1.0, whose ids had the query, while the secret %s', (_, feed, secrets) => {
  const former = { ...feedOf(ADDRESS), id: formerId };

  it('goes on where the feed was, and tells an edit as one', async () => {
    const { poll, newsdesk, table } = desk();
    expect(former.id).toContain(KEY);
    expect(feed.id).not.toContain(KEY);
    await poll(former, {}, { 1: 'Old news of the harbour' });
    await poll(former, {}, { 1: 'Old news of the harbour', 2: 'Kessel bridge opens' });
    expect(newsdesk.titles()).toEqual([['Kessel bridge opens']]);
    // As 0.1.0 kept it.
    const key = { pk: `FEED#${former.id}`, sk: 'STATE' };
    await table.put({ ...(await table.get(key)), ...key, url: ADDRESS });

    expect(await poll(feed, secrets, { 1: 'Old news of the harbour', 2: 'Kessel bridge opens' })).toEqual({
      kind: 'unchanged',
      said: [],
    });
    const changed = await poll(feed, secrets, {
      1: 'Old news of the harbour',
      2: 'Kessel bridge closed after a collision with a barge',
      3: 'Second bridge planned at Tolmark',
    });
    expect(changed.said).toEqual([
      'edited Kessel bridge closed after a collision with a barge (alert)',
      'new Second bridge planned at Tolmark (alert)',
    ]);
    expect(
      newsdesk.published.map(({ alert }) => [
        alert.kind,
        alert.entries[0]?.kind,
        alert.entries[0]?.previousTitle,
      ]),
    ).toEqual([
      ['new', 'new', undefined],
      ['follow-up', 'update', 'Kessel bridge opens'],
      ['new', 'new', undefined],
    ]);
    expect(await table.get({ pk: `FEED#${former.id}`, sk: 'STATE' })).toBeUndefined();
  });

  it('goes on as well when an edit comes first, or the feed fails at first', async () => {
    const { poll, newsdesk } = desk();
    await poll(former, {}, { 2: 'Kessel bridge opens' });
    if ('KEY' in secrets) expect((await poll(feed, {}, {})).kind).toBe('failed');
    const { said } = await poll(feed, secrets, { 2: 'Kessel bridge closed after a collision with a barge' });
    expect(said).toEqual(['edited Kessel bridge closed after a collision with a barge (alert)']);
    expect(newsdesk.published.length).toBeLessThanOrEqual(1);
  });
});

// Regression: a follow-up told of texts that had lost the key, and nothing else.
it.each([
  [feedOf(ADDRESS), {}],
  [feedOf(ADDRESS.replace(KEY, `\${KEY}`)), { KEY }],
])('tells no edit of texts out of which the key is taken now: %#', async (feed, secrets) => {
  const { poll, table } = desk();
  // To a feed without secrets, as to 0.1.0, the key is text.
  const former = { ...feedOf('https://herald.test/feed'), id: formerId };
  await poll(former, {}, { 1: 'Kessel bridge opens' }, `trains key=${KEY}`);
  const key = { pk: `FEED#${formerId}`, sk: 'STATE' };
  await table.put({ ...(await table.get(key)), ...key, url: ADDRESS });

  const titles = { 1: 'Kessel bridge opens', 2: 'Second bridge planned at Tolmark' };
  const { said } = await poll(feed, secrets, titles, `trains key=${KEY}`);
  expect(said).toEqual(['new Second bridge planned at Tolmark (alert)']);
  const edited = await poll(feed, secrets, titles, `buses key=${KEY}`);
  expect(edited.said).toHaveLength(2);
});

it('takes over no state of another address', async () => {
  const { poll } = desk();
  const other = { ...feedOf('https://herald.test/feed?key=abcdef123456&section=sports'), id: formerId };
  await poll(other, {}, { 1: 'Old news' });
  const { said } = await poll(feedOf(ADDRESS), {}, { 1: 'Old news' });
  expect(said).toEqual([expect.stringContaining('new Old news')]);
});
