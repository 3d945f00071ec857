import { CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ChannelSubscription, Subscription } from '../functions/shared/model.ts';
import {
  CONFIG_FILE,
  channelsTableAccess,
  DELIVERIES,
  type DeliveryName,
  environment,
} from '../functions/shared/pipeline.ts';
import { DataLayer } from './data-layer.ts';
import type { NewsTable } from './news-table.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { QueuePair } from './queue-pair.ts';

/** The naming scheme of channels. Channels are not resources of the stack, so publishers find them by name. */
export interface ChannelNames {
  /** The part of a channel's ARN before the topic's id. */
  readonly arnPrefix: string;
}

/** Returns the naming scheme of a system's channels. */
export function channelNames(stack: Stack, name: string): ChannelNames {
  return { arnPrefix: stack.formatArn({ service: 'sns', resource: `${name}-channel-` }) };
}

/**
 * The key that AWS manages for SNS. The key has no monthly cost, and everyone who may publish to a channel may use the
 * key through SNS.
 */
const KEY = 'alias/aws/sns';

export interface ChannelsProps {
  readonly names: ChannelNames;
  /** Tags of every channel. */
  readonly tags: Readonly<Record<string, string>>;
  /** Records which channels were created. */
  readonly table: NewsTable;
  /** The configuration, which has the topics. */
  readonly config: DataLayer;
  /** Changes with the topics. */
  readonly configVersion: string;
  readonly subscriptions: readonly Subscription[];
  /** The queues of the functions that deliver alerts themselves, and the topics whose alerts they get. */
  readonly deliveries: Readonly<
    Partial<Record<DeliveryName, { readonly queues: QueuePair; readonly topicIds: readonly string[] }>>
  >;
  /** A new value makes the function check all channels again. */
  readonly recheck?: string;
}

/**
 * An SNS channel per watched topic, and the subscriptions of the user's file. CloudFormation invokes a function that
 * creates them, because there can be far more of them than a stack may hold (docs/adr/0009-channels-by-a-function.md).
 */
export class Channels extends PipelineFunction {
  /** Seconds. */
  readonly timeout = 900;

  constructor(scope: Construct, id: string, props: ChannelsProps) {
    super(scope, id);
    const { names, tags, table, config, configVersion } = props;
    const deliveries = DELIVERIES.flatMap((delivery) => {
      const wanted = props.deliveries[delivery];
      return wanted ? [{ delivery, ...wanted }] : [];
    });
    const subscriptions: readonly ChannelSubscription[] = [
      ...props.subscriptions,
      ...deliveries.flatMap(({ delivery, topicIds }) =>
        topicIds.map((topicId) => ({ topicId, protocol: 'sqs', endpoint: delivery }) as const),
      ),
    ];
    this.allowRecords(table, channelsTableAccess);
    this.allow(
      [
        'sns:CreateTopic',
        'sns:DeleteTopic',
        'sns:TagResource',
        // Channels of earlier releases are not encrypted yet.
        'sns:GetTopicAttributes',
        'sns:SetTopicAttributes',
        'sns:Subscribe',
        'sns:ListSubscriptionsByTopic',
      ],
      [`${names.arnPrefix}*`],
    );
    // IAM cannot restrict these to resources.
    this.allow(['sns:ListTopics', 'sns:SetSubscriptionAttributes', 'sns:Unsubscribe'], ['*']);

    const recipients = new DataLayer(this, 'Recipients', {
      name: 'news-alerts-recipients',
      files: { [CONFIG_FILE]: JSON.stringify(subscriptions) },
      description: 'news-alerts recipients',
    });
    const onChange = this.createFunction('channels', {
      // SNS creates 30 channels a second in most regions, so 5,000 take about three minutes.
      timeout: Duration.seconds(this.timeout),
      memorySize: 256,
      // Lambda must not retry with an outdated event. CloudFormation invokes the function again if necessary.
      retryAttempts: 0,
      layers: [config, recipients],
      environment: {
        [environment.config]: config.file(CONFIG_FILE),
        [environment.recipients]: recipients.file(CONFIG_FILE),
        [environment.table]: table.tableName,
        [environment.channelPrefix]: names.arnPrefix,
        [environment.tags]: JSON.stringify(tags),
        [environment.channelKey]: KEY,
        ...Object.fromEntries(
          deliveries.map(({ delivery, queues }) => [environment.queueArn(delivery), queues.queue.queueArn]),
        ),
      },
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: onChange.functionArn,
      resourceType: 'Custom::Channels',
      serviceTimeout: Duration.seconds(this.timeout),
      // CloudFormation invokes the function when a property changes. The ARNs of the layers change with their content.
      properties: {
        configVersion,
        config: config.layerVersionArn,
        recipients: recipients.layerVersionArn,
        key: KEY,
        ...(props.recheck === undefined ? {} : { recheck: props.recheck }),
      },
    });
    resource.node.addDependency(this.role);
    // The queues' policies must allow SNS to send before the first alert.
    for (const { queues } of deliveries) resource.node.addDependency(queues);
  }
}
