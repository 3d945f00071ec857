import { Duration, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type DeployedQueueName, type QueueSpec, queuePhysicalName } from '../functions/shared/pipeline.ts';

export interface QueuePairProps {
  /** Prefix of the queues' names. */
  readonly namePrefix: string;
  /** The queue in the pipeline. */
  readonly queueName: DeployedQueueName;
  readonly spec: QueueSpec;
}

/**
 * A queue and its dead-letter queue. Both have physical names, because each must refer to the other (redrive, redrive allow),
 * and generated names would make this a circular reference.
 */
export class QueuePair extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: QueuePairProps) {
    super(scope, id);
    const { namePrefix, queueName, spec } = props;
    const stack = Stack.of(this);
    const name = queuePhysicalName(`${namePrefix}-${queueName}`, spec);
    // No content-based deduplication: two messages may have the same body, so senders set the deduplication id.
    const shared = {
      ...(spec.fifo ? { fifo: true, contentBasedDeduplication: false } : {}),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    };

    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...shared,
      queueName: queuePhysicalName(`${namePrefix}-${queueName}-dead`, spec),
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [
          Queue.fromQueueArn(this, 'Source', stack.formatArn({ service: 'sqs', resource: name })),
        ],
      },
    });
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      queueName: name,
      visibilityTimeout: Duration.seconds(spec.visibilityTimeout),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: spec.maxReceiveCount },
    });
  }
}
