import type { Channels } from '../shared/channels.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Clock, PipelineConfig } from '../shared/model.ts';
import type { Records } from './records.ts';
import type { TermCounts } from './story/term-table.ts';

export interface NotifyDeps extends Records {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly channels: Channels;
  /** How common terms are in the latest items of all feeds. */
  readonly termCounts: () => Promise<TermCounts>;
}
