import { type QueueName, queuePhysicalName, queues } from '../../functions/shared/pipeline.ts';

/** The stack that `npx cdk deploy` makes when it is given no other name. */
export const DEFAULT_STACK = 'NewsAlerts';

/** Outputs of the stack that tell what else belongs to it. Earlier releases have not all of them. */
export const OUTPUTS = {
  table: 'TableName',
  configVersion: 'ConfigVersion',
  operationsChannel: 'OperationsChannelArn',
  /** Everything of a channel's ARN that precedes the topic's id. */
  channelPrefix: 'ChannelArnPrefix',
} as const;

/** What `lib/` calls the queues of a system; a test compares the two. */
export function queueNames(name: string, queue: QueueName): { live: string; dead: string } {
  const spec = queues[queue];
  return {
    live: queuePhysicalName(`${name}-${queue}`, spec),
    dead: queuePhysicalName(`${name}-${queue}-dead`, spec),
  };
}

/** Everything of a channel's name that precedes the topic's id. */
export function channelPrefix(name: string): string {
  return `${name}-channel-`;
}

/** With what the names of a system begin, which is mostly its stack's: from the ARN of its channels without the topic's id. */
export function systemName(channelArnPrefix: string): string | undefined {
  return /:([^:]+)-channel-$/.exec(channelArnPrefix)?.[1];
}

/** Everything that the names of a system's alarms begin with. */
export function alarmPrefix(name: string): string {
  return `${name}-`;
}
