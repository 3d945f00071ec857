import { formatTime } from '../../local/format-time.ts';
import type { StackFacts } from '../deployed/read-stack.ts';
import { type CheckContext, type CheckContextWithoutFile, deployCommand } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** Returns the problem that there is no such stack. No other check makes sense then. */
export function missingStackResult(stackName: string, region: string): CheckResult {
  return {
    level: 'problem',
    check: 'stack',
    code: 'stack-missing',
    about: stackName,
    seen: `there is no stack ${stackName} in ${region}`,
    means: 'nothing is deployed, or the deployment has another name, region or account',
    next: 'check --stack, AWS_REGION and AWS_PROFILE, or deploy: npx cdk deploy',
  };
}

export function stackResults(
  { status, reason, changedAt }: StackFacts,
  context: Pick<CheckContext, 'stackName' | 'configFile' | 'clients'>,
): CheckResult[] {
  const { stackName } = context;
  const base = { check: 'stack', about: stackName } as const;
  const seen = `stack ${stackName} in ${context.clients.region}: ${status}, last deployed ${formatTime(changedAt)}${reason ? ` (${reason})` : ''}`;
  const redeploy = `read the stack's events in the CloudFormation console, fix the cause, and deploy again: ${deployCommand(context)}`;
  if (status.endsWith('_IN_PROGRESS')) {
    return [
      {
        ...base,
        level: 'warning',
        code: 'stack-busy',
        seen,
        means: 'a deployment is under way; other findings may disappear when it has finished',
        next: 'wait until it has finished, and run doctor again',
      },
    ];
  }
  if (status === 'UPDATE_ROLLBACK_COMPLETE' || status === 'IMPORT_ROLLBACK_COMPLETE') {
    return [
      {
        ...base,
        level: 'warning',
        code: 'stack-rolled-back',
        seen,
        means: 'the last deployment failed and was rolled back, so its changes are not in force',
        next: redeploy,
      },
    ];
  }
  if (status.endsWith('_FAILED') || status === 'ROLLBACK_COMPLETE' || status.startsWith('DELETE_')) {
    return [
      {
        ...base,
        level: 'problem',
        code: 'stack-failed',
        seen,
        means: 'parts of the deployment are missing or out of date',
        next: redeploy,
      },
    ];
  }
  return [ok('stack', seen)];
}

export const checkStack = {
  name: 'stack',
  what: 'the stack',
  needsFile: false,
  run: async (context: CheckContextWithoutFile) =>
    context.stack ? stackResults(context.stack, context) : [],
} as const;
