import type { Feed, Reason, Topic } from '../../functions/shared/model.ts';
import { isForAll } from '../../functions/shared/protocols.ts';
import type { OutboxDelivery } from '../../local/outbox/outbox-entry.ts';
import { type AlertLog, type AlertRecord, coveredAlertIds, type GatheredMessage } from './alert-log.ts';
import { alertsFor, matchesNow, recordedItems, type StoredItem } from './explain-item.ts';

/** `sending`: being sent, or the sender died on the way. `left-out`: nothing was sent and nothing will be. */
type State = 'sent' | 'waiting' | 'sending' | 'left-out';

/**
 * An alert as `alerts --json` prints it: for an item, or for a message that lists several items. Fields are only ever
 * added. Unknown values are null. Times are ISO 8601, UTC.
 */
export interface AlertJson {
  readonly id: string;
  readonly topic: string | null;
  /** For an item: `new`, `development` or `also` (a retelling). For several items of one poll: `gathered`. For a message: `follow-up`, `roundup`, `digest` or `daily`, for those who get one mail a day. */
  readonly kind: string | null;
  readonly state: State;
  readonly title: string | null;
  readonly url: string | null;
  /** Name of the source, as in alerts. */
  readonly feed: string | null;
  /** When the alert was sent, left out or queued. */
  readonly at: string | null;
  /** Due time of the message that the alert waits for. */
  readonly due: string | null;
  readonly waitsFor: GatheredMessage['kind'] | null;
  /** The message that lists the item, if it lists several items. */
  readonly message: { readonly id: string; readonly kind: GatheredMessage['kind'] } | null;
  readonly item: string | null;
  readonly published: string | null;
  readonly found: string | null;
  /** Null means all protocols. */
  readonly protocols: readonly string[] | null;
  readonly urgent: boolean;
  /** The feed already held the item at its first poll. */
  readonly firstLook: boolean;
  /** Ids of the item's stories. */
  readonly stories: readonly string[];
  /** Why the item got its role in the story. */
  readonly because: string | null;
  readonly why: readonly Reason[];
  /** Ids of the alerts that a message lists. */
  readonly alerts: readonly string[];
  /** Delivery to each recipient of email and SMS; null on AWS, before it is sent, and when no longer known. */
  readonly deliveries: readonly DeliveryJson[] | null;
}

interface DeliveryJson {
  readonly protocol: OutboxDelivery['protocol'];
  readonly recipient: string;
  /**
   * `shown`: only on the page; `mailed`: the mail server accepted it; `sent`: SNS accepted it; `unknown`: SNS may have accepted
   * it; `failed`: for good.
   */
  readonly state: OutboxDelivery['how'];
  /** Answer of the mail server or SNS, or why there was none. */
  readonly answer: string | null;
  readonly tries: number;
  readonly next: string | null;
}

/** Returns an alert in the form that `alerts --json` prints. */
export function alertJson(alert: AlertRecord): AlertJson {
  const { id, topicId, kind, title, settledAt, dueAt, waitsFor, message, protocols, entry } = alert;
  const state = stateOf(alert);
  const deliveries = message?.deliveries ?? alert.deliveries;
  return {
    id,
    topic: topicId ?? null,
    kind: kind === 'update' ? 'development' : (kind ?? null),
    state,
    title: title ?? null,
    url: entry?.url ?? null,
    feed: entry?.feed ?? null,
    at: message?.settledAt ?? settledAt ?? null,
    due: state === 'waiting' ? (dueAt ?? null) : null,
    waitsFor: state === 'waiting' ? messageKindOf(waitsFor) : null,
    message: message ? { id: message.id, kind: message.kind } : null,
    item: entry?.itemId ?? null,
    published: entry?.published ?? null,
    found: entry?.foundAt ?? null,
    protocols: isForAll(protocols) ? null : protocols,
    urgent: alert.urgent ?? false,
    firstLook: alert.welcome ?? false,
    stories: alert.stories ?? [],
    because: alert.because ?? null,
    why: entry?.why ?? [],
    alerts: coveredAlertIds(alert),
    deliveries: typeof deliveries === 'object' ? deliveries.map(deliveryJson) : null,
  };
}

function deliveryJson({ protocol, endpoint, how, detail, tries = 0, nextAt }: OutboxDelivery): DeliveryJson {
  const next = how === 'waiting' ? (nextAt ?? null) : null;
  return { protocol, recipient: endpoint, state: how, answer: detail ?? null, tries, next };
}

function messageKindOf(waitsFor: AlertRecord['waitsFor']): GatheredMessage['kind'] {
  return waitsFor === undefined || waitsFor === 'welcome' ? 'digest' : waitsFor;
}

function stateOf({ state, message }: AlertRecord): State {
  const states = { claimed: 'sending', sent: 'sent', queued: 'waiting', skipped: 'left-out' } as const;
  if (!message) return states[state];
  // The item no longer waits, so its message is at least being sent.
  return message.state === 'queued' ? 'sending' : states[message.state];
}

/** An item in one feed, as `alerts show --json` prints it. Fields are only ever added. */
export interface ItemJson {
  readonly id: string;
  /** Id of the feed. */
  readonly feed: string;
  readonly title: string;
  readonly url: string | null;
  readonly published: string | null;
  readonly found: string;
  readonly topics: readonly ItemTopicJson[];
}

interface ItemTopicJson {
  readonly topic: string;
  /** Whether the topic recorded the item. */
  readonly recorded: boolean;
  /** Whether the topic's current query matches; null when the query is broken. */
  readonly matches: boolean | null;
  /** `first`, `development`, `also` (a retelling) or `copy`. */
  readonly role: string | null;
  /** Id of the item's story. */
  readonly story: string | null;
  /** Recorded without an alert: the feed already held the item at its first poll, or had renamed its items. */
  readonly silent: boolean;
  readonly alerts: readonly AlertJson[];
}

/** Returns an item in the form that `alerts show --json` prints, with its fate in each topic. */
export async function itemJson(
  log: AlertLog,
  item: StoredItem,
  topics: readonly Topic[],
  feeds: readonly Feed[],
): Promise<ItemJson> {
  const { id, feedId, title, url, published, seenAt } = item;
  return {
    id,
    feed: feedId,
    title,
    url: url ?? null,
    published: published ?? null,
    found: seenAt,
    topics: await Promise.all(topics.map((topic) => itemTopicJson(log, item, topic, feeds))),
  };
}

async function itemTopicJson(
  log: AlertLog,
  item: StoredItem,
  topic: Topic,
  feeds: readonly Feed[],
): Promise<ItemTopicJson> {
  const inFeeds = await recordedItems(log, topic.id, [item]);
  const recorded = inFeeds.find(({ feedId }) => feedId === item.feedId);
  const alerts = recorded && !recorded.silent ? await alertsFor(log, topic.id, recorded) : [];
  return {
    topic: topic.id,
    recorded: recorded !== undefined,
    matches: matchesNow(item, topic, feeds)?.matches ?? null,
    role: recorded?.role ?? (recorded?.lead ? 'first' : null),
    story: recorded?.storyId ?? null,
    silent: recorded?.silent ?? false,
    alerts: alerts.map(alertJson),
  };
}
