import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { queueNames } from '../../cli/deployed/resource-names.ts';
import { type DeployedQueueName, QUEUES, queues } from '../../functions/shared/pipeline.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { createSnsEndpoint } from '../../local/sns/sns-endpoint.ts';
import { escapeXml } from '../../local/sns/xml.ts';
import { type StandIn, standIn } from './aws-stand-in.ts';
import { embeddedPlatform } from './embedded-platform.ts';

interface MoveTask {
  readonly TaskHandle: string;
  readonly StartedTimestamp: number;
  Status: string;
  ApproximateNumberOfMessagesMoved: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  FailureReason?: string;
  /** Makes the task fail after this many moved messages. */
  readonly failsAt?: number;
}

export interface Deployment {
  readonly env: () => Readonly<Record<string, string>>;
  table(): Table;
  readonly cloudFormation: StandIn;
  readonly cloudWatch: StandIn;
  readonly sns: StandIn;
  readonly sqs: StandIn;
  /** The state that CloudFormation, CloudWatch and SNS report. Tests change it. */
  readonly facts: {
    stackName: string;
    status: string;
    outputs: Record<string, string>;
    /** Age of the oldest message, s, by queue. */
    ages: Record<string, number>;
    /** Sum of each of the system's own metrics. */
    sums: Record<string, number>;
    alarms: object[];
    sandbox: boolean;
    verified: string[];
    limit: string;
    /** Messages published to phone numbers. */
    texts: Readonly<Record<string, unknown>>[];
  };
  /** Tasks by the ARN of the dead-letter queue, newest first. A task moves one message each time it is listed. */
  readonly tasks: Map<string, MoveTask[]>;
  /** Creates the queues that only deployments with recipients at chat services have. */
  createChatQueues(): Promise<void>;
  queueUrl(queue: DeployedQueueName, dead?: boolean): string;
  send(queue: DeployedQueueName, dead: boolean, ...bodies: string[]): Promise<void>;
  /** Returns the number of visible messages. */
  depth(queue: DeployedQueueName, dead: boolean): Promise<number>;
  /** Receives and deletes all visible messages. */
  take(queue: DeployedQueueName, dead: boolean): Promise<string[]>;
  channel(name: string): Promise<string>;
  snsClient(): SNSClient;
}

/**
 * Simulates a deployment of the stack NewsAlerts for one test file, with the embedded DynamoDB and SQS, our SNS endpoint, and
 * stand-ins for the calls that these do not support.
 */
export function deployment(): Deployment {
  const stack = 'NewsAlerts';
  const embedded = embeddedPlatform();
  const endpoint = createSnsEndpoint({
    clock: Date.now,
    onPublish: () => undefined,
    onDelivery: () => undefined,
    onDeliveryFailed: () => undefined,
  });
  const snsServer = createServer((request, response) => void endpoint.handle(request, response));
  let snsUrl = '';
  let sqsUrl = '';
  const facts: Deployment['facts'] = {
    stackName: stack,
    status: 'UPDATE_COMPLETE',
    outputs: {},
    ages: {},
    sums: {},
    alarms: [],
    sandbox: false,
    verified: [],
    limit: '50',
    texts: [],
  };
  const tasks: Deployment['tasks'] = new Map();

  const cloudFormation = standIn({
    DescribeStacks: ({ input }) => {
      if (input.StackName !== facts.stackName) {
        return {
          error: { code: 'ValidationError', message: `Stack with id ${input.StackName} does not exist` },
        };
      }
      const outputs = Object.entries(facts.outputs)
        .map(
          ([key, value]) =>
            `<member><OutputKey>${key}</OutputKey><OutputValue>${escapeXml(value)}</OutputValue></member>`,
        )
        .join('');
      return `<Stacks><member><StackName>${facts.stackName}</StackName><StackId>arn:aws:cloudformation:us-east-1:000000000000:stack/${stack}/1</StackId><StackStatus>${facts.status}</StackStatus><CreationTime>2026-01-05T10:00:00Z</CreationTime><Outputs>${outputs}</Outputs></member></Stacks>`;
    },
  });
  const cloudWatch = standIn({
    GetMetricData: ({ input }) => ({
      MetricDataResults: (input.MetricDataQueries as MetricQuery[]).map(({ Id, MetricStat }) => {
        const { Dimensions, MetricName } = MetricStat.Metric;
        const value = facts.ages[Dimensions[0]?.Value ?? ''] ?? facts.sums[MetricName];
        return { Id, Timestamps: value === undefined ? [] : [1], Values: value === undefined ? [] : [value] };
      }),
    }),
    DescribeAlarms: ({ input }) => ({
      MetricAlarms: input.AlarmNamePrefix === `${stack}-` ? facts.alarms : [],
    }),
  });
  const sns = standIn(
    {
      // Our endpoint only supports topics.
      Publish: ({ input }) =>
        input.PhoneNumber === undefined ? undefined : `<MessageId>m${facts.texts.push(input)}</MessageId>`,
      GetSMSSandboxAccountStatus: () => `<IsInSandbox>${facts.sandbox}</IsInSandbox>`,
      ListSMSSandboxPhoneNumbers: () =>
        `<PhoneNumbers>${facts.verified.map((number) => `<member><PhoneNumber>${number}</PhoneNumber><Status>Verified</Status></member>`).join('')}</PhoneNumbers>`,
      GetSMSAttributes: () =>
        `<attributes><entry><key>MonthlySpendLimit</key><value>${facts.limit}</value></entry></attributes>`,
    },
    () => snsUrl,
  );
  const sqs = standIn(
    {
      StartMessageMoveTask: async ({ input }) => {
        const arn = String(input.SourceArn);
        // Without it, SQS moves only messages that it has put there itself.
        if (input.DestinationArn !== arn.replace('-dead', ''))
          return { error: { code: 'InvalidParameterValue', message: 'the destination is another queue' } };
        const list = tasks.get(arn) ?? [];
        if (list[0]?.Status === 'RUNNING') {
          return { error: { code: 'UnsupportedOperation', message: 'There is already a task running' } };
        }
        const task: MoveTask = {
          TaskHandle: `task-${list.length + 1}`,
          StartedTimestamp: list.length + 1,
          Status: 'RUNNING',
          ApproximateNumberOfMessagesMoved: 0,
          ApproximateNumberOfMessagesToMove: await depthOf(urlOf(arn)),
        };
        tasks.set(arn, [task, ...list]);
        return { TaskHandle: task.TaskHandle };
      },
      ListMessageMoveTasks: async ({ input }) => {
        const arn = String(input.SourceArn);
        const [task] = tasks.get(arn) ?? [];
        if (task?.Status === 'RUNNING') await step(arn, task);
        // AWS returns the handle only while a task is running.
        return {
          Results: task
            ? [{ ...task, TaskHandle: task.Status === 'RUNNING' ? task.TaskHandle : undefined }]
            : [],
        };
      },
      CancelMessageMoveTask: ({ input }) => {
        const task = [...tasks.values()].flat().find(({ TaskHandle }) => TaskHandle === input.TaskHandle);
        if (task?.Status !== 'RUNNING') {
          return { error: { code: 'ResourceNotFoundException', message: 'no such running task' } };
        }
        task.Status = 'CANCELLED';
        return { ApproximateNumberOfMessagesMoved: task.ApproximateNumberOfMessagesMoved };
      },
    },
    () => sqsUrl,
  );

  const urlOf = (arn: string) => `${sqsUrl}/000000000000/${arn.split(':').at(-1)}`;
  const queueUrl: Deployment['queueUrl'] = (queue, dead = false) =>
    urlOf(queueNames(stack, queue)[dead ? 'dead' : 'live']);
  const depthOf = async (url: string) => {
    const { Attributes } = await embedded
      .sqs()
      .send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
    return Number(Attributes?.ApproximateNumberOfMessages);
  };
  const createQueues = async (queue: DeployedQueueName) => {
    const { live, dead } = queueNames(stack, queue);
    const Attributes: Record<string, string> = queues[queue].fifo ? { FifoQueue: 'true' } : {};
    for (const QueueName of [dead, live]) {
      await embedded.sqs().send(new CreateQueueCommand({ QueueName, Attributes }));
    }
  };
  const receive = (url: string) =>
    embedded
      .sqs()
      .send(new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ['MessageGroupId'] }));
  const put = async (url: string, body: string, group: string, id: string) => {
    const fifo = url.endsWith('.fifo') ? { MessageGroupId: group, MessageDeduplicationId: id } : {};
    await embedded.sqs().send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...fifo }));
  };
  const step = async (arn: string, task: MoveTask) => {
    if (task.ApproximateNumberOfMessagesMoved === task.failsAt) {
      Object.assign(task, { Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' });
      return;
    }
    const { Messages: [message] = [] } = await receive(urlOf(arn));
    if (!message) {
      task.Status = 'COMPLETED';
      return;
    }
    const { MessageGroupId = '' } = message.Attributes ?? {};
    await put(urlOf(arn).replace('-dead', ''), message.Body ?? '', MessageGroupId, `${message.MessageId}`);
    await embedded
      .sqs()
      .send(new DeleteMessageCommand({ QueueUrl: urlOf(arn), ReceiptHandle: message.ReceiptHandle }));
    task.ApproximateNumberOfMessagesMoved++;
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => snsServer.listen(0, '127.0.0.1', resolve));
    snsUrl = `http://127.0.0.1:${(snsServer.address() as AddressInfo).port}`;
    sqsUrl = process.env.AWS_ENDPOINT_URL_SQS ?? '';
    for (const queue of QUEUES) await createQueues(queue);
  });
  afterAll(async () => {
    await endpoint.close();
    snsServer.closeAllConnections();
    snsServer.close();
  });

  let messages = 0;
  return {
    cloudFormation,
    cloudWatch,
    sns,
    sqs,
    facts,
    tasks,
    createChatQueues: () => createQueues('chat'),
    queueUrl,
    table: () => embedded.platform().table(),
    env: () => ({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_ENDPOINT_URL_DYNAMODB: process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
      AWS_ENDPOINT_URL_SQS: sqs.url(),
      AWS_ENDPOINT_URL_SNS: sns.url(),
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url(),
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url(),
    }),
    async send(queue, dead, ...bodies) {
      for (const body of bodies) await put(queueUrl(queue, dead), body, 'owls', `m${++messages}`);
    },
    depth: (queue, dead) => depthOf(queueUrl(queue, dead)),
    async take(queue, dead) {
      const found: string[] = [];
      for (;;) {
        const { Messages: [message] = [] } = await receive(queueUrl(queue, dead));
        if (!message) return found;
        found.push(message.Body ?? '');
        await embedded.sqs().send(
          new DeleteMessageCommand({
            QueueUrl: queueUrl(queue, dead),
            ReceiptHandle: message.ReceiptHandle,
          }),
        );
      }
    },
    async channel(name) {
      const { TopicArn = '' } = await clientOf(snsUrl).send(new CreateTopicCommand({ Name: name }));
      return TopicArn;
    },
    snsClient: () => clientOf(snsUrl),
  };
}

interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Value: string }[];
    };
  };
}

function clientOf(endpoint: string): SNSClient {
  return new SNSClient({ endpoint, region: 'us-east-1' });
}
