import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { match } from '../../../functions/match/match.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import type { Hit, ItemsFound } from '../../../functions/shared/messages.ts';
import type { Item } from '../../../functions/shared/model.ts';
import type { QueueMessage } from '../../../functions/shared/ports.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';

const POLLED_AT = '2026-03-01T09:30:04.000Z';

function itemOf(fields: Partial<Item> = {}): Item {
  return {
    id: 'item-1',
    contentHash: 'hash-1',
    feedId: 'courier',
    title: 'Kessel bridge opens',
    summary: 'It took nine years.',
    content: 'The Kessel bridge was opened today.',
    url: 'https://courier.example/bridge',
    guid: 'guid-1',
    published: '2026-03-01T09:20:00.000Z',
    updated: '2026-03-01T09:25:00.000Z',
    authors: ['Anaïs Kerr'],
    categories: ['Bridges'],
    ...fields,
  };
}

function foundOf(items: readonly Item[], rest: Partial<ItemsFound['items'][number]> = {}): ItemsFound {
  return {
    v: 2,
    tickAt: '2026-03-01T09:30:00.000Z',
    polledAt: POLLED_AT,
    feed: { id: 'courier', title: 'The Courier' },
    items: items.map((item) => ({ item, change: 'new', loudness: 'alert', ...rest })),
  };
}

async function run(found: ItemsFound, topics: Record<string, string> = { bridges: 'bridge' }) {
  const sent: QueueMessage<Hit>[] = [];
  const logged: unknown[] = [];
  const metrics = countedMetrics();
  await match(
    {
      metrics,
      matcher: compileMatcher(
        Object.entries(topics).map(([id, text]) => ({ id, query: parseQuery(text).query })),
        findPattern,
      ),
      hits: {
        async send(messages) {
          sent.push(...(messages as QueueMessage<Hit>[]));
        },
      },
      log: {
        info: (event, fields) => logged.push([event, fields]),
        debug: () => undefined,
        warn: () => undefined,
        error: () => undefined,
      },
    },
    found,
  );
  return { sent, logged, counts: metrics.counts };
}

describe('match', () => {
  it('sends a hit with everything notify needs, in the message group of its topic', async () => {
    const { sent, logged } = await run(foundOf([itemOf()]));
    expect(sent).toEqual([
      {
        group: 'bridges',
        deduplication: expect.stringMatching(/^[0-9a-f]{16}$/),
        body: {
          v: 2,
          kind: 'hit',
          topicId: 'bridges',
          tickAt: '2026-03-01T09:30:00.000Z',
          polledAt: POLLED_AT,
          feed: { id: 'courier', title: 'The Courier' },
          item: {
            id: 'item-1',
            contentHash: 'hash-1',
            title: 'Kessel bridge opens',
            summary: 'It took nine years.',
            url: 'https://courier.example/bridge',
            guidHash: expect.stringMatching(/^[0-9a-f]{8}$/),
            published: '2026-03-01T09:20:00.000Z',
            updated: '2026-03-01T09:25:00.000Z',
          },
          change: 'new',
          loudness: 'alert',
          terms: ['bridge'],
          why: [{ term: 'bridge', field: 'title', snippet: 'Kessel bridge opens', found: 'bridge' }],
        },
      },
    ]);
    expect(logged).toEqual([['match', { feedId: 'courier', items: 1, hits: 1 }]]);
  });

  it.each([
    { change: 'edited', loudness: 'alert' },
    { change: 'new', loudness: 'welcome' },
    { change: 'new', loudness: 'silent' },
  ] as const)('passes $change and $loudness through', async (found) => {
    const { sent } = await run(foundOf([itemOf()], found));
    expect(sent.map(({ body }) => body)).toMatchObject([found]);
  });

  it('sends one hit for every topic that an item matches, and none for the rest', async () => {
    const other = itemOf({ id: 'item-2', title: 'Ferry sinks', summary: '', content: '' });
    const topics = { bridges: 'bridge', ferries: 'ferry', kessel: 'kessel', trains: 'train' };
    const { sent } = await run(foundOf([itemOf(), other]), topics);
    expect(sent.map(({ group, body }) => `${group} ${body.topicId} ${body.item.id}`)).toEqual([
      'bridges bridges item-1',
      'kessel kessel item-1',
      'ferries ferries item-2',
    ]);
  });

  it('sends nothing if nothing matches', async () => {
    expect((await run(foundOf([itemOf()]), { trains: 'train' })).sent).toEqual([]);
    expect((await run(foundOf([]))).sent).toEqual([]);
  });

  it('identifies an article by its guid beside its address, without the number of its edits', async () => {
    const url = 'https://courier.example/bridge';
    const hashes = await Promise.all(
      ['guid-1', 'guid-2', 'guid-2#0', 'guid-2#17', url].map(async (guid) => {
        const { sent } = await run(foundOf([itemOf({ url, guid })]));
        return sent[0]?.body.item.guidHash;
      }),
    );
    expect(new Set(hashes).size).toBe(3);
    expect(hashes.slice(1, 4)).toEqual(Array(3).fill(hashes[1]));
    expect(hashes.at(-1)).toBeUndefined();
  });

  it('uses the content if there is no summary, and omits absent fields', async () => {
    const { url: _url, published: _published, updated: _updated, ...bare } = itemOf({ summary: '' });
    const { sent } = await run(foundOf([bare]));
    expect(sent[0]?.body.item).toEqual({
      id: 'item-1',
      contentHash: 'hash-1',
      title: 'Kessel bridge opens',
      summary: 'The Kessel bridge was opened today.',
    });
  });
});

describe('deduplication', () => {
  const idOf = async (found: ItemsFound, topic = 'bridges') =>
    (await run(found, { [topic]: 'bridge' })).sent[0]?.deduplication;

  it('uses the same id only for the same poll, item, feed and topic', async () => {
    const found = foundOf([itemOf()]);
    const ids = await Promise.all([
      idOf(found),
      idOf(found, 'bridges-too'),
      idOf(foundOf([itemOf({ id: 'item-2' })])),
      idOf(foundOf([itemOf({ contentHash: 'hash-2' })])),
      idOf({ ...found, feed: { id: 'herald', title: 'The Courier' } }),
      idOf({ ...found, polledAt: '2026-03-01T09:31:00.000Z' }),
    ]);
    expect(new Set(ids).size).toBe(6);
    expect(await idOf({ ...found, tickAt: '2026-03-01T09:31:00.000Z' })).toBe(ids[0]);
  });
});

describe('the size of a hit', () => {
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

  it('is limited to eight reasons, with all terms', async () => {
    const { sent } = await run(foundOf([itemOf({ content: words.join(' ') })]), {
      counts: words.join(' OR '),
    });
    expect(sent[0]?.body.why.map(({ term }) => term)).toEqual(words.slice(0, 8));
    expect(sent[0]?.body.terms).toEqual(words);
  });

  it('stays far below the limit of the queue, whatever the feed sends', async () => {
    const long = (text: string) => text.repeat(200_000 / text.length);
    const item = itemOf({
      title: `${words.join(' ')} ${long('"\\ ')}`,
      summary: long('選'),
      content: long('𠮷、'),
      url: `https://courier.example/${long('a')}`,
    });
    const { sent } = await run(foundOf([item]), { counts: words.join(' OR ') });
    const body = sent[0]?.body;
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(16_384);
    expect(body?.item.title).toMatch(/^one two three/);
    expect(body?.item).not.toHaveProperty('url');
  });

  it('allows an address of 2,000 characters', async () => {
    const url = `https://courier.example/${'a'.repeat(1_976)}`;
    expect((await run(foundOf([itemOf({ url })]))).sent[0]?.body.item.url).toBe(url);
  });
});
