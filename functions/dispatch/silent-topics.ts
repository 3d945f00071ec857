import { isSilent, MIN_TOPIC_SILENCE_MS } from '../shared/activity.ts';
import type { Log } from '../shared/events.ts';
import type { PipelineConfig } from '../shared/model.ts';
import { alarmThreshold, MAX_SILENT_SHARE } from '../shared/pipeline.ts';
import type { Metrics } from '../shared/ports.ts';
import type { Stories } from '../shared/store/stories.ts';

export interface SilentTopicsDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly stories: Pick<Stories, 'activity'>;
}

/** With 50 concurrent reads, 5,000 topics take about a second. */
const MAX_CONCURRENT_READS = 50;

/**
 * Logs the topics that have had no story for far longer than usual. If at least a tenth of all topics are silent, also adds
 * enough to the feeds' `Silent` metric to trigger its alarm, since a separate alarm for topics would cost extra.
 */
export async function reportSilentTopics(deps: SilentTopicsDeps, now: number): Promise<void> {
  const { log, metrics, config, stories } = deps;
  const silent: string[] = [];
  for (let n = 0; n < config.topics.length; n += MAX_CONCURRENT_READS) {
    const batch = config.topics.slice(n, n + MAX_CONCURRENT_READS);
    const activities = await Promise.all(batch.map(({ id }) => stories.activity(id)));
    silent.push(
      ...batch
        .filter((_, index) => isSilent(activities[index] ?? {}, now, MIN_TOPIC_SILENCE_MS))
        .map(({ id }) => id),
    );
  }
  if (silent.length === 0) return;
  log.warn('topics-silent', { topics: silent.length, of: config.topics.length, some: silent.slice(0, 20) });
  if (silent.length >= config.topics.length * MAX_SILENT_SHARE) {
    metrics.add('Silent', alarmThreshold(config.feeds, MAX_SILENT_SHARE).polls);
  }
}
