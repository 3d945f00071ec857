import { expect, it } from 'vitest';
import { reportSilentTopics } from '../../../functions/dispatch/silent-topics.ts';
import type { Activity } from '../../../functions/shared/activity.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { sampleConfig, sampleTopics } from '../../lib/sample-stack.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-20T00:00:30Z');
const FEED = {
  id: 'one',
  url: 'https://feeds.example/one',
  title: 'One',
  every: 300_000,
  tags: [],
  enabled: true,
};

/** Looks at so many topics, of which the first ones last had a story so many days ago, and otherwise every day. */
async function look(count: number, silent: number, days: number) {
  const metrics = countedMetrics();
  const logged: unknown[] = [];
  const silentLog = () => undefined;
  await reportSilentTopics(
    {
      metrics,
      log: { debug: silentLog, info: silentLog, warn: (...line) => logged.push(line), error: silentLog },
      config: { ...sampleConfig(sampleTopics(count)), feeds: Array(10).fill(FEED) },
      stories: {
        activity: async (topicId): Promise<Activity> => {
          const isFirst = Number(topicId.replace('topic-', '')) < silent;
          return { heardAt: NOW - (isFirst ? days : 1) * DAY, usualGap: DAY };
        },
      },
    },
    NOW,
  );
  return { silent: metrics.counts.Silent, logged };
}

it('makes the alarm go off by itself when a tenth of the topics is silent', async () => {
  // Ten feeds every five minutes: of 120 turns an hour, 12 are a tenth.
  expect((await look(120, 12, 11)).silent).toBe(12);
  expect((await look(120, 11, 11)).silent).toBeUndefined();
  expect((await look(3, 1, 11)).silent).toBe(12);
});

it('names those that are', async () => {
  const { logged } = await look(200, 30, 11);
  expect(logged).toEqual([
    ['topics-silent', { topics: 30, of: 200, some: sampleTopics(20).map(({ id }) => id) }],
  ]);
});

it('takes no week for silence, nor what is usual', async () => {
  expect((await look(1, 1, 10)).silent).toBeUndefined();
  expect((await look(1, 1, 7)).logged).toEqual([]);
});
