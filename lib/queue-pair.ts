import { Duration, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type QueueName, type QueueSpec, queuePhysicalName } from '../functions/shared/pipeline.ts';

export interface QueuePairProps {
  /** Begins the queues' names. */
  readonly namePrefix: string;
  /** Which queue of the pipeline this is. */
  readonly queueName: QueueName;
  /** How it is read, and how often before a message counts as dead. */
  readonly spec: QueueSpec;
}

/**
 * A queue and its dead-letter queue. Both have physical names: each must name the other (redrive, redrive allow),
 * which with generated names would be a circular reference.
 */
export class QueuePair extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: QueuePairProps) {
    super(scope, id);
    const { namePrefix, queueName, spec } = props;
    const stack = Stack.of(this);
    const name = queuePhysicalName(`${namePrefix}-${queueName}`, spec);
    // No content-based deduplication: equal bodies are not equal messages, so every sender gives its own id.
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
