import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { makeChannels, removeChannels, type WantedChannels } from '../functions/channels/channels.ts';
import { channelAdmins, tables } from '../functions/shared/aws/platform.ts';
import type { Log } from '../functions/shared/events.ts';
import {
  environment,
  OPERATIONS_TOPIC_ID,
  QUEUES,
  type QueueName,
  queuePhysicalName,
  queues,
  table,
} from '../functions/shared/pipeline.ts';
import { channelRecords } from '../functions/shared/store/channel-records.ts';
import { localSdk } from './local-sdk.ts';

export const TABLE_NAME = 'news-alerts';
const CHANNEL_PREFIX = 'arn:aws:sns:us-east-1:000000000000:news-alerts-channel-';

export interface Provisioned {
  /** Environment variables for the stages, as on AWS. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queueUrls: Readonly<Record<QueueName, string>>;
  readonly deadLetterUrls: Readonly<Record<QueueName, string>>;
  readonly channels: ProvisionedChannels;
}

/** Changes the channels and subscriptions when the configuration changes. */
interface ProvisionedChannels {
  /** Creates the wanted channels and subscriptions that are missing. */
  make(wanted: WantedChannels): Promise<void>;
  /** Removes the channels and subscriptions that are not wanted. */
  remove(wanted: WantedChannels): Promise<void>;
}

/**
 * Creates the resources that CloudFormation creates on AWS, from the same description (`pipeline.ts`). Leaves existing
 * resources as they are.
 */
export async function provision(
  endpoints: { readonly dynamodb: string; readonly sqs: string; readonly sns: string },
  wanted: WantedChannels,
  log: Log,
): Promise<Provisioned> {
  await createTable(endpoints.dynamodb);
  const urls = await createQueues(endpoints.sqs);
  const names = {
    [environment.table]: TABLE_NAME,
    [environment.channelPrefix]: CHANNEL_PREFIX,
    [environment.operationsChannel]: `${CHANNEL_PREFIX}${OPERATIONS_TOPIC_ID}`,
    [environment.tags]: '{}',
  };
  const admin = channelAdmins(names, localSdk(endpoints.sns)).channelAdmin();
  const records = channelRecords(tables(names, localSdk(endpoints.dynamodb)).table());
  const channels: ProvisionedChannels = {
    make: (all) => makeChannels({ admin, records, log, run: randomUUID() }, all),
    remove: (all) => removeChannels({ admin, records, log, run: randomUUID() }, all),
  };
  await channels.make(wanted);
  await channels.remove(wanted);
  return {
    ...urls,
    channels,
    environment: {
      ...names,
      ...Object.fromEntries(QUEUES.map((name) => [environment.queueUrl(name), urls.queueUrls[name]])),
    },
  };
}

async function createTable(endpoint: string): Promise<void> {
  const { partitionKey, sortKey, dueIndex } = table;
  const schema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  try {
    await new DynamoDBClient(localSdk(endpoint)).send(
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
  const sqs = new SQSClient(localSdk(endpoint));
  // Built here, since the URLs that the server returns have a host name that does not resolve.
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
    // Set separately, since CreateQueue refuses an existing queue with other attributes.
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
