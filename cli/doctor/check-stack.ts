import { formatTime } from '../../local/format-time.ts';
import type { StackFacts } from '../deployed/read-stack.ts';
import { type CheckContext, type CheckContextWithoutFile, deployCommand } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** No stack is the one finding after which no other check makes sense. */
export function missingStackResult(stackName: string, region: string): CheckResult {
  return {
    level: 'problem',
    check: 'stack',
    code: 'stack-missing',
    about: stackName,
    seen: `there is no stack ${stackName} in ${region}`,
    means: 'nothing is deployed there, or under another name, in another region or another account',
    next: 'look at --stack, AWS_REGION and AWS_PROFILE, or deploy: npx cdk deploy',
  };
}

export function stackResults(
  { status, reason, changedAt }: StackFacts,
  visit: Pick<CheckContext, 'stackName' | 'configFile' | 'clients'>,
): CheckResult[] {
  const { stackName } = visit;
  const about = { check: 'stack', about: stackName } as const;
  const seen = `stack ${stackName} in ${visit.clients.region}: ${status}, deployed last ${formatTime(changedAt)}${reason ? ` (${reason})` : ''}`;
  const redeploy = `read the stack's events in the CloudFormation console, mend the cause, and deploy again: ${deployCommand(visit)}`;
  if (status.endsWith('_IN_PROGRESS')) {
    return [
      {
        ...about,
        level: 'warning',
        code: 'stack-busy',
        seen,
        means: 'a deployment is under way, and other findings may be gone once it has ended',
        next: 'wait until it has ended, and look again',
      },
    ];
  }
  if (status === 'UPDATE_ROLLBACK_COMPLETE' || status === 'IMPORT_ROLLBACK_COMPLETE') {
    return [
      {
        ...about,
        level: 'warning',
        code: 'stack-rolled-back',
        seen,
        means: 'the last deployment failed and was undone: what it was to change is not in force',
        next: redeploy,
      },
    ];
  }
  if (status.endsWith('_FAILED') || status === 'ROLLBACK_COMPLETE' || status.startsWith('DELETE_')) {
    return [
      {
        ...about,
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
  run: async (visit: CheckContextWithoutFile) => (visit.stack ? stackResults(visit.stack, visit) : []),
} as const;
