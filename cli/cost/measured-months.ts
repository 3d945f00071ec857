import type { Usage } from './bill.ts';

/** The usage of a deployment in a month, as measured by `npm run bench -- cost`. */
export interface MeasuredMonth {
  /** All of them are polled every 15 minutes. */
  readonly feeds: number;
  readonly usage: Usage;
}

export const POLLS_PER_FEED = (30 * 24 * 60) / 15;

/**
 * The months in docs/cost.md, the fewest feeds first. After a change of what the pipeline does, take the figures from `npm run
 * bench -- cost` and write them here and there; a test compares the two.
 */
export const MEASURED_MONTHS: readonly [MeasuredMonth, ...MeasuredMonth[]] = [
  {
    feeds: 50,
    usage: {
      'dynamodb-write': 164_370,
      'dynamodb-read': 212_775,
      'dynamodb-storage': 0.13,
      'dynamodb-backup': 0.13,
      'sqs-standard': 694_320,
      'sqs-fifo': 649_260,
      'sqs-fair': 201_600,
      'lambda-requests': 146_670,
      'lambda-duration': 19_388,
      scheduler: 43_200,
      'sns-publish': 420,
      'sns-email': 420,
      kms: 840,
      'logs-ingested': 0.16,
      'logs-stored': 0.02,
      metrics: 9,
      alarms: 11,
      dashboards: 1,
    },
  },
  {
    feeds: 1_000,
    usage: {
      'dynamodb-write': 824_280,
      'dynamodb-read': 2_970_555,
      'dynamodb-storage': 0.83,
      'dynamodb-backup': 0.83,
      'sqs-standard': 1_971_600,
      'sqs-fifo': 656_820,
      'sqs-fair': 1_088_640,
      'lambda-requests': 356_370,
      'lambda-duration': 81_323,
      scheduler: 43_200,
      'sns-publish': 2_550,
      'sns-email': 2_550,
      kms: 5_100,
      'logs-ingested': 0.42,
      'logs-stored': 0.06,
      metrics: 9,
      alarms: 11,
      dashboards: 1,
    },
  },
  {
    feeds: 100_000,
    usage: {
      'dynamodb-write': 78_121_200,
      'dynamodb-read': 295_223_040,
      'dynamodb-storage': 82.61,
      'dynamodb-backup': 82.61,
      'sqs-standard': 132_146_250,
      'sqs-fifo': 1_728_510,
      'sqs-fair': 88_139_520,
      'lambda-requests': 29_317_200,
      'lambda-duration': 7_466_017,
      scheduler: 43_200,
      'sns-publish': 132_000,
      'sns-email': 132_000,
      kms: 264_000,
      'logs-ingested': 39.7,
      'logs-stored': 5.96,
      metrics: 9,
      alarms: 11,
      dashboards: 1,
    },
  },
];
