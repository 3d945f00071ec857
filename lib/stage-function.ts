import { Duration, Names } from 'aws-cdk-lib';
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
  /** The stage that the function runs. `stages` describes its permissions. */
  readonly stage: StageName;
  readonly table: NewsTable;
  readonly queues: Readonly<Record<QueueName, QueuePair>>;
  /** The channels for a publishing stage. */
  readonly channels: ChannelNames;
  /** The channel for notices to the operators, for a publishing stage. */
  readonly operations: ITopic;
  /** Name of the system, for its metrics. */
  readonly name: string;
  /** Number of feeds. With many feeds, concurrency is limited. */
  readonly feeds: number;
  /** Whether poll also fetches feeds of the machine that it runs on. */
  readonly loopbackFeeds: boolean;
  /** The address that hubs call, for the stage that fetches. */
  readonly pushUrl: string | undefined;
  /** The address of the sign-up page, for the stage that publishes. */
  readonly signupUrl: string | undefined;
  /** The configuration for every stage, and the compiled topics for match. */
  readonly config: DataLayer;
  /** The configuration with the addresses of feeds, for the stage that fetches. */
  readonly addresses: DataLayer;
  /** Names of the secrets in the addresses, or `*` for all of the system. */
  readonly secrets: readonly string[];
}

/** The function of a stage, with the permissions in the description of the pipeline. */
export class StageFunction extends PipelineFunction {
  readonly function: Lambda;

  constructor(scope: Construct, id: string, props: StageFunctionProps) {
    super(scope, id);
    const { stage, table, queues, channels, operations } = props;
    const spec = stages[stage];
    const config = spec.fetches ? props.addresses : props.config;
    const parameters = spec.fetches && props.secrets.length > 0 ? parameterPath(props.name) : undefined;
    if (parameters !== undefined) this.allowParameters(props.name, props.secrets);
    const usesTable = spec.table.length > 0;
    this.allowRecords(table, spec.table);
    for (const name of spec.sendsTo) this.allow(['sqs:SendMessage'], [queues[name].queue.queueArn]);
    // The names of thousands of channels would not fit in the policies of a role.
    if (spec.publishes) this.allow(['sns:Publish'], [`${channels.arnPrefix}*`, operations.topicArn]);

    const scheduled = 'schedule' in spec.trigger;
    this.function = this.createFunction(stage, {
      timeout: Duration.seconds(spec.timeout),
      memorySize: spec.memoryMb,
      layers: [config],
      // A scheduled invocation is asynchronous, and the next tick does the work of a failed one.
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
              ...(props.signupUrl === undefined ? {} : { [environment.signupUrl]: props.signupUrl }),
            }
          : {}),
        ...(parameters === undefined ? {} : { [environment.parameters]: parameters }),
        ...(spec.fetches && props.pushUrl !== undefined ? { [environment.pushUrl]: props.pushUrl } : {}),
        ...(stage === 'poll' && props.loopbackFeeds ? { [environment.loopbackFeeds]: 'true' } : {}),
      },
    });

    if ('queue' in spec.trigger) {
      const { queue, batchSize, batchWindow } = spec.trigger;
      const maxConcurrency = maxConcurrencyOf(spec.trigger, props.feeds);
      const source = queues[queue].queue;
      // SqsEventSource would grant more than Lambda needs to read a queue. The id is the one that SqsEventSource would
      // give: a mapping with another id cannot be created while the mapping of an earlier release exists.
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
