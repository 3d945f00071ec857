import { digestMessageId, followUpId } from '../../functions/notify/policy/message-ids.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Reason, StoryRole } from '../../functions/shared/model.ts';
import { type DigestEntry, digests, type ScheduledKind } from '../../functions/shared/store/digests.ts';
import {
  type DeliveredVersion,
  STORY_PREFIX,
  type Story,
  topicPartition,
} from '../../functions/shared/store/stories.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import type { OutboxDelivery } from '../../local/outbox/outbox-entry.ts';

/**
 * A claim as the alert log has it: of an item that was delivered or waits, or of a message that gathered several items.
 * Records of 0.1.0 lack most of it.
 */
export interface AlertRecord {
  readonly id: string;
  readonly topicId?: string;
  /**
   * Of items: `new` (the first report of a story), `update` (a development) or `also` (a retelling); `gathered`: of several
   * that a feed brought with very many others. Of messages: `follow-up`, `roundup` or `digest`.
   */
  readonly kind?: string;
  /** `claimed`: it is being sent, or whoever was at it has died. */
  readonly state: 'claimed' | 'sent' | 'queued' | 'skipped';
  readonly title?: string;
  readonly settledAt?: string;
  /** When the message that it waits for is due, or was. */
  readonly dueAt?: string;
  /** Only while it waits. */
  readonly waitsFor?: ScheduledKind;
  /** The message that it was gathered in. */
  readonly message?: GatheredMessage;
  readonly messageId?: string;
  /** Version of the configuration. */
  readonly config?: string;
  readonly protocols?: readonly string[];
  readonly stories?: readonly string[];
  /** A feed held it already when it was first read. */
  readonly welcome?: true;
  readonly urgent?: true;
  /** Why an item was what it was to its story. */
  readonly because?: string;
  /** Of a message: keys of the entries that it has, each of which ends with the id of its claim. */
  readonly covers?: readonly string[];
  /** What became of it at each recipient. Only one machine knows, and of the latest messages alone. */
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

export interface GatheredMessage extends Pick<AlertRecord, 'id' | 'state' | 'settledAt' | 'deliveries'> {
  readonly kind: 'digest' | 'roundup' | 'follow-up';
}

/** An item as its topic recorded it, in one feed. */
export interface RecordedItem extends DeliveredVersion {
  readonly itemId: string;
  readonly feedId: string;
}

type QueuedAlert = AlertRecord & Required<Pick<AlertRecord, 'topicId' | 'dueAt'>>;

type DeliveriesOf = (messageId: string) => readonly OutboxDelivery[] | undefined;

/** Rounds of a message, each of a hundred entries: more than any has. */
const MAX_ROUNDS = 20;

/** Reads the alert log. Keeps what it has read, since many items share a message: make a new one to read anew. */
export class AlertLog {
  readonly #table: Table;
  readonly #deliveriesOf: DeliveriesOf | undefined;
  readonly #earlierFeeds: ReadonlyMap<string, string>;
  readonly #reads = new Map<string, Promise<unknown>>();

  /**
   * `deliveriesOf`: what became of an SNS message, where this machine delivers it. `earlierFeeds`: ids that feeds had in
   * earlier releases, with those of now.
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

  /** Returns the claim of an item or of a message, with what it waits for, or the message that it was gathered in. */
  async alert(id: string): Promise<AlertRecord | undefined> {
    const claim = await this.#claim(id);
    if (!isQueued(claim)) return claim;
    const waiting = (await this.#waiting(claim)).find(({ key }) => key.endsWith(`#${id}`));
    if (waiting) return { ...claim, waitsFor: waiting.kind };
    const message = await this.#messageOf(claim);
    return message ? { ...claim, message } : claim;
  }

  /** Returns what a topic has recorded of items, in no order. */
  items(topicId: string): Promise<readonly RecordedItem[]> {
    return this.#once(`items ${topicId}`, async () => {
      const records = await this.#table.query({ pk: topicPartition(topicId), from: 'TOLD#', to: 'TOLD#~' });
      const found = new Map<string, RecordedItem>();
      for (const record of records) {
        const [, itemId = '', stored = ''] = String(record.sk).split('#');
        const feedId = this.#earlierFeeds.get(stored) ?? stored;
        const key = `${itemId}#${feedId}`;
        // The record under the present id is the later one.
        if (feedId === stored || !found.has(key))
          found.set(key, { ...(record as unknown as DeliveredVersion), itemId, feedId });
      }
      return [...found.values()];
    });
  }

  /** Returns a topic's stories by their ids, oldest first. */
  stories(topicId: string): Promise<ReadonlyMap<string, Story>> {
    return this.#once(`stories ${topicId}`, async () => {
      const sk = { from: STORY_PREFIX, to: `${STORY_PREFIX}~` };
      const records = await this.#table.query({ pk: topicPartition(topicId), ...sk });
      return new Map(records.map((record) => [String(record.id), record as unknown as Story]));
    });
  }

  #claim(id: string): Promise<AlertRecord | undefined> {
    return this.#once(`claim ${id}`, async () => {
      const record = await this.#table.get({ pk: `ALERT#${id}`, sk: 'ALERT' });
      if (!record) return undefined;
      const deliveries =
        this.#deliveriesOf && record.messageId !== undefined
          ? { deliveries: this.#deliveriesOf(String(record.messageId)) ?? 'forgotten' }
          : {};
      return { ...record, id, ...deliveries } as unknown as AlertRecord;
    });
  }

  #waiting({ topicId, dueAt }: QueuedAlert): Promise<readonly DigestEntry[]> {
    return this.#once(`waiting ${topicId} ${dueAt}`, () => digests(this.#table).entries(topicId, dueAt));
  }

  /** The ids of messages are those of send-digest.ts. */
  async #messageOf(claim: QueuedAlert): Promise<GatheredMessage | undefined> {
    const { topicId, dueAt, protocols = [] } = claim;
    const digestId =
      (...part: readonly string[]) =>
      (round: number) =>
        digestMessageId(topicId, dueAt, part, round);
    const alone = protocols.length > 0 ? [protocols.join()] : [];
    return (
      (await this.#covering(claim, 'digest', digestId(...alone))) ??
      (await this.#covering(claim, 'roundup', digestId('roundup'))) ??
      (await this.#followUpWith(claim))
    );
  }

  /** A development goes with the follow-up that it waits for, a retelling with any of its story. */
  async #followUpWith(claim: QueuedAlert): Promise<GatheredMessage | undefined> {
    const { topicId, dueAt, kind, protocols = [], stories: [storyId = ''] = [] } = claim;
    const times = kind === 'also' ? await this.#followUpTimes(topicId, storyId) : [dueAt];
    for (const time of times) {
      const first = followUpId(topicId, time, storyId, protocols);
      const idOf = (round: number) => (round === 0 ? first : hash64(first, String(round)));
      const message = await this.#covering(claim, 'follow-up', idOf);
      if (message) return message;
    }
    return undefined;
  }

  /** Returns when the messages that the developments of a story waited for were due. */
  #followUpTimes(topicId: string, storyId: string): Promise<readonly string[]> {
    return this.#once(`follow-ups ${topicId} ${storyId}`, async () => {
      const items = (await this.items(topicId)).filter((item) => item.storyId === storyId);
      const claims = await Promise.all(
        items.flatMap(({ alerts = [] }) => alerts).map((id) => this.#claim(id)),
      );
      return [...new Set(claims.flatMap((one) => (one?.kind === 'update' && one.dueAt) || []))];
    });
  }

  async #covering(
    claim: QueuedAlert,
    kind: GatheredMessage['kind'],
    idOf: (round: number) => string,
  ): Promise<GatheredMessage | undefined> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const message = await this.#claim(idOf(round));
      if (!message) return undefined;
      const { id, state, settledAt, covers = [], deliveries } = message;
      if (covers.some((key) => key.endsWith(`#${claim.id}`))) {
        return {
          id,
          kind,
          state,
          ...(settledAt ? { settledAt } : {}),
          ...(deliveries ? { deliveries } : {}),
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

/** Returns the ids of the claims whose entries a message has. */
export const coveredAlertIds = ({ covers = [] }: AlertRecord): string[] => [
  ...new Set(covers.map((key) => key.slice(key.lastIndexOf('#') + 1))),
];
