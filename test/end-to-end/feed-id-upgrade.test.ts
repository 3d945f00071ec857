import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import type { FetchResult } from '../../functions/poll/fetch/fetch.ts';
import { poll } from '../../functions/poll/poll.ts';
import { formerIds } from '../../functions/shared/feed-id.ts';
import type { ItemsFound } from '../../functions/shared/messages.ts';
import type { Feed } from '../../functions/shared/model.ts';
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

/** Returns functions that poll and notify with one table, for a feed with any id. */
function createHarness() {
  const table = memoryTable();
  const harness = new NotifyHarness(table, {
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
    harness,
    async poll(
      feed: Feed,
      secrets: Record<string, string>,
      titles: Readonly<Record<string, string>>,
      text = '',
    ) {
      harness.now += MINUTE;
      const { now } = harness;
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
        const hit = harness.hit({
          id: item.id,
          title: item.title,
          summary: '',
          change,
          loudness,
        });
        await harness.receive({
          ...hit,
          feed: { id: feed.id, title: feed.title },
          ...(revision ? { revision } : {}),
        });
      }
      const notified = found.map(({ change, item, loudness }) => `${change} ${item.title} (${loudness})`);
      return { kind: outcome.kind, notified };
    },
  };
}

const [, earlierId = ''] = formerIds(ADDRESS);

describe.each([
  ['stays in the file', feedOf(ADDRESS), {}],
  ['is replaced by its name', feedOf(ADDRESS.replace(KEY, `\${KEY}`)), { KEY }],
])('an upgrade from 0.1.0, whose ids had the query, while the secret %s', (_, feed, secrets) => {
  const earlier = { ...feedOf(ADDRESS), id: earlierId };

  it('continues with the state of the feed, and recognizes an edit', async () => {
    const { poll, harness, table } = createHarness();
    expect(earlier.id).toContain(KEY);
    expect(feed.id).not.toContain(KEY);
    await poll(earlier, {}, { 1: 'Old news of the harbour' });
    await poll(earlier, {}, { 1: 'Old news of the harbour', 2: 'Kessel bridge opens' });
    expect(harness.titles()).toEqual([['Kessel bridge opens']]);
    // The record in the form of 0.1.0.
    const key = { pk: `FEED#${earlier.id}`, sk: 'STATE' };
    await table.put({ ...(await table.get(key)), ...key, url: ADDRESS });

    expect(await poll(feed, secrets, { 1: 'Old news of the harbour', 2: 'Kessel bridge opens' })).toEqual({
      kind: 'unchanged',
      notified: [],
    });
    const changed = await poll(feed, secrets, {
      1: 'Old news of the harbour',
      2: 'Kessel bridge closed after a collision with a barge',
      3: 'Second bridge planned at Tolmark',
    });
    expect(changed.notified).toEqual([
      'edited Kessel bridge closed after a collision with a barge (alert)',
      'new Second bridge planned at Tolmark (alert)',
    ]);
    expect(
      harness.published.map(({ alert }) => [
        alert.kind,
        alert.entries[0]?.kind,
        alert.entries[0]?.previousTitle,
      ]),
    ).toEqual([
      ['new', 'new', undefined],
      ['follow-up', 'update', 'Kessel bridge opens'],
      ['new', 'new', undefined],
    ]);
    expect(await table.get({ pk: `FEED#${earlier.id}`, sk: 'STATE' })).toBeUndefined();
  });

  it('also continues when an edit comes first, or the feed fails at first', async () => {
    const { poll, harness } = createHarness();
    await poll(earlier, {}, { 2: 'Kessel bridge opens' });
    if ('KEY' in secrets) expect((await poll(feed, {}, {})).kind).toBe('failed');
    const { notified } = await poll(feed, secrets, {
      2: 'Kessel bridge closed after a collision with a barge',
    });
    expect(notified).toEqual(['edited Kessel bridge closed after a collision with a barge (alert)']);
    expect(harness.published.length).toBeLessThanOrEqual(1);
  });
});

// Regression: a follow-up reported texts whose only change was that the key was removed.
it.each([
  [feedOf(ADDRESS), {}],
  [feedOf(ADDRESS.replace(KEY, `\${KEY}`)), { KEY }],
])('reports no edit of texts from which the key is now removed: %#', async (feed, secrets) => {
  const { poll, table } = createHarness();
  // For a feed without secrets, as in 0.1.0, the key is part of the text.
  const earlier = { ...feedOf('https://herald.test/feed'), id: earlierId };
  await poll(earlier, {}, { 1: 'Kessel bridge opens' }, `trains key=${KEY}`);
  const key = { pk: `FEED#${earlierId}`, sk: 'STATE' };
  await table.put({ ...(await table.get(key)), ...key, url: ADDRESS });

  const titles = { 1: 'Kessel bridge opens', 2: 'Second bridge planned at Tolmark' };
  const { notified } = await poll(feed, secrets, titles, `trains key=${KEY}`);
  expect(notified).toEqual(['new Second bridge planned at Tolmark (alert)']);
  const edited = await poll(feed, secrets, titles, `buses key=${KEY}`);
  expect(edited.notified).toHaveLength(2);
});

it('does not take over the state of another address', async () => {
  const { poll } = createHarness();
  const other = { ...feedOf('https://herald.test/feed?key=abcdef123456&section=sports'), id: earlierId };
  await poll(other, {}, { 1: 'Old news' });
  const { notified } = await poll(feedOf(ADDRESS), {}, { 1: 'Old news' });
  expect(notified).toEqual([expect.stringContaining('new Old news')]);
});
