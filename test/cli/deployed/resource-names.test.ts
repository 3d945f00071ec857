import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  alarmPrefix,
  channelPrefix,
  DEFAULT_STACK,
  OUTPUTS,
  queueNames,
} from '../../../cli/deployed/resource-names.ts';
import { QUEUES } from '../../../functions/shared/pipeline.ts';
import { sampleStack } from '../../lib/sample-stack.ts';

// The commands that look at a deployment cannot import lib/, whose names these are.
describe('the names by which a deployment is looked at', () => {
  const stack = sampleStack();
  const template = Template.fromStack(stack);
  const named = (type: string, property: string): string[] =>
    Object.values(template.findResources(type)).map(({ Properties }) => JSON.stringify(Properties[property]));

  it('are those of the default stack', () => {
    expect(stack.stackName).toBe(DEFAULT_STACK);
  });

  it('name its queues', () => {
    const names = QUEUES.flatMap((queue) => Object.values(queueNames(stack.stackName, queue)));
    const found = named('AWS::SQS::Queue', 'QueueName');
    for (const name of names) expect(found).toContain(JSON.stringify(name));
  });

  it('name its channels', () => {
    const [output] = Object.values(template.findOutputs(OUTPUTS.channelPrefix));
    expect(JSON.stringify(output?.Value)).toContain(`:${channelPrefix(stack.stackName)}"`);
  });

  it.each(Object.values(OUTPUTS))('name the output %s', (name) => {
    expect(Object.keys(template.findOutputs(name))).toHaveLength(1);
  });

  it('begin those of its alarms', () => {
    for (const name of named('AWS::CloudWatch::Alarm', 'AlarmName')) {
      expect(name.startsWith(`"${alarmPrefix(stack.stackName)}`)).toBe(true);
    }
  });
});
