import { digestMessageId, followUpId } from '../../functions/notify/policy/message-ids.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Protocol, Reason, StoryRole } from '../../functions/shared/model.ts';
import { type DigestEntry, digests, type ScheduledKind } from '../../functions/shared/store/digests.ts';
import { protocolKey, protocolsOf } from '../../functions/shared/store/protocol-attributes.ts';
import {
  having,
  listOf,
  named,
  optional,
  readRecord,
  type Shape,
  text,
  yes,
} from '../../functions/shared/store/record-shape.ts';
import {
  type DeliveredVersion,
  deliveredVersionIn,
  STORY_PREFIX,
  type Story,
  storyIn,
  topicPartition,
} from '../../functions/shared/store/stories.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import type { OutboxDelivery } from '../../local/outbox/outbox-entry.ts';

/**
 * A claim in the alert log: for an item that was delivered or is waiting, or for a message that lists several items.
 * Records of release 0.1.0 lack most fields.
 */
export interface AlertRecord {
  readonly id: string;
  readonly topicId?: string;
  /**
   * For an item `new` (the first report of a story), `update` (a development) or `also` (a retelling). `gathered` for
   * several items of a poll that found very many. For a message `follow-up`, `roundup`, `digest` or `daily`, which is for
   * those who get one mail a day.
   */
  readonly kind?: string;
  /** `claimed`: being sent, or the sender died on the way. */
  readonly state: 'claimed' | 'sent' | 'queued' | 'skipped';
  readonly title?: string;
  readonly settledAt?: string;
  /** Due time of the message that lists the item or will list it. */
  readonly dueAt?: string;
  /** Kind of the message that will list the item; set only while the item waits. */
  readonly waitsFor?: Exclude<ScheduledKind, 'daily'>;
  /** The message that lists the item. */
  readonly message?: GatheredMessage;
  readonly messageId?: string;
  /** Version of the configuration. */
  readonly config?: string;
  readonly protocols: readonly Protocol[];
  readonly stories?: readonly string[];
  /** The feed already held the item at its first poll. */
  readonly welcome?: true;
  readonly urgent?: true;
  /** Stories that the message left out, because a reader muted them. */
  readonly mutedStories?: readonly string[];
  /** Why the item got its role in the story. */
  readonly because?: string;
  /** Keys of a message's entries. Each key ends with the id of the entry's claim. */
  readonly covers?: readonly string[];
  /** Delivery to each recipient. Known only on one machine, and only for its latest messages. */
  readonly deliveries?: readonly OutboxDelivery[] | 'forgotten';
  readonly entry?: {
    readonly itemId: string;
    readonly role?: StoryRole;
    readonly url?: string;
    readonly feed: string;
    readonly published?: string;
    readonly foundAt?: string;
    readonly why: readonly Reason[];
  };
}

type LoggedEntry = NonNullable<AlertRecord['entry']>;

/** The attributes of a claim, without those that this log adds. */
const CLAIM: Shape<Omit<AlertRecord, 'id' | 'protocols' | 'message' | 'deliveries'>> = {
  topicId: optional(text),
  kind: optional(text),
  state: named(),
  title: optional(text),
  settledAt: optional(text),
  dueAt: optional(text),
  waitsFor: optional(named()),
  messageId: optional(text),
  config: optional(text),
  stories: optional(listOf(text)),
  welcome: optional(yes),
  urgent: optional(yes),
  mutedStories: optional(listOf(text)),
  because: optional(text),
  covers: optional(listOf(text)),
  entry: optional(
    having<LoggedEntry>({
      itemId: text,
      role: optional(named()),
      url: optional(text),
      feed: text,
      published: optional(text),
      foundAt: optional(text),
      why: listOf(
        having<Reason>({
          term: text,
          field: named(),
          snippet: text,
          found: optional(text),
        }),
      ),
    }),
  ),
};

/** A message that lists several items. */
export interface GatheredMessage
  extends Pick<AlertRecord, 'id' | 'state' | 'settledAt' | 'deliveries' | 'mutedStories'> {
  readonly kind: 'digest' | 'roundup' | 'follow-up';
}

/** An item of one feed, as a topic recorded it. */
export interface RecordedItem extends DeliveredVersion {
  readonly itemId: string;
  readonly feedId: string;
}

type QueuedAlert = AlertRecord & Required<Pick<AlertRecord, 'topicId' | 'dueAt'>>;

type DeliveriesOf = (messageId: string) => readonly OutboxDelivery[] | undefined;

/** A round is a message with up to a hundred entries. No digest has this many rounds. */
const MAX_ROUNDS = 20;

/** Reads the alert log. Caches every read, since many items share a message; create another log to read again. */
export class AlertLog {
  readonly #table: Table;
  readonly #deliveriesOf: DeliveriesOf | undefined;
  readonly #earlierFeeds: ReadonlyMap<string, string>;
  readonly #reads = new Map<string, Promise<unknown>>();

  /**
   * `deliveriesOf`: returns the deliveries of an SNS message, on a machine that delivers its messages itself.
   * `earlierFeeds`: the current id of each feed, by the id that earlier releases gave it.
   */
  constructor(
    table: Table,
    deliveriesOf?: DeliveriesOf,
    earlierFeeds: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#table = table;
    this.#deliveriesOf = deliveriesOf;
    this.#earlierFeeds = earlierFeeds;
  }

  /** Returns the claim of an item or of a message. Adds the kind of message it waits for, or the message that lists it. */
  async alert(id: string): Promise<AlertRecord | undefined> {
    const claim = await this.#claim(id);
    if (!isQueued(claim)) return claim;
    for (const { key, kind } of await this.#waiting(claim)) {
      // Those who get one mail a day have an entry of their own.
      if (kind !== 'daily' && key.endsWith(`#${id}`)) return { ...claim, waitsFor: kind };
    }
    const message = await this.#messageOf(claim);
    return message ? { ...claim, message } : claim;
  }

  /** Returns the claim of an item or of a message, as it is stored. */
  claim(id: string): Promise<AlertRecord | undefined> {
    return this.#claim(id);
  }

  /** Returns the items that a topic has recorded, in no order. */
  items(topicId: string): Promise<readonly RecordedItem[]> {
    return this.#once(`items ${topicId}`, async () => {
      const records = await this.#table.query({ pk: topicPartition(topicId), from: 'TOLD#', to: 'TOLD#~' });
      const items = new Map<string, RecordedItem>();
      for (const record of records) {
        const [, itemId = '', storedFeedId = ''] = String(record.sk).split('#');
        const feedId = this.#earlierFeeds.get(storedFeedId) ?? storedFeedId;
        const key = `${itemId}#${feedId}`;
        // The record with the feed's current id is the later one.
        if (feedId === storedFeedId || !items.has(key))
          items.set(key, { ...deliveredVersionIn(record), itemId, feedId });
      }
      return [...items.values()];
    });
  }

  /** Returns a topic's stories by id, oldest first. */
  stories(topicId: string): Promise<ReadonlyMap<string, Story>> {
    return this.#once(`stories ${topicId}`, async () => {
      const sk = { from: STORY_PREFIX, to: `${STORY_PREFIX}~` };
      const records = await this.#table.query({ pk: topicPartition(topicId), ...sk });
      return new Map(records.map((record) => [String(record.id), storyIn(record)]));
    });
  }

  #claim(id: string): Promise<AlertRecord | undefined> {
    return this.#once(`claim ${id}`, async () => {
      const record = await this.#table.get({ pk: `ALERT#${id}`, sk: 'ALERT' });
      if (!record) return undefined;
      const deliveries =
        this.#deliveriesOf && record.messageId !== undefined
          ? ({ deliveries: this.#deliveriesOf(String(record.messageId)) ?? 'forgotten' } as const)
          : {};
      return { ...readRecord(record, CLAIM), id, protocols: protocolsOf(record), ...deliveries };
    });
  }

  #waiting({ topicId, dueAt }: QueuedAlert): Promise<readonly DigestEntry[]> {
    return this.#once(`waiting ${topicId} ${dueAt}`, () => digests(this.#table).entries(topicId, dueAt));
  }

  /** Returns the message that lists an item. Its id is computed as in send-digest.ts. */
  async #messageOf(claim: QueuedAlert): Promise<GatheredMessage | undefined> {
    const { topicId, dueAt, protocols } = claim;
    const digestId =
      (...part: readonly string[]) =>
      (round: number) =>
        digestMessageId(topicId, dueAt, part, round);
    return (
      (await this.#covering(claim, 'digest', digestId(...protocolKey(protocols)))) ??
      (await this.#covering(claim, 'roundup', digestId('roundup'))) ??
      (await this.#followUpWith(claim))
    );
  }

  /**
   * Returns the follow-up that lists an item: for a development its own follow-up, for a retelling any follow-up of its
   * story.
   */
  async #followUpWith(claim: QueuedAlert): Promise<GatheredMessage | undefined> {
    const { topicId, dueAt, kind, protocols, stories: [storyId = ''] = [] } = claim;
    const times = kind === 'also' ? await this.#followUpTimes(topicId, storyId) : [dueAt];
    for (const time of times) {
      const first = followUpId(topicId, time, storyId, protocols);
      const idOf = (round: number) => (round === 0 ? first : hash64(first, String(round)));
      const message = await this.#covering(claim, 'follow-up', idOf);
      if (message) return message;
    }
    return undefined;
  }

  /** Returns the due times of the messages that the developments of a story waited for. */
  #followUpTimes(topicId: string, storyId: string): Promise<readonly string[]> {
    return this.#once(`follow-ups ${topicId} ${storyId}`, async () => {
      // Items that a reader took out of the story since may have been in its follow-ups.
      const stories = [...(await this.stories(topicId)).values()];
      const taken = stories.filter(({ splitFrom }) => splitFrom === storyId).map(({ id }) => id);
      const items = (await this.items(topicId)).filter((item) => [storyId, ...taken].includes(item.storyId));
      const claims = await Promise.all(
        items.flatMap(({ alerts = [] }) => alerts).map((id) => this.#claim(id)),
      );
      return [...new Set(claims.flatMap((one) => (one?.kind === 'update' && one.dueAt) || []))];
    });
  }

  /** Returns the round of a message that lists a claim. `idOf`: returns the id of a round. */
  async #covering(
    claim: QueuedAlert,
    kind: GatheredMessage['kind'],
    idOf: (round: number) => string,
  ): Promise<GatheredMessage | undefined> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const message = await this.#claim(idOf(round));
      if (!message) return undefined;
      const { id, state, settledAt, covers = [], deliveries, mutedStories } = message;
      if (covers.some((key) => key.endsWith(`#${claim.id}`))) {
        return {
          id,
          kind,
          state,
          ...(settledAt ? { settledAt } : {}),
          ...(deliveries ? { deliveries } : {}),
          ...(mutedStories ? { mutedStories } : {}),
        };
      }
    }
    return undefined;
  }

  #once<Value>(name: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#reads.get(name) as Promise<Value> | undefined;
    const value = known ?? read();
    this.#reads.set(name, value);
    return value;
  }
}

function isQueued(claim: AlertRecord | undefined): claim is QueuedAlert {
  return claim?.state === 'queued' && claim.topicId !== undefined && claim.dueAt !== undefined;
}

/** Returns the ids of the alerts that a message lists. */
export const coveredAlertIds = ({ covers = [] }: AlertRecord): string[] => [
  ...new Set(covers.map((key) => key.slice(key.lastIndexOf('#') + 1))),
];
