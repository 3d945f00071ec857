import { Duration, Names, Stack } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import {
  CONFIG_FILE,
  environment,
  maxConcurrencyOf,
  parameterPath,
  type QueueName,
  type StageName,
  stages,
  TOPICS_FILE,
} from '../functions/shared/pipeline.ts';
import type { ChannelNames } from './channels.ts';
import type { DataLayer } from './data-layer.ts';
import type { NewsTable } from './news-table.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { QueuePair } from './queue-pair.ts';

export interface StageFunctionProps {
  /** Which stage of the pipeline this runs; `stages` says what it may do. */
  readonly stage: StageName;
  /** Where the stages keep their records. */
  readonly table: NewsTable;
  /** The queues that stages read and send to. */
  readonly queues: Readonly<Record<QueueName, QueuePair>>;
  /** How a publishing stage finds the channels. */
  readonly channels: ChannelNames;
  /** Where a publishing stage tells of the system itself. */
  readonly operations: ITopic;
  /** Of the system, for its metrics. */
  readonly name: string;
  /** Number of feeds: many of them have limits of concurrency. */
  readonly feeds: number;
  /** Whether poll fetches feeds of the machine that it runs on, too. */
  readonly loopbackFeeds: boolean;
  /** The configuration that every stage reads, and the compiled topics that match does. */
  readonly config: DataLayer;
  /** The configuration with the addresses of feeds, for the stage that fetches them. */
  readonly addresses: DataLayer;
  /** Whether there are names of secrets in them. */
  readonly secrets: boolean;
}

/** The function of one stage, with its own log group and a role that allows what the stage's description says. */
export class StageFunction extends PipelineFunction {
  readonly function: Lambda;

  constructor(scope: Construct, id: string, props: StageFunctionProps) {
    super(scope, id);
    const { stage, table, queues, channels, operations } = props;
    const spec = stages[stage];
    const config = spec.fetches ? props.addresses : props.config;
    const parameters = spec.fetches && props.secrets ? parameterPath(props.name) : undefined;
    if (parameters !== undefined) {
      const resourceName = `${parameters.slice(1)}*`;
      this.allow(
        ['ssm:GetParameters'],
        [Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName })],
      );
    }
    const usesTable = spec.table.length > 0;
    this.allowRecords(table, spec.table);
    for (const name of spec.sendsTo) this.allow(['sqs:SendMessage'], [queues[name].queue.queueArn]);
    // Thousands of channels by their names would not fit into the policies of a role.
    if (spec.publishes) this.allow(['sns:Publish'], [`${channels.arnPrefix}*`, operations.topicArn]);

    const scheduled = 'schedule' in spec.trigger;
    this.function = this.createFunction(stage, {
      timeout: Duration.seconds(spec.timeout),
      memorySize: spec.memoryMb,
      layers: [config],
      // A scheduled invocation is asynchronous; the next tick makes up for a failed one.
      ...(scheduled ? { retryAttempts: 0, maxEventAge: Duration.seconds(60) } : {}),
      environment: {
        [environment.config]: config.file(CONFIG_FILE),
        ...(stage === 'match' ? { [environment.topics]: config.file(TOPICS_FILE) } : {}),
        [environment.system]: props.name,
        ...(usesTable ? { [environment.table]: table.tableName } : {}),
        ...Object.fromEntries(
          spec.sendsTo.map((name) => [environment.queueUrl(name), queues[name].queue.queueUrl]),
        ),
        ...(spec.publishes
          ? {
              [environment.channelPrefix]: channels.arnPrefix,
              [environment.operationsChannel]: operations.topicArn,
            }
          : {}),
        ...(parameters === undefined ? {} : { [environment.parameters]: parameters }),
        ...(stage === 'poll' && props.loopbackFeeds ? { [environment.loopbackFeeds]: 'true' } : {}),
      },
    });

    if ('queue' in spec.trigger) {
      const { queue, batchSize, batchWindow } = spec.trigger;
      const maxConcurrency = maxConcurrencyOf(spec.trigger, props.feeds);
      const source = queues[queue].queue;
      // Not by SqsEventSource, which allows more than Lambda needs to read a queue. The id is the one it gives: a mapping of
      // another name could not be made while the one of a release before is there.
      this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [source.queueArn]);
      this.function.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(source.node)}`, {
        eventSourceArn: source.queueArn,
        batchSize,
        ...(batchWindow === undefined ? {} : { maxBatchingWindow: Duration.seconds(batchWindow) }),
        ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
        reportBatchItemFailures: true,
      });
    }
  }
}
