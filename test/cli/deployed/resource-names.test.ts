import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  alarmPrefix,
  channelPrefix,
  DEFAULT_STACK,
  OUTPUTS,
  queueNames,
} from '../../../cli/deployed/resource-names.ts';
import { DEPLOYED_QUEUES } from '../../../functions/shared/pipeline.ts';
import { SAMPLE_CHAT, SAMPLE_MAIL, sampleStack } from '../../lib/sample-stack.ts';

// The commands cannot import lib/, which names the resources.
describe('the names by which commands find the resources of a deployment', () => {
  const stack = sampleStack({ chats: [SAMPLE_CHAT], ...SAMPLE_MAIL });
  const template = Template.fromStack(stack);
  const named = (type: string, property: string): string[] =>
    Object.values(template.findResources(type)).map(({ Properties }) => JSON.stringify(Properties[property]));

  it('include the default stack', () => {
    expect(stack.stackName).toBe(DEFAULT_STACK);
  });

  it('include its queues', () => {
    const names = DEPLOYED_QUEUES.flatMap((queue) => Object.values(queueNames(stack.stackName, queue)));
    const found = named('AWS::SQS::Queue', 'QueueName');
    for (const name of names) expect(found).toContain(JSON.stringify(name));
  });

  it('include its channels', () => {
    const [output] = Object.values(template.findOutputs(OUTPUTS.channelPrefix));
    expect(JSON.stringify(output?.Value)).toContain(`:${channelPrefix(stack.stackName)}"`);
  });

  it.each(Object.values(OUTPUTS))('include the output %s', (name) => {
    expect(Object.keys(template.findOutputs(name))).toHaveLength(1);
  });

  it('include the prefix of its alarms', () => {
    for (const name of named('AWS::CloudWatch::Alarm', 'AlarmName')) {
      expect(name.startsWith(`"${alarmPrefix(stack.stackName)}`)).toBe(true);
    }
  });
});
