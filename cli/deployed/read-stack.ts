import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { OUTPUTS } from './resource-names.ts';

/** What CloudFormation says of the stack. */
export interface StackFacts {
  readonly status: string;
  readonly reason: string | undefined;
  /** When it was deployed last, ms since the epoch. */
  readonly changedAt: number;
  /** Partition, region and account, as the middle of an ARN has them. */
  readonly location: { readonly partition: string; readonly region: string; readonly account: string };
  readonly outputs: Readonly<Record<string, string>>;
}

/** Undefined when there is no such stack; the SDK's errors else. */
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

/** Those that we know, by our names for them: in a stack of somebody's own, the CDK makes them longer. */
function outputsOf({ Outputs = [] }: Stack): StackFacts['outputs'] {
  return Object.fromEntries(
    Object.values(OUTPUTS).flatMap((name) => {
      const longer = new RegExp(`${name}[0-9A-F]{8}$`);
      const { OutputValue } =
        Outputs.find(({ OutputKey }) => OutputKey === name) ??
        Outputs.find(({ OutputKey = '' }) => longer.test(OutputKey)) ??
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
    // CloudFormation has no error of its own for it.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

/** Where something is, from its ARN. */
export function locationInArn(arn: string): StackFacts['location'] {
  const [, partition, , region, account] = arn.split(':');
  if (partition && region && account) return { partition, region, account };
  throw new NewsAlertsError(`expected an ARN with region and account, got "${arn}"`);
}
