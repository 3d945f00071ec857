import {
  Topic as Channel,
  Subscription as Subscriber,
  SubscriptionFilter,
  SubscriptionProtocol,
} from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Protocol, Subscription, Topic } from '../functions/shared/model.ts';
import { PROTOCOLS_ATTRIBUTE } from '../functions/shared/pipeline.ts';

const PROTOCOLS: Readonly<Record<Protocol, SubscriptionProtocol>> = {
  email: SubscriptionProtocol.EMAIL,
  sms: SubscriptionProtocol.SMS,
};

export interface AlertChannelsProps {
  /** Everything of a channel's physical name that precedes the topic's id. */
  readonly namePrefix: string;
  /** The watched topics that get a channel here. */
  readonly topics: readonly Pick<Topic, 'id'>[];
  /** Who receives what; each must be to one of `topics`. */
  readonly subscriptions: readonly Subscription[];
}

/** An SNS channel per watched topic, and the subscriptions of the user's file. */
export class AlertChannels extends Construct {
  constructor(scope: Construct, id: string, props: AlertChannelsProps) {
    super(scope, id);
    const channels = new Map<string, Channel>();
    for (const topic of props.topics) {
      // No display name: SNS would put it in front of every SMS and break the one-part limit.
      const channel = new Channel(this, topic.id, {
        topicName: `${props.namePrefix}${topic.id}`,
        enforceSSL: true,
      });
      channels.set(topic.id, channel);
    }
    for (const { topicId, protocol, endpoint } of props.subscriptions) {
      const channel = channels.get(topicId);
      if (!channel) {
        const known = [...channels.keys()].join(', ');
        throw new Error(`subscription of ${endpoint}: expected a topic out of [${known}], got "${topicId}"`);
      }
      new Subscriber(channel, `${protocol}:${endpoint}`, {
        topic: channel,
        protocol: PROTOCOLS[protocol],
        endpoint,
        filterPolicy: { [PROTOCOLS_ATTRIBUTE]: SubscriptionFilter.stringFilter({ allowlist: [protocol] }) },
      });
    }
  }
}
