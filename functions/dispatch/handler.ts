import { withMetrics } from '../shared/aws/emf-metrics.ts';
import { type Basics, basics, type Queues, queues, type Tables, tables } from '../shared/aws/platform.ts';
import { digests } from '../shared/store/digests.ts';
import { stories } from '../shared/store/stories.ts';
import { ticks } from '../shared/store/ticks.ts';
import { dispatch } from './dispatch.ts';

/** Runs every minute, on a schedule. */
export function createHandler(platform: Basics & Tables & Queues): () => Promise<void> {
  return withMetrics(platform.metrics, () =>
    dispatch({
      clock: platform.clock,
      log: platform.log,
      metrics: platform.metrics,
      config: platform.config(),
      ticks: ticks(platform.table()),
      digests: digests(platform.table()),
      stories: stories(platform.table()),
      feeds: platform.queue('feeds'),
      hits: platform.queue('hits'),
    }),
  );
}

let created: ReturnType<typeof createHandler> | undefined;

export const handler = (): Promise<void> => {
  created ??= createHandler({ ...basics(process.env), ...tables(process.env), ...queues(process.env) });
  return created();
};
