import { Duration } from 'aws-cdk-lib';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { CONFIG_FILE, environment, push } from '../functions/shared/pipeline.ts';
import type { DataLayer } from './data-layer.ts';
import type { NewsTable } from './news-table.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { QueuePair } from './queue-pair.ts';

export interface PushEndpointProps {
  readonly table: NewsTable;
  /** The queue that poll reads. */
  readonly feeds: QueuePair;
  readonly config: DataLayer;
  /** Name of the system, for its metrics. */
  readonly name: string;
}

/**
 * The address that WebSub hubs call when a feed has news. Hubs have no AWS credentials, so anyone can call it; the function
 * checks the signature of what it accepts, and may only read subscriptions and send messages to poll.
 */
export class PushEndpoint extends PipelineFunction {
  /** The address that hubs call, known at deployment. Ends in a slash. */
  readonly url: string;
  /** Seconds. */
  readonly timeout = push.timeout;

  constructor(scope: Construct, id: string, { table, feeds, config, name }: PushEndpointProps) {
    super(scope, id);
    this.allowRecords(table, push.table);
    this.allow(['sqs:SendMessage'], [feeds.queue.queueArn]);
    const receiver = this.createFunction('push', {
      timeout: Duration.seconds(push.timeout),
      memorySize: push.memoryMb,
      retryAttempts: 0,
      layers: [config],
      environment: {
        [environment.config]: config.file(CONFIG_FILE),
        [environment.system]: name,
        [environment.table]: table.tableName,
        [environment.queueUrl('feeds')]: feeds.queue.queueUrl,
      },
    });
    this.url = receiver.addFunctionUrl({
      authType: FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.BUFFERED,
    }).url;
  }
}
