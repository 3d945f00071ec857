import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type FunctionOptions,
  Function as Lambda,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { parameterPath, type TableAccess } from '../functions/shared/pipeline.ts';
import { functionCode } from './function-code.ts';
import type { NewsTable } from './news-table.ts';
import type { FunctionName } from './stage-bundling.ts';

/** A role's policy has room for about this many names. */
const MAX_NAMED_PARAMETERS = 50;

/** A Lambda function with its own log group and a role that allows only what subclasses request. */
export abstract class PipelineFunction extends Construct {
  readonly logGroup: LogGroup;
  protected readonly role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroup.grantWrite(this.role);
  }

  protected allow(actions: string[], resources: string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }

  /** Allows reading the parameters of a system with these names, or all if they are many. */
  protected allowParameters(system: string, names: readonly string[]): void {
    const allowed = names.length > MAX_NAMED_PARAMETERS ? ['*'] : names;
    if (allowed.length === 0) return;
    const path = parameterPath(system).slice(1);
    this.allow(
      ['ssm:GetParameters'],
      allowed.map((name) =>
        Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: `${path}${name}` }),
      ),
    );
  }

  /** Allows access to records by their partition keys, which IAM calls leading keys, and to no others. */
  protected allowRecords(table: NewsTable, accesses: readonly TableAccess[]): void {
    for (const { actions, keys, dueIndex } of accesses) {
      this.role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [dueIndex ? table.dueIndexArn : table.tableArn],
          // The condition also holds for requests without a key, but none of these actions has such requests.
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
        }),
      );
    }
  }

  protected createFunction(name: FunctionName, props: FunctionOptions): Lambda {
    return new Lambda(this, 'Function', {
      code: functionCode(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      logGroup: this.logGroup,
      // Metric filters find failures in the JSON reports of invocations.
      loggingFormat: LoggingFormat.JSON,
      ...props,
    });
  }
}
