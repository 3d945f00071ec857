/**
 * What AWS asks, in US dollars: us-east-1 (N. Virginia), on demand, Lambda on ARM. Put together in November 2026 from
 * what others had copied of the named pages between March and June 2026; look at the pages before relying on a figure.
 * First tiers only: all that is counted here stays far below the second ones. Free allowances are those that do not end after a year; they
 * are per account, and another program in it may use them up.
 */
export const PRICES_AS_OF = 'June 2026, us-east-1';

export interface Price {
  readonly what: string;
  readonly unit: string;
  /** Dollars for `per` units. */
  readonly dollars: number;
  readonly per: number;
  /** Units a month that cost nothing. */
  readonly free: number;
  /** Prices with one pool share its free units, in the order of this table: the cheapest first, so as not to flatter. */
  readonly pool?: string;
  /** Where the price stands, below https://. */
  readonly source: string;
}

const MILLION = 1_000_000;
const DYNAMODB = 'aws.amazon.com/dynamodb/pricing/on-demand';
const SQS = 'aws.amazon.com/sqs/pricing';
const LAMBDA = 'aws.amazon.com/lambda/pricing';
const SNS = 'aws.amazon.com/sns/pricing';
const CLOUDWATCH = 'aws.amazon.com/cloudwatch/pricing';

export const prices = {
  // There is no free allowance of requests on demand; the 25 units of the free tier are provisioned ones.
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
  // On top of the request, where a message of a standard queue has a group; known from one such copy alone.
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
  // A key of AWS's own costs nothing a month, but each use of it.
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
  // Compressed: AWS reckons with 0.15 of what was ingested. The free 5 GB are shared with ingestion.
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

/** What exists all month, whether used or not. Change it together with lib/. */
export const FIXED: Readonly<Partial<Record<PriceName, number>>> = {
  metrics: 9,
  alarms: 11,
  dashboards: 1,
};
