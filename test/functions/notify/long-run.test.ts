import { expect, it } from 'vitest';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { match } from '../../../functions/match/match.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import type { NotifyDeps } from '../../../functions/notify/deps.ts';
import { notifyStores } from '../../../functions/notify/deps.ts';
import { notify } from '../../../functions/notify/notify.ts';
import type { FetchResult } from '../../../functions/poll/fetch/fetch.ts';
import { poll } from '../../../functions/poll/poll.ts';
import { DEFAULT_FOLLOW_UPS } from '../../../functions/shared/default-follow-ups.ts';
import type { Burst, Hit, ItemsFound, Notice } from '../../../functions/shared/messages.ts';
import type { Feed, PipelineConfig } from '../../../functions/shared/model.ts';
import type { QueueMessage } from '../../../functions/shared/ports.ts';
import { environmentSecrets } from '../../../functions/shared/secrets.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import { feedStates } from '../../../functions/shared/store/feed-states.ts';
import { items } from '../../../functions/shared/store/items.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { sized } from '../../helpers/size.ts';
import { STREAM_COUNTS } from './unrelated-stream.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const TOPIC = 'topic';
const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** Records without an expiry: a constant number for each feed and topic. */
const KEPT = /^(FEED#\S+ STATE|TOPIC#\S+ OPENED)$/;

/**
 * Runs two news feeds with edits, retellings, failures, moves and occasional floods through poll, match and notify in
 * virtual time. Polls each feed every twelve hours, and expires records as DynamoDB’s time to live does.
 */
async function live(days: number, each: (records: ReadonlyMap<string, object>) => void) {
  let now = START;
  const random = seededRandom(9);
  const word = () => Array.from({ length: 7 }, () => random.pick([...'abcdefghijklmnopqrstuvwxyz'])).join('');
  const words = (n: number) => Array.from({ length: n }, word).join(' ');
  const table = memoryTable();
  const feeds = ['courier', 'herald'].map(
    (id): Feed => ({
      id,
      url: `https://${id}.example/rss`,
      title: id,
      every: HOUR,
      everyAtMost: HOUR,
      offset: 0,
      tags: [],
      enabled: true,
    }),
  );
  const query = { term: { text: 'storm' } } as const;
  const config: PipelineConfig = {
    version: '1',
    feeds,
    topics: [
      {
        id: TOPIC,
        name: TOPIC,
        query,
        deliver: { mode: 'now' },
        followUps: DEFAULT_FOLLOW_UPS,
        roundUp: { hour: 18, minute: 0, timeZone: 'UTC' },
        atMost: { hour: 30, day: 200, timeZone: 'UTC', byDefault: true },
      },
    ],
    firstPoll: DAY,
    onAmbiguous: { email: 'resend', sms: 'skip' },
  };
  const shown = new Map<string, { title: string; text: string; guid: string; at: number }[]>();
  const hits: (Hit | Burst | Notice)[] = [];
  const sent = { emails: 0 };
  const deps: NotifyDeps = {
    clock: () => now,
    log,
    metrics: countedMetrics(),
    config,
    ...notifyStores(table, 'worker'),
    termCounts: async () => STREAM_COUNTS,
    exit: () => ({}),
    channels: {
      publish: async () => {
        sent.emails++;
        return { kind: 'published', messageId: String(sent.emails) };
      },
    },
  };
  const matcher = compileMatcher(config.topics, findPattern);
  const send = {
    send: async (all: readonly QueueMessage<Hit | Burst | Notice>[]) =>
      void hits.push(...all.map(({ body }) => body)),
  };
  const found = {
    async send(all: readonly QueueMessage<ItemsFound>[]) {
      for (const { body } of all) await match({ log, metrics: countedMetrics(), matcher, hits: send }, body);
    },
  };
  const answer = (feed: Feed): FetchResult => {
    const day = Math.floor((now - START) / DAY);
    if (feed.id === 'herald' && day % 20 === 7) {
      return {
        kind: 'failed',
        failure: { kind: 'http', detail: 'HTTP 500', status: 500 },
      } as unknown as FetchResult;
    }
    const before = shown.get(feed.id) ?? [];
    const many = feed.id === 'herald' && day % 20 === 5 ? 300 : 3;
    const retold = feed.id === 'herald' ? (shown.get('courier') ?? []).slice(0, 1) : [];
    const fresh = Array.from({ length: many }, () => ({
      title: `Storm ${words(5)}`,
      text: words(12),
      guid: word(),
      at: now,
    }));
    const edited = before.map((one, n) =>
      n % 9 === 1 ? { ...one, title: `Storm ${words(5)}`, text: words(12) } : one,
    );
    const all = [
      ...fresh,
      ...retold.map((one) => ({ ...one, title: `${one.title} ${word()}`, guid: word(), at: now })),
      ...edited,
    ].slice(0, Math.max(30, many));
    shown.set(feed.id, all);
    const body = all.map(
      ({ title, text, guid, at }) =>
        `<item><title>${title}</title><guid isPermaLink="false">${guid}</guid><link>https://${feed.id}.example/${guid}</link>` +
        `<description>${text}</description><pubDate>${new Date(at).toUTCString()}</pubDate></item>`,
    );
    const bytes = Buffer.from(
      `<rss version="2.0"><channel><title>${feed.id}</title>${body.join('')}</channel></rss>`,
    );
    const moved = day % 30 === 3 ? `https://${feed.id}.example/rss-${day}` : feed.url;
    return {
      kind: 'document',
      url: moved,
      bytes,
      contentType: 'application/rss+xml',
      etag: `"${word()}"`,
      ...(moved === feed.url ? {} : { movedTo: moved }),
    } as unknown as FetchResult;
  };
  const drain = async () => {
    for (let next = hits.shift(); next; next = hits.shift()) await notify(deps, next);
    for (const { topicId, dueAt } of await digests(table).due(now)) {
      await notify(deps, { v: 1, kind: 'digest', topicId, dueAt });
    }
  };
  for (let day = 0; day < days; day++) {
    for (let hour = 0; hour < 24; hour += 3) {
      now = START + day * DAY + hour * HOUR;
      for (const feed of hour % 12 === 0 ? feeds : []) {
        await poll(
          {
            clock: () => now,
            log,
            metrics: countedMetrics(),
            config,
            fetch: async () => answer(feed),
            secrets: environmentSecrets({}),
            feedStates: feedStates(table),
            items: items(table),
            countWords: async () => undefined,
            limitDocuments: (work) => work(),
            itemsQueue: found,
            notices: send,
          },
          { v: 1, feedId: feed.id, tickAt: new Date(now).toISOString() },
        );
      }
      await drain();
    }
    for (const record of [...table.records.values()]) {
      const {
        pk,
        sk,
        expiresAt = Number.POSITIVE_INFINITY,
      } = record as { pk: string; sk: string; expiresAt?: number };
      if (expiresAt * 1000 < now) await table.delete({ pk, sk });
    }
    each(table.records);
  }
  return { table, sent };
}

/** With 400 days the test shows that no more records arrive than expire; that takes minutes. */
const DAYS = sized(20, 400);

it('months of news leave small records that expire', { timeout: 3_600_000 }, async () => {
  const counts: number[] = [0];
  const { table, sent } = await live(DAYS, (records) => counts.push(records.size));
  const countAt = (share: number) => counts[Math.floor(DAYS * share)] ?? 0;
  // The second half of a year has as many records as the first. Over fewer days, each day adds equally many.
  const growth = countAt(1) - countAt(0.5);
  expect(growth).toBeLessThan(countAt(0.5) * (DAYS >= 400 ? 0.05 : 1.1));
  expect(sent.emails).toBeGreaterThan(DAYS);
  for (const record of table.records.values()) {
    const { pk, sk, expiresAt, entry, seen: _seen, ...rest } = record as Record<string, unknown>;
    const name = `${pk} ${sk}`;
    // Waiting entries are kept until they are sent.
    if (expiresAt === undefined && !(String(sk).startsWith('DIGEST#') && entry)) expect(name).toMatch(KEPT);
    expect(JSON.stringify(rest).length, name).toBeLessThan(50_000);
  }
  const waiting = [...table.records.values()].filter(
    ({ sk, entry }) => String(sk).startsWith('DIGEST#') && entry !== undefined,
  );
  expect(waiting.length).toBeLessThan(100);
  expect(await digests(table).due(START + DAYS * DAY - 3 * HOUR)).toEqual([]);
});
