import { expect, it } from 'vitest';
import { ReadableTemplate, text } from './readable-template.ts';
import { SAMPLE_CHAT, SAMPLE_MAIL, sampleStack } from './sample-stack.ts';

const stack = new ReadableTemplate(sampleStack({ chats: [SAMPLE_CHAT], ...SAMPLE_MAIL }));
const NO_PLAIN_HTTP = { Bool: { 'aws:SecureTransport': 'false' } };

interface Statement {
  readonly Effect: string;
  readonly Action: string;
  readonly Principal: unknown;
  readonly Condition?: unknown;
}

/** Whether a policy denies everybody these actions over plain HTTP. */
function deniesPlainHttp(statements: readonly Statement[], action: string): boolean {
  return statements.some(
    ({ Effect, Action, Principal, Condition }) =>
      Effect === 'Deny' &&
      Action === action &&
      ['{"AWS":"*"}', '"*"'].includes(JSON.stringify(Principal)) &&
      JSON.stringify(Condition) === JSON.stringify(NO_PLAIN_HTTP),
  );
}

/** Statements of the policies of a type that are attached to a resource. */
function attached(type: string, property: string, id: string): Statement[] {
  return Object.values(stack.template.findResources(type))
    .filter(({ Properties }) => Properties[property].map(text).includes(`ref(${id})`))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

it('every queue and dead-letter queue is encrypted and refuses plain HTTP', () => {
  const queues = Object.entries(stack.template.findResources('AWS::SQS::Queue'));
  expect(queues).toHaveLength(10);
  for (const [id, { Properties }] of queues) {
    expect(Properties.SqsManagedSseEnabled, id).toBe(true);
    expect(deniesPlainHttp(attached('AWS::SQS::QueuePolicy', 'Queues', id), 'sqs:*'), id).toBe(true);
  }
});

it('the table refuses plain HTTP; DynamoDB encrypts every table at rest', () => {
  const { ResourcePolicy } = stack.properties('AWS::DynamoDB::Table', 'Table') as {
    ResourcePolicy: { PolicyDocument: { Statement: Statement[] } };
  };
  expect(deniesPlainHttp(ResourcePolicy.PolicyDocument.Statement, 'dynamodb:*')).toBe(true);
  // A policy that allows something would open the table to others than the roles.
  expect(ResourcePolicy.PolicyDocument.Statement.map(({ Effect }) => Effect)).toEqual(['Deny']);
});

it('the operations channel refuses plain HTTP', () => {
  const id = stack.id('AWS::SNS::Topic', 'Operations');
  expect(deniesPlainHttp(attached('AWS::SNS::TopicPolicy', 'Topics', id), 'sns:Publish')).toBe(true);
});

it('channels are encrypted, also those of earlier deployments, which are checked again when the key changes', () => {
  const functionId = stack.id('AWS::Lambda::Function', 'ChannelsFunction');
  const { Environment } = stack.properties('AWS::Lambda::Function', functionId) as {
    Environment: { Variables: Record<string, unknown> };
  };
  expect(Environment.Variables.CHANNEL_KEY).toBe('alias/aws/sns');
  const resource = stack.properties('Custom::Channels', stack.id('Custom::Channels', 'Channels'));
  expect(resource.key).toBe('alias/aws/sns');
});

it('the stack has no other data: no buckets, and no other tables, topics or parameters', () => {
  const holding = /^AWS::(S3|DynamoDB|SNS::Topic$|SQS|SSM|SecretsManager|Kinesis|Logs::LogGroup)/;
  const types = Object.values(stack.resources).map(({ Type }) => Type);
  expect([...new Set(types.filter((type) => holding.test(type)))].toSorted()).toEqual([
    'AWS::DynamoDB::Table',
    'AWS::Logs::LogGroup',
    'AWS::SNS::Topic',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
  ]);
  expect(types.filter((type) => type === 'AWS::SNS::Topic')).toHaveLength(1);
});
