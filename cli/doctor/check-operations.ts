import { count } from '../../functions/shared/text/count.ts';
import { readSubscribers, type Subscriber } from '../deployed/channel-subscribers.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type CheckContextWithoutFile, deployCommand } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** `channel`: the operations channel; undefined when the stack has none. `subscribers`: undefined when it is gone. */
export function operationsResults(
  channel: { readonly arn: string; readonly subscribers: readonly Subscriber[] | undefined } | undefined,
  deploy: string,
): CheckResult[] {
  const about = { check: 'operations' } as const;
  if (channel === undefined) {
    return [
      {
        ...about,
        level: 'warning',
        code: 'operations-none',
        seen: `the stack has no operations channel (output ${OUTPUTS.operationsChannel})`,
        means: 'it was deployed by an earlier release; when something goes wrong, nobody is told',
        next: `deploy this release: ${deploy}`,
      },
    ];
  }
  const { arn, subscribers } = channel;
  const confirmed = subscribers?.filter((one) => one.confirmed).length ?? 0;
  if (confirmed > 0)
    return [ok('operations', `operations channel: ${count(confirmed, 'confirmed subscriber')}`)];
  const waiting = subscribers?.filter((one) => !one.confirmed).map(({ endpoint }) => endpoint) ?? [];
  const state = subscribers === undefined ? 'is gone' : 'has no confirmed subscriber';
  return [
    {
      ...about,
      level: 'warning',
      code: 'operations-unheard',
      about: arn,
      seen: `the operations channel ${state}${waiting.length > 0 ? ` (not confirmed: ${waiting.join(', ')})` : ''}`,
      means: 'when an alarm goes off, nobody is told',
      next:
        subscribers === undefined
          ? `deploy: ${deploy}`
          : waiting.length > 0
            ? 'follow the link in the mail from no-reply@sns.amazonaws.com'
            : `write yourself under operations: in the file, deploy (${deploy}), and follow the link in the mail that comes`,
    },
  ];
}

export const checkOperations = {
  name: 'operations',
  what: 'the operations channel',
  needsFile: false,
  async run(visit: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    // Without an answer about the stack, nothing is known of its operations channel either; that is told already.
    if (!visit.stack) return [];
    const arn = visit.stack.outputs[OUTPUTS.operationsChannel];
    const channel = arn ? { arn, subscribers: await readSubscribers(visit.clients.sns, arn) } : undefined;
    return operationsResults(channel, deployCommand(visit));
  },
} as const;
