import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eachRecord } from '../shared/aws/batch.ts';
import { measured } from '../shared/aws/emf-metrics.ts';
import {
  type Basics,
  basics,
  type CompiledTopics,
  compiledTopics,
  type Queues,
  queues,
} from '../shared/aws/platform.ts';
import type { ItemsFound } from '../shared/model.ts';
import { match } from './match.ts';
import type { Matcher } from './matcher.ts';
import { findPattern } from './patterns.ts';
import { openTopics } from './topics-file.ts';

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Reads the items queue. */
export function createHandler(
  platform: Basics & CompiledTopics & Queues,
  matcher: Matcher = openTopics(platform.topicsFile(), findPattern),
): Handler {
  const { log, metrics } = platform;
  const deps = { log, metrics, matcher, hits: platform.queue<never>('hits') };
  return measured(metrics, (event: SQSEvent) =>
    eachRecord<ItemsFound>(event, log, (found) => match(deps, found)),
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
