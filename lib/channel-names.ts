import type { Stack } from 'aws-cdk-lib';

/**
 * How channels are named. Who publishes knows a channel by its name alone and refers to no resource, so channels may
 * live in another stack.
 */
export interface ChannelNames {
  /** Everything of a channel's physical name that precedes the topic's id. */
  readonly namePrefix: string;
  /** Everything of a channel's ARN that precedes the topic's id. */
  readonly arnPrefix: string;
}

export function channelNames(stack: Stack): ChannelNames {
  const namePrefix = `${stack.stackName}-topic-`;
  return { namePrefix, arnPrefix: stack.formatArn({ service: 'sns', resource: namePrefix }) };
}
