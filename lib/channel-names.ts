import type { Stack } from 'aws-cdk-lib';

/** How channels are named. Who publishes knows a channel by its name alone: none is a resource of the stack. */
export interface ChannelNames {
  /** Everything of a channel's ARN that precedes the topic's id. */
  readonly arnPrefix: string;
}

export function channelNames(stack: Stack, name: string): ChannelNames {
  return { arnPrefix: stack.formatArn({ service: 'sns', resource: `${name}-channel-` }) };
}
