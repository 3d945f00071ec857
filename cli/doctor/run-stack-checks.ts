import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { describeError, isUnknownCaller } from '../deployed/aws-clients.ts';
import { readStack, type StackFacts } from '../deployed/read-stack.ts';
import { OUTPUTS, systemName } from '../deployed/resource-names.ts';
import { checkAlarms } from './check-alarms.ts';
import { checkChats } from './check-chats.ts';
import { checkConfiguration } from './check-configuration.ts';
import type { Check, CheckContextWithoutFile } from './check-context.ts';
import { checkDigests } from './check-digests.ts';
import { checkDispatch } from './check-dispatch.ts';
import { checkFeeds } from './check-feeds.ts';
import { checkHtmlMail } from './check-html-mail.ts';
import { checkOperations } from './check-operations.ts';
import { checkQueues } from './check-queues.ts';
import { type CheckResult, couldNotCheck, mergeByCause } from './check-result.ts';
import { checkSms } from './check-sms.ts';
import { checkStack, missingStackResult } from './check-stack.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import { checkTopics } from './check-topics.ts';
import { readConfiguration } from './read-configuration.ts';

/** In the order of the report. */
const STACK_CHECKS: readonly Check[] = [
  checkStack,
  checkConfiguration,
  checkDispatch,
  checkSubscriptions,
  checkOperations,
  checkSms,
  checkChats,
  checkHtmlMail,
  checkQueues,
  checkFeeds,
  checkTopics,
  checkDigests,
  checkAlarms,
];

/**
 * Runs all checks of a deployment. Returns their results in the order of the checks. `load` reads the user's file.
 * @throws NewsAlertsError when AWS rejects the credentials
 */
export async function runStackChecks(
  context: Omit<CheckContextWithoutFile, 'stack' | 'name'>,
  load: () => LoadedConfig,
): Promise<readonly CheckResult[]> {
  const file = readConfiguration(context.configFile, load, {
    skipped: STACK_CHECKS.filter(({ needsFile }) => needsFile)
      .map(({ what }) => what)
      .join('; '),
    broken: 'if deployed like this, a topic or terms with this fault match nothing; all other topics work',
    thenDeploy: ', and deploy',
  });
  const found = await findStack(context);
  if (found === 'missing') {
    return [missingStackResult(context.stackName, context.clients.region), ...file.results];
  }
  const prefix = found.stack?.outputs[OUTPUTS.channelPrefix] ?? '';
  const withStack = {
    ...context,
    stack: found.stack,
    stackFault: found.fault,
    name: systemName(prefix) ?? context.stackName,
  };
  const results = await Promise.all(
    STACK_CHECKS.map(async (check) => {
      try {
        if (!check.needsFile) return await check.run(withStack);
        return file.loaded ? await check.run({ ...withStack, loaded: file.loaded }) : [];
      } catch (error) {
        return [couldNotCheck(check.name, check.what, error)];
      }
    }),
  );
  return mergeByCause([...found.results, ...file.results, ...results.flat()]);
}

async function findStack({
  clients,
  stackName,
}: Pick<CheckContextWithoutFile, 'clients' | 'stackName'>): Promise<
  'missing' | { stack: StackFacts | undefined; fault?: unknown; results: readonly CheckResult[] }
> {
  try {
    const stack = await readStack(clients.cloudFormation, stackName);
    return stack ? { stack, results: [] } : 'missing';
  } catch (error) {
    if (isUnknownCaller(error)) {
      throw new NewsAlertsError(
        `expected valid AWS credentials, got ${describeError(error)}; log in again (aws sso login), or check AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN`,
        { cause: error },
      );
    }
    return { stack: undefined, fault: error, results: [couldNotCheck('stack', 'the stack', error)] };
  }
}
