import {
  DELIVERIES,
  type DeliveryName,
  type DeployedQueueName,
  QUEUES,
  queuePhysicalName,
  queues,
} from '../../functions/shared/pipeline.ts';

/** Name of the stack that `npx cdk deploy` creates by default. */
export const DEFAULT_STACK = 'NewsAlerts';

/** Outputs of the stack that name its resources. Stacks of earlier releases lack some of them. */
export const OUTPUTS = {
  table: 'TableName',
  configVersion: 'ConfigVersion',
  /** Only of stacks with recipients at chat services. */
  chatVersion: 'ChatVersion',
  /** Only of stacks that send HTML mail. */
  htmlEmailFrom: 'HtmlEmailFrom',
  operationsChannel: 'OperationsChannelArn',
  /** Only of stacks with a sign-up page. */
  signupUrl: 'SignupUrl',
  /** ARN of a channel without the topic's id. */
  channelPrefix: 'ChannelArnPrefix',
} as const;

const DELIVERY_OUTPUTS: Readonly<Record<DeliveryName, string>> = {
  chat: OUTPUTS.chatVersion,
  mail: OUTPUTS.htmlEmailFrom,
};

/** Returns the queues of a stack with these outputs. */
export function deployedQueues(outputs: Readonly<Record<string, string>>): readonly DeployedQueueName[] {
  return [...QUEUES, ...DELIVERIES.filter((name) => outputs[DELIVERY_OUTPUTS[name]] !== undefined)];
}

/** Returns the names that `lib/` gives to a queue and its dead-letter queue. A test compares the two. */
export function queueNames(name: string, queue: DeployedQueueName): { live: string; dead: string } {
  const spec = queues[queue];
  return {
    live: queuePhysicalName(`${name}-${queue}`, spec),
    dead: queuePhysicalName(`${name}-${queue}-dead`, spec),
  };
}

/** Returns the name of a channel without the topic's id. */
export function channelPrefix(name: string): string {
  return `${name}-channel-`;
}

/**
 * Returns the prefix of all resource names of a system, which is its stack's name unless the system was given another.
 * Returns undefined when the ARN is not that of a channel without the topic's id.
 */
export function systemName(channelArnPrefix: string): string | undefined {
  return /:([^:]+)-channel-$/.exec(channelArnPrefix)?.[1];
}

/** Returns the name of an alarm without the alarm's own part. */
export function alarmPrefix(name: string): string {
  return `${name}-`;
}
