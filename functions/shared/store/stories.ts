import { type Activity, recordActivity } from '../activity.ts';
import { idRangeOfAddress } from '../item-id.ts';
import type { StoryRole } from '../model.ts';
import type { Attributes, Table } from './table.ts';

/** The matches of a topic that tell the same news. */
export interface Story {
  readonly id: string;
  /** The item that opened the story. */
  readonly leadItemId: string;
  /** When it was opened, ISO. */
  readonly openedAt: string;
  readonly title: string;
  readonly itemIds: readonly string[];
  /** Titles of the feeds that tell it. */
  readonly sources: readonly string[];
  /** Those of them that tell it independently, by their sites; stories of earlier releases have none. */
  readonly outlets?: readonly string[];
  /** What its items say, of a few of them, to compare others with; stories of earlier releases have none. */
  readonly signatures?: readonly string[];
  /** Short hashes of the headlines of its items as they stand, to know copies by. */
  readonly headlines?: readonly string[];
  /** Terms of those of its items that have no signature here, so that what they said is not new again. */
  readonly terms?: string;
  /** Absent until there is a follow-up. */
  readonly followUps?: FollowUpState;
  /** Those by SMS, where these go by a policy of their own. */
  readonly smsFollowUps?: FollowUpState;
  /** Counts its writes; stories of earlier releases have none. */
  readonly version?: number;
}

/** The follow-ups of a story so far. */
export interface FollowUpState {
  readonly count: number;
  /** When the last of them was, or is, due, ISO. */
  readonly dueAt: string;
  /** It is part of its topic's digest. */
  readonly inDigest?: true;
}

/** What a feed said of an item when a topic last took notice of it: an edit is compared with this. */
export interface DeliveredVersion {
  readonly storyId: string;
  /** The item opened its story, or is the article that a feed of another site claimed to; edits of others are not developments. */
  readonly lead: boolean;
  /** What it was to its story; `copy` repeats the text of another item. Not in 0.1.0. */
  readonly role?: StoryRole | 'copy';
  /** The headline that was told: small edits must not add up to a new one unnoticed. */
  readonly title: string;
  readonly contentHash: string;
  readonly polledAt: string;
  readonly revision?: number;
  /** Watched terms found so far. */
  readonly terms: readonly string[];
  /** The alerts that were to tell it, latest last: where its ledger is found. Not in 0.1.0, as all that follows. */
  readonly alerts?: readonly string[];
  /** Of the headline and summary that were told. */
  readonly sketch?: string;
  /** Nobody was told: the feed held it when it was first read, or it was old when the feed first showed it. */
  readonly silent?: true;
  /** It was gathered for a digest, outside of stories: what other feeds tell of it is not held back. */
  readonly gathered?: true;
  /** Of the item, as seen through this feed; the last ones. */
  readonly updates?: readonly DeliveredUpdate[];
}

export interface DeliveredUpdate {
  /** A hash. */
  readonly name: string;
  readonly times: number;
  /** The last time, ISO. */
  readonly at: string;
}

/** The stories of a topic as they were at one moment. */
export interface StoriesSnapshot {
  /** Oldest first. */
  readonly stories: readonly Story[];
  /** How many the topic had opened by then; at least as many are among all its stories. */
  readonly opened: number;
  readonly activity: Activity;
}

/**
 * Stories and tellings of a topic. Only notify writes them, one hit of a topic at a time (FIFO group), and every
 * write can be repeated. Should two be at it after all, since the first took longer than its messages stay invisible,
 * neither undoes what the other wrote of a story, and neither opens one without having seen the other's
 * (docs/adr/0008-stories-are-counted.md).
 */
export interface Stories {
  /** Returns the stories opened since then; of more than `limit`, those opened last. By default `MAX_STORIES`. */
  since(topicId: string, time: number, limit?: number): Promise<StoriesSnapshot>;
  /** False when another story was opened since `before` was read. */
  open(topicId: string, before: StoriesSnapshot, story: Story): Promise<boolean>;
  /** False when the story was written since `before` was read. */
  change(topicId: string, before: Story, story: Story): Promise<boolean>;
  /** When stories were opened, and how often they use to be. */
  activity(topicId: string): Promise<Activity>;
  delivered(topicId: string, itemId: string, feedId: string): Promise<DeliveredVersion | undefined>;
  /** Returns the record of an item under a feed id with this beginning: earlier releases gave feeds other ids. */
  deliveredUnderFormerId(
    topicId: string,
    itemId: string,
    start: string,
  ): Promise<DeliveredVersion | undefined>;
  /** Returns the records of all items that may have the address of this one, each with its feed. */
  deliveredAtAddress(
    topicId: string,
    itemId: string,
  ): Promise<(DeliveredVersion & { readonly feedId: string })[]>;
  recordDelivery(
    topicId: string,
    itemId: string,
    feedId: string,
    telling: DeliveredVersion,
    now: number,
  ): Promise<void>;
  /** False when the text that was told of the item is no longer that of `before`. */
  updateDelivery(
    topicId: string,
    itemId: string,
    feedId: string,
    before: DeliveredVersion | undefined,
    telling: DeliveredVersion,
    now: number,
  ): Promise<boolean>;
}

/** An item is compared with so many stories: more would not stay within a function's time and memory. */
export const MAX_STORIES = 500;
/** Feeds that show one article; a feed whose entries all have one address has more items there. */
const MAX_AT_ADDRESS = 200;
const KEPT_DAYS = 90;

function activityIn(record: Attributes | undefined): Activity {
  const { heardAt, usualGap } = (record ?? {}) as Activity;
  return { heardAt, usualGap };
}

export const topicPartition = (topicId: string): string => `TOPIC#${topicId}`;
/** What the sort keys of stories begin with, and nothing else's; then comes the time of their opening, ISO. */
export const STORY_PREFIX = 'STORY#';
/** When a story was opened, ms, from its sort key. */
export const storyOpenedAt = (sk: string): number =>
  Date.parse(sk.slice(STORY_PREFIX.length).split('#')[0] ?? '');

export function stories(table: Table): Stories {
  const partition = topicPartition;
  const expiry = (time: number) => Math.floor(time / 1000) + KEPT_DAYS * 86_400;
  const recordOf = (topicId: string, story: Story) => ({
    pk: partition(topicId),
    sk: `${STORY_PREFIX}${story.openedAt}#${story.id}`,
    ...story,
    expiresAt: expiry(Date.parse(story.openedAt)),
  });
  /** Holds the story that was opened last, since its own record is written after. */
  const counter = (topicId: string) => ({ pk: partition(topicId), sk: 'OPENED' });
  const write = (topicId: string, story: Story) =>
    table.put(recordOf(topicId, { ...story, version: 1 }), { absent: true });
  const tellingRecord = (
    topicId: string,
    itemId: string,
    feedId: string,
    telling: DeliveredVersion,
    now: number,
  ) => ({
    pk: partition(topicId),
    sk: `TOLD#${itemId}#${feedId}`,
    ...telling,
    expiresAt: expiry(now),
  });
  const strip = <T>({
    pk: _pk,
    sk: _sk,
    expiresAt: _expiresAt,
    ...rest
  }: Readonly<Record<string, unknown>>): T => rest as T;
  return {
    async since(topicId, time, limit = MAX_STORIES) {
      const from = new Date(time).toISOString();
      // In this order: whoever opens a story first sees to it that the one before is written.
      const last = await table.get(counter(topicId));
      const find = async () => {
        const range = { from: `${STORY_PREFIX}${from}`, to: `${STORY_PREFIX}~` };
        return (await table.query({ pk: partition(topicId), ...range, limit, reverse: true })).reverse();
      };
      let records = await find();
      const story = last?.story as Story | undefined;
      const first = records.length < limit ? from : String(records[0]?.openedAt);
      if (story && story.openedAt >= first && !records.some(({ id }) => id === story.id)) {
        await write(topicId, story);
        records = await find();
      }
      return {
        stories: records.map((record) => strip<Story>(record)),
        opened: Number(last?.opened ?? 0),
        activity: activityIn(last),
      };
    },
    async open(topicId, { opened, activity }, story) {
      const counted = await table.put(
        {
          ...counter(topicId),
          opened: opened + 1,
          story,
          ...recordActivity(activity, Date.parse(story.openedAt)),
        },
        opened === 0 ? { absent: true } : { attribute: 'opened', equals: opened },
      );
      if (counted) await write(topicId, story);
      return counted;
    },
    change: (topicId, { version = 0 }, story) =>
      table.put(
        recordOf(topicId, { ...story, version: version + 1 }),
        version === 0 ? undefined : { attribute: 'version', equals: version },
      ),
    activity: async (topicId) => activityIn(await table.get(counter(topicId))),
    async delivered(topicId, itemId, feedId) {
      const record = await table.get({ pk: partition(topicId), sk: `TOLD#${itemId}#${feedId}` });
      return record && strip<DeliveredVersion>(record);
    },
    async deliveredUnderFormerId(topicId, itemId, start) {
      const from = `TOLD#${itemId}#${start}`;
      const [record] = await table.query({ pk: partition(topicId), from, to: `${from}~`, limit: 1 });
      return record && strip<DeliveredVersion>(record);
    },
    async deliveredAtAddress(topicId, itemId) {
      const { from, to } = idRangeOfAddress(itemId);
      const range = { from: `TOLD#${from}`, to: `TOLD#${to}` };
      const records = await table.query({ pk: partition(topicId), ...range, limit: MAX_AT_ADDRESS });
      return records.map((record) => ({
        ...strip<DeliveredVersion>(record),
        feedId: String(record.sk).split('#')[2] ?? '',
      }));
    },
    async recordDelivery(topicId, itemId, feedId, telling, now) {
      await table.put(tellingRecord(topicId, itemId, feedId, telling, now));
    },
    updateDelivery: (topicId, itemId, feedId, before, telling, now) =>
      table.put(
        tellingRecord(topicId, itemId, feedId, telling, now),
        before ? { attribute: 'contentHash', equals: before.contentHash } : { absent: true },
      ),
  };
}
