import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { digests } from '../../functions/shared/store/digests.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { type CheckContextWithoutFile, tableName } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** Dispatch finds a digest within a minute, and tries one that failed again every five, ms. */
export const OVERDUE_MS = 15 * 60_000;

export interface OverdueDigest {
  readonly topicId: string;
  /** ISO. */
  readonly dueAt: string;
}

const NEXT_STEP_ON_AWS =
  'see the findings about dispatch and the hits queue, and the log of the notify function (digest-waits, digest-failed)';

/** A finding per topic, of the digest that waits longest. */
export function digestResults(
  overdue: readonly OverdueDigest[],
  now: number,
  next = NEXT_STEP_ON_AWS,
): CheckResult[] {
  if (overdue.length === 0) return [ok('digests', 'no digest is overdue')];
  const oldest = new Map<string, { dueAt: string; waiting: number }>();
  for (const { topicId, dueAt } of overdue) {
    const known = oldest.get(topicId);
    const first = known && known.dueAt < dueAt ? known.dueAt : dueAt;
    oldest.set(topicId, { dueAt: first, waiting: (known?.waiting ?? 0) + 1 });
  }
  return [...oldest].map(([topicId, { dueAt, waiting }]) => {
    const due = Date.parse(dueAt);
    const more = waiting > 1 ? `, and ${waiting - 1} later` : '';
    return {
      level: 'problem',
      check: 'digests',
      code: 'digest-overdue',
      about: topicId,
      seen: `a digest, follow-up or round-up of topic ${topicId} due at ${formatTime(due)} has not been sent for ${formatDuration(now - due)}${more}`,
      means: 'its alerts wait; none is lost, and they are tried again every five minutes',
      next,
    };
  });
}

export const checkDigests = {
  name: 'digests',
  what: 'which digests are overdue',
  needsFile: false,
  async run(visit: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    const now = visit.clock();
    const store = digests(dynamoTable(visit.clients.dynamoDb, tableName(visit)));
    return digestResults(await store.due(now - OVERDUE_MS), now);
  },
} as const;
