import { CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { PipelineConfig, Subscription } from '../functions/shared/model.ts';
import { PROTOCOLS_ATTRIBUTE, type QueueName, queues, STAGES, stages } from '../functions/shared/pipeline.ts';
import { AlertChannels } from './alert-channels.ts';
import { channelNames } from './channel-names.ts';
import { ConfigLayer } from './config-layer.ts';
import { NewsTable } from './news-table.ts';
import { QueuePair } from './queue-pair.ts';
import { StageFunction } from './stage-function.ts';
import { TickSchedule } from './tick-schedule.ts';

/** CloudFormation takes 200 outputs; a person reads far fewer. */
const MAX_CHANNEL_OUTPUTS = 50;

export interface NewsAlertsStackProps extends StackProps {
  /** What the stages need of the user's file. */
  readonly config: PipelineConfig;
  /** Who receives a topic's alerts. Placeholder addresses must be left out: SNS would write to them. */
  readonly subscriptions: readonly Subscription[];
  /**
   * What becomes of the table when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The pipeline on AWS, in the order in which an item goes through it. */
export class NewsAlertsStack extends Stack {
  constructor(scope: Construct, id: string, props: NewsAlertsStackProps) {
    super(scope, id, { description: 'news-alerts: feeds in, alerts out', ...props });
    const topicIds = props.config.topics.map((topic) => topic.id);
    const { removalPolicy } = props;

    const table = new NewsTable(this, 'Table', removalPolicy === undefined ? {} : { removalPolicy });

    const pair = (name: QueueName) =>
      new QueuePair(this, `${name}-queue`, { queueName: name, spec: queues[name] });
    const pairs = { feeds: pair('feeds'), items: pair('items'), hits: pair('hits') };

    const config = new ConfigLayer(this, 'Config', { config: props.config });
    const channels = channelNames(this);
    for (const stage of STAGES) {
      const { function: target } = new StageFunction(this, stage, {
        stage,
        table,
        queues: pairs,
        channels,
        topicIds,
        config,
      });
      const { trigger } = stages[stage];
      if ('schedule' in trigger) {
        new TickSchedule(this, 'Tick', { target, every: Duration.minutes(trigger.schedule.everyMinutes) });
      }
    }

    new AlertChannels(this, 'Channels', {
      namePrefix: channels.namePrefix,
      topics: props.config.topics,
      subscriptions: props.subscriptions,
    });

    new CfnOutput(this, 'TableName', { value: table.tableName });
    if (topicIds.length > MAX_CHANNEL_OUTPUTS) {
      new CfnOutput(this, 'ChannelArnPrefix', {
        value: channels.arnPrefix,
        description: 'A topic id follows.',
      });
    } else {
      const outputs = new Construct(this, 'Channel');
      for (const topicId of topicIds) {
        new CfnOutput(outputs, topicId, { value: `${channels.arnPrefix}${topicId}` });
      }
    }
    // With the filter, or the subscriber would also get what is published again for another protocol only.
    const filter = JSON.stringify({ FilterPolicy: JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: ['email'] }) });
    new CfnOutput(this, 'SubscribeCommand', {
      description: 'Replace TOPIC and the address.',
      value: `aws sns subscribe --topic-arn ${channels.arnPrefix}TOPIC --protocol email --notification-endpoint you@example.com --attributes '${filter}'`,
    });

    Tags.of(this).add('app', 'news-alerts');
  }
}
