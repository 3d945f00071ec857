import { afterEach, expect, it, vi } from 'vitest';
import { emfMetrics, withMetrics } from '../../../../functions/shared/aws/emf-metrics.ts';

// Makes Powertools write to the console of the process instead of its own.
vi.stubEnv('POWERTOOLS_DEV', 'true');
vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
afterEach(() => printed.mockClear());
const lines = () => printed.mock.calls.map(([line]) => JSON.parse(String(line)));

it('writes the counts of an invocation as one line in the format of CloudWatch', async () => {
  const metrics = emfMetrics('Mine');
  const handler = withMetrics(metrics, async (fails: boolean) => {
    metrics.add('FeedsDue', 2);
    metrics.add('FeedsDue', 1);
    metrics.add('FeedsFailing', 0);
    if (fails) throw new Error('no');
    return 'done';
  });
  expect(await handler(false)).toBe('done');
  await expect(handler(true)).rejects.toThrow('no');
  expect(lines()).toHaveLength(2);
  for (const line of lines()) {
    expect(line).toMatchObject({ service: 'news-alerts', FeedsDue: 3, FeedsFailing: 0 });
    expect(line._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'NewsAlerts/Mine',
        Dimensions: [['service']],
        Metrics: [
          { Name: 'FeedsDue', Unit: 'Count' },
          { Name: 'FeedsFailing', Unit: 'Count' },
        ],
      },
    ]);
  }
});

it('writes nothing when nothing was counted', async () => {
  await withMetrics(emfMetrics('Mine'), async () => undefined)();
  expect(lines()).toEqual([]);
});
