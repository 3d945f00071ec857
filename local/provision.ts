import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import {
  CreateTopicCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
  type Subscription as SnsSubscription,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Subscription } from '../functions/shared/model.ts';
import {
  environment,
  PROTOCOLS_ATTRIBUTE,
  QUEUES,
  type QueueName,
  queuePhysicalName,
  queues,
  table,
} from '../functions/shared/pipeline.ts';

const TABLE_NAME = 'news-alerts';
const CHANNEL_PREFIX = 'news-alerts-topic-';

export interface Provisioned {
  /** Environment variables for the stages, as on AWS. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queueUrls: Readonly<Record<QueueName, string>>;
  readonly deadLetterUrls: Readonly<Record<QueueName, string>>;
}

/** Creates what CloudFormation creates on AWS, from the same description; what is there already stays. */
export async function provision(
  endpoints: { readonly sqs: string },
  topicIds: readonly string[],
  subscriptions: readonly Subscription[],
): Promise<Provisioned> {
  await createTable();
  const urls = await createQueues(endpoints.sqs);
  const channelPrefix = await createChannels(topicIds, subscriptions);
  return {
    ...urls,
    environment: {
      [environment.table]: TABLE_NAME,
      [environment.channelPrefix]: channelPrefix,
      ...Object.fromEntries(QUEUES.map((name) => [environment.queueUrl(name), urls.queueUrls[name]])),
    },
  };
}

async function createTable(): Promise<void> {
  const { partitionKey, sortKey, dueIndex } = table;
  const schema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  try {
    await new DynamoDBClient({}).send(
      new CreateTableCommand({
        TableName: TABLE_NAME,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: schema(partitionKey, sortKey),
        AttributeDefinitions: [partitionKey, sortKey, dueIndex.partitionKey, dueIndex.sortKey].map(
          (AttributeName) => ({
            AttributeName,
            AttributeType: 'S' as const,
          }),
        ),
        GlobalSecondaryIndexes: [
          {
            IndexName: dueIndex.name,
            KeySchema: schema(dueIndex.partitionKey, dueIndex.sortKey),
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

async function createQueues(endpoint: string) {
  const sqs = new SQSClient({});
  // A URL with the server's own address: the one that the server makes up names a host that does not resolve.
  const urlOf = (name: string) => `${endpoint}/000000000000/${name}`;
  const queueUrls: Partial<Record<QueueName, string>> = {};
  const deadLetterUrls: Partial<Record<QueueName, string>> = {};
  const create = async (name: string, attributes: Record<string, string>): Promise<string> => {
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return urlOf(name);
  };
  for (const name of QUEUES) {
    const spec = queues[name];
    const fifo: Record<string, string> = spec.fifo ? { FifoQueue: 'true' } : {};
    const deadLetterUrl = await create(queuePhysicalName(`${name}-dead`, spec), { ...fifo });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
    );
    const url = await create(queuePhysicalName(name, spec), { ...fifo });
    // Set apart from creation, which refuses a queue that stands already with other attributes.
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: url,
        Attributes: {
          VisibilityTimeout: String(spec.visibilityTimeout),
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: Attributes?.QueueArn,
            maxReceiveCount: spec.maxReceiveCount,
          }),
        },
      }),
    );
    queueUrls[name] = url;
    deadLetterUrls[name] = deadLetterUrl;
  }
  return {
    queueUrls: queueUrls as Record<QueueName, string>,
    deadLetterUrls: deadLetterUrls as Record<QueueName, string>,
  };
}

async function createChannels(topicIds: readonly string[], wanted: readonly Subscription[]): Promise<string> {
  const sns = new SNSClient({});
  let prefix = '';
  for (const topicId of topicIds) {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `${CHANNEL_PREFIX}${topicId}` }));
    prefix = TopicArn.slice(0, -topicId.length);
    await reconcile(
      sns,
      TopicArn,
      wanted.filter((one) => one.topicId === topicId),
    );
  }
  return prefix;
}

/** Adds the recipients that the configuration has gained, and drops those that it has lost; others subscribed themselves. */
async function reconcile(sns: SNSClient, channelArn: string, wanted: readonly Subscription[]): Promise<void> {
  const existing: SnsSubscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn: channelArn },
  )) {
    existing.push(...Subscriptions);
  }
  const same = (one: SnsSubscription) => (other: Subscription) =>
    one.Protocol === other.protocol && one.Endpoint === other.endpoint;
  for (const subscription of existing) {
    const ours = subscription.Protocol === 'email' || subscription.Protocol === 'sms';
    if (ours && !wanted.some(same(subscription))) {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription.SubscriptionArn }));
    }
  }
  for (const { protocol, endpoint } of wanted.filter((one) => !existing.some((other) => same(other)(one)))) {
    await sns.send(
      new SubscribeCommand({
        TopicArn: channelArn,
        Protocol: protocol,
        Endpoint: endpoint,
        Attributes: { FilterPolicy: JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: [protocol] }) },
      }),
    );
  }
}
