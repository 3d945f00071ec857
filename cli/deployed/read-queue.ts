import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** A queue of a deployment, as SQS tells of it without a message being received. */
export interface DeployedQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Messages that can be received; all three counts are approximate. */
  readonly waiting: number;
  /** Messages that somebody is at work on. */
  readonly inFlight: number;
  readonly delayed: number;
}

/** @throws NewsAlertsError when there is no such queue; the SDK's errors else */
export async function readQueue(sqs: SQSClient, name: string, region: string): Promise<DeployedQueue> {
  const url = await queueUrl(sqs, name, region);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'QueueArn',
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    name,
    url,
    arn: Attributes.QueueArn ?? '',
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

/** There is no queue of that name. */
export class NoSuchQueue extends NewsAlertsError {
  override name = 'NoSuchQueue';
}

async function queueUrl(sqs: SQSClient, name: string, region: string): Promise<string> {
  try {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl;
  } catch (cause) {
    // The name of the error depends on the protocol that the SDK speaks.
    if (!(cause instanceof Error) || !/QueueDoesNotExist|NonExistentQueue/.test(cause.name)) throw cause;
    throw new NoSuchQueue(
      `expected the queue ${name} in ${region}, got none; is the stack's name right (--stack), and the region (AWS_REGION)?`,
      { cause },
    );
  }
}

/** SQS tells CloudWatch once a minute, and CloudWatch us some minutes later. */
const LOOKBACK_MS = 15 * 60_000;

/**
 * How long the oldest message of each queue has been there, ms. Only CloudWatch knows it; a queue without an entry had
 * no message lately, or nothing is known of it. In a dead-letter queue the time counts from the move there.
 */
export async function oldestMessageAges(
  cloudWatch: CloudWatchClient,
  names: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - LOOKBACK_MS),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: names.map((QueueName, n) => ({
        Id: `q${n}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateAgeOfOldestMessage',
            Dimensions: [{ Name: 'QueueName', Value: QueueName }],
          },
          Period: 60,
          Stat: 'Maximum',
        },
      })),
    }),
  );
  const found = new Map<string, number>();
  for (const { Id = '', Values: [seconds] = [] } of MetricDataResults) {
    const name = names[Number(Id.slice(1))];
    if (name !== undefined && seconds !== undefined && seconds > 0) found.set(name, seconds * 1_000);
  }
  return found;
}
