import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { OUTPUTS } from './resource-names.ts';

/** The state of a stack, as CloudFormation reports it. */
export interface StackFacts {
  readonly status: string;
  readonly reason: string | undefined;
  /** Time of the last deployment, ms since the epoch. */
  readonly changedAt: number;
  /** As in the stack's ARN. */
  readonly location: { readonly partition: string; readonly region: string; readonly account: string };
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Returns the state of a stack; undefined when there is no such stack.
 * @throws the SDK's errors
 */
export async function readStack(client: CloudFormationClient, name: string): Promise<StackFacts | undefined> {
  const stack = await describe(client, name);
  if (!stack) return undefined;
  const changed = stack.LastUpdatedTime ?? stack.CreationTime;
  return {
    status: stack.StackStatus ?? 'unknown',
    reason: stack.StackStatusReason,
    changedAt: changed?.getTime() ?? 0,
    location: locationInArn(stack.StackId ?? ''),
    outputs: outputsOf(stack),
  };
}

/**
 * Returns the value of an output.
 * @throws NewsAlertsError when there is no such stack, or it lacks the output
 */
export async function requireOutput(
  { cloudFormation, region }: Pick<AwsClients, 'cloudFormation' | 'region'>,
  stackName: string,
  output: string,
): Promise<string> {
  const stack = await readStack(cloudFormation, stackName);
  const value = stack?.outputs[output];
  if (value) return value;
  throw new NewsAlertsError(
    `expected the stack ${stackName} in ${region}, got ${stack ? `a stack without the output ${output}` : 'none'}; ` +
      'name another stack with --stack, or set AWS_REGION',
  );
}

/** Returns the outputs in OUTPUTS, by these names. Inside somebody's own stack the CDK appends a hash to the names. */
function outputsOf({ Outputs = [] }: Stack): StackFacts['outputs'] {
  return Object.fromEntries(
    Object.values(OUTPUTS).flatMap((name) => {
      const withHash = new RegExp(`${name}[0-9A-F]{8}$`);
      const { OutputValue } =
        Outputs.find(({ OutputKey }) => OutputKey === name) ??
        Outputs.find(({ OutputKey = '' }) => withHash.test(OutputKey)) ??
        {};
      return OutputValue === undefined ? [] : [[name, OutputValue]];
    }),
  );
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0];
  } catch (error) {
    // CloudFormation has no error type for a missing stack.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Returns the partition, region and account in an ARN.
 * @throws NewsAlertsError when one of them is missing
 */
export function locationInArn(arn: string): StackFacts['location'] {
  const [, partition, , region, account] = arn.split(':');
  if (partition && region && account) return { partition, region, account };
  throw new NewsAlertsError(`expected an ARN with a region and an account, got "${arn}"`);
}
