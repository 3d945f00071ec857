import { nextDailyTime } from '../../shared/local-time.ts';
import type { FollowUps, StoryRole, Topic } from '../../shared/model.ts';
import { followsTopicPolicy } from '../../shared/protocols.ts';
import type { ScheduledKind } from '../../shared/store/digests.ts';
import type { FollowUpState, Story } from '../../shared/store/stories.ts';
import { afterQuietHours, type DueContext, deliveryDue } from './delivery-due.ts';
import type { Plan } from './plan.ts';
import { quietUntil } from './quiet-hours.ts';

/** When an entry is sent: now, or with a message that is due later (ms). */
export type Schedule = { readonly kind: 'now' } | { readonly kind: ScheduledKind; readonly dueAt: number };

export const SEND_NOW: Schedule = { kind: 'now' };

/** Reports of one development arrive within minutes of each other. A follow-up waits this long to gather them. */
const GATHER_MS = 20 * 60_000;

/** A follow-up that is due later than this was scheduled under another policy. It is ignored. */
const MAX_PENDING_MS = 26 * 3_600_000;

/** The facts that decide when a development or a retelling is sent. */
export interface ScheduleContext {
  readonly role: Exclude<StoryRole, 'first'>;
  readonly followUps: FollowUps;
  /** The story as read; absent if it is too old to be read. */
  readonly story: Pick<Story, 'openedAt' | 'followUps'> | undefined;
  readonly occasion: DueContext;
}

/** Returns when a development or a retelling is sent, or undefined if it is not sent at all. */
export function scheduleOf(
  { policy, protocols }: Pick<Plan, 'policy' | 'protocols'>,
  { role, followUps, story, occasion }: ScheduleContext,
  roundUp: Topic['roundUp'],
  now: number,
): Schedule | undefined {
  const digestAt = deliveryDue(policy, occasion, now);
  const { mode } = followUps;
  const listsAll = followsTopicPolicy(protocols);
  const isFollowUp =
    role === 'development' && mode !== 'off' && (mode !== 'urgent' || occasion.urgent === true);
  if (occasion.loudness === 'welcome' || policy.deliver.mode !== 'now') {
    // The digest lists developments and retellings. An SMS-only digest lists only what would be a follow-up.
    if (!listsAll && !isFollowUp) return undefined;
    return { kind: occasion.loudness === 'welcome' ? 'welcome' : 'digest', dueAt: digestAt ?? now };
  }
  if (!isFollowUp) {
    if (!listsAll || !roundUp) return undefined;
    return { kind: 'roundup', dueAt: afterQuietHours(policy, nextDailyTime(roundUp, now)) };
  }
  if (mode === 'all' || occasion.urgent)
    return digestAt === undefined ? SEND_NOW : { kind: 'digest', dueAt: digestAt };
  const last = story?.followUps;
  const previous = last && Date.parse(last.dueAt) - now < MAX_PENDING_MS ? last : undefined;
  if (previous && Date.parse(previous.dueAt) > now) {
    return { kind: previous.inDigest ? 'digest' : 'follow-up', dueAt: Date.parse(previous.dueAt) };
  }
  const dueAt = followUpDue(followUps, previous ?? (story && { count: 0, dueAt: story.openedAt }), now);
  const quietEnd = policy.quiet && quietUntil(policy.quiet, dueAt);
  return quietEnd === undefined ? { kind: 'follow-up', dueAt } : { kind: 'digest', dueAt: quietEnd };
}

/** Returns when the next follow-up is due, ms. Intervals double. `last` is the last follow-up, or the first report. */
function followUpDue(
  { every, everyAtMost }: FollowUps,
  last: FollowUpState | undefined,
  now: number,
): number {
  if (!last) return now + everyAtMost;
  const interval = Math.min(everyAtMost, every * 2 ** last.count);
  return Math.max(now + GATHER_MS, Date.parse(last.dueAt) + interval);
}

/** Returns a story's follow-up state after a follow-up was sent or scheduled. */
export function withFollowUp(
  previous: FollowUpState | undefined,
  schedule: Schedule,
  now: number,
): FollowUpState {
  // A follow-up that is sent at once does not change a scheduled one.
  if (schedule.kind === 'now' && previous && Date.parse(previous.dueAt) > now) return previous;
  const dueAt = new Date(schedule.kind === 'now' ? now : schedule.dueAt).toISOString();
  if (previous?.dueAt === dueAt) return previous;
  const inDigest = schedule.kind === 'digest' || schedule.kind === 'welcome';
  return { count: (previous?.count ?? 0) + 1, dueAt, ...(inDigest ? { inDigest } : {}) };
}
