import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { NewsTable } from '../../lib/news-table.ts';
import { disposableApp } from './disposable-app.ts';

function synthesised(removalPolicy?: RemovalPolicy): Template {
  const stack = new Stack(disposableApp());
  new NewsTable(stack, 'Table', removalPolicy === undefined ? {} : { removalPolicy });
  return Template.fromStack(stack);
}

it('has the keys, the sparse index and the expiry of the description', () => {
  synthesised().hasResourceProperties('AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'duePk', KeyType: 'HASH' },
          { AttributeName: 'dueSk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});

it('is kept, restorable and protected by default', () => {
  synthesised().hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  });
});

it('can be destroyed, without a protection that would stop that, when asked to', () => {
  const template = synthesised(RemovalPolicy.DESTROY);
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
  expect(Object.keys(template.toJSON().Resources)).toHaveLength(1);
});
