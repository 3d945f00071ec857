import { Duration, Names } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions, Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { CONFIG_FILE, chat, type DeliveryName, environment, mail } from '../functions/shared/pipeline.ts';
import type { ChannelNames } from './channels.ts';
import type { DataLayer } from './data-layer.ts';
import type { NewsTable } from './news-table.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { QueuePair } from './queue-pair.ts';

export interface DirectDeliveryProps {
  /** Name of the system. */
  readonly name: string;
  /** The queue of the function. */
  readonly queues: QueuePair;
  readonly channels: ChannelNames;
  readonly table: NewsTable;
  readonly config: DataLayer;
}

const SPECS = { chat, mail };

/** A function that delivers alerts itself. SNS puts them into its queue, which is subscribed to the channels. */
export abstract class DirectDelivery extends PipelineFunction {
  abstract readonly function: Lambda;
  /** Seconds. */
  readonly timeout: number;
  readonly #delivery: DeliveryName;
  readonly #props: DirectDeliveryProps;

  constructor(scope: Construct, id: string, delivery: DeliveryName, props: DirectDeliveryProps) {
    super(scope, id);
    this.#delivery = delivery;
    this.#props = props;
    this.timeout = SPECS[delivery].timeout;
    const { queues, channels, table } = props;
    const { queue, deadLetterQueue } = queues;
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Channels',
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': `${channels.arnPrefix}*` } },
      }),
    );
    this.allowRecords(table, SPECS[delivery].table);
    this.allow(
      [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        // Sets the time of the next try.
        'sqs:ChangeMessageVisibility',
      ],
      [queue.queueArn],
    );
    this.allow(['sqs:SendMessage'], [deadLetterQueue.queueArn]);
  }

  /** Creates the function with its layers and variables, beside those that all have. */
  protected createDelivery({ layers = [], environment: variables = {} }: FunctionOptions): Lambda {
    const { config, queues, table } = this.#props;
    const { queue, deadLetterQueue } = queues;
    const { memoryMb, trigger } = SPECS[this.#delivery];
    const created = this.createFunction(this.#delivery, {
      timeout: Duration.seconds(this.timeout),
      memorySize: memoryMb,
      layers: [config, ...layers],
      environment: {
        [environment.config]: config.file(CONFIG_FILE),
        [environment.table]: table.tableName,
        [environment.queueUrl(this.#delivery)]: queue.queueUrl,
        [environment.deadLettersUrl]: deadLetterQueue.queueUrl,
        ...variables,
      },
    });
    created.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
      eventSourceArn: queue.queueArn,
      batchSize: trigger.batchSize,
      reportBatchItemFailures: true,
    });
    return created;
  }
}
