import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { printFault, TOPIC_FAULT_NOTE } from '../config/faults.ts';
import type { LoadedConfig } from '../config/load.ts';
import { describeWorstDay, worstDay } from '../config/worst-day.ts';
import { parameterPath } from '../functions/shared/pipeline.ts';

/** Adds to a construct what its user should know about the configuration. `name`: the system's name. */
export function annotate(
  construct: Construct,
  { operations, topicFaults, subscriptions, config, chats, warnings }: LoadedConfig,
  name: string,
): void {
  const annotations = Annotations.of(construct);
  if (operations.length === 0) {
    annotations.addWarningV2(
      'news-alerts:operations',
      'nobody is notified of problems of news-alerts itself: add a contact under operations:',
    );
  }
  if (chats.length > 0) {
    const names = chats.map(({ service, name }) => `${service} ${name}`).join(', ');
    annotations.addWarningV2(
      'news-alerts:chats',
      `a deployment does not send to chat services, only npm start does (docs/chat.md): ${names} will receive nothing from it`,
    );
  }
  for (const fault of topicFaults)
    annotations.addWarningV2('news-alerts:topic', `${printFault(fault)}\n${TOPIC_FAULT_NOTE}`);
  if (subscriptions.length > 0) {
    const description = describeWorstDay(worstDay(config, subscriptions));
    annotations.addInfoV2('news-alerts:worst-day', description);
    annotations.addInfoV2(
      'news-alerts:expected-month',
      `in an expected month: run \`npx news-alerts check --stack ${name}\` for an estimate from the alerts of this deployment`,
    );
  }
  for (const secret of config.secrets ?? []) {
    const parameter = `${parameterPath(name)}${secret}`;
    annotations.addInfoV2(
      `news-alerts:parameter-${secret}`,
      `feeds need the parameter ${parameter}: aws ssm put-parameter --name ${parameter} --type SecureString --value …`,
    );
  }
  for (const warning of warnings) annotations.addWarningV2('news-alerts:config', warning);
}
