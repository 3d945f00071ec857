import { RetryLater } from '../../shared/errors.ts';
import type { Hit } from '../../shared/messages.ts';
import type {
  Alert,
  AlertCaps,
  AlertEntry,
  NotifyMode,
  Protocol,
  StoryRole,
  Topic,
} from '../../shared/model.ts';
import { withoutSms } from '../../shared/protocols.ts';
import { type ReportedItem, reportedItem } from '../../shared/store/reported-item.ts';
import type { NotifyDeps } from '../deps.ts';
import { OPERATIONS_TOPIC } from '../operations-topic.ts';
import { isBeyondShare, reserveOrOverflowDue } from '../policy/caps.ts';
import { deliveryDue } from '../policy/delivery-due.ts';
import { capSharesOf } from '../policy/fair-share.ts';
import { type Schedule, SEND_NOW } from '../policy/follow-up-schedule.ts';
import { commonPlan, type Plan, smsPlan } from '../policy/plan.ts';
import { reserveSmsParts, smsPartsUsedUpEntry } from '../policy/sms-parts.ts';
import { addDailyEntry, dailyDueOf } from './daily-entry.ts';
import { alertLogFields, loggedEntry, publish } from './publish.ts';

/** Silent items are neither delivered nor claimed, so that another feed may still report them. */
type NonSilentMode = Exclude<NotifyMode, 'silent'>;

/** An item to be delivered as part of a story. */
export interface Report extends Partial<Pick<Hit, 'feed' | 'crowded'>> {
  readonly entry: AlertEntry;
  readonly loudness: NonSilentMode;
  readonly tickAt: string;
  readonly urgent?: boolean | undefined;
  /** Distinguishes the updates of a story. */
  readonly version?: string;
  /** Independent outlets that report the story. */
  readonly outlets?: number;
  /** Explains the item's role in its story; for the alert log. */
  readonly because?: string;
}

export interface FirstReportResult {
  /** The alerts that report the story. */
  readonly alerts: readonly string[];
  /** The item that the common alert reports, if known. */
  readonly reported: ReportedItem | undefined;
  /** The item that a separate SMS alert reports, if known. */
  readonly smsItemId: string | undefined;
}

/**
 * Sends the first report of a story, or adds it to a digest. Runs for every item of a story; only the item that gets the
 * claim is delivered, so each alert goes out once (docs/adr/0007-every-item-offers-its-story.md).
 */
export async function deliverFirstReport(
  deps: NotifyDeps,
  topic: Topic,
  report: Report,
): Promise<FirstReportResult> {
  const { entry, version = '', outlets = 1 } = report;
  const planInput = { entry, version, outlets };
  const common = commonPlan(topic, planInput);
  const { reported } = await deliverFirstReportBy(deps, topic, common, report);
  const sms = await smsPlan(deps.claims, topic, planInput);
  if (!sms) return { alerts: [common.id], reported, smsItemId: undefined };
  const bySms = await deliverFirstReportBy(deps, topic, sms, report);
  return { alerts: [common.id, sms.id], reported, smsItemId: bySms.reported?.itemId };
}

/** Returns whether a first report would have to wait because its feed or site has used up its share of the caps. */
export async function isBeyondFeedShare(deps: NotifyDeps, topic: Topic, report: Report): Promise<boolean> {
  const now = deps.clock();
  const { entry, version = '', outlets = 1 } = report;
  const plan = commonPlan(topic, { entry, version, outlets });
  const { atMost } = plan.policy;
  if (!atMost || deliveryDue(plan.policy, report, now) !== undefined) return false;
  const shares = capSharesFor(deps, atMost, report);
  return isBeyondShare(deps.quotas, topic.id, { ...plan, shares }, now);
}

/** Returns the shares of the caps that a report counts towards. */
export const capSharesFor = (
  { config }: NotifyDeps,
  atMost: AlertCaps,
  { feed, crowded }: Pick<Report, 'feed' | 'crowded'>,
) => (feed ? capSharesOf(atMost, config.feeds, { feed, ...(crowded ? { crowded } : {}) }) : []);

async function deliverFirstReportBy(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  report: Report,
): Promise<DeliveryResult> {
  const now = deps.clock();
  const due = deliveryDue(plan.policy, report, now) ?? (await overflowDueOf(deps, topic, plan, report, now));
  const kind = report.loudness === 'welcome' ? 'welcome' : 'digest';
  return deliverByPlan(deps, topic, plan, report, due === undefined ? SEND_NOW : { kind, dueAt: due });
}

/** Maps roles to the stored `kind` of the alert log. */
const ALERT_LOG_KINDS: Readonly<Record<StoryRole, string>> = {
  first: 'new',
  development: 'update',
  also: 'also',
};

interface DeliveryResult {
  /** The item that the alert reports, if known. */
  readonly reported: ReportedItem | undefined;
  readonly schedule: Schedule;
}

/**
 * Claims an alert, then publishes its entry or adds the entry to a scheduled message. If an earlier attempt made the
 * claim, follows the choice of that attempt. Throws `RetryLater` if another worker holds the claim.
 */
export async function deliverByPlan(
  deps: NotifyDeps,
  topic: Topic,
  { id, protocols: wanted }: Plan,
  { entry, loudness, urgent, because }: Report,
  schedule: Schedule,
): Promise<DeliveryResult> {
  const now = deps.clock();
  const { storyId, role } = entry;
  const muted = schedule.kind === 'now' ? await deps.mutes.of(topic.id) : undefined;
  // An alert that is not sent takes no SMS parts.
  const isSent = !muted?.has(storyId);
  const target =
    schedule.kind === 'now'
      ? {
          protocols: isSent ? await affordableProtocols(deps, topic, { id, protocols: wanted }, now) : wanted,
        }
      : { protocols: wanted, dueAt: schedule.dueAt, waitsFor: schedule.kind };
  const claim = await deps.claims.claim(id, now, [], {
    ...target,
    dailyAt: await dailyDueOf(deps, topic, wanted, schedule.kind === 'now' ? now : schedule.dueAt),
    storyId,
    role,
  });
  if (claim.kind === 'settled') {
    const { reported, dueAt, waitsFor: kind } = claim;
    return { reported, schedule: dueAt === undefined || kind === undefined ? schedule : { kind, dueAt } };
  }
  if (claim.kind === 'busy') throw new RetryLater(`another worker is sending alert ${id}`);

  const { protocols, claimedAt, dailyAt } = claim;
  const logFields = {
    ...alertLogFields(deps, topic, [entry]),
    kind: ALERT_LOG_KINDS[role ?? 'first'],
    ...(role ? { role } : {}),
    entry: loggedEntry(entry),
    ...(because ? { because } : {}),
    storyId,
    protocols,
    // `check` needs these to estimate a month under another policy.
    ...(loudness === 'welcome' ? { welcome: true } : {}),
    ...(urgent ? { urgent: true } : {}),
  };
  if (claim.dueAt !== undefined) {
    // Every attempt uses the values of the first attempt, so a retry writes the same entry.
    const { dueAt, waitsFor: kind = loudness === 'welcome' ? 'welcome' : 'digest' } = claim;
    const alert = { id, claimedAt };
    // An earlier attempt may have added another item of the story, or an earlier text of this one.
    const counted =
      dailyAt === undefined
        ? { entry }
        : { entry: await addDailyEntry(deps, topic, alert, { dueAt: dailyAt, entry }), hasDaily: true };
    const waits = { kind, protocols, ...counted };
    const { reported } = await deps.digests.add({ topicId: topic.id, dueAt }, alert, waits);
    const { title = entry.title, ...added } = reported;
    const waiting = { waitsFor: kind, dueAt: new Date(dueAt).toISOString() };
    const addedEntry = { ...logFields.entry, ...added };
    await deps.claims.settle(id, 'queued', now, { ...logFields, ...waiting, title, entry: addedEntry });
    return { reported, schedule: { kind, dueAt } };
  }
  const kind = role === undefined || role === 'first' ? 'new' : 'follow-up';
  const alert: Alert = { id, topicId: topic.id, topicName: topic.name, kind, entries: [entry] };
  // Without mutes, an earlier attempt chose to send the alert at once, so a failure here changes nothing.
  const toPublish = {
    ...claim,
    muted: muted ?? (await deps.mutes.of(topic.id)),
    // After the publish, since an alert that fails between its claim and its publish may count as sent. As the claim does,
    // the entry names the item of the last attempt.
    ...(dailyAt === undefined
      ? {}
      : {
          readers: 'at once' as const,
          beforeSettling: () =>
            addDailyEntry(deps, topic, { id, claimedAt }, { dueAt: dailyAt, entry }, { replaces: true }),
        }),
  };
  await publish(deps, topic, alert, toPublish, logFields);
  return { reported: reportedItem(entry), schedule: SEND_NOW };
}

/**
 * Returns an alert's protocols, without SMS if the month's SMS parts are used up. In that case, also notifies the
 * operators.
 */
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

/**
 * Reserves a place for an alert within its topic's caps. Returns undefined if the alert has a place or needs none, or
 * else the due time of the overflow digest, ms. Call this before the claim, which stores the result.
 */
export async function overflowDueOf(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  report: Pick<Report, 'urgent' | 'feed' | 'crowded'>,
  now: number,
): Promise<number | undefined> {
  const { claims, quotas } = deps;
  const { id, policy } = plan;
  const { atMost } = policy;
  if (!atMost) return undefined;
  // Every retelling offers the first report again. A first report that was sent long ago takes no place.
  if ((await claims.find(id))?.settled) return undefined;
  const shares = capSharesFor(deps, atMost, report);
  return reserveOrOverflowDue(quotas, topic.id, { ...plan, urgent: report.urgent, shares }, now);
}
