import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { table } from '../functions/shared/pipeline.ts';

export interface NewsTableProps {
  /**
   * The policy for the table when the stack is deleted. Anything but `DESTROY` also protects it from deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The single table for feed states, items, stories, claims and waiting digest entries. */
export class NewsTable extends Table {
  /** Needed because `grant*` methods allow every index of a table. */
  readonly dueIndexArn: string;

  constructor(scope: Construct, id: string, props: NewsTableProps = {}) {
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    super(scope, id, {
      partitionKey: { name: table.partitionKey, type: AttributeType.STRING },
      sortKey: { name: table.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: table.ttl,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      // DynamoDB also accepts plain HTTP. At rest, tables are always encrypted with a free key that AWS owns.
      resourcePolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'NoPlainHttp',
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: ['dynamodb:*'],
            resources: ['*'],
            conditions: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      }),
    });
    const { name, partitionKey, sortKey } = table.dueIndex;
    this.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.dueIndexArn = `${this.tableArn}/index/${name}`;
  }
}
