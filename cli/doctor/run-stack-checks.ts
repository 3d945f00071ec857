import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { describeError, isUnknownCaller } from '../deployed/aws-clients.ts';
import { readStack, type StackFacts } from '../deployed/read-stack.ts';
import { OUTPUTS, systemName } from '../deployed/resource-names.ts';
import { checkAlarms } from './check-alarms.ts';
import { checkConfiguration } from './check-configuration.ts';
import type { Check, CheckContextWithoutFile } from './check-context.ts';
import { checkDigests } from './check-digests.ts';
import { checkDispatch } from './check-dispatch.ts';
import { checkFeeds } from './check-feeds.ts';
import { checkOperations } from './check-operations.ts';
import { checkQueues } from './check-queues.ts';
import { type CheckResult, couldNotCheck, mergeByCause } from './check-result.ts';
import { checkSms } from './check-sms.ts';
import { checkStack, missingStackResult } from './check-stack.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import { checkTopics } from './check-topics.ts';
import { readConfiguration } from './read-configuration.ts';

/** In the order in which they are told. */
const STACK_CHECKS: readonly Check[] = [
  checkStack,
  checkConfiguration,
  checkDispatch,
  checkSubscriptions,
  checkOperations,
  checkSms,
  checkQueues,
  checkFeeds,
  checkTopics,
  checkDigests,
  checkAlarms,
];

/**
 * Everything that the checks find, in their order. `load` reads the user's file.
 * @throws NewsAlertsError when AWS does not know who asks
 */
export async function runStackChecks(
  visit: Omit<CheckContextWithoutFile, 'stack' | 'name'>,
  load: () => LoadedConfig,
): Promise<readonly CheckResult[]> {
  const file = readConfiguration(visit.configFile, load, {
    skipped: STACK_CHECKS.filter(({ needsFile }) => needsFile)
      .map(({ what }) => what)
      .join('; '),
    broken: 'deployed as it is, what has this fault matches nothing; all other topics go on',
    thenDeploy: ', and deploy',
  });
  const found = await findStack(visit);
  if (found === 'missing') {
    return [missingStackResult(visit.stackName, visit.clients.region), ...file.findings];
  }
  const prefix = found.stack?.outputs[OUTPUTS.channelPrefix] ?? '';
  const about = {
    ...visit,
    stack: found.stack,
    stackFault: found.fault,
    name: systemName(prefix) ?? visit.stackName,
  };
  const findings = await Promise.all(
    STACK_CHECKS.map(async (check) => {
      try {
        if (!check.needsFile) return await check.run(about);
        return file.loaded ? await check.run({ ...about, loaded: file.loaded }) : [];
      } catch (error) {
        return [couldNotCheck(check.name, check.what, error)];
      }
    }),
  );
  return mergeByCause([...found.findings, ...file.findings, ...findings.flat()]);
}

async function findStack({
  clients,
  stackName,
}: Pick<CheckContextWithoutFile, 'clients' | 'stackName'>): Promise<
  'missing' | { stack: StackFacts | undefined; fault?: unknown; findings: readonly CheckResult[] }
> {
  try {
    const stack = await readStack(clients.cloudFormation, stackName);
    return stack ? { stack, findings: [] } : 'missing';
  } catch (error) {
    if (isUnknownCaller(error)) {
      throw new NewsAlertsError(
        `expected valid credentials for AWS, got ${describeError(error)}; log in again (aws sso login), or look at AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN`,
        { cause: error },
      );
    }
    return { stack: undefined, fault: error, findings: [couldNotCheck('stack', 'the stack', error)] };
  }
}
