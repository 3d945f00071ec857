import { DEFAULT_SMS_FOLLOW_UPS } from '../../shared/default-follow-ups.ts';
import { hash64 } from '../../shared/hash.ts';
import type { AlertEntry, FollowUps, Protocol, StoryRole, Topic } from '../../shared/model.ts';
import {
  followsSmsPolicy,
  followsTopicPolicy,
  SMS_POLICY_PROTOCOLS,
  withoutSms,
} from '../../shared/protocols.ts';
import type { ClaimState } from '../../shared/store/claims.ts';
import type { ReportedItem } from '../../shared/store/reported-item.ts';
import type { Story } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { isBeyondShare } from '../policy/caps.ts';
import { type Schedule, scheduleOf, withFollowUp } from '../policy/follow-up-schedule.ts';
import { followUpId } from '../policy/message-ids.ts';
import { commonPlan, isStoryKnownBySms, type Plan, smsAlertIdOf } from '../policy/plan.ts';
import { capSharesFor, deliverByPlan, overflowDueOf, type Report } from './deliver-first-report.ts';

/** A development or a retelling, and its story. */
export interface LaterReport extends Report {
  readonly entry: AlertEntry & { readonly role: Exclude<StoryRole, 'first'> };
  /** The story as read; absent if it is too old to be read. */
  readonly story: Story | undefined;
  /** The first SMS about the story reports this item. */
  readonly isReportedBySms?: boolean;
}

export type LaterReportResult = Pick<Story, 'followUps' | 'smsFollowUps'> & {
  readonly alerts: readonly string[];
  /** The item that the common alert reports, if there is an alert and the item is known. */
  readonly reported?: ReportedItem;
  /** The report waits for a digest because its feed or site has used up its share of the caps. */
  readonly isDiverted: boolean;
};

/**
 * Delivers a development with the story's next follow-up, a retelling with the round-up, and both with the digest if the
 * topic has one. By SMS, sends only the developments that the SMS policy includes. Each item has a claim, so it is
 * delivered once.
 */
export async function deliverLaterReport(
  deps: NotifyDeps,
  topic: Topic,
  report: LaterReport,
): Promise<LaterReportResult> {
  const { entry, story, urgent, version } = report;
  const now = deps.clock();
  const { role } = entry;
  const { id: editId, protocols: common } = commonPlan(topic, { entry, version: version ?? '', outlets: 1 });
  const id = version === undefined ? itemClaimId(topic.id, entry.itemId) : editId;
  const smsPolicy = topic.sms ?? { ...topic, followUps: DEFAULT_SMS_FOLLOW_UPS };
  const context = { role, story, occasion: report };
  const alerts: string[] = [];
  let { followUps, smsFollowUps } = story ?? {};
  let reported: ReportedItem | undefined;
  let isDiverted = false;
  let needsNoSms = role === 'also' || report.isReportedBySms === true;

  const commonAlert = { id, policy: topic, protocols: common };
  const wanted = scheduleOf(commonAlert, { ...context, followUps: topic.followUps }, topic.roundUp, now);
  if (wanted) {
    const schedule = await withinCaps(deps, topic, commonAlert, report, wanted, now);
    // A digest has one list for all protocols. A separate alert goes by SMS only if the SMS policy includes it.
    const isListed = schedule.kind === 'digest' || schedule.kind === 'welcome';
    const isSent = schedule.kind === 'now' && sendsDevelopment(smsPolicy.followUps, urgent);
    const protocols = isListed || isSent ? common : withoutSms(common);
    needsNoSms ||= followsSmsPolicy(protocols);
    const delivered = await deliverByPlan(deps, topic, { ...commonAlert, protocols }, report, schedule);
    alerts.push(id);
    ({ reported } = delivered);
    isDiverted = await isDivertedByShare(deps, topic, commonAlert, report, [wanted, delivered.schedule]);
    // A development whose feed has no place left must not delay what other feeds add to the story.
    if (delivered.schedule.kind !== 'roundup' && role === 'development' && !isDiverted) {
      followUps = withFollowUp(followUps, delivered.schedule, now);
    }
  }
  if (!needsNoSms) {
    const plan: Plan = { id: smsAlertIdOf(id), policy: smsPolicy, protocols: SMS_POLICY_PROTOCOLS };
    // Follow-ups by SMS have intervals of their own.
    const smsStory = story && {
      openedAt: story.openedAt,
      ...(smsFollowUps ? { followUps: smsFollowUps } : {}),
    };
    const smsContext = { ...context, followUps: smsPolicy.followUps, story: smsStory };
    const wantedBySms = scheduleOf(plan, smsContext, undefined, now);
    if (wantedBySms && (await isStoryKnownBySms(deps.claims, topic, entry.storyId))) {
      const schedule = await withinCaps(deps, topic, plan, report, wantedBySms, now);
      const delivered = await deliverByPlan(deps, topic, plan, report, schedule);
      if (!(await isDivertedByShare(deps, topic, plan, report, [wantedBySms, delivered.schedule]))) {
        smsFollowUps = withFollowUp(smsFollowUps, delivered.schedule, now);
      }
      alerts.push(plan.id);
    }
  }
  return {
    alerts,
    isDiverted,
    ...(reported ? { reported } : {}),
    ...(followUps ? { followUps } : {}),
    ...(smsFollowUps ? { smsFollowUps } : {}),
  };
}

/** Returns the claim id of an item that is a development or a retelling. */
const itemClaimId = (topicId: string, itemId: string): string => hash64('item', topicId, itemId);

/** Returns the claim of an earlier attempt to deliver an item as a development or a retelling. */
export async function findEarlierClaim(
  { claims }: NotifyDeps,
  topic: Topic,
  itemId: string,
): Promise<ClaimState | undefined> {
  const id = itemClaimId(topic.id, itemId);
  const claim = await claims.find(id);
  // If no email lists developments, this one may have gone by SMS alone.
  const isMailed = topic.roundUp !== undefined && topic.followUps.mode !== 'off';
  return claim ?? (isMailed ? undefined : claims.find(smsAlertIdOf(id)));
}

const sendsDevelopment = ({ mode }: FollowUps, urgent: boolean | undefined) =>
  mode === 'all' || (urgent === true && mode !== 'off');

const withoutSmsIfMailed = (protocols: readonly Protocol[]) =>
  followsTopicPolicy(protocols) ? withoutSms(protocols) : protocols;

/**
 * Returns the schedule of a report within its topic's caps. A follow-up takes a place like any alert; without a place, its
 * entries join the digest.
 */
async function withinCaps(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  report: LaterReport,
  schedule: Schedule,
  now: number,
): Promise<Schedule> {
  if (schedule.kind !== 'now' && schedule.kind !== 'follow-up') return schedule;
  // A retry keeps the schedule of the first attempt, which already has a place.
  if (plan.policy.atMost && (await deps.claims.find(plan.id))) return schedule;
  const at = schedule.kind === 'now' ? now : schedule.dueAt;
  const id =
    schedule.kind === 'now'
      ? plan.id
      : followUpId(
          topic.id,
          new Date(at).toISOString(),
          report.entry.storyId,
          withoutSmsIfMailed(plan.protocols),
        );
  const due = await overflowDueOf(deps, topic, { ...plan, id }, report, at);
  return due === undefined ? schedule : { kind: 'digest', dueAt: due };
}

/** Returns whether a report waits for a digest only because its feed or site has used up its share of the caps. */
async function isDivertedByShare(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  report: LaterReport,
  [wanted, delivered]: readonly [Schedule, Schedule],
): Promise<boolean> {
  const { atMost } = plan.policy;
  if (!atMost || delivered.kind !== 'digest') return false;
  if (wanted.kind !== 'now' && wanted.kind !== 'follow-up') return false;
  const at = wanted.kind === 'now' ? deps.clock() : wanted.dueAt;
  return isBeyondShare(deps.quotas, topic.id, { ...plan, shares: capSharesFor(deps, atMost, report) }, at);
}
