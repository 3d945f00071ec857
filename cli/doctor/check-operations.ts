import { count } from '../../functions/shared/text/count.ts';
import { readSubscribers, type Subscriber } from '../deployed/channel-subscribers.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type CheckContextWithoutFile, deployCommand } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** `channel`: the operations channel; undefined when the stack names none. `subscribers`: undefined when it was deleted. */
export function operationsResults(
  channel: { readonly arn: string; readonly subscribers: readonly Subscriber[] | undefined } | undefined,
  deploy: string,
): CheckResult[] {
  const base = { check: 'operations' } as const;
  if (channel === undefined) {
    return [
      {
        ...base,
        level: 'warning',
        code: 'operations-none',
        seen: `the stack has no operations channel (output ${OUTPUTS.operationsChannel})`,
        means: 'an earlier release was deployed; when something goes wrong, nobody is notified',
        next: `deploy this release: ${deploy}`,
      },
    ];
  }
  const { arn, subscribers } = channel;
  const confirmed = subscribers?.filter((one) => one.confirmed).length ?? 0;
  if (confirmed > 0)
    return [ok('operations', `operations channel: ${count(confirmed, 'confirmed subscriber')}`)];
  const unconfirmed = subscribers?.filter((one) => !one.confirmed).map(({ endpoint }) => endpoint) ?? [];
  const state = subscribers === undefined ? 'does not exist' : 'has no confirmed subscriber';
  return [
    {
      ...base,
      level: 'warning',
      code: 'operations-unheard',
      about: arn,
      seen: `the operations channel ${state}${unconfirmed.length > 0 ? ` (not confirmed: ${unconfirmed.join(', ')})` : ''}`,
      means: 'when an alarm is raised, nobody is notified',
      next:
        subscribers === undefined
          ? `create it again: ${deploy} --revert-drift`
          : unconfirmed.length > 0
            ? 'follow the link in the mail from no-reply@sns.amazonaws.com'
            : `add your address under operations: in the file, deploy (${deploy}), and follow the link in the mail you get`,
    },
  ];
}

export const checkOperations = {
  name: 'operations',
  what: 'the operations channel',
  needsFile: false,
  async run(context: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    // The stack could not be read, which is reported already. Its outputs name the operations channel.
    if (!context.stack) return [];
    const arn = context.stack.outputs[OUTPUTS.operationsChannel];
    const channel = arn ? { arn, subscribers: await readSubscribers(context.clients.sns, arn) } : undefined;
    return operationsResults(channel, deployCommand(context));
  },
} as const;
