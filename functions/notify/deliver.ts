import { DEFAULT_SMS_FOLLOW_UPS } from '../shared/default-follow-ups.ts';
import { RetryLater } from '../shared/errors.ts';
import { hash64 } from '../shared/hash.ts';
import type {
  Alert,
  AlertEntry,
  AtMost,
  FollowUps,
  Hit,
  Loudness,
  Protocol,
  Role,
  Topic,
} from '../shared/model.ts';
import { type ClaimState, noted } from '../shared/store/claims.ts';
import type { Story } from '../shared/store/stories.ts';
import { isBeyondShare, overflowDue } from './caps.ts';
import type { NotifyDeps } from './deps.ts';
import { dueOf } from './due.ts';
import { partsOf } from './fair-share.ts';
import { followUpId, NOW, type Schedule, scheduleOf, withFollowUp } from './follow-ups.ts';
import { OPERATIONS_TOPIC } from './operations-topic.ts';
import { firstPlan, type Plan, smsIdOf, smsPlan } from './plan.ts';
import { briefOf, ledgerOf, publish } from './publish.ts';
import { isAffordable, usedUp } from './sms-parts.ts';

/** What is silent is never delivered, nor claimed: another feed may still tell it. */
type Audible = Exclude<Loudness, 'silent'>;

export interface News extends Partial<Pick<Hit, 'feed' | 'crowded'>> {
  readonly entry: AlertEntry;
  readonly loudness: Audible;
  readonly tickAt: string;
  readonly urgent?: boolean | undefined;
  /** Tells one update of a story from another. */
  readonly version?: string;
  /** How many outlets tell the story, independently of one another. */
  readonly outlets?: number;
  /** Why an item was what it was to its story, for the alert log. */
  readonly because?: string;
}

export interface FirstDelivered {
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
export async function deliverFirst(deps: NotifyDeps, topic: Topic, news: News): Promise<FirstDelivered> {
  const { entry, version = '', outlets = 1 } = news;
  const report = { entry, version, outlets };
  const first = firstPlan(topic, report);
  const { itemId } = await deliverFirstBy(deps, topic, first, news);
  const sms = await smsPlan(deps.claims, topic, report);
  if (!sms) return { alerts: [first.id], itemId, smsItemId: undefined };
  const { itemId: smsItemId } = await deliverFirstBy(deps, topic, sms, news);
  return { alerts: [first.id, sms.id], itemId, smsItemId };
}

/** Whether the first report of a story would wait since its feed or site has used up its own part of the caps. */
export async function isBeyondShareOfFeed(deps: NotifyDeps, topic: Topic, news: News): Promise<boolean> {
  const now = deps.clock();
  const { entry, version = '', outlets = 1 } = news;
  const plan = firstPlan(topic, { entry, version, outlets });
  const { atMost } = plan.policy;
  if (!atMost || dueOf(plan.policy, news, now) !== undefined) return false;
  const parts = partsFor(deps, atMost, news);
  return isBeyondShare(deps.places, topic.id, { ...plan, parts }, now);
}

const partsFor = (
  { config }: NotifyDeps,
  atMost: AtMost,
  { feed, crowded }: Pick<News, 'feed' | 'crowded'>,
) => (feed ? partsOf(atMost, config.feeds, { feed, ...(crowded ? { crowded } : {}) }) : []);

async function deliverFirstBy(deps: NotifyDeps, topic: Topic, plan: Plan, news: News): Promise<Delivered> {
  const now = deps.clock();
  const due = dueOf(plan.policy, news, now) ?? (await overflow(deps, topic, plan, news, now));
  const kind = news.loudness === 'welcome' ? 'welcome' : 'digest';
  return deliverBy(deps, topic, plan, news, due === undefined ? NOW : { kind, dueAt: due });
}

/** A development or a retelling, and the story that it is of. */
export interface More extends News {
  readonly entry: AlertEntry & { readonly role: Exclude<Role, 'first'> };
  /** As it was read; absent where it is too old to be. */
  readonly story: Story | undefined;
  /** It is the report by which those who get SMS hear of the story. */
  readonly isReportedBySms?: boolean;
}

export type MoreDelivered = Pick<Story, 'followUps' | 'smsFollowUps'> & {
  readonly alerts: readonly string[];
  /** Waits for a digest, because its feed or site has used up its share of the caps. */
  readonly isDiverted: boolean;
};

/**
 * Delivers what is no first report: a development with the story's next follow-up, a retelling with the round-up, both
 * with the digest where the topic has one. By SMS only developments that the policy for SMS sends. Each once, by the item.
 */
export async function deliverMore(deps: NotifyDeps, topic: Topic, more: More): Promise<MoreDelivered> {
  const { entry, story, urgent, version } = more;
  const now = deps.clock();
  const { role } = entry;
  const { id: editId, protocols: common } = firstPlan(topic, { entry, version: version ?? '', outlets: 1 });
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
    const schedule = await withPlace(deps, topic, byAll, more, wanted, now);
    // A digest has one list for all protocols. What is sent apart from it goes by SMS where that is wanted.
    const isListed = schedule.kind === 'digest' || schedule.kind === 'welcome';
    const isSent = schedule.kind === 'now' && sends(smsPolicy.followUps, urgent);
    const protocols = isListed || isSent ? common : withoutSms(common);
    goesBySms ||= protocols.includes('sms');
    const delivered = await deliverBy(deps, topic, { ...byAll, protocols }, more, schedule);
    alerts.push(id);
    isDiverted = await isDivertedByShare(deps, topic, byAll, more, [wanted, delivered.schedule]);
    // One that its feed has no place for must not hold back what others add to the story.
    if (delivered.schedule.kind !== 'roundup' && role === 'development' && !isDiverted) {
      followUps = withFollowUp(followUps, delivered.schedule, now);
    }
  }
  if (!goesBySms) {
    const plan: Plan = { id: smsIdOf(id), policy: smsPolicy, protocols: ['sms'] };
    // Follow-ups by SMS have intervals of their own.
    const ofSms = story && { openedAt: story.openedAt, ...(smsFollowUps ? { followUps: smsFollowUps } : {}) };
    const of = { ...scheduling, followUps: smsPolicy.followUps, story: ofSms };
    const bySms = scheduleOf(plan, of, undefined, now);
    if (bySms && (await knowsStory(deps, topic, entry.storyId))) {
      const schedule = await withPlace(deps, topic, plan, more, bySms, now);
      const delivered = await deliverBy(deps, topic, plan, more, schedule);
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
export async function begunBefore(
  { claims }: NotifyDeps,
  topic: Topic,
  itemId: string,
): Promise<ClaimState | undefined> {
  const id = itemClaimId(topic.id, itemId);
  const before = await claims.find(id);
  // Where no email lists a development, it may go by SMS alone.
  const isMailed = topic.roundUp !== undefined && topic.followUps.mode !== 'off';
  return before ?? (isMailed ? undefined : claims.find(smsIdOf(id)));
}

const sends = ({ mode }: FollowUps, urgent: boolean | undefined) =>
  mode === 'all' || (urgent === true && mode !== 'off');

const withoutSms = (protocols: readonly Protocol[]) => protocols.filter((protocol) => protocol !== 'sms');

const withoutSmsIfMailed = (protocols: readonly Protocol[]) =>
  protocols.includes('email') ? withoutSms(protocols) : protocols;

/** Developments go by SMS to those who have heard of the story that way. */
async function knowsStory({ claims }: NotifyDeps, topic: Topic, storyId: string): Promise<boolean> {
  const { id } = firstPlan(topic, { entry: { kind: 'new', storyId }, version: '', outlets: 1 });
  if (await claims.find(smsIdOf(id))) return true;
  return (await claims.find(id))?.protocols.includes('sms') ?? false;
}

/** A follow-up takes one of the places of its topic's caps, like an alert; where none is left, its entries join the digest. */
async function withPlace(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  more: More,
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
  const due = await overflow(deps, topic, { ...plan, id }, more, at);
  return due === undefined ? schedule : { kind: 'digest', dueAt: due };
}

/** Whether what was to be sent by itself waits for a digest since its feed or site has used up its own part of the caps. */
async function isDivertedByShare(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  more: More,
  [wanted, delivered]: readonly [Schedule, Schedule],
): Promise<boolean> {
  const { atMost } = plan.policy;
  if (!atMost || delivered.kind !== 'digest') return false;
  if (wanted.kind !== 'now' && wanted.kind !== 'follow-up') return false;
  const at = wanted.kind === 'now' ? deps.clock() : wanted.dueAt;
  return isBeyondShare(deps.places, topic.id, { ...plan, parts: partsFor(deps, atMost, more) }, at);
}

const LEDGER_KINDS: Readonly<Record<Role, string>> = { first: 'new', development: 'update', also: 'also' };

/** Which item an alert reports, where that is known, and when it is sent. */
interface Delivered {
  readonly itemId: string | undefined;
  readonly schedule: Schedule;
}

/** Claims the alert, and publishes its entry or has it wait, as the first attempt does. */
async function deliverBy(
  deps: NotifyDeps,
  topic: Topic,
  { id, protocols: wanted }: Plan,
  { entry, loudness, urgent, because }: News,
  schedule: Schedule,
): Promise<Delivered> {
  const now = deps.clock();
  const target =
    schedule.kind === 'now'
      ? { protocols: await affordable(deps, topic, { id, protocols: wanted }, now) }
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
    ...ledgerOf(deps, topic, [entry]),
    kind: LEDGER_KINDS[role ?? 'first'],
    ...(role ? { role } : {}),
    entry: briefOf(entry),
    ...(because ? { because } : {}),
    storyId,
    ...noted(protocols),
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
  return { itemId: entry.itemId, schedule: NOW };
}

/** Without SMS where the month's parts are used up, which the owner is told. */
export async function affordable(
  deps: NotifyDeps,
  topic: Topic,
  alert: Pick<Plan, 'id' | 'protocols'>,
  now: number,
): Promise<readonly Protocol[]> {
  const { smsParts } = deps.config;
  if (!smsParts || (await isAffordable(deps, topic, alert, now))) return alert.protocols;
  const tickAt = new Date(now).toISOString();
  await deliverFirst(deps, OPERATIONS_TOPIC, { entry: usedUp(smsParts, now), loudness: 'alert', tickAt });
  return withoutSms(alert.protocols);
}

/** Asked before the claim, which notes the answer. */
async function overflow(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  news: Pick<News, 'urgent' | 'feed' | 'crowded'>,
  now: number,
): Promise<number | undefined> {
  const { claims, places } = deps;
  const { id, policy } = plan;
  const { atMost } = policy;
  if (!atMost) return undefined;
  // All who retell a story offer to tell it again: what was told long ago takes no place.
  if ((await claims.find(id))?.settled) return undefined;
  const parts = partsFor(deps, atMost, news);
  return overflowDue(places, topic.id, { ...plan, urgent: news.urgent, parts }, now);
}
