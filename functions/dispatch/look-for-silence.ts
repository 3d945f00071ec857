import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { PipelineConfig } from '../shared/model.ts';
import { alarmingTurns, SILENT_SHARE } from '../shared/pipeline.ts';
import { isSilent, LEAST_TOPIC_SILENCE_MS } from '../shared/silence.ts';
import type { Stories } from '../shared/store/stories.ts';

export interface SilenceDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly stories: Pick<Stories, 'hearing'>;
}

/** Reads at once; 5,000 topics take a second or so. */
const AT_ONCE = 50;

/**
 * Counts the topics that have had no story for far longer than is usual for them. Where they are a tenth, their silence
 * adds as much to that of feeds as makes the alarm go off: one more alarm would have to be paid for.
 */
export async function lookForSilence(deps: SilenceDeps, now: number): Promise<void> {
  const { log, metrics, config, stories } = deps;
  const silent: string[] = [];
  for (let n = 0; n < config.topics.length; n += AT_ONCE) {
    const some = config.topics.slice(n, n + AT_ONCE);
    const hearings = await Promise.all(some.map(({ id }) => stories.hearing(id)));
    silent.push(
      ...some
        .filter((_, index) => isSilent(hearings[index] ?? {}, now, LEAST_TOPIC_SILENCE_MS))
        .map(({ id }) => id),
    );
  }
  if (silent.length === 0) return;
  log.warn('topics-silent', { topics: silent.length, of: config.topics.length, some: silent.slice(0, 20) });
  if (silent.length >= config.topics.length * SILENT_SHARE) {
    metrics.add('Silent', alarmingTurns(config.feeds, SILENT_SHARE).turns);
  }
}
