import { describe, expect, it } from 'vitest';
import { ReadableTemplate, text } from './readable-template.ts';
import { SAMPLE_CHAT, sampleStack } from './sample-stack.ts';

const stack = new ReadableTemplate(sampleStack({ chats: [SAMPLE_CHAT] }));
const id = (type: string, prefix: string) => stack.id(type, prefix);

/** Short names of the resources that permissions are for. */
const NAMES = Object.entries({
  [`arn(${id('AWS::DynamoDB::Table', 'Table')})`]: 'table',
  [`arn(${id('AWS::SQS::Queue', 'feedsqueueQueue')})`]: 'feeds',
  [`arn(${id('AWS::SQS::Queue', 'itemsqueueQueue')})`]: 'items',
  [`arn(${id('AWS::SQS::Queue', 'hitsqueueQueue')})`]: 'hits',
  [`arn(${id('AWS::SQS::Queue', 'chatqueueQueue')})`]: 'chat',
  [`arn(${id('AWS::SQS::Queue', 'chatqueueDeadLetters')})`]: 'chat-dead',
  'arn:<Partition>:ssm:<Region>:<AccountId>:parameter/news-alerts/NewsAlerts/': 'parameter ',
  [`ref(${id('AWS::SNS::Topic', 'Operations')})`]: 'operations',
  [`arn(${id('AWS::Lambda::Function', 'dispatch')})`]: 'dispatch',
  'arn:<Partition>:sns:<Region>:<AccountId>:NewsAlerts-channel-': 'channel-',
  'ForAllValues:StringLike dynamodb:LeadingKeys': 'key',
});

function permissions(roleId: string): string[] {
  const logs = `arn(${roleId.replace(/Role[0-9A-F]{8}$/, 'Logs')}`;
  return stack
    .allowed(roleId)
    .map((line) => line.replace(new RegExp(`${logs.replace('(', '\\(')}[0-9A-F]{8}\\)`), 'own-log'))
    .map((line) => NAMES.reduce((short, [long, name]) => short.replaceAll(long, name), line))
    .sort();
}

const OWN_LOG = ['Allow logs:CreateLogStream own-log', 'Allow logs:PutLogEvents own-log'];
const READ = ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'];
const consume = (queue: string) => READ.map((action) => `Allow sqs:${action} ${queue}`);

/** Every role of the stack, and everything that it allows. Add a line here only for what a function cannot do without. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  dispatch: [
    ...OWN_LOG,
    'Allow dynamodb:GetItem table if key DISPATCH',
    'Allow dynamodb:GetItem table if key TOPIC#*',
    'Allow dynamodb:PutItem table if key DISPATCH',
    'Allow dynamodb:Query table/index/due if key DIGEST',
    'Allow sqs:SendMessage feeds',
    'Allow sqs:SendMessage hits',
  ],
  poll: [
    ...OWN_LOG,
    ...consume('feeds'),
    'Allow dynamodb:BatchWriteItem table if key ITEM#*',
    'Allow dynamodb:DeleteItem table if key FEED#*',
    'Allow dynamodb:GetItem table if key FEED#* PUSH#* STREAM',
    'Allow dynamodb:PutItem table if key FEED#* PUSH#* STREAM',
    'Allow sqs:SendMessage hits',
    'Allow sqs:SendMessage items',
  ],
  match: [...OWN_LOG, ...consume('items'), 'Allow sqs:SendMessage hits'],
  notify: [
    ...OWN_LOG,
    ...consume('hits'),
    'Allow dynamodb:DeleteItem table if key ALERT#*',
    'Allow dynamodb:GetItem table if key ALERT#*',
    'Allow dynamodb:GetItem table if key SMS-PARTS',
    'Allow dynamodb:GetItem table if key STREAM SIGNUP-SMS SIGNUP-DAILY',
    'Allow dynamodb:GetItem table if key TOPIC#*',
    'Allow dynamodb:PutItem table if key ALERT#*',
    'Allow dynamodb:PutItem table if key SMS-PARTS',
    'Allow dynamodb:PutItem table if key TOPIC#*',
    'Allow dynamodb:Query table if key TOPIC#*',
    'Allow sns:Publish channel-*',
    'Allow sns:Publish operations',
  ],
  Chat: [
    ...OWN_LOG,
    ...consume('chat'),
    'Allow dynamodb:DeleteItem table if key CHAT#*',
    'Allow dynamodb:GetItem table if key CHAT#*',
    'Allow dynamodb:PutItem table if key CHAT#*',
    'Allow dynamodb:Query table if key CHAT#*',
    'Allow sqs:ChangeMessageVisibility chat',
    'Allow sqs:SendMessage chat-dead',
    'Allow ssm:GetParameters parameter SLACK_NEWS',
  ],
  Push: [...OWN_LOG, 'Allow dynamodb:GetItem table if key PUSH#*', 'Allow sqs:SendMessage feeds'],
  Channels: [
    ...OWN_LOG,
    'Allow dynamodb:DeleteItem table if key CHANNELS',
    'Allow dynamodb:GetItem table if key CHANNELS-RUN',
    'Allow dynamodb:PutItem table if key CHANNELS',
    'Allow dynamodb:PutItem table if key CHANNELS-RUN',
    'Allow dynamodb:Query table if key CHANNELS',
    'Allow sns:CreateTopic channel-*',
    'Allow sns:DeleteTopic channel-*',
    'Allow sns:GetTopicAttributes channel-*',
    'Allow sns:ListSubscriptionsByTopic channel-*',
    'Allow sns:SetTopicAttributes channel-*',
    'Allow sns:Subscribe channel-*',
    'Allow sns:TagResource channel-*',
    // These actions know no resources.
    'Allow sns:ListTopics *',
    'Allow sns:SetSubscriptionAttributes *',
    'Allow sns:Unsubscribe *',
  ],
  Tick: ['Allow lambda:InvokeFunction dispatch'],
};

const roles = Object.fromEntries(stack.roles().map((role) => [role.replace(/Role[0-9A-F]{8}$/, ''), role]));

describe('the roles of the stack', () => {
  it('are one for each function and one for the schedule', () => {
    expect(Object.keys(roles).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    for (const { Properties } of Object.values(stack.template.findResources('AWS::Lambda::Function'))) {
      expect(Object.values(roles).map((role) => `arn(${role})`)).toContain(text(Properties.Role));
    }
  });

  it.each(Object.keys(EXPECTED))(
    '%s is allowed exactly the actions, resources and keys of this list',
    (name) => {
      const role = roles[name] ?? '';
      expect(permissions(role)).toEqual(EXPECTED[name]?.toSorted());
      expect(stack.properties('AWS::IAM::Role', role)).not.toHaveProperty('ManagedPolicyArns');
    },
  );

  it('can be assumed only by the service that needs them', () => {
    for (const [name, role] of Object.entries(roles)) {
      const { AssumeRolePolicyDocument } = stack.properties('AWS::IAM::Role', role) as {
        AssumeRolePolicyDocument: { Statement: { Principal: unknown }[] };
      };
      const service = name === 'Tick' ? 'scheduler.amazonaws.com' : 'lambda.amazonaws.com';
      expect(AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal)).toEqual([
        { Service: service },
      ]);
    }
  });

  it('reach no record without naming its partition, and never scan or update the table', () => {
    const lines = Object.values(roles).flatMap(permissions);
    const onTable = lines.filter((line) => line.includes('dynamodb:'));
    expect(onTable.length).toBeGreaterThan(0);
    for (const line of onTable) expect(line).toMatch(/ if key [A-Z]/);
  });
});
