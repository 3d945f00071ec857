import { type QueueName, queuePhysicalName, queues } from '../functions/shared/pipeline.ts';

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

/** What `lib/` calls the queues of a stack; a test compares the two. */
export function queueNames(stackName: string, queue: QueueName): { live: string; dead: string } {
  const spec = queues[queue];
  return {
    live: queuePhysicalName(`${stackName}-${queue}`, spec),
    dead: queuePhysicalName(`${stackName}-${queue}-dead`, spec),
  };
}

/** Everything of a channel's name that precedes the topic's id, for when the stack cannot be asked. */
export function channelPrefix(stackName: string): string {
  return `${stackName}-channel-`;
}

/** Everything that the names of a stack's alarms begin with. */
export function alarmPrefix(stackName: string): string {
  return `${stackName}-`;
}
