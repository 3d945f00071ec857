/**
 * Default quotas of an AWS account in one region, collected in November 2026 from stored copies of the named pages. Your
 * account may have lower ones at first: see Service Quotas. Our own limits are in functions/shared/pipeline.ts.
 */
export const QUOTAS_AS_OF = 'November 2026';

export interface Quota {
  readonly service: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Whether AWS raises the quota on request. */
  readonly adjustable: boolean;
  /** Address without https://. */
  readonly source: string;
}

const DYNAMODB = 'docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const PARTITIONS = 'docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html';
const LAMBDA = 'docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const SNS = 'docs.aws.amazon.com/general/latest/gr/sns.html';
const SQS = 'docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html';

export const quotas = {
  concurrency: {
    service: 'Lambda',
    name: 'concurrent executions',
    value: 1_000,
    unit: 'invocations at one time',
    adjustable: true,
    source: LAMBDA,
  },
  layers: {
    service: 'Lambda',
    name: 'function and layers',
    value: 250 * 1024 * 1024,
    unit: 'unzipped',
    adjustable: false,
    source: LAMBDA,
  },
  runTime: {
    service: 'Lambda',
    name: 'function timeout',
    value: 900,
    unit: 's',
    adjustable: false,
    source: LAMBDA,
  },
  tableWrites: {
    service: 'DynamoDB',
    name: 'on-demand table, writes',
    value: 40_000,
    unit: 'write units a second',
    adjustable: true,
    source: DYNAMODB,
  },
  partitionWrites: {
    service: 'DynamoDB',
    name: 'one partition, writes',
    value: 1_000,
    unit: 'write units a second',
    adjustable: false,
    source: PARTITIONS,
  },
  partitionReads: {
    service: 'DynamoDB',
    name: 'one partition, reads',
    value: 3_000,
    unit: 'read units a second',
    adjustable: false,
    source: PARTITIONS,
  },
  inFlight: {
    service: 'SQS',
    name: 'messages in flight',
    value: 120_000,
    unit: 'messages',
    adjustable: true,
    source: SQS,
  },
  fifoMessages: {
    service: 'SQS',
    name: 'FIFO queue, messages in batches',
    value: 3_000,
    unit: 'messages a second',
    adjustable: false,
    source: SQS,
  },
  topics: {
    service: 'SNS',
    name: 'standard topics',
    value: 100_000,
    unit: 'channels',
    adjustable: true,
    source: SNS,
  },
  filters: {
    service: 'SNS',
    name: 'filter policies',
    value: 10_000,
    unit: 'subscriptions',
    adjustable: true,
    source: SNS,
  },
  pending: {
    service: 'SNS',
    name: 'subscriptions that are not confirmed',
    value: 5_000,
    unit: 'subscriptions',
    adjustable: true,
    source: SNS,
  },
  createTopic: {
    service: 'SNS',
    name: 'CreateTopic',
    value: 30,
    unit: 'calls a second',
    adjustable: true,
    source: SNS,
  },
  setAttributes: {
    service: 'SNS',
    name: 'SetTopicAttributes',
    value: 10,
    unit: 'calls a second',
    adjustable: false,
    source: SNS,
  },
  publish: {
    service: 'SNS',
    name: 'messages published, smallest regions',
    value: 300,
    unit: 'messages a second',
    adjustable: true,
    source: SNS,
  },
  emails: {
    service: 'SNS',
    name: 'emails',
    value: 10,
    unit: 'emails a second',
    adjustable: false,
    source: SNS,
  },
  smsSpend: {
    service: 'SNS',
    name: 'account spend on SMS',
    value: 1,
    unit: 'USD a month',
    adjustable: true,
    source: SNS,
  },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof quotas;
