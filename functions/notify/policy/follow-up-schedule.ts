import { hash64 } from '../../shared/hash.ts';
import type { FollowUps, StoryRole, Topic } from '../../shared/model.ts';
import type { ScheduledKind } from '../../shared/store/digests.ts';
import type { FollowUpState, Story } from '../../shared/store/stories.ts';
import { afterQuietHours, type DueContext, deliveryDue, digestDue } from './delivery-due.ts';
import type { Plan } from './plan.ts';
import { quietUntil } from './quiet-hours.ts';

/** When an entry is sent. */
export type Schedule =
  | { readonly kind: 'now' }
  /** The message that the entry waits for, and when that message is due, ms. */
  | { readonly kind: ScheduledKind; readonly dueAt: number };

export const SEND_NOW: Schedule = { kind: 'now' };

/** Reports of one development come within minutes of each other: they are gathered before the first is sent. */
const GATHER_MS = 20 * 60_000;

const MAX_PENDING_MS = 26 * 3_600_000;

/** The facts that decide when a development or a retelling is sent. */
export interface ScheduleContext {
  readonly role: Exclude<StoryRole, 'first'>;
  readonly followUps: FollowUps;
  /** The story as it was read; absent where it is too old to be. */
  readonly story: Pick<Story, 'openedAt' | 'followUps'> | undefined;
  readonly occasion: DueContext;
}

/** Returns when an entry that is no first report is sent, or undefined when it is not sent at all. */
export function scheduleOf(
  { policy, protocols }: Pick<Plan, 'policy' | 'protocols'>,
  { role, followUps, story, occasion }: ScheduleContext,
  roundUp: Topic['roundUp'],
  now: number,
): Schedule | undefined {
  const waits = deliveryDue(policy, occasion, now);
  const { mode } = followUps;
  const isFollowUp =
    role === 'development' && mode !== 'off' && (mode !== 'urgent' || occasion.urgent === true);
  const goesByEmail = protocols.includes('email');
  if (occasion.loudness === 'welcome' || policy.deliver.mode !== 'now') {
    // The digest lists all of it; by SMS alone it has what would be a follow-up.
    if (!goesByEmail && !isFollowUp) return undefined;
    return { kind: occasion.loudness === 'welcome' ? 'welcome' : 'digest', dueAt: waits ?? now };
  }
  if (!isFollowUp) {
    if (!goesByEmail || !roundUp) return undefined;
    return { kind: 'roundup', dueAt: afterQuietHours(policy, digestDue({ mode: 'daily', ...roundUp }, now)) };
  }
  if (mode === 'all' || occasion.urgent)
    return waits === undefined ? SEND_NOW : { kind: 'digest', dueAt: waits };
  // One that is days away was laid by while the topic had another policy.
  const last = story?.followUps;
  const before = last && Date.parse(last.dueAt) - now < MAX_PENDING_MS ? last : undefined;
  if (before && Date.parse(before.dueAt) > now) {
    return { kind: before.inDigest ? 'digest' : 'follow-up', dueAt: Date.parse(before.dueAt) };
  }
  const dueAt = followUpDue(followUps, before ?? (story && { count: 0, dueAt: story.openedAt }), now);
  const quietEnd = policy.quiet && quietUntil(policy.quiet, dueAt);
  return quietEnd === undefined ? { kind: 'follow-up', dueAt } : { kind: 'digest', dueAt: quietEnd };
}

/** Every follow-up doubles the interval to the next. `last`: the one before, or the first report. */
function followUpDue(
  { every, everyAtMost }: FollowUps,
  last: FollowUpState | undefined,
  now: number,
): number {
  if (!last) return now + everyAtMost;
  const interval = Math.min(everyAtMost, every * 2 ** last.count);
  return Math.max(now + GATHER_MS, Date.parse(last.dueAt) + interval);
}

/** Returns what the story remembers of a follow-up that is sent now or is to come. */
export function withFollowUp(
  before: FollowUpState | undefined,
  schedule: Schedule,
  now: number,
): FollowUpState {
  // One that is sent at once leaves the next one as it is.
  if (schedule.kind === 'now' && before && Date.parse(before.dueAt) > now) return before;
  const dueAt = new Date(schedule.kind === 'now' ? now : schedule.dueAt).toISOString();
  if (before?.dueAt === dueAt) return before;
  const inDigest = schedule.kind === 'digest' || schedule.kind === 'welcome';
  return { count: (before?.count ?? 0) + 1, dueAt, ...(inDigest ? { inDigest } : {}) };
}

/** Names the follow-up of a story that is due at a time. */
export const followUpId = (
  topicId: string,
  dueAt: string,
  storyId: string,
  protocols: readonly string[],
): string => hash64('digest', topicId, dueAt, 'follow-up', storyId, ...protocols);
