import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import type { AwsClients } from '../deployed/aws-clients.ts';
import type { StackFacts } from '../deployed/read-stack.ts';
import { DEFAULT_STACK, OUTPUTS } from '../deployed/resource-names.ts';
import type { CheckName, CheckResult } from './check-result.ts';

/** What the checks work on. */
export interface CheckContext {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly stackName: string;
  /** With what the names of queues, channels and alarms begin: the stack's name, unless it was given another. */
  readonly name: string;
  /** Undefined when it could not be read; that there is none ends the visit before the checks. */
  readonly stack: StackFacts | undefined;
  /** Why the stack could not be read. */
  readonly stackFault?: unknown;
  readonly configFile: string;
  readonly loaded: LoadedConfig;
  /** Tells a person who waits how far a long check has come. */
  readonly progress: (text: string) => void;
}

/** What is left of a visit for checks that do not need the user's file. */
export type CheckContextWithoutFile = Omit<CheckContext, 'loaded'>;

/** Looks at one thing, and only looks. What it throws becomes a finding; the other checks go on. */
export type Check =
  | {
      readonly name: CheckName;
      /** As in "could not check …". */
      readonly what: string;
      readonly needsFile: true;
      run(visit: CheckContext): Promise<readonly CheckResult[]>;
    }
  | {
      readonly name: CheckName;
      readonly what: string;
      readonly needsFile: false;
      run(visit: CheckContextWithoutFile): Promise<readonly CheckResult[]>;
    };

/** @throws the error by which the stack could not be read, or NewsAlertsError when it names no table */
export function tableName({ stack, stackFault, stackName }: TableContext): string {
  const name = stack?.outputs[OUTPUTS.table];
  if (name) return name;
  if (!stack && stackFault !== undefined) throw stackFault;
  throw new NewsAlertsError(`expected the output ${OUTPUTS.table} of the stack ${stackName}, got none`);
}

type TableContext = Pick<CheckContext, 'stack' | 'stackFault' | 'stackName'>;

/** The command that deploys what the user's file says now. */
export function deployCommand({
  stackName,
  configFile,
}: Pick<CheckContext, 'stackName' | 'configFile'>): string {
  const config = configFile === 'news-alerts.yaml' ? '' : ` -c config=${configFile}`;
  const stack = stackName === DEFAULT_STACK ? '' : ` -c stackName=${stackName}`;
  return `npx cdk deploy${config}${stack}`;
}

/** The option that `redrive` needs for a system of this name, with a space before it. */
export function stackOption(name: string): string {
  return name === DEFAULT_STACK ? '' : ` --stack ${name}`;
}

const PROGRESS_INTERVAL_MS = 2_000;

/** Passes on what it is told, but every two seconds only, so that short checks say nothing. */
export function throttleProgress(progress: CheckContext['progress']): CheckContext['progress'] {
  let told = Date.now();
  return (text) => {
    if (Date.now() - told < PROGRESS_INTERVAL_MS) return;
    told = Date.now();
    progress(text);
  };
}
