import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { oneAtATime } from '../shared/aws/batch.ts';
import { measured } from '../shared/aws/emf-metrics.ts';
import {
  type Basics,
  basics,
  type Publishing,
  publishing,
  type Tables,
  tables,
} from '../shared/aws/platform.ts';
import { notify } from './notify.ts';
import { recordsOf } from './records.ts';
import { subjectOf } from './subject.ts';
import { termCounts } from './term-counts.ts';

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Reads the hits queue. */
export function createHandler(platform: Basics & Tables & Publishing): Handler {
  const records = recordsOf(platform.table(), platform.instance);
  const config = platform.config();
  const deps = {
    clock: platform.clock,
    log: platform.log,
    metrics: platform.metrics,
    config,
    ...records,
    termCounts: termCounts(records.streamWords, platform.clock),
    channels: platform.channels(config.sms),
  };
  return measured(platform.metrics, (event: SQSEvent) =>
    oneAtATime(event, platform.log, subjectOf, (message) => notify(deps, message)),
  );
}

let created: Handler | undefined;

export const handler: Handler = (event) => {
  created ??= createHandler({ ...basics(process.env), ...tables(process.env), ...publishing(process.env) });
  return created(event);
};
