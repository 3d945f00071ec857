import { DEFAULT_SMS_FOLLOW_UPS } from '../../shared/default-follow-ups.ts';
import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import type {
  Alert,
  AlertCaps,
  AlertEntry,
  FollowUps,
  Hit,
  NotifyMode,
  Protocol,
  StoryRole,
  Topic,
} from '../../shared/model.ts';
import type { ClaimState } from '../../shared/store/claims.ts';
import { protocolAttributes } from '../../shared/store/protocol-attributes.ts';
import type { Story } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { OPERATIONS_TOPIC } from '../operations-topic.ts';
import { isBeyondShare, reserveOrOverflowDue } from '../policy/caps.ts';
import { deliveryDue } from '../policy/delivery-due.ts';
import { capSharesOf } from '../policy/fair-share.ts';
import {
  followUpId,
  type Schedule,
  SEND_NOW,
  scheduleOf,
  withFollowUp,
} from '../policy/follow-up-schedule.ts';
import { commonPlan, type Plan, smsAlertIdOf, smsPlan } from '../policy/plan.ts';
import { reserveSmsParts, smsPartsUsedUpEntry } from '../policy/sms-parts.ts';
import { alertLogFields, loggedEntry, publish } from './publish.ts';

/** What is silent is never delivered, nor claimed: another feed may still tell it. */
type NonSilentMode = Exclude<NotifyMode, 'silent'>;

export interface Report extends Partial<Pick<Hit, 'feed' | 'crowded'>> {
  readonly entry: AlertEntry;
  readonly loudness: NonSilentMode;
  readonly tickAt: string;
  readonly urgent?: boolean | undefined;
  /** Tells one update of a story from another. */
  readonly version?: string;
  /** How many outlets tell the story, independently of one another. */
  readonly outlets?: number;
  /** Why an item was what it was to its story, for the alert log. */
  readonly because?: string;
}

export interface FirstReportResult {
  /** The alerts that report the story. */
  readonly alerts: readonly string[];
  /** The item that they report it by, where that is known. */
  readonly itemId: string | undefined;
  /** The same of an SMS of its own. */
  readonly smsItemId: string | undefined;
}

/**
 * Sends the first report of a story, or has it wait for a digest: each alert about it once, by its claim. Every item of a
 * story offers this; the claim lets one through (docs/adr/0007-every-item-offers-its-story.md).
 */
export async function deliverFirstReport(
  deps: NotifyDeps,
  topic: Topic,
  news: Report,
): Promise<FirstReportResult> {
  const { entry, version = '', outlets = 1 } = news;
  const report = { entry, version, outlets };
  const first = commonPlan(topic, report);
  const { itemId } = await deliverFirstReportBy(deps, topic, first, news);
  const sms = await smsPlan(deps.claims, topic, report);
  if (!sms) return { alerts: [first.id], itemId, smsItemId: undefined };
  const { itemId: smsItemId } = await deliverFirstReportBy(deps, topic, sms, news);
  return { alerts: [first.id, sms.id], itemId, smsItemId };
}

/** Whether the first report of a story would wait since its feed or site has used up its own part of the caps. */
export async function isBeyondFeedShare(deps: NotifyDeps, topic: Topic, news: Report): Promise<boolean> {
  const now = deps.clock();
  const { entry, version = '', outlets = 1 } = news;
  const plan = commonPlan(topic, { entry, version, outlets });
  const { atMost } = plan.policy;
  if (!atMost || deliveryDue(plan.policy, news, now) !== undefined) return false;
  const parts = capSharesFor(deps, atMost, news);
  return isBeyondShare(deps.quotas, topic.id, { ...plan, shares: parts }, now);
}

const capSharesFor = (
  { config }: NotifyDeps,
  atMost: AlertCaps,
  { feed, crowded }: Pick<Report, 'feed' | 'crowded'>,
) => (feed ? capSharesOf(atMost, config.feeds, { feed, ...(crowded ? { crowded } : {}) }) : []);

async function deliverFirstReportBy(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  news: Report,
): Promise<DeliveryResult> {
  const now = deps.clock();
  const due = deliveryDue(plan.policy, news, now) ?? (await overflowDueOf(deps, topic, plan, news, now));
  const kind = news.loudness === 'welcome' ? 'welcome' : 'digest';
  return deliverByPlan(deps, topic, plan, news, due === undefined ? SEND_NOW : { kind, dueAt: due });
}

/** A development or a retelling, and the story that it is of. */
export interface LaterReport extends Report {
  readonly entry: AlertEntry & { readonly role: Exclude<StoryRole, 'first'> };
  /** As it was read; absent where it is too old to be. */
  readonly story: Story | undefined;
  /** It is the report by which those who get SMS hear of the story. */
  readonly isReportedBySms?: boolean;
}

export type LaterReportResult = Pick<Story, 'followUps' | 'smsFollowUps'> & {
  readonly alerts: readonly string[];
  /** Waits for a digest, because its feed or site has used up its share of the caps. */
  readonly isDiverted: boolean;
};

/**
 * Delivers what is no first report: a development with the story's next follow-up, a retelling with the round-up, both
 * with the digest where the topic has one. By SMS only developments that the policy for SMS sends. Each once, by the item.
 */
export async function deliverLaterReport(
  deps: NotifyDeps,
  topic: Topic,
  more: LaterReport,
): Promise<LaterReportResult> {
  const { entry, story, urgent, version } = more;
  const now = deps.clock();
  const { role } = entry;
  const { id: editId, protocols: common } = commonPlan(topic, { entry, version: version ?? '', outlets: 1 });
  const id = version === undefined ? itemClaimId(topic.id, entry.itemId) : editId;
  const smsPolicy = topic.sms ?? { ...topic, followUps: DEFAULT_SMS_FOLLOW_UPS };
  const scheduling = { role, story, occasion: more };
  const alerts: string[] = [];
  let { followUps, smsFollowUps } = story ?? {};
  let isDiverted = false;
  let goesBySms = role === 'also' || more.isReportedBySms === true;

  const byAll = { id, policy: topic, protocols: common };
  const wanted = scheduleOf(byAll, { ...scheduling, followUps: topic.followUps }, topic.roundUp, now);
  if (wanted) {
    const schedule = await withinCaps(deps, topic, byAll, more, wanted, now);
    // A digest has one list for all protocols. What is sent apart from it goes by SMS where that is wanted.
    const isListed = schedule.kind === 'digest' || schedule.kind === 'welcome';
    const isSent = schedule.kind === 'now' && sendsDevelopment(smsPolicy.followUps, urgent);
    const protocols = isListed || isSent ? common : withoutSms(common);
    goesBySms ||= protocols.includes('sms');
    const delivered = await deliverByPlan(deps, topic, { ...byAll, protocols }, more, schedule);
    alerts.push(id);
    isDiverted = await isDivertedByShare(deps, topic, byAll, more, [wanted, delivered.schedule]);
    // One that its feed has no place for must not hold back what others add to the story.
    if (delivered.schedule.kind !== 'roundup' && role === 'development' && !isDiverted) {
      followUps = withFollowUp(followUps, delivered.schedule, now);
    }
  }
  if (!goesBySms) {
    const plan: Plan = { id: smsAlertIdOf(id), policy: smsPolicy, protocols: ['sms'] };
    // Follow-ups by SMS have intervals of their own.
    const ofSms = story && { openedAt: story.openedAt, ...(smsFollowUps ? { followUps: smsFollowUps } : {}) };
    const of = { ...scheduling, followUps: smsPolicy.followUps, story: ofSms };
    const bySms = scheduleOf(plan, of, undefined, now);
    if (bySms && (await isStoryKnownBySms(deps, topic, entry.storyId))) {
      const schedule = await withinCaps(deps, topic, plan, more, bySms, now);
      const delivered = await deliverByPlan(deps, topic, plan, more, schedule);
      if (!(await isDivertedByShare(deps, topic, plan, more, [bySms, delivered.schedule]))) {
        smsFollowUps = withFollowUp(smsFollowUps, delivered.schedule, now);
      }
      alerts.push(plan.id);
    }
  }
  return {
    alerts,
    isDiverted,
    ...(followUps ? { followUps } : {}),
    ...(smsFollowUps ? { smsFollowUps } : {}),
  };
}

/** Names the claim of an item that is no first report. */
const itemClaimId = (topicId: string, itemId: string): string => hash64('item', topicId, itemId);

/** Returns what an attempt before has begun to deliver an item as, that is no first report; undefined when none has. */
export async function findEarlierClaim(
  { claims }: NotifyDeps,
  topic: Topic,
  itemId: string,
): Promise<ClaimState | undefined> {
  const id = itemClaimId(topic.id, itemId);
  const before = await claims.find(id);
  // Where no email lists a development, it may go by SMS alone.
  const isMailed = topic.roundUp !== undefined && topic.followUps.mode !== 'off';
  return before ?? (isMailed ? undefined : claims.find(smsAlertIdOf(id)));
}

const sendsDevelopment = ({ mode }: FollowUps, urgent: boolean | undefined) =>
  mode === 'all' || (urgent === true && mode !== 'off');

const withoutSms = (protocols: readonly Protocol[]) => protocols.filter((protocol) => protocol !== 'sms');

const withoutSmsIfMailed = (protocols: readonly Protocol[]) =>
  protocols.includes('email') ? withoutSms(protocols) : protocols;

/** Developments go by SMS to those who have heard of the story that way. */
async function isStoryKnownBySms({ claims }: NotifyDeps, topic: Topic, storyId: string): Promise<boolean> {
  const { id } = commonPlan(topic, { entry: { kind: 'new', storyId }, version: '', outlets: 1 });
  if (await claims.find(smsAlertIdOf(id))) return true;
  return (await claims.find(id))?.protocols.includes('sms') ?? false;
}

/** A follow-up takes one of the places of its topic's caps, like an alert; where none is left, its entries join the digest. */
async function withinCaps(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  more: LaterReport,
  schedule: Schedule,
  now: number,
): Promise<Schedule> {
  if (schedule.kind !== 'now' && schedule.kind !== 'follow-up') return schedule;
  // A retry goes the way of the first attempt, which has its place.
  if (plan.policy.atMost && (await deps.claims.find(plan.id))) return schedule;
  const at = schedule.kind === 'now' ? now : schedule.dueAt;
  const id =
    schedule.kind === 'now'
      ? plan.id
      : followUpId(
          topic.id,
          new Date(at).toISOString(),
          more.entry.storyId,
          withoutSmsIfMailed(plan.protocols),
        );
  const due = await overflowDueOf(deps, topic, { ...plan, id }, more, at);
  return due === undefined ? schedule : { kind: 'digest', dueAt: due };
}

/** Whether what was to be sent by itself waits for a digest since its feed or site has used up its own part of the caps. */
async function isDivertedByShare(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  more: LaterReport,
  [wanted, delivered]: readonly [Schedule, Schedule],
): Promise<boolean> {
  const { atMost } = plan.policy;
  if (!atMost || delivered.kind !== 'digest') return false;
  if (wanted.kind !== 'now' && wanted.kind !== 'follow-up') return false;
  const at = wanted.kind === 'now' ? deps.clock() : wanted.dueAt;
  return isBeyondShare(deps.quotas, topic.id, { ...plan, shares: capSharesFor(deps, atMost, more) }, at);
}

const ALERT_LOG_KINDS: Readonly<Record<StoryRole, string>> = {
  first: 'new',
  development: 'update',
  also: 'also',
};

/** Which item an alert reports, where that is known, and when it is sent. */
interface DeliveryResult {
  readonly itemId: string | undefined;
  readonly schedule: Schedule;
}

/** Claims the alert, and publishes its entry or has it wait, as the first attempt does. */
async function deliverByPlan(
  deps: NotifyDeps,
  topic: Topic,
  { id, protocols: wanted }: Plan,
  { entry, loudness, urgent, because }: Report,
  schedule: Schedule,
): Promise<DeliveryResult> {
  const now = deps.clock();
  const target =
    schedule.kind === 'now'
      ? { protocols: await affordableProtocols(deps, topic, { id, protocols: wanted }, now) }
      : { protocols: wanted, dueAt: schedule.dueAt, waitsFor: schedule.kind };
  const { storyId, role } = entry;
  const claim = await deps.claims.claim(id, now, [], { ...target, storyId, role });
  if (claim.kind === 'settled') {
    const { itemId, dueAt, waitsFor: kind } = claim;
    return { itemId, schedule: dueAt === undefined || kind === undefined ? schedule : { kind, dueAt } };
  }
  if (claim.kind === 'busy') throw new RetryLater(`alert ${id} is being sent by another`);

  const { protocols } = claim;
  const ledger = {
    ...alertLogFields(deps, topic, [entry]),
    kind: ALERT_LOG_KINDS[role ?? 'first'],
    ...(role ? { role } : {}),
    entry: loggedEntry(entry),
    ...(because ? { because } : {}),
    storyId,
    ...protocolAttributes(protocols),
    // What a later policy would make of it depends on these.
    ...(loudness === 'welcome' ? { welcome: true } : {}),
    ...(urgent ? { urgent: true } : {}),
  };
  if (claim.dueAt !== undefined) {
    // Every attempt uses the values of the first, so that a retry writes the same entry.
    const { claimedAt, dueAt, waitsFor: kind = loudness === 'welcome' ? 'welcome' : 'digest' } = claim;
    const alert = { id, claimedAt };
    // An attempt before may have added another item of the story.
    const itemId = await deps.digests.add({ topicId: topic.id, dueAt }, alert, { kind, protocols, entry });
    const waiting = { waitsFor: kind, dueAt: new Date(dueAt).toISOString() };
    const brief = { ...ledger.entry, itemId };
    await deps.claims.settle(id, 'queued', now, { ...ledger, ...waiting, entry: brief });
    return { itemId, schedule: { kind, dueAt } };
  }
  const kind = role === undefined || role === 'first' ? 'new' : 'follow-up';
  const alert: Alert = { id, topicId: topic.id, topicName: topic.name, kind, entries: [entry] };
  await publish(deps, topic, alert, claim, ledger);
  return { itemId: entry.itemId, schedule: SEND_NOW };
}

/** Without SMS where the month's parts are used up, which the owner is told. */
export async function affordableProtocols(
  deps: NotifyDeps,
  topic: Topic,
  alert: Pick<Plan, 'id' | 'protocols'>,
  now: number,
): Promise<readonly Protocol[]> {
  const { smsParts } = deps.config;
  if (!smsParts || (await reserveSmsParts(deps, topic, alert, now))) return alert.protocols;
  const tickAt = new Date(now).toISOString();
  await deliverFirstReport(deps, OPERATIONS_TOPIC, {
    entry: smsPartsUsedUpEntry(smsParts, now),
    loudness: 'alert',
    tickAt,
  });
  return withoutSms(alert.protocols);
}

/** Asked before the claim, which notes the answer. */
async function overflowDueOf(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  news: Pick<Report, 'urgent' | 'feed' | 'crowded'>,
  now: number,
): Promise<number | undefined> {
  const { claims, quotas } = deps;
  const { id, policy } = plan;
  const { atMost } = policy;
  if (!atMost) return undefined;
  // All who retell a story offer to tell it again: what was told long ago takes no place.
  if ((await claims.find(id))?.settled) return undefined;
  const parts = capSharesFor(deps, atMost, news);
  return reserveOrOverflowDue(quotas, topic.id, { ...plan, urgent: news.urgent, shares: parts }, now);
}
