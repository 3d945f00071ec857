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
import {
  byProtocol,
  commonProtocols,
  followsTopicPolicy,
  SMS_POLICY_PROTOCOLS,
  withoutSms,
} from '../../functions/shared/protocols.ts';
import type { Quotas, QuotaWindow } from '../../functions/shared/store/quotas.ts';
import type { FollowUpState } from '../../functions/shared/store/stories.ts';

/** An item that a topic has delivered, or would have delivered. */
export interface DeliveredItem {
  readonly id: string;
  readonly role: StoryRole;
  readonly storyId: string;
  /** When the item was found, ms. */
  readonly at: number;
  readonly urgent: boolean;
}

/** The story of an item, as far as the simulation needs it. */
export interface DeliveredStory {
  readonly openedAt: string;
  /** Number of outlets that had reported the story independently by its end. */
  readonly outlets: number;
}

/**
 * Returns how many messages a subscriber would have got, by protocol, if the topic's current policy had applied when the
 * items were found. `simulateMessages` defines what counts as a message.
 */
export async function simulatePolicy(
  topic: Topic,
  items: readonly DeliveredItem[],
  storyOf: (id: string) => DeliveredStory | undefined,
  now: number,
): Promise<Readonly<Record<Protocol, number>>> {
  const times = await simulateMessages(topic, items, storyOf, now);
  return byProtocol((protocol) => times[protocol].length);
}

/**
 * Returns when a subscriber would have got each message, ms, by protocol, if the topic's current policy had applied when the
 * items were found. A first report or a development that is sent at once is one message. A follow-up, a round-up or a
 * digest is one message for every hundred entries. Items must be in order of time. Messages that are due after `now` do
 * not count. An SMS that waits for more sources counts at the time its story was found, since the log lacks the time of
 * the other sources.
 */
export async function simulateMessages(
  topic: Topic,
  items: readonly DeliveredItem[],
  storyOf: (id: string) => DeliveredStory | undefined,
  now: number,
): Promise<Readonly<Record<Protocol, readonly number[]>>> {
  const { id: topicId, followUps, roundUp, sms } = topic;
  const main: PolicyPlan = {
    topicId,
    policy: topic,
    protocols: commonProtocols(topic),
    followUps,
    roundUp,
  };
  const planned = await plannedItems(main, items, storyOf);
  const timesOf = (of: readonly PlannedItem[]) => byProtocol((protocol) => messageTimes(protocol, of, now));
  if (!sms) return timesOf(planned);
  const smsPlan: PolicyPlan = {
    topicId,
    policy: sms,
    protocols: SMS_POLICY_PROTOCOLS,
    followUps: sms.followUps,
    roundUp: undefined,
  };
  const confirmed = items.filter(({ storyId }) => (storyOf(storyId)?.outlets ?? 1) >= sms.minSources);
  const bySms = timesOf(await plannedItems(smsPlan, confirmed, storyOf));
  const byTopicPolicy = timesOf(planned);
  return byProtocol((protocol) => [...byTopicPolicy[protocol], ...bySms[protocol]]);
}

/** A policy and the protocols that it applies to. */
interface PolicyPlan {
  readonly topicId: string;
  readonly policy: DeliveryPolicy;
  readonly protocols: readonly Protocol[];
  readonly followUps: FollowUps;
  readonly roundUp: Topic['roundUp'];
}

/** An item, with the schedule and the protocols of the message that contains it. */
interface PlannedItem {
  readonly item: DeliveredItem;
  readonly schedule: Schedule;
  readonly protocols: readonly Protocol[];
}

async function plannedItems(
  plan: PolicyPlan,
  items: readonly DeliveredItem[],
  storyOf: (id: string) => DeliveredStory | undefined,
): Promise<PlannedItem[]> {
  const quotas = quotasInMemory();
  const states = new Map<string, FollowUpState>();
  const planned: PlannedItem[] = [];
  for (const item of items) {
    const { storyId, role, at } = item;
    const wanted = scheduled(plan, item, storyOf(storyId), states.get(storyId));
    if (!wanted) continue;
    const schedule = await withinCaps(quotas, plan, item, wanted);
    planned.push({ item, schedule, protocols: protocolsOf(plan, item, schedule) });
    if (role === 'development' && schedule.kind !== 'roundup') {
      states.set(storyId, withFollowUp(states.get(storyId), schedule, at));
    }
  }
  return planned;
}

/** Returns the schedule of an item before caps; undefined when the item is not sent at all. */
function scheduled(
  { policy, protocols, followUps, roundUp }: PolicyPlan,
  { role, at, urgent }: DeliveredItem,
  story: DeliveredStory | undefined,
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

/** Returns the schedule of an item after caps: the given one, or a digest when the caps are used up. */
async function withinCaps(
  quotas: Quotas,
  { topicId, policy, protocols }: PolicyPlan,
  item: DeliveredItem,
  schedule: Schedule,
): Promise<Schedule> {
  if (schedule.kind !== 'now' && schedule.kind !== 'follow-up') return schedule;
  const asking = { id: messageKey({ item, schedule }), policy, protocols, urgent: item.urgent };
  const due = await reserveOrOverflowDue(quotas, topicId, asking, timeOf({ item, schedule }));
  return due === undefined ? schedule : { kind: 'digest', dueAt: due };
}

/**
 * Returns the protocols by which an item is sent. If one policy covers email and SMS, developments go by SMS only in
 * digests, or at once if the SMS follow-ups include them. Retellings never go by SMS.
 */
function protocolsOf(
  { protocols }: PolicyPlan,
  { role, urgent }: DeliveredItem,
  { kind }: Schedule,
): readonly Protocol[] {
  if (role === 'first' || !followsTopicPolicy(protocols)) return protocols;
  const { mode } = DEFAULT_SMS_FOLLOW_UPS;
  const wantsSms = mode === 'all' || (urgent && mode !== 'off');
  const isForAll = kind === 'digest' || (kind === 'now' && wantsSms);
  return role === 'development' && isForAll ? protocols : withoutSms(protocols);
}

/** Returns when each message by one protocol is due, ms, if that is by `now`. */
function messageTimes(protocol: Protocol, planned: readonly PlannedItem[], now: number): number[] {
  const followUps = Map.groupBy(
    planned.filter(({ schedule }) => schedule.kind === 'follow-up'),
    ({ item }) => item.storyId,
  );
  // A follow-up includes the retellings of its story that wait for a later round-up.
  const isInFollowUp = (one: PlannedItem) =>
    one.schedule.kind === 'roundup' &&
    (followUps.get(one.item.storyId) ?? []).some(
      (followUp) => timeOf(followUp) > one.item.at && timeOf(followUp) < timeOf(one),
    );
  const due = planned.filter(
    (one) => one.protocols.includes(protocol) && timeOf(one) <= now && !isInFollowUp(one),
  );
  return [...Map.groupBy(due, messageKey).values()].flatMap((entries) => {
    const [first] = entries;
    const messages = Math.ceil(entries.length / MAX_DIGEST_ENTRIES);
    return first ? Array.from({ length: messages }, () => timeOf(first)) : [];
  });
}

type Scheduled = Pick<PlannedItem, 'item' | 'schedule'>;

/** Returns when an item is sent, ms. */
function timeOf({ item, schedule }: Scheduled): number {
  return schedule.kind === 'now' ? item.at : schedule.dueAt;
}

/** Returns a key that all items of one message share. */
function messageKey({ item, schedule }: Scheduled): string {
  if (schedule.kind === 'now') return item.id;
  const { kind, dueAt } = schedule;
  return kind === 'follow-up' ? `${kind} ${dueAt} ${item.storyId}` : `${kind} ${dueAt}`;
}

/** Returns quotas that start empty and store nothing. */
function quotasInMemory(): Quotas {
  const takers = new Map<string, Set<string>>();
  const takersOf = ({ pk, sk }: QuotaWindow) => takers.get(`${pk} ${sk}`) ?? new Set();
  const hasRoom = (window: QuotaWindow, taker: string) =>
    takersOf(window).has(taker) || takersOf(window).size < window.limit;
  return {
    hasRoom: async (window, taker) => hasRoom(window, taker),
    async reserve(window, taker) {
      if (!hasRoom(window, taker)) return 'full';
      takers.set(`${window.pk} ${window.sk}`, takersOf(window).add(taker));
      return 'taken';
    },
  };
}
