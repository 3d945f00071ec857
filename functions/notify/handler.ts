import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processSequentially } from '../shared/aws/batch.ts';
import { withMetrics } from '../shared/aws/emf-metrics.ts';
import {
  type Basics,
  basics,
  type Publishing,
  publishing,
  type Tables,
  tables,
} from '../shared/aws/platform.ts';
import { notifyStores } from './deps.ts';
import { kindOf, notify, orderingKeyOf } from './notify.ts';
import { cachedTermCounts } from './story/cached-term-counts.ts';

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Returns the handler of the hits queue. */
export function createHandler(platform: Basics & Tables & Publishing): Handler {
  const stores = notifyStores(platform.table(), platform.instance);
  const config = platform.config();
  const { clock, log, metrics } = platform;
  const termCounts = cachedTermCounts(stores.streamWords, clock);
  const deps = {
    clock,
    log,
    metrics,
    config,
    ...stores,
    termCounts,
    channels: platform.channels(config),
    exit: platform.exit,
  };
  return withMetrics(metrics, (event: SQSEvent) =>
    processSequentially(event, log, kindOf, orderingKeyOf, (message) => notify(deps, message)),
  );
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  created ??= createHandler({ ...basics(process.env), ...tables(process.env), ...publishing(process.env) });
  return created(event);
};
