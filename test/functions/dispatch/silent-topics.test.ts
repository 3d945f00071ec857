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

/** Reports on `count` topics with a story every day. The last story of the first `silent` ones is `days` old. */
async function report(count: number, silent: number, days: number) {
  const metrics = countedMetrics();
  const logged: unknown[] = [];
  const noLog = () => undefined;
  await reportSilentTopics(
    {
      metrics,
      log: { debug: noLog, info: noLog, warn: (...line) => logged.push(line), error: noLog },
      config: { ...sampleConfig(sampleTopics(count)), feeds: Array(10).fill(FEED) },
      stories: {
        activity: async (topicId): Promise<Activity> => {
          const isSilent = Number(topicId.replace('topic-', '')) < silent;
          return { heardAt: NOW - (isSilent ? days : 1) * DAY, usualGap: DAY };
        },
      },
    },
    NOW,
  );
  return { silent: metrics.counts.Silent, logged };
}

it('sets off the alarm when a tenth of the topics are silent', async () => {
  // Ten feeds every five minutes make 120 polls an hour; 12 are a tenth.
  expect((await report(120, 12, 11)).silent).toBe(12);
  expect((await report(120, 11, 11)).silent).toBeUndefined();
  expect((await report(3, 1, 11)).silent).toBe(12);
});

it('logs up to 20 of the silent topics', async () => {
  const { logged } = await report(200, 30, 11);
  expect(logged).toEqual([
    ['topics-silent', { topics: 30, of: 200, some: sampleTopics(20).map(({ id }) => id) }],
  ]);
});

it('does not report a week of silence, nor a usual gap', async () => {
  expect((await report(1, 1, 10)).silent).toBeUndefined();
  expect((await report(1, 1, 7)).logged).toEqual([]);
});
