/**
 * Prices of AWS in US dollars for us-east-1 (N. Virginia), on demand, Lambda on ARM. They were collected in November 2026 from
 * copies of the named pages made between March and June 2026; check the pages before relying on a figure. Only the first tiers
 * are listed, because all use stays far below the second ones. Free allowances are those that do not end after a year. They
 * are per account, so other programs may use them up.
 */
export const PRICES_AS_OF = 'June 2026, us-east-1';

export interface Price {
  readonly what: string;
  readonly unit: string;
  /** Dollars for `per` units. */
  readonly dollars: number;
  readonly per: number;
  /** Free units per month. */
  readonly free: number;
  /**
   * Prices with the same pool share its free units, in the order of this table. The cheapest come first, to be conservative.
   */
  readonly pool?: string;
  /** Address of the price, without https://. */
  readonly source: string;
}

const MILLION = 1_000_000;
const DYNAMODB = 'aws.amazon.com/dynamodb/pricing/on-demand';
const SQS = 'aws.amazon.com/sqs/pricing';
const LAMBDA = 'aws.amazon.com/lambda/pricing';
const SNS = 'aws.amazon.com/sns/pricing';
const CLOUDWATCH = 'aws.amazon.com/cloudwatch/pricing';

export const prices = {
  // On-demand requests have no free allowance. The 25 units of the free tier are for provisioned capacity.
  'dynamodb-write': {
    what: 'DynamoDB writes, table and index',
    unit: 'write request units',
    dollars: 0.625,
    per: MILLION,
    free: 0,
    source: DYNAMODB,
  },
  'dynamodb-read': {
    what: 'DynamoDB reads, table and index',
    unit: 'read request units',
    dollars: 0.125,
    per: MILLION,
    free: 0,
    source: DYNAMODB,
  },
  'dynamodb-storage': {
    what: 'DynamoDB storage',
    unit: 'GB-months',
    dollars: 0.25,
    per: 1,
    free: 25,
    source: DYNAMODB,
  },
  'dynamodb-backup': {
    what: 'DynamoDB point-in-time recovery',
    unit: 'GB-months',
    dollars: 0.2,
    per: 1,
    free: 0,
    source: DYNAMODB,
  },
  'sqs-standard': {
    what: 'SQS, standard queues',
    unit: 'requests',
    dollars: 0.4,
    per: MILLION,
    free: MILLION,
    pool: 'sqs',
    source: SQS,
  },
  'sqs-fifo': {
    what: 'SQS, FIFO queue',
    unit: 'requests',
    dollars: 0.5,
    per: MILLION,
    free: MILLION,
    pool: 'sqs',
    source: SQS,
  },
  // In addition to the request, for messages with a group in a standard queue. Only one copy mentions this price.
  'sqs-fair': {
    what: 'SQS, fairness between groups',
    unit: 'requests',
    dollars: 0.1,
    per: MILLION,
    free: 0,
    source: SQS,
  },
  'lambda-requests': {
    what: 'Lambda invocations',
    unit: 'requests',
    dollars: 0.2,
    per: MILLION,
    free: MILLION,
    source: LAMBDA,
  },
  'lambda-duration': {
    what: 'Lambda duration, ARM',
    unit: 'GB-seconds',
    dollars: 0.0000133334,
    per: 1,
    free: 400_000,
    source: LAMBDA,
  },
  scheduler: {
    what: 'EventBridge Scheduler',
    unit: 'invocations',
    dollars: 1,
    per: MILLION,
    free: 14 * MILLION,
    source: 'aws.amazon.com/eventbridge/pricing',
  },
  'sns-publish': {
    what: 'SNS publishes',
    unit: 'requests',
    dollars: 0.5,
    per: MILLION,
    free: MILLION,
    source: SNS,
  },
  'sns-email': {
    what: 'SNS deliveries by email',
    unit: 'emails',
    dollars: 2,
    per: 100_000,
    free: 1_000,
    source: SNS,
  },
  'ses-email': {
    what: 'SES mails',
    unit: 'emails',
    dollars: 0.1,
    per: 1_000,
    free: 0,
    source: 'aws.amazon.com/ses/pricing',
  },
  // A key that AWS manages has no monthly cost, but each use is billed.
  kms: {
    what: 'KMS, keys of encrypted channels',
    unit: 'requests',
    dollars: 0.03,
    per: 10_000,
    free: 20_000,
    source: 'aws.amazon.com/kms/pricing',
  },
  'logs-ingested': {
    what: 'CloudWatch Logs ingested',
    unit: 'GB',
    dollars: 0.5,
    per: 1,
    free: 5,
    pool: 'logs',
    source: CLOUDWATCH,
  },
  // AWS bills the compressed size, 0.15 of the ingested size. The free 5 GB are shared with ingestion.
  'logs-stored': {
    what: 'CloudWatch Logs kept a month',
    unit: 'GB-months',
    dollars: 0.03,
    per: 1,
    free: 5,
    pool: 'logs',
    source: CLOUDWATCH,
  },
  metrics: {
    what: 'CloudWatch custom metrics',
    unit: 'metrics',
    dollars: 0.3,
    per: 1,
    free: 10,
    source: CLOUDWATCH,
  },
  alarms: {
    what: 'CloudWatch alarms',
    unit: 'alarm metrics',
    dollars: 0.1,
    per: 1,
    free: 10,
    source: CLOUDWATCH,
  },
  dashboards: {
    what: 'CloudWatch dashboards',
    unit: 'dashboards',
    dollars: 3,
    per: 1,
    free: 3,
    source: CLOUDWATCH,
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;

/** Resources that are billed all month, whether used or not. Change this together with lib/. */
export const FIXED: Readonly<Partial<Record<PriceName, number>>> = {
  metrics: 9,
  alarms: 11,
  dashboards: 1,
};
