import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { sampleStack } from './sample-stack.ts';

const FOLDER = join(import.meta.dirname, 'releases');

/** Properties whose change makes CloudFormation replace a table. */
const LASTING = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
];

function table(template: {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}) {
  const found = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table');
  expect(found).toHaveLength(1);
  const [[id, { Properties }] = ['', { Properties: {} }]] = found as [
    string,
    { Properties: Record<string, unknown> },
  ][];
  return { id, ...Object.fromEntries(LASTING.map((name) => [name, Properties[name]])) };
}

describe.each(readdirSync(FOLDER))('an upgrade from %s', (file) => {
  const before = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
  const now = Template.fromStack(sampleStack()).toJSON() as never;

  it('keeps the table', () => {
    expect(table(now)).toEqual(table(before));
  });

  it('keeps the queues, in which messages may be waiting', () => {
    const names = ({ Resources }: { Resources: Record<string, { Type: string; Properties: object }> }) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === 'AWS::SQS::Queue')
        .map(([id, { Properties }]) => [id, (Properties as { QueueName: string }).QueueName]);
    expect(names(now)).toEqual(names(before));
  });

  it('keeps the event sources, because a second one for the same queue and function cannot be created', () => {
    const sources = ({ Resources }: { Resources: Record<string, { Type: string }> }) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')
        .map(([id]) => id)
        .toSorted();
    expect(sources(now)).toEqual(sources(before));
  });
});
