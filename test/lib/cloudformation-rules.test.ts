import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { MANY_FEEDS } from '../../functions/shared/pipeline.ts';
import { isLong } from '../helpers/size.ts';
import { disposableApp } from './disposable-app.ts';
import {
  CDK_CONTEXT,
  SAMPLE_CHAT,
  SAMPLE_MAIL,
  type SampleStackOptions,
  sampleFeeds,
  sampleStack,
  sampleTopics,
} from './sample-stack.ts';

describe.runIf(isLong)('CloudFormation’s rules', () => {
  it.each<[name: string, options: SampleStackOptions]>([
    ['a small one', {}],
    [
      'one of all that there is',
      {
        feeds: sampleFeeds(MANY_FEEDS),
        topics: sampleTopics(5_000),
        secrets: ['KEY'],
        operations: [{ protocol: 'email', endpoint: 'ops@example.org' }],
        subscriptions: [{ topicId: 'topic-0', protocol: 'sms', endpoint: '+4930123456' }],
        chats: [SAMPLE_CHAT],
        ...SAMPLE_MAIL,
        removalPolicy: RemovalPolicy.DESTROY,
      },
    ],
  ])('are kept by %s', (_, options) => {
    expect(() => Template.fromStack(sampleStack({ ...options, validated: true }))).not.toThrow();
  });

  it('would be seen to be broken', () => {
    const stack = new Stack(disposableApp(CDK_CONTEXT, true), 'Naive');
    new CfnQueue(stack, 'Queue', { visibilityTimeout: -1 });
    expect(() => Template.fromStack(stack)).toThrow('Naive');
  });
});
