import { CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Subscription } from '../functions/shared/model.ts';
import { CONFIG_FILE, channelsTableAccess, environment } from '../functions/shared/pipeline.ts';
import { DataLayer } from './data-layer.ts';
import type { NewsTable } from './news-table.ts';
import { PipelineFunction } from './pipeline-function.ts';

/** How channels are named. Who publishes knows a channel by its name alone: none is a resource of the stack. */
export interface ChannelNames {
  /** Everything of a channel's ARN that precedes the topic's id. */
  readonly arnPrefix: string;
}

export function channelNames(stack: Stack, name: string): ChannelNames {
  return { arnPrefix: stack.formatArn({ service: 'sns', resource: `${name}-channel-` }) };
}

/** AWS's own key for SNS, which costs nothing but its use. Whoever may publish to a channel may use the key by way of SNS. */
const KEY = 'alias/aws/sns';

export interface ChannelsProps {
  readonly names: ChannelNames;
  /** Put on every channel. */
  readonly tags: Readonly<Record<string, string>>;
  /** Where it is noted which channels were made. */
  readonly table: NewsTable;
  /** The configuration, which names the topics. */
  readonly config: DataLayer;
  /** Changes with the topics. */
  readonly configVersion: string;
  /** Who receives what. */
  readonly subscriptions: readonly Subscription[];
  /** Another one than before has all channels looked at again. */
  readonly recheck?: string;
}

/**
 * An SNS channel per watched topic, and the subscriptions of the user's file: made by a function that CloudFormation
 * invokes, since they can be far more than a stack may hold (docs/adr/0009-channels-by-a-function.md).
 */
export class Channels extends PipelineFunction {
  /** Seconds. */
  readonly timeout = 900;

  constructor(scope: Construct, id: string, props: ChannelsProps) {
    super(scope, id);
    const { names, tags, table, config, configVersion, subscriptions } = props;
    this.allowRecords(table, channelsTableAccess);
    this.allow(
      [
        'sns:CreateTopic',
        'sns:DeleteTopic',
        'sns:TagResource',
        // Channels of earlier versions are not encrypted yet.
        'sns:GetTopicAttributes',
        'sns:SetTopicAttributes',
        'sns:Subscribe',
        'sns:ListSubscriptionsByTopic',
        'sns:SetSubscriptionAttributes',
      ],
      [`${names.arnPrefix}*`],
    );
    // Neither knows of resources.
    this.allow(['sns:ListTopics', 'sns:Unsubscribe'], ['*']);

    const recipients = new DataLayer(this, 'Recipients', {
      name: 'news-alerts-recipients',
      files: { [CONFIG_FILE]: JSON.stringify(subscriptions) },
      description: 'news-alerts recipients',
    });
    const onChange = this.createFunction('channels', {
      // SNS makes 30 channels a second in most regions: 5,000 take some three minutes.
      timeout: Duration.seconds(this.timeout),
      memorySize: 256,
      // Whoever tries again must be CloudFormation, which knows what it wants by then.
      retryAttempts: 0,
      layers: [config, recipients],
      environment: {
        [environment.config]: config.file(CONFIG_FILE),
        [environment.recipients]: recipients.file(CONFIG_FILE),
        [environment.table]: table.tableName,
        [environment.channelPrefix]: names.arnPrefix,
        [environment.tags]: JSON.stringify(tags),
        [environment.channelKey]: KEY,
      },
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: onChange.functionArn,
      resourceType: 'Custom::Channels',
      serviceTimeout: Duration.seconds(this.timeout),
      // The layers' ARNs change with what is in them: CloudFormation invokes the function when a property changes.
      properties: {
        configVersion,
        config: config.layerVersionArn,
        recipients: recipients.layerVersionArn,
        key: KEY,
        ...(props.recheck === undefined ? {} : { recheck: props.recheck }),
      },
    });
    resource.node.addDependency(this.role);
  }
}
