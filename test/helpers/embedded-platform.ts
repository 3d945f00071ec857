import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { type Platform, platformFromEnvironment } from '../../functions/shared/aws/platform.ts';
import type { QueueName } from '../../functions/shared/pipeline.ts';
import { startEmbeddedServers } from '../../local/embedded-servers.ts';
import { provision } from '../../local/provision.ts';

const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface EmbeddedPlatform {
  platform(): Platform;
  queueUrl(name: QueueName): string;
  sqs(): SQSClient;
}

/**
 * Starts the embedded servers for one test file and returns the product's own SDK clients for them.
 *
 * @param startDynamoDb starts another DynamoDB instead of the embedded one
 */
export function embeddedPlatform(
  startDynamoDb?: () => Promise<{ readonly url: string; stop(): Promise<void> }>,
): EmbeddedPlatform {
  let started: { platform: Platform; urls: Readonly<Record<QueueName, string>>; sqs: SQSClient } | undefined;
  let stop = () => Promise.resolve();
  beforeAll(async () => {
    const servers = await startEmbeddedServers();
    const other = await startDynamoDb?.();
    const dynamodb = other?.url ?? servers.dynamodb;
    stop = async () => {
      await Promise.all([servers.stop(), other?.stop()]);
    };
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ENDPOINT_URL_SQS: servers.sqs,
    });
    const { environment, queueUrls } = await provision(
      // Without channels, SNS is not called.
      { dynamodb, sqs: servers.sqs, sns: 'http://127.0.0.1:9' },
      { topicIds: [], subscriptions: [] },
      SILENT,
    );
    started = { platform: platformFromEnvironment(environment), urls: queueUrls, sqs: new SQSClient({}) };
  });
  afterAll(() => stop());
  const running = () => {
    if (!started)
      throw new TypeError('the servers start before the tests of a file, not while the file is loaded');
    return started;
  };
  return {
    platform: () => running().platform,
    queueUrl: (name) => running().urls[name],
    sqs: () => running().sqs,
  };
}
