import { MAX_DIGEST_ENTRIES } from '../../functions/notify/deliver/publish.ts';
import { reserveOrOverflowDue } from '../../functions/notify/policy/caps.ts';
import { deliveryDue } from '../../functions/notify/policy/delivery-due.ts';
import {
  type Schedule,
  SEND_NOW,
  scheduleOf,
  withFollowUp,
} from '../../functions/notify/policy/follow-up-schedule.ts';
import { DEFAULT_SMS_FOLLOW_UPS } from '../../functions/shared/default-follow-ups.ts';
import type { DeliveryPolicy, FollowUps, Protocol, StoryRole, Topic } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/store/protocol-attributes.ts';
import type { Quotas, QuotaWindow } from '../../functions/shared/store/quotas.ts';
import type { FollowUpState } from '../../functions/shared/store/stories.ts';

/** An item that a topic delivered once. */
export interface PastItem {
  readonly id: string;
  readonly role: StoryRole;
  readonly storyId: string;
  /** When it was found, ms. */
  readonly at: number;
  readonly urgent: boolean;
}

/** What the replay has to know of the story of an item. */
export interface PastStory {
  readonly openedAt: string;
  /** How many outlets told it, independently of one another, in the end. */
  readonly outlets: number;
}

/**
 * Returns how many messages a subscriber gets, by protocol, if items that were found in the past are delivered by the
 * topic's present policy. Each of these is one message: a first report or a development that is sent at once, a
 * follow-up, a round-up, and a digest; the last three are one message for every hundred entries. Items must be in order
 * of time. Messages that are due after `now` do not count. An SMS that waits for sources counts when its story was found,
 * since the log does not have when the others came.
 */
export async function simulatePolicy(
  topic: Topic,
  items: readonly PastItem[],
  storyOf: (id: string) => PastStory | undefined,
  now: number,
): Promise<Readonly<Record<Protocol, number>>> {
  const { id: topicId, followUps, roundUp, sms } = topic;
  const common: PolicyPlan = {
    topicId,
    policy: topic,
    protocols: sms ? ['email'] : ALL_PROTOCOLS,
    followUps,
    roundUp,
  };
  const parts = await plannedItems(common, items, storyOf);
  const count = (by: Protocol, of: readonly PlannedItem[]) => messagesBy(by, of, now);
  if (!sms) return { email: count('email', parts), sms: count('sms', parts) };
  const apart: PolicyPlan = {
    topicId,
    policy: sms,
    protocols: ['sms'],
    followUps: sms.followUps,
    roundUp: undefined,
  };
  const confirmed = items.filter(({ storyId }) => (storyOf(storyId)?.outlets ?? 1) >= sms.minSources);
  return { email: count('email', parts), sms: count('sms', await plannedItems(apart, confirmed, storyOf)) };
}

/** A policy, and the protocols that it is for. */
interface PolicyPlan {
  readonly topicId: string;
  readonly policy: DeliveryPolicy;
  readonly protocols: readonly Protocol[];
  readonly followUps: FollowUps;
  readonly roundUp: Topic['roundUp'];
}

/** An item in a message. */
interface PlannedItem {
  readonly item: PastItem;
  readonly schedule: Schedule;
  readonly protocols: readonly Protocol[];
}

async function plannedItems(
  plan: PolicyPlan,
  items: readonly PastItem[],
  storyOf: (id: string) => PastStory | undefined,
): Promise<PlannedItem[]> {
  const places = quotaInMemory();
  const states = new Map<string, FollowUpState>();
  const parts: PlannedItem[] = [];
  for (const item of items) {
    const { storyId, role, at } = item;
    const wanted = scheduled(plan, item, storyOf(storyId), states.get(storyId));
    if (!wanted) continue;
    const schedule = await withinCaps(places, plan, item, wanted);
    parts.push({ item, schedule, protocols: protocolsOf(plan, item, schedule) });
    if (role === 'development' && schedule.kind !== 'roundup') {
      states.set(storyId, withFollowUp(states.get(storyId), schedule, at));
    }
  }
  return parts;
}

/** Returns when an item is sent, if caps allow it; undefined when it is not sent at all. */
function scheduled(
  { policy, protocols, followUps, roundUp }: PolicyPlan,
  { role, at, urgent }: PastItem,
  story: PastStory | undefined,
  state: FollowUpState | undefined,
): Schedule | undefined {
  const occasion = { loudness: 'alert', tickAt: new Date(at).toISOString(), urgent } as const;
  if (role === 'first') {
    const due = deliveryDue(policy, occasion, at);
    return due === undefined ? SEND_NOW : { kind: 'digest', dueAt: due };
  }
  const past = story && { openedAt: story.openedAt, ...(state ? { followUps: state } : {}) };
  return scheduleOf({ policy, protocols }, { role, followUps, story: past, occasion }, roundUp, at);
}

async function withinCaps(
  places: Quotas,
  { topicId, policy, protocols }: PolicyPlan,
  item: PastItem,
  schedule: Schedule,
): Promise<Schedule> {
  if (schedule.kind !== 'now' && schedule.kind !== 'follow-up') return schedule;
  const asking = { id: messageKey({ item, schedule }), policy, protocols, urgent: item.urgent };
  const due = await reserveOrOverflowDue(places, topicId, asking, timeOf({ item, schedule }));
  return due === undefined ? schedule : { kind: 'digest', dueAt: due };
}

/** By one policy for both, developments go by SMS in digests, or where SMS has follow-ups at once; retellings never do. */
function protocolsOf(
  { protocols }: PolicyPlan,
  { role, urgent }: PastItem,
  { kind }: Schedule,
): readonly Protocol[] {
  if (role === 'first' || !protocols.includes('email')) return protocols;
  const { mode } = DEFAULT_SMS_FOLLOW_UPS;
  const wantsSms = mode === 'all' || (urgent && mode !== 'off');
  const isForAll = kind === 'digest' || (kind === 'now' && wantsSms);
  return role === 'development' && isForAll ? protocols : ['email'];
}

/** Returns the number of messages by a protocol that are due by `now`. */
function messagesBy(protocol: Protocol, parts: readonly PlannedItem[], now: number): number {
  const followUps = Map.groupBy(
    parts.filter(({ schedule }) => schedule.kind === 'follow-up'),
    ({ item }) => item.storyId,
  );
  // A follow-up takes along the retellings of its story that wait for a later round-up.
  const isTakenAlong = (part: PlannedItem) =>
    part.schedule.kind === 'roundup' &&
    (followUps.get(part.item.storyId) ?? []).some(
      (followUp) => timeOf(followUp) > part.item.at && timeOf(followUp) < timeOf(part),
    );
  const due = parts.filter(
    (part) => part.protocols.includes(protocol) && timeOf(part) <= now && !isTakenAlong(part),
  );
  const sizes = [...Map.groupBy(due, messageKey).values()].map(({ length }) => length);
  return sizes.reduce((sum, size) => sum + Math.ceil(size / MAX_DIGEST_ENTRIES), 0);
}

type Scheduled = Pick<PlannedItem, 'item' | 'schedule'>;

/** Returns when an item is sent, ms. */
function timeOf({ item, schedule }: Scheduled): number {
  return schedule.kind === 'now' ? item.at : schedule.dueAt;
}

/** Returns a name that is the same for all items of one message. */
function messageKey({ item, schedule }: Scheduled): string {
  if (schedule.kind === 'now') return item.id;
  const { kind, dueAt } = schedule;
  return kind === 'follow-up' ? `${kind} ${dueAt} ${item.storyId}` : `${kind} ${dueAt}`;
}

function quotaInMemory(): Quotas {
  const taken = new Map<string, Set<string>>();
  const namesOf = ({ pk, sk }: QuotaWindow) => taken.get(`${pk} ${sk}`) ?? new Set();
  const isRoom = (of: QuotaWindow, taker: string) => namesOf(of).has(taker) || namesOf(of).size < of.limit;
  return {
    hasRoom: async (of, taker) => isRoom(of, taker),
    async reserve(of, taker) {
      if (!isRoom(of, taker)) return 'full';
      taken.set(`${of.pk} ${of.sk}`, namesOf(of).add(taker));
      return 'taken';
    },
  };
}
