import type { Usage } from '../../cli/cost/bill.ts';
import { FIXED } from '../../cli/cost/prices.ts';
import { QUEUES, queues, STAGES, type StageName, stages } from '../../functions/shared/pipeline.ts';
import { assumptions } from './assumptions.ts';
import type { BilledDay } from './day.ts';

const BYTES_PER_GB = 1e9;

/** Days for which records are kept, as in functions/shared/store/. Other records are overwritten or removed. */
const KEPT_DAYS: Readonly<Record<string, number>> = { item: 90, story: 90, telling: 90, 'alert claim': 180 };

/** Returns the use in a month of such days, when as many records expire as are written. */
export function monthOf({ counts, times, processor, stored }: BilledDay): Usage {
  const { days, logCompression } = assumptions.month;
  const sum = (prefix: string) =>
    Object.entries(counts)
      .filter(([name]) => name.startsWith(prefix))
      .reduce((total, [, units]) => total + units, 0) * days;
  const requests = (fifo: boolean) =>
    QUEUES.filter((name) => queues[name].fifo === fifo).reduce(
      (total, name) => total + sum(`sqs.${name}.`) - sum(`sqs.${name}.fair`),
      0,
    );
  const duration = STAGES.reduce(
    (total, stage) =>
      total +
      dailyGbSeconds(stage, {
        invocations: counts[`lambda.${stage}.invocations`] ?? 0,
        ...times[stage],
        processor: processor[stage],
      }),
    0,
  );
  const storedGb =
    Object.entries(stored).reduce(
      (total, [kind, { bytes, added }]) => total + (KEPT_DAYS[kind] ? added * KEPT_DAYS[kind] : bytes),
      0,
    ) / BYTES_PER_GB;
  const logGb = sum('logs.bytes') / BYTES_PER_GB;
  return {
    'dynamodb-write': sum('dynamodb.write.'),
    'dynamodb-read': sum('dynamodb.read.'),
    'dynamodb-storage': storedGb,
    'dynamodb-backup': storedGb,
    'sqs-standard': requests(false),
    'sqs-fifo': requests(true),
    'sqs-fair': QUEUES.reduce((total, name) => total + sum(`sqs.${name}.fair`), 0),
    'lambda-requests': sum('lambda.'),
    'lambda-duration': duration * days,
    scheduler: sum('scheduler.'),
    'sns-publish': sum('sns.publish'),
    'sns-email': sum('sns.email'),
    kms: sum('kms.requests'),
    'logs-ingested': logGb,
    'logs-stored': logGb * logCompression,
    ...FIXED,
  };
}

export interface StageWork {
  readonly invocations: number;
  /** Total waiting time, ms. */
  readonly waited: number;
  /** Processor time on one whole processor, ms. */
  readonly processor: number;
  /** Maximum number of concurrent invocations. */
  readonly peak: number;
}

/** Returns the billed GB-seconds of a stage on one day. Waiting time and the starts of environments are billed as well. */
export function dailyGbSeconds(
  stage: StageName,
  { invocations, waited, processor, peak }: StageWork,
): number {
  const { wholeProcessor, environmentLives, init } = assumptions.lambda;
  const { memoryMb } = stages[stage];
  const working = processor * Math.max(1, wholeProcessor / memoryMb);
  // Lambda rounds up to whole milliseconds, half a millisecond on average.
  const rounding = invocations / 2;
  const starts = peak * (24 / environmentLives);
  return ((waited + working + rounding + starts * init) / 1000) * (memoryMb / 1024);
}

/** Counters that grow neither with feeds nor with news. */
const PER_TICK =
  /^(lambda\.dispatch|scheduler|dynamodb\.\w+\.(last tick)|dynamodb\.read\.index|sqs\.\w+\.empty)/;

/**
 * Scales the day of a sample to `factor` times as many feeds. Dispatch was measured with all feeds. The number of empty
 * receives is not scaled, because queues are idle less often with more feeds.
 */
export function scaled(sample: BilledDay, factor: number, dispatch: BilledDay, ticks: number): BilledDay {
  const perDay = (24 * 60) / ticks;
  const counts = Object.fromEntries(
    Object.entries(sample.counts).map(([name, units]) => [
      name,
      PER_TICK.test(name) ? units : units * factor,
    ]),
  );
  const sent = (dispatch.counts['sqs.feeds.send'] ?? 0) * perDay;
  const fair = (counts['sqs.feeds.fair'] ?? 0) - (counts['sqs.feeds.send'] ?? 0) + sent;
  const times = (stage: StageName) => {
    const { waited } = sample.times[stage];
    return stage === 'dispatch'
      ? { waited: dispatch.times.dispatch.waited * perDay, peak: 1 }
      : { waited: waited * factor, peak: Math.ceil((waited * factor) / 86_400_000) };
  };
  const processor = (stage: StageName) =>
    stage === 'dispatch' ? dispatch.processor.dispatch * perDay : sample.processor[stage] * factor;
  return {
    counts: { ...counts, 'sqs.feeds.send': sent, 'sqs.feeds.fair': fair },
    times: perStage(times),
    processor: perStage(processor),
    stored: Object.fromEntries(
      Object.entries(sample.stored).map(([kind, { bytes, added }]) => [
        kind,
        { bytes: bytes * factor, added: added * factor },
      ]),
    ),
  };
}

function perStage<Value>(of: (stage: StageName) => Value): Record<StageName, Value> {
  return Object.fromEntries(STAGES.map((stage) => [stage, of(stage)])) as Record<StageName, Value>;
}
