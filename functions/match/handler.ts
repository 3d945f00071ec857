import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processConcurrently } from '../shared/aws/batch.ts';
import { withMetrics } from '../shared/aws/emf-metrics.ts';
import {
  type Basics,
  basics,
  type CompiledTopics,
  compiledTopics,
  type Queues,
  queues,
} from '../shared/aws/platform.ts';
import type { ItemsFound } from '../shared/messages.ts';
import { findPattern } from './find-pattern.ts';
import { match } from './match.ts';
import type { Matcher } from './matcher.ts';
import { openTopics } from './topics-file.ts';

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Creates the handler of the items queue. */
export function createHandler(
  platform: Basics & CompiledTopics & Queues,
  matcher: Matcher = openTopics(platform.topicsFile(), findPattern),
): Handler {
  const { log, metrics } = platform;
  const deps = { log, metrics, matcher, hits: platform.queue<never>('hits') };
  return withMetrics(metrics, (event: SQSEvent) =>
    processConcurrently<ItemsFound>(event, log, 'items', (found) => match(deps, found)),
  );
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  created ??= createHandler({
    ...basics(process.env),
    ...compiledTopics(process.env),
    ...queues(process.env),
  });
  return created(event);
};
