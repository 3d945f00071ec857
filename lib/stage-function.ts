import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment, type QueueName, type StageName, stages } from '../functions/shared/pipeline.ts';
import type { ChannelNames } from './channel-names.ts';
import type { JsonLayer } from './json-layer.ts';
import type { NewsTable } from './news-table.ts';
import type { QueuePair } from './queue-pair.ts';
import { functionCode } from './stage-bundling.ts';

export interface StageFunctionProps {
  /** Which stage of the pipeline this runs; `stages` says what it may do. */
  readonly stage: StageName;
  /** Where a stage with table actions keeps its records. */
  readonly table: NewsTable;
  /** The queues that stages read and send to. */
  readonly queues: Readonly<Record<QueueName, QueuePair>>;
  /** How a publishing stage finds the channels. */
  readonly channels: ChannelNames;
  /** Of the system, for its metrics. */
  readonly name: string;
  /** The configuration that every stage reads. */
  readonly config: JsonLayer;
}

/** The function of one stage, with its own log group and a role that allows what the stage's description says. */
export class StageFunction extends Construct {
  readonly function: NodejsFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: StageFunctionProps) {
    super(scope, id);
    const { stage, table, queues, channels, config } = props;
    const spec = stages[stage];
    const usesTable = spec.tableActions.length > 0;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));

    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    this.logGroup = logGroup;
    const tableActions = spec.tableActions.map((action) => `dynamodb:${action}`);
    if (usesTable) allow(tableActions, [table.tableArn]);
    if (spec.queriesDueIndex) allow(['dynamodb:Query'], [table.dueIndexArn]);
    for (const name of spec.sendsTo) allow(['sqs:SendMessage'], [queues[name].queue.queueArn]);
    // Thousands of channels by their names would not fit into the policies of a role.
    if (spec.publishes) allow(['sns:Publish'], [`${channels.arnPrefix}*`]);

    const scheduled = 'schedule' in spec.trigger;
    this.function = new NodejsFunction(this, 'Function', {
      ...functionCode(stage),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(spec.timeout),
      memorySize: spec.memoryMb,
      role,
      logGroup,
      // Its reports of invocations can be filtered for failures.
      loggingFormat: LoggingFormat.JSON,
      layers: [config],
      // A scheduled invocation is asynchronous; the next tick makes up for a failed one.
      ...(scheduled ? { retryAttempts: 0, maxEventAge: Duration.seconds(60) } : {}),
      environment: {
        [environment.config]: config.file,
        [environment.system]: props.name,
        ...(usesTable ? { [environment.table]: table.tableName } : {}),
        ...Object.fromEntries(
          spec.sendsTo.map((name) => [environment.queueUrl(name), queues[name].queue.queueUrl]),
        ),
        ...(spec.publishes ? { [environment.channelPrefix]: channels.arnPrefix } : {}),
      },
    });

    if ('queue' in spec.trigger) {
      const { queue, batchSize, batchWindow, maxConcurrency } = spec.trigger;
      this.function.addEventSource(
        new SqsEventSource(queues[queue].queue, {
          batchSize,
          ...(batchWindow === undefined ? {} : { maxBatchingWindow: Duration.seconds(batchWindow) }),
          ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
          reportBatchItemFailures: true,
        }),
      );
    }
  }
}
