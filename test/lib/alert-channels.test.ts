import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import type { Subscription } from '../../functions/shared/model.ts';
import { AlertChannels } from '../../lib/alert-channels.ts';
import { disposableApp } from './disposable-app.ts';
import { sampleTopics } from './sample-stack.ts';

function synthesised(subscriptions: readonly Subscription[]): Template {
  const stack = new Stack(disposableApp());
  new AlertChannels(stack, 'Channels', { namePrefix: 'News-topic-', topics: sampleTopics(2), subscriptions });
  return Template.fromStack(stack);
}

it('gives every topic a channel of a known name that refuses plain HTTP', () => {
  const template = synthesised([]);
  const channels = Object.values(template.findResources('AWS::SNS::Topic'));
  expect(channels.map(({ Properties }) => Properties)).toEqual([
    { TopicName: 'News-topic-topic-0' },
    { TopicName: 'News-topic-topic-1' },
  ]);
  template.allResourcesProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: [
        { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    },
  });
  template.resourceCountIs('AWS::SNS::TopicPolicy', 2);
});

it('subscribes each recipient to what is published for its protocol', () => {
  const template = synthesised([
    { topicId: 'topic-0', protocol: 'email', endpoint: 'reader@example.org' },
    { topicId: 'topic-0', protocol: 'sms', endpoint: '+15555550100' },
    { topicId: 'topic-1', protocol: 'email', endpoint: 'reader@example.org' },
  ]);
  const got = Object.values(template.findResources('AWS::SNS::Subscription')).map(
    ({ Properties }) => Properties,
  );
  const to = (name: string) => ({ Ref: expect.stringMatching(`^Channels${name}`) });
  expect(got).toEqual([
    {
      TopicArn: to('topic0'),
      Protocol: 'email',
      Endpoint: 'reader@example.org',
      FilterPolicy: { protocols: ['email'] },
    },
    {
      TopicArn: to('topic0'),
      Protocol: 'sms',
      Endpoint: '+15555550100',
      FilterPolicy: { protocols: ['sms'] },
    },
    {
      TopicArn: to('topic1'),
      Protocol: 'email',
      Endpoint: 'reader@example.org',
      FilterPolicy: { protocols: ['email'] },
    },
  ]);
});

it('refuses a subscription to a topic that has no channel here', () => {
  expect(() => synthesised([{ topicId: 'typo', protocol: 'email', endpoint: 'reader@example.org' }])).toThrow(
    'expected a topic out of [topic-0, topic-1], got "typo"',
  );
});
