import { readFileSync } from 'node:fs';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Channels } from '../channels.ts';
import { NewsAlertsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock, PipelineConfig } from '../model.ts';
import { environment, type QueueName } from '../pipeline.ts';
import type { Queue } from '../queue.ts';
import type { Table } from '../store/table.ts';
import { dynamoTable } from './dynamo-table.ts';
import { snsChannels } from './sns-channels.ts';
import { sqsQueue } from './sqs-queue.ts';

/** What a handler's stage is built from. The same on AWS and on one machine: only the environment differs. */
export interface Platform {
  readonly clock: Clock;
  readonly log: Log;
  config(): PipelineConfig;
  table(): Table;
  queue<Body>(name: QueueName): Queue<Body>;
  channels(): Channels;
}

type Env = Readonly<Record<string, string | undefined>>;

/** A publish that has not been answered by then counts as unknown; well below the lease of a claim. */
const PUBLISH_TIMEOUT_MS = 10_000;

/**
 * Builds the platform from environment variables. The SDK's own ones (AWS_REGION, AWS_ENDPOINT_URL_SQS …) say where
 * the services are. Nothing is created before it is asked for, so that each function pays only for what it uses.
 */
export function platformFromEnvironment(
  env: Env = process.env,
  { clock = Date.now, log = logger() }: { clock?: Clock; log?: Log } = {},
): Platform {
  const variable = (name: string): string => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new NewsAlertsError(`expected the environment variable ${name} to be set, got nothing`);
  };
  const config = once(() => JSON.parse(readFileSync(variable(environment.config), 'utf8')) as PipelineConfig);
  const sqs = once(() => new SQSClient({}));
  const table = once(() =>
    dynamoTable(
      DynamoDBDocumentClient.from(new DynamoDBClient({}), {
        marshallOptions: { removeUndefinedValues: true },
      }),
      variable(environment.table),
    ),
  );
  const channels = once(() =>
    snsChannels(
      new SNSClient({
        maxAttempts: 1,
        requestHandler: { requestTimeout: PUBLISH_TIMEOUT_MS, throwOnRequestTimeout: true },
      }),
      variable(environment.channelPrefix),
    ),
  );
  return {
    clock,
    log,
    config,
    table,
    channels,
    queue: <Body>(name: QueueName) => sqsQueue<Body>(sqs(), variable(environment.queueUrl(name))),
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function logger(): Log {
  const inner = new Logger({ serviceName: 'news-alerts' });
  return {
    info: (event, fields) => inner.info(event, { ...fields }),
    warn: (event, fields) => inner.warn(event, { ...fields }),
    error: (event, fields) => inner.error(event, { ...fields }),
  };
}
