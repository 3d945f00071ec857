import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import type { AwsClients } from '../deployed/aws-clients.ts';
import type { StackFacts } from '../deployed/read-stack.ts';
import { DEFAULT_STACK, OUTPUTS } from '../deployed/resource-names.ts';
import { DEFAULT_CONFIG_FILE } from '../shared/defaults.ts';
import type { CheckName, CheckResult } from './check-result.ts';

/** The input of a check. */
export interface CheckContext {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly stackName: string;
  /** Prefix of the names of queues, channels and alarms: the stack's name, unless the system was given another. */
  readonly name: string;
  /** Undefined when the stack could not be read. Without a stack, no check runs. */
  readonly stack: StackFacts | undefined;
  /** Why the stack could not be read. */
  readonly stackFault?: unknown;
  readonly configFile: string;
  readonly loaded: LoadedConfig;
  /** Prints how far a long check has come. */
  readonly progress: (text: string) => void;
}

/** The input of a check that does not need the user's file. */
export type CheckContextWithoutFile = Omit<CheckContext, 'loaded'>;

/** Checks one part of a deployment and changes nothing. An error becomes a could-not-check result; the other checks go on. */
export type Check =
  | {
      readonly name: CheckName;
      /** As in "could not check …". */
      readonly what: string;
      readonly needsFile: true;
      run(context: CheckContext): Promise<readonly CheckResult[]>;
    }
  | {
      readonly name: CheckName;
      readonly what: string;
      readonly needsFile: false;
      run(context: CheckContextWithoutFile): Promise<readonly CheckResult[]>;
    };

/**
 * Returns the name of the deployment's table.
 * @throws the error that prevented reading the stack; NewsAlertsError when the stack names no table
 */
export function tableName({ stack, stackFault, stackName }: TableContext): string {
  const name = stack?.outputs[OUTPUTS.table];
  if (name) return name;
  if (!stack && stackFault !== undefined) throw stackFault;
  throw new NewsAlertsError(`expected the stack ${stackName} to have the output ${OUTPUTS.table}, got none`);
}

type TableContext = Pick<CheckContext, 'stack' | 'stackFault' | 'stackName'>;

/** Returns the command that deploys the current file. */
export function deployCommand({
  stackName,
  configFile,
}: Pick<CheckContext, 'stackName' | 'configFile'>): string {
  const config = configFile === DEFAULT_CONFIG_FILE ? '' : ` -c config=${configFile}`;
  const stack = stackName === DEFAULT_STACK ? '' : ` -c stackName=${stackName}`;
  return `npx cdk deploy${config}${stack}`;
}

/** Returns the option that `redrive` needs for a system with this name, after a space; "" for the default name. */
export function stackOption(name: string): string {
  return name === DEFAULT_STACK ? '' : ` --stack ${name}`;
}
