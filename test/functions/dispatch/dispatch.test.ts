import { beforeEach, describe, expect, it } from 'vitest';
import { dispatch, MAX_CONCURRENT_SENDS, MAX_FEEDS_PER_SEND } from '../../../functions/dispatch/dispatch.ts';
import type { DigestDue, FeedDue } from '../../../functions/shared/messages.ts';
import type { Feed, PipelineConfig } from '../../../functions/shared/model.ts';
import { pollOffsets } from '../../../functions/shared/poll-schedule.ts';
import type { Queue, QueueMessage } from '../../../functions/shared/ports.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import { stories } from '../../../functions/shared/store/stories.ts';
import { type Ticks, ticks } from '../../../functions/shared/store/ticks.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { sampleTopics } from '../../lib/sample-stack.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const offsetOf = (id: string, every: number) =>
  pollOffsets([{ id, url: `https://${id}.test/feed.xml`, every }]).get(id) ?? 0;
const feed = (id: string, every: number, fields: Partial<Feed> = {}): Feed => ({
  id,
  url: `https://${id}.test/feed.xml`,
  title: id,
  every,
  everyAtMost: every,
  offset: offsetOf(id, every),
  tags: [],
  enabled: true,
  ...fields,
});

describe('dispatch', () => {
  let now: number;
  let config: PipelineConfig;
  let table: ReturnType<typeof memoryTable>;
  let effects: string[];
  let feedsSent: QueueMessage<FeedDue>[];
  let hitsSent: QueueMessage<DigestDue>[];
  let broken: string | undefined;

  let metrics: ReturnType<typeof countedMetrics>;
  beforeEach(() => {
    now = START;
    config = configOf('c1', [feed('herald', 5 * MINUTE), feed('courier', HOUR)]);
    table = memoryTable();
    metrics = countedMetrics();
    effects = [];
    feedsSent = [];
    hitsSent = [];
    broken = undefined;
  });

  function configOf(version: string, feeds: readonly Feed[]): PipelineConfig {
    return { version, feeds, topics: [], firstPoll: DAY, onAmbiguous: { email: 'resend', sms: 'skip' } };
  }

  function queue<Body>(name: string, sent: QueueMessage<Body>[]): Queue<Body> {
    return {
      async send(messages) {
        if (broken === name) throw new Error(`${name} is broken`);
        effects.push(name);
        sent.push(...messages);
      },
    };
  }

  /** Runs one tick, and returns the ids of the due feeds. */
  async function tick(): Promise<string[]> {
    feedsSent = [];
    hitsSent = [];
    const stored = ticks(table);
    const recordingTicks: Ticks = {
      last: () => stored.last(),
      async commit(...args) {
        if (broken === 'tick') throw new Error('tick is broken');
        effects.push('tick');
        await stored.commit(...args);
      },
    };
    const log = () => undefined;
    await dispatch({
      clock: () => now,
      log: { debug: log, info: log, warn: log, error: log },
      metrics,
      config,
      ticks: recordingTicks,
      digests: digests(table),
      stories: stories(table),
      feeds: queue('feeds', feedsSent),
      hits: queue('hits', hitsSent),
    });
    return feedsSent.map(({ body }) => body.feedId);
  }

  /** Ticks every minute until `end`, and returns how often each feed was due. */
  async function ticksUntil(end: number): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    while (now < end) {
      now += MINUTE;
      for (const id of await tick()) counts[id] = (counts[id] ?? 0) + 1;
    }
    return counts;
  }

  it('sends all feeds the first time, and then each at its interval', async () => {
    expect(await tick()).toEqual(['herald', 'courier']);
    expect(await ticksUntil(START + 6 * HOUR)).toEqual({ herald: 72, courier: 6 });
  });

  it('sends the feed and the tick to the feeds queue, grouped by host', async () => {
    config = configOf('c1', [feed('herald', MINUTE, { url: 'https://news.herald.test:8443/a?b' })]);
    now += 123;
    await tick();
    expect(feedsSent).toEqual([
      {
        body: { v: 1, feedId: 'herald', tickAt: '2026-03-02T00:00:00.123Z' },
        group: 'news.herald.test:8443',
      },
    ]);
  });

  it('shortens the group of the longest host', async () => {
    const host = `${'label.'.repeat(40)}test`;
    config = configOf('c1', [feed('herald', MINUTE, { url: `https://${host}/` })]);
    await tick();
    expect(feedsSent[0]?.group).toBe(host.slice(-128));
  });

  it('leaves out disabled feeds', async () => {
    config = configOf('c1', [feed('herald', MINUTE, { enabled: false }), feed('courier', MINUTE)]);
    expect(await tick()).toEqual(['courier']);
  });

  it('sends all feeds once when the configuration changes', async () => {
    await tick();
    config = { ...config, version: 'c2' };
    now += SECOND;
    expect(await tick()).toEqual(['herald', 'courier']);
    now += SECOND;
    expect(await tick()).toEqual([]);
  });

  it('reports silent topics once a day', async () => {
    config = { ...configOf('c1', [feed('herald', HOUR)]), topics: sampleTopics(1) };
    const store = stories(table);
    for (const days of [60, 59]) {
      const openedAt = new Date(START - days * DAY).toISOString();
      const story = { id: `s${days}`, leadItemId: 'i', openedAt, title: 'T', itemIds: ['i'], sources: [] };
      await store.open('topic-0', await store.since('topic-0', 0), story);
    }
    await tick();
    await ticksUntil(START + 2 * DAY + HOUR);
    expect(metrics.counts).toMatchObject({ Silent: 2 * 3, Ticks: 49 * 60 + 1 });
  });

  it('sends feeds that became due during an outage, once', async () => {
    await tick();
    now += 3 * DAY;
    expect(await tick()).toEqual(['herald', 'courier']);
    now += SECOND;
    expect(await tick()).toEqual([]);
  });

  it('continues after the clock is set back or was set forward', async () => {
    await tick();
    now = START + 365 * DAY;
    await tick();
    now = START;
    await tick();
    expect(await ticksUntil(START + 2 * HOUR)).toEqual({ herald: 24, courier: 2 });
    now -= HOUR;
    await tick();
    expect(await ticksUntil(START + 2 * HOUR)).toEqual({ herald: 12, courier: 1 });
  });

  describe('with digests', () => {
    const add = (topicId: string, dueAt: number, id: string) =>
      digests(table).add(
        { topicId, dueAt },
        { id, claimedAt: START },
        {
          kind: 'digest',
          protocols: ['email', 'sms'],
          entry: { kind: 'new', storyId: id, itemId: id, title: id, summary: '', feed: 'herald', why: [] },
        },
      );

    it('sends due digests to the hits queue, once per topic', async () => {
      await add('storms', START + HOUR, 'a');
      await add('storms', START + HOUR, 'b');
      await add('rates', START + HOUR, 'c');
      await add('storms', START + 2 * HOUR, 'd');
      await tick();
      expect(hitsSent).toEqual([]);
      now = START + HOUR;
      await tick();
      const dueAt = '2026-03-02T01:00:00.000Z';
      expect(hitsSent).toEqual(
        ['rates', 'storms'].map((topicId) => ({
          body: { v: 1, kind: 'digest', topicId, dueAt },
          group: topicId,
          deduplication: expect.stringMatching(/^[0-9a-f]{16}$/),
        })),
      );
      expect(hitsSent[0]?.deduplication).not.toBe(hitsSent[1]?.deduplication);
    });

    // Regression: a digest that SNS refused was enqueued every minute, and filled the dead-letter queue.
    it('resends an unsent digest, with a new message every five minutes', async () => {
      await add('storms', START, 'a');
      const ids: unknown[] = [];
      for (let minute = 0; minute < 10; minute++, now += MINUTE) {
        await tick();
        expect(hitsSent.map(({ body }) => body.topicId)).toEqual(['storms']);
        ids.push(hitsSent[0]?.deduplication);
      }
      expect(new Set(ids.slice(0, 5)).size).toBe(1);
      expect(new Set(ids).size).toBe(2);
      const entries = await digests(table).entries('storms', new Date(START).toISOString());
      await digests(table).remove('storms', entries);
      await tick();
      expect(hitsSent).toEqual([]);
    });
  });

  describe('commits the tick last', () => {
    it('after both queues have accepted their messages', async () => {
      await tick();
      expect(effects).toEqual(['feeds', 'hits', 'tick']);
      expect(await ticks(table).last()).toEqual({ at: START, configVersion: 'c1' });
    });

    it.each([
      ['feeds', []],
      ['hits', ['feeds']],
      ['tick', ['feeds', 'hits']],
    ])('so that the next tick repeats everything if %s fails', async (name, before) => {
      broken = name;
      await expect(tick()).rejects.toThrow(`${name} is broken`);
      expect(effects).toEqual(before);
      expect(await ticks(table).last()).toBeUndefined();
      broken = undefined;
      now += MINUTE;
      expect(await tick()).toEqual(['herald', 'courier']);
    });
  });

  it('sends in parallel, so that 100,000 feeds due after an edit fit its time limit', async () => {
    const count = 2.5 * MAX_FEEDS_PER_SEND * MAX_CONCURRENT_SENDS;
    config = configOf(
      'c1',
      Array.from({ length: count }, (_, n) => feed(`feed-${n}`, HOUR)),
    );
    let running = 0;
    let max = 0;
    const slowQueue: Queue<FeedDue> = {
      async send(messages) {
        max = Math.max(max, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        feedsSent.push(...messages);
      },
    };
    const stored = ticks(table);
    await dispatch({
      clock: () => now,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics,
      config,
      ticks: {
        last: () => stored.last(),
        async commit(...args) {
          // All feeds are sent before the commit.
          expect(feedsSent).toHaveLength(count);
          await stored.commit(...args);
        },
      },
      digests: digests(table),
      stories: stories(table),
      feeds: slowQueue,
      hits: queue('hits', hitsSent),
    });
    expect(max).toBe(MAX_CONCURRENT_SENDS);
    expect(new Set(feedsSent.map(({ body }) => body.feedId)).size).toBe(count);
    expect(await stored.last()).toBeDefined();
  });
});
