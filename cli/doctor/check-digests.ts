import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { digests } from '../../functions/shared/store/digests.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { type CheckContextWithoutFile, tableName } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** Dispatch finds a due digest within a minute, and retries a failed one every five minutes. */
export const OVERDUE_MS = 15 * 60_000;

export interface OverdueDigest {
  readonly topicId: string;
  /** ISO. */
  readonly dueAt: string;
}

const NEXT_STEP_ON_AWS =
  'see the findings about dispatch and the hits queue, and the log of the notify function (digest-waits, digest-failed)';

/** Returns a problem for each topic, about its oldest overdue digest. */
export function digestResults(
  overdue: readonly OverdueDigest[],
  now: number,
  next = NEXT_STEP_ON_AWS,
): CheckResult[] {
  if (overdue.length === 0) return [ok('digests', 'no digest is overdue')];
  const oldest = new Map<string, { dueAt: string; waiting: number }>();
  for (const { topicId, dueAt } of overdue) {
    const known = oldest.get(topicId);
    const earliest = known && known.dueAt < dueAt ? known.dueAt : dueAt;
    oldest.set(topicId, { dueAt: earliest, waiting: (known?.waiting ?? 0) + 1 });
  }
  return [...oldest].map(([topicId, { dueAt, waiting }]) => {
    const due = Date.parse(dueAt);
    const more = waiting > 1 ? `, and ${waiting - 1} later than that` : '';
    return {
      level: 'problem',
      check: 'digests',
      code: 'digest-overdue',
      about: topicId,
      seen: `a digest, follow-up or round-up of topic ${topicId} has been overdue for ${formatDuration(now - due)}, since ${formatTime(due)}${more}`,
      means: 'its alerts are waiting; none is lost, and sending is retried every five minutes',
      next,
    };
  });
}

export const checkDigests = {
  name: 'digests',
  what: 'which digests are overdue',
  needsFile: false,
  async run(context: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    const now = context.clock();
    const store = digests(dynamoTable(context.clients.dynamoDb, tableName(context)));
    return digestResults(await store.due(now - OVERDUE_MS), now);
  },
} as const;
