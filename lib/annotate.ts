import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { printFault, TOPIC_FAULT_NOTE } from '../config/faults.ts';
import type { LoadedConfig } from '../config/load.ts';
import { chatSecrets, deployedChats } from '../config/recipients.ts';
import { describeWorstDay, worstDay } from '../config/worst-day.ts';
import { parameterPath } from '../functions/shared/pipeline.ts';

/** Adds to a construct what its user should know about the configuration. `name`: the system's name. */
export function annotate(construct: Construct, loaded: LoadedConfig, name: string): void {
  const { operations, topicFaults, subscriptions, config, warnings } = loaded;
  const annotations = Annotations.of(construct);
  if (operations.length === 0) {
    annotations.addWarningV2(
      'news-alerts:operations',
      'nobody is notified of problems of news-alerts itself: add a contact under operations:',
    );
  }
  const chats = deployedChats(loaded.chats);
  for (const chat of chats.filter((one) => one.private)) {
    annotations.addWarningV2(
      `news-alerts:private-${chat.service}-${chat.name}`,
      `${chat.service} ${chat.name} is private, but functions on AWS do not run in your network: they reach it only at an address on the internet (docs/chat.md)`,
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
  const secrets = { feeds: config.secrets ?? [], 'chat services': chatSecrets(chats) };
  for (const [what, names] of Object.entries(secrets)) {
    for (const secret of names) {
      const parameter = `${parameterPath(name)}${secret}`;
      annotations.addInfoV2(
        `news-alerts:parameter-${secret}`,
        `${what} need the parameter ${parameter}: aws ssm put-parameter --name ${parameter} --type SecureString --value …`,
      );
    }
  }
  for (const warning of warnings) annotations.addWarningV2('news-alerts:config', warning);
}
