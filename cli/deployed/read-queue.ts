import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** A queue of a deployment. Reading it receives no message. */
export interface DeployedQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Messages that can be received. All three counts are approximate. */
  readonly waiting: number;
  /** Messages that were received and are not deleted yet. */
  readonly inFlight: number;
  readonly delayed: number;
}

/**
 * Reads a queue's address and message counts.
 * @throws NoSuchQueue when there is no such queue; the SDK's other errors as they are
 */
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

/** Returns the number of messages in a queue, whatever their state. */
export function messagesIn({ waiting, inFlight, delayed }: DeployedQueue): number {
  return waiting + inFlight + delayed;
}

/** There is no queue with this name. */
export class NoSuchQueue extends NewsAlertsError {
  override name = 'NoSuchQueue';
}

async function queueUrl(sqs: SQSClient, name: string, region: string): Promise<string> {
  try {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl;
  } catch (cause) {
    // The error's name depends on the protocol that the SDK uses.
    if (!(cause instanceof Error) || !/QueueDoesNotExist|NonExistentQueue/.test(cause.name)) throw cause;
    throw new NoSuchQueue(
      `expected the queue ${name} in ${region}, got none; check the stack's name (--stack) and the region (AWS_REGION)`,
      { cause },
    );
  }
}

/** SQS reports to CloudWatch once a minute, and CloudWatch shows the value some minutes later. */
const LOOKBACK_MS = 15 * 60_000;

/**
 * Returns the age of the oldest message in each queue, ms. Only CloudWatch knows it. A queue without an entry had no
 * message lately, or CloudWatch has no data. In a dead-letter queue the age counts from the move there.
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
  const ages = new Map<string, number>();
  for (const { Id = '', Values: [seconds] = [] } of MetricDataResults) {
    const name = names[Number(Id.slice(1))];
    if (name !== undefined && seconds !== undefined && seconds > 0) ages.set(name, seconds * 1_000);
  }
  return ages;
}
