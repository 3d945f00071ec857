import { readFileSync } from 'node:fs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { packTopics } from '../../functions/match/topics-file.ts';
import { NewsAlerts } from '../../lib/news-alerts.ts';
import { disposableApp } from './disposable-app.ts';
import { ReadableTemplate, text } from './readable-template.ts';
import { SAMPLE_CHAT, SAMPLE_MAIL, sampleConfig, sampleStack, sampleTopics } from './sample-stack.ts';

const CHANNEL_PREFIX = 'arn:<Partition>:sns:<Region>:<AccountId>:NewsAlerts-channel-';

const plain = sampleStack();
const withAll = sampleStack({ chats: [SAMPLE_CHAT], ...SAMPLE_MAIL });
const template = Template.fromStack(plain);

/** Rules of a pack that the stack breaks, acknowledged or not. */
function findings(
  stack: Stack,
  pack: Pick<AwsSolutionsChecks, 'validateScope'> = new AwsSolutionsChecks(),
): string[] {
  Template.fromStack(stack);
  return pack.validateScope(stack).violations.map(({ ruleName }) => ruleName);
}

function outputs(stack: Stack): Record<string, string> {
  const entries = Object.entries<{ Value: unknown }>(Template.fromStack(stack).toJSON().Outputs);
  return Object.fromEntries(entries.map(([name, { Value }]) => [name, text(Value)]));
}

describe('cdk-nag’s rules', () => {
  it('are all followed, except for wildcards that many channels and two actions without resources need', () => {
    const channels = 'arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:NewsAlerts-channel-*';
    const wildcard = (resource: string) => `AwsSolutions-IAM5[Resource::${resource}]`;
    for (const stack of [plain, withAll])
      expect([...new Set(findings(stack))].toSorted()).toEqual([wildcard('*'), wildcard(channels)]);
  });

  it.each([
    ['NIST 800-53', new NIST80053R5Checks()],
    ['HIPAA', new HIPAASecurityChecks()],
  ])('of %s are followed, except for those that SECURITY.md rejects with a reason', (_, pack) => {
    const refused = [
      'CloudWatchLogGroupEncrypted',
      'DynamoDBInBackupPlan',
      'IAMNoInlinePolicy',
      'LambdaConcurrency',
      'LambdaDLQ',
      'LambdaFunctionPublicAccessProhibited',
      'LambdaInsideVPC',
      'SNSEncryptedKMS',
    ];
    for (const stack of [plain, withAll]) {
      const broken = findings(stack, pack).map((rule) => rule.split('-').at(-1));
      expect([...new Set(broken)].toSorted()).toEqual(refused);
    }
    const page = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');
    for (const rule of refused) expect(page).toContain(`\`${rule}\``);
  });

  it('would be seen to be broken', () => {
    const stack = sampleStack();
    new Queue(stack, 'Naive');
    expect(findings(stack)).toEqual(expect.arrayContaining(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']));
  });
});

describe('five thousand topics', () => {
  it('need no more resources, outputs or permissions than sixty', () => {
    const sizes = (count: number) => {
      const { template, resources } = new ReadableTemplate(sampleStack({ topics: sampleTopics(count) }));
      const notify = Object.entries(resources).find(([id]) => id.startsWith('notifyFunction'));
      return {
        resources: Object.keys(resources).length,
        outputs: Object.keys(template.toJSON().Outputs).length,
        environment: JSON.stringify(notify?.[1].Properties.Environment),
        characters: JSON.stringify(template.toJSON()).length,
      };
    };
    const sixty = sizes(60);
    expect(sizes(5_000)).toEqual(sixty);
    expect(sixty.resources).toBeLessThan(100);
  });
});

it('needs no account, region or look-up to be synthesised', () => {
  expect(plain.environment).toBe('aws://unknown-account/unknown-region');
});

it('tags all that can be tagged', () => {
  const untaggable = new Set([
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Policy',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::LayerVersion',
    'AWS::Lambda::Permission',
    'AWS::Lambda::Url',
    'AWS::SNS::Subscription',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::Scheduler::Schedule',
    'Custom::Channels',
    'AWS::CloudWatch::Dashboard',
    'AWS::Logs::MetricFilter',
  ]);
  const { resources } = new ReadableTemplate(plain);
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    if (untaggable.has(Type)) continue;
    expect(Properties.Tags, id).toEqual([{ Key: 'app', Value: 'news-alerts' }]);
  }
});

it('keeps the table unless told otherwise', () => {
  template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
  const disposable = sampleStack({ removalPolicy: RemovalPolicy.DESTROY });
  Template.fromStack(disposable).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
});

it('has an operations channel with the contacts in the file', () => {
  const stack = new ReadableTemplate(
    sampleStack({ operations: [{ protocol: 'email', endpoint: 'ops@example.org' }] }),
  );
  const channel = stack.id('AWS::SNS::Topic', 'Operations');
  expect(stack.properties('AWS::SNS::Topic', channel).TopicName).toBe('NewsAlerts-operations');
  expect(Object.values(stack.template.findResources('AWS::SNS::Subscription'))).toMatchObject([
    { Properties: { TopicArn: { Ref: channel }, Protocol: 'email', Endpoint: 'ops@example.org' } },
  ]);
});

it('can be part of another stack, with its own name and tags', () => {
  const stack = new Stack(disposableApp({ 'aws:cdk:bundling-stacks': [] }), 'Theirs');
  const config = sampleConfig();
  const news = new NewsAlerts(stack, 'News', {
    config,
    topics: packTopics(config.topics),
    subscriptions: [],
    name: 'press-watch',
    tags: { team: 'press' },
  });
  const template = new ReadableTemplate(stack);
  expect(text(stack.resolve(news.channelArn('topic-0')))).toBe(
    'arn:<Partition>:sns:<Region>:<AccountId>:press-watch-channel-topic-0',
  );
  expect(template.properties('AWS::SQS::Queue', 'NewshitsqueueQueue').QueueName).toBe(
    'press-watch-hits.fifo',
  );
  expect(template.properties('AWS::DynamoDB::Table', 'News').Tags).toEqual([{ Key: 'team', Value: 'press' }]);
});

it('rejects a name that is too long for the resources named after it', () => {
  const stack = new Stack(disposableApp(), 'Theirs');
  const make = (name: string) =>
    new NewsAlerts(stack, name.slice(0, 5), {
      config: sampleConfig(),
      topics: new Uint8Array(),
      subscriptions: [],
      name,
    });
  expect(() => make('x'.repeat(61))).toThrow('expected a name of at most 60 letters');
});

describe('outputs', () => {
  it('name what a person or a program needs', () => {
    const { SubscribeCommand, TableName, OperationsChannelArn, DashboardUrl, ...others } = outputs(plain);
    expect(TableName).toMatch(/^ref\(Table/);
    expect(OperationsChannelArn).toMatch(/^ref\(Operations/);
    expect(DashboardUrl).toBe(
      'https://(Isawsusgov ? console.amazonaws-us-gov.com : (Isawscn ? console.amazonaws.cn : console.aws.amazon.com))' +
        '/cloudwatch/home?region=<Region>#dashboards/dashboard/NewsAlerts',
    );
    expect(template.toJSON().Conditions).toEqual({
      Isawscn: { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws-cn'] },
      Isawsusgov: { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws-us-gov'] },
    });
    expect(others).toEqual({
      ConfigVersion: 'v',
      ChannelArnPrefix: CHANNEL_PREFIX,
      Channeltopic0BD1E34DB: `${CHANNEL_PREFIX}topic-0`,
      Channeltopic169AD9EBB: `${CHANNEL_PREFIX}topic-1`,
    });
    expect(SubscribeCommand).toBe(
      `aws sns subscribe --topic-arn ${CHANNEL_PREFIX}TOPIC --protocol email --notification-endpoint you@example.com` +
        ` --attributes '{"FilterPolicy":"{\\"protocols\\":[\\"email\\"]}"}'`,
    );
  });

  it('contain only the prefix of the channels if there are many', () => {
    expect(Object.keys(outputs(sampleStack({ topics: sampleTopics(100) }))).toSorted()).toEqual([
      'ChannelArnPrefix',
      'ConfigVersion',
      'DashboardUrl',
      'OperationsChannelArn',
      'SubscribeCommand',
      'TableName',
    ]);
  });
});
