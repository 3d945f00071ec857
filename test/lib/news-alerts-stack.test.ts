import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ReadableTemplate, text } from './readable-template.ts';
import { sampleStack, sampleTopics } from './sample-stack.ts';

const CHANNEL_PREFIX = 'arn:<Partition>:sns:<Region>:<AccountId>:NewsAlerts-topic-';

/** Rules of the AwsSolutions pack that the stack breaks, acknowledged or not. */
function findings(stack: Stack): string[] {
  Template.fromStack(stack);
  return new AwsSolutionsChecks().validateScope(stack).violations.map(({ ruleName }) => ruleName);
}

function outputs(stack: Stack): Record<string, string> {
  const entries = Object.entries<{ Value: unknown }>(Template.fromStack(stack).toJSON().Outputs);
  return Object.fromEntries(entries.map(([name, { Value }]) => [name, text(Value)]));
}

describe('AwsSolutions rules', () => {
  it('are all kept, without any acknowledgement', () => {
    const stack = sampleStack();
    expect(findings(stack)).toEqual([]);
    expect(JSON.stringify(stack.node.findAll().map((node) => node.node.metadata))).not.toContain(
      'acknowledged',
    );
  });

  it('are kept with many topics, whose permissions spill over into managed policies', () => {
    expect(findings(sampleStack({ topics: sampleTopics(100) }))).toEqual([]);
  });

  it('would be seen to be broken', () => {
    const stack = sampleStack();
    new Queue(stack, 'Naive');
    expect(findings(stack)).toEqual(expect.arrayContaining(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']));
  });
});

describe('a hundred topics', () => {
  const stack = new ReadableTemplate(sampleStack({ topics: sampleTopics(100) }));

  it('fit into one stack', () => {
    expect(Object.keys(stack.resources).length).toBeLessThan(500);
  });

  it('may all be published to', () => {
    const allowed = stack.allowed(stack.id('AWS::IAM::Role', 'notifyRole'));
    const publish = allowed.filter((line) => line.includes(' sns:Publish '));
    expect(publish).toEqual(
      sampleTopics(100)
        .map(({ id }) => `Allow sns:Publish ${CHANNEL_PREFIX}${id}`)
        .sort(),
    );
  });

  it('keep policies to what IAM takes: 10,240 characters in a role, 6,144 in a managed policy, ten of these', () => {
    const size = (document: unknown) =>
      JSON.stringify(document, (key, value) => (key === 'Resource' ? [value].flat().map(text) : value))
        .length;
    const sizes = (type: string) =>
      Object.values(stack.template.findResources(type)).map(({ Properties }) =>
        size(Properties.PolicyDocument),
      );
    expect(Math.max(...sizes('AWS::IAM::Policy'))).toBeLessThan(10_240);
    expect(Math.max(...sizes('AWS::IAM::ManagedPolicy'))).toBeLessThan(6_144);
    expect(sizes('AWS::IAM::ManagedPolicy').length).toBeLessThanOrEqual(10);
  });

  it('do not make the environment of a function grow', () => {
    const environment = (count: number) =>
      JSON.stringify(
        new ReadableTemplate(sampleStack({ topics: sampleTopics(count) })).properties(
          'AWS::Lambda::Function',
          'notify',
        ).Environment,
      );
    expect(environment(100)).toBe(environment(1));
  });
});

it('needs no account, region or look-up to be synthesised', () => {
  const stack = sampleStack();
  expect(stack.environment).toBe('aws://unknown-account/unknown-region');
});

it('tags all that can be tagged', () => {
  const untaggable = new Set([
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Policy',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::LayerVersion',
    'AWS::SNS::Subscription',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::Scheduler::Schedule',
  ]);
  const { resources } = new ReadableTemplate(sampleStack());
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    if (untaggable.has(Type)) continue;
    expect(Properties.Tags, id).toEqual([{ Key: 'app', Value: 'news-alerts' }]);
  }
});

it('keeps the table unless told otherwise', () => {
  Template.fromStack(sampleStack()).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
  const disposable = sampleStack({ removalPolicy: RemovalPolicy.DESTROY });
  Template.fromStack(disposable).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
});

describe('outputs', () => {
  it('name the table, each channel, and how a person subscribes', () => {
    const { TableName, SubscribeCommand, ...channels } = outputs(sampleStack());
    expect(TableName).toMatch(/^ref\(Table/);
    expect(Object.values(channels)).toEqual([`${CHANNEL_PREFIX}topic-0`, `${CHANNEL_PREFIX}topic-1`]);
    expect(SubscribeCommand).toBe(
      `aws sns subscribe --topic-arn ${CHANNEL_PREFIX}TOPIC --protocol email --notification-endpoint you@example.com` +
        ` --attributes '{"FilterPolicy":"{\\"protocols\\":[\\"email\\"]}"}'`,
    );
  });

  it('name the prefix of the channels where these are many', () => {
    const { ChannelArnPrefix, ...others } = outputs(sampleStack({ topics: sampleTopics(100) }));
    expect(ChannelArnPrefix).toBe(CHANNEL_PREFIX);
    expect(Object.keys(others)).toEqual(['TableName', 'SubscribeCommand']);
  });
});
