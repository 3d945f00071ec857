import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eachRecord } from '../shared/aws/batch.ts';
import { measured } from '../shared/aws/emf-metrics.ts';
import { type Basics, basics, type Queues, queues } from '../shared/aws/platform.ts';
import type { ItemsFound } from '../shared/model.ts';
import { match } from './match.ts';
import { compile } from './matcher.ts';

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Reads the items queue. */
export function createHandler(platform: Basics & Queues): Handler {
  const deps = {
    log: platform.log,
    metrics: platform.metrics,
    matcher: compile(platform.config().topics),
    hits: platform.queue<never>('hits'),
  };
  return measured(platform.metrics, (event: SQSEvent) =>
    eachRecord<ItemsFound>(event, platform.log, (found) => match(deps, found)),
  );
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  created ??= createHandler({ ...basics(process.env), ...queues(process.env) });
  return created(event);
};
