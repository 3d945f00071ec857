import { type Activity, recordActivity } from '../activity.ts';
import { idRangeOfAddress } from '../item-id.ts';
import type { StoryRole } from '../model.ts';
import {
  flag,
  having,
  listOf,
  named,
  number,
  optional,
  readRecord,
  type Shape,
  text,
  yes,
} from './record-shape.ts';
import type { Attributes, Table } from './table.ts';

/** The matches of a topic that report the same event. */
export interface Story {
  readonly id: string;
  /** The item that opened the story. */
  readonly leadItemId: string;
  /** Opening time, ISO. */
  readonly openedAt: string;
  readonly title: string;
  readonly itemIds: readonly string[];
  /** Titles of the feeds that report it. */
  readonly sources: readonly string[];
  /** Independent outlets among the sources, by site. Absent in stories of earlier releases. */
  readonly outlets?: readonly string[];
  /** Signatures of a few of its items, for comparison with new ones. Absent in stories of earlier releases. */
  readonly signatures?: readonly string[];
  /** Short hashes of its items' headlines as written, for recognising copies. */
  readonly headlines?: readonly string[];
  /** Terms of the items that have no signature here, so that they do not count as new again. */
  readonly terms?: string;
  /** Absent until there is a follow-up. */
  readonly followUps?: FollowUpState;
  /** Follow-ups by SMS, if SMS have their own policy. */
  readonly smsFollowUps?: FollowUpState;
  /** Id of the feed that is a live page, if the story has updates of one. */
  readonly livePage?: string;
  /**
   * Id of the story that a reader took the first item out of. The item was delivered there, so neither the item nor a copy
   * of it is this story's first report.
   */
  readonly splitFrom?: string;
  /** Number of writes. Absent in stories of earlier releases. */
  readonly version?: number;
}

/** The follow-ups of a story so far. */
export interface FollowUpState {
  readonly count: number;
  /** When the last follow-up was or will be due, ISO. */
  readonly dueAt: string;
  /** The last follow-up is part of its topic's digest. */
  readonly inDigest?: true;
}

/** An item as one feed showed it when it was last delivered to a topic. Edits are compared with it. Stored under `TOLD#`. */
export interface DeliveredVersion {
  readonly storyId: string;
  /**
   * The item opened its story, or it is the site's own version of an article that another site's feed claimed first. Edits
   * of other items are not developments.
   */
  readonly lead: boolean;
  /** Its role in the story; a `copy` repeats the text of another item. Not in 0.1.0. */
  readonly role?: StoryRole | 'copy';
  /** The delivered headline, so that small edits cannot add up to a new one unnoticed. */
  readonly title: string;
  readonly contentHash: string;
  /** Short hash of the item's guid, if it has both a guid and another address. Not in 0.2.0. */
  readonly guidHash?: string;
  readonly polledAt: string;
  readonly revision?: number;
  /** Watched terms found so far. */
  readonly terms: readonly string[];
  /** Ids of its alerts, latest last; they lead to its alert log. This and the fields below are not in 0.1.0. */
  readonly alerts?: readonly string[];
  /** Sketch of the delivered headline and summary. */
  readonly sketch?: string;
  /**
   * No alert was sent, because the feed's first poll found the item, or because the item was already old when the feed first
   * showed it.
   */
  readonly silent?: true;
  /** The item was gathered for a digest and belongs to no story. It does not hold back other feeds' reports. */
  readonly gathered?: true;
  /** The latest delivered edits of the item in this feed. */
  readonly updates?: readonly DeliveredUpdate[];
}

export interface DeliveredUpdate {
  /** Hash of the edit. */
  readonly name: string;
  readonly times: number;
  /** Time of the last delivery, ISO. */
  readonly at: string;
}

/** The stories of a topic at one point in time. */
export interface StoriesSnapshot {
  /** Oldest first. */
  readonly stories: readonly Story[];
  /** Number of stories that the topic had opened when the snapshot was taken. `stories` may already include later ones. */
  readonly opened: number;
  readonly activity: Activity;
}

/** The delivered version of an item in one feed. */
export interface FeedVersion extends DeliveredVersion {
  readonly feedId: string;
}

/**
 * Stores the stories of a topic and the delivered versions of its items. Notify writes them, one hit of a topic at a time
 * (FIFO group), and so does a reader who takes an item out of its story (docs/adr/0034-split-stories.md). Every write can be
 * repeated. Two workers of notify may overlap if the first takes longer than the visibility timeout of its messages. Even
 * then, neither writer undoes the other's changes to a story, and neither opens a story without having seen the other's
 * (docs/adr/0008-stories-are-counted.md).
 */
export interface Stories {
  /** Returns the stories opened since `time` (ms); of more than `limit` (default `MAX_STORIES`), those opened last. */
  since(topicId: string, time: number, limit?: number): Promise<StoriesSnapshot>;
  /**
   * Stores a new story. Returns false if another story was opened since `before` was read. A story that a reader took out of
   * another is no activity of the topic.
   */
  open(topicId: string, before: StoriesSnapshot, story: Story): Promise<boolean>;
  /** Replaces a story. Returns false if it was written since `before` was read. */
  change(topicId: string, before: Story, story: Story): Promise<boolean>;
  /** Returns when the last story was opened, and the typical time between two. */
  activity(topicId: string): Promise<Activity>;
  delivered(topicId: string, itemId: string, feedId: string): Promise<DeliveredVersion | undefined>;
  /** Returns the version under a feed id with this prefix: earlier releases gave feeds other ids. */
  deliveredUnderFormerId(
    topicId: string,
    itemId: string,
    idPrefix: string,
  ): Promise<DeliveredVersion | undefined>;
  /** Returns the versions of an item in all feeds. */
  deliveredInFeeds(topicId: string, itemId: string): Promise<FeedVersion[]>;
  /** Returns the versions of all items that may share this item's address, in all feeds. */
  deliveredAtAddress(topicId: string, itemId: string): Promise<FeedVersion[]>;
  /**
   * Replaces `before`, or adds the first version. Returns false if the item meanwhile belongs to a story that is neither
   * that of `before` nor that of `version`.
   */
  recordDelivery(
    topicId: string,
    itemId: string,
    feedId: string,
    version: DeliveredVersion,
    now: number,
    before?: DeliveredVersion,
  ): Promise<boolean>;
  /** Replaces `before`, or adds the first version. Returns false if the stored text or story is not that of `before`. */
  updateDelivery(
    topicId: string,
    itemId: string,
    feedId: string,
    before: DeliveredVersion | undefined,
    version: DeliveredVersion,
    now: number,
  ): Promise<boolean>;
}

/** Stories that an item is compared with. More would exceed a function's time and memory. */
export const MAX_STORIES = 500;
/** Versions read at one address. A feed that gives all its entries one address has more. */
const MAX_AT_ADDRESS = 200;
const KEPT_DAYS = 90;

function activityIn(record: Attributes = {}): Activity {
  const { heardAt, usualGap } = readRecord<Activity>(record, {
    heardAt: optional(number),
    usualGap: optional(number),
  });
  return { heardAt, usualGap };
}

const FOLLOW_UPS = optional(having<FollowUpState>({ count: number, dueAt: text, inDigest: optional(yes) }));
const STORY: Shape<Story> = {
  id: text,
  leadItemId: text,
  openedAt: text,
  title: text,
  itemIds: listOf(text),
  sources: listOf(text),
  outlets: optional(listOf(text)),
  signatures: optional(listOf(text)),
  headlines: optional(listOf(text)),
  terms: optional(text),
  followUps: FOLLOW_UPS,
  smsFollowUps: FOLLOW_UPS,
  livePage: optional(text),
  splitFrom: optional(text),
  version: optional(number),
};
const DELIVERED_VERSION: Shape<DeliveredVersion> = {
  storyId: text,
  lead: flag,
  role: optional(named()),
  title: text,
  contentHash: text,
  guidHash: optional(text),
  polledAt: text,
  revision: optional(number),
  terms: listOf(text),
  alerts: optional(listOf(text)),
  sketch: optional(text),
  silent: optional(yes),
  gathered: optional(yes),
  updates: optional(listOf(having<DeliveredUpdate>({ name: text, times: number, at: text }))),
};

/** Returns the story in a record. Throws `NewsAlertsError` if it is damaged, as does `deliveredVersionIn`. */
export const storyIn = (record: Attributes): Story => readRecord(record, STORY);
export const deliveredVersionIn = (record: Attributes): DeliveredVersion =>
  readRecord(record, DELIVERED_VERSION);

const feedVersionIn = (record: Attributes): FeedVersion => ({
  ...deliveredVersionIn(record),
  feedId: String(record.sk).split('#')[2] ?? '',
});

export const topicPartition = (topicId: string): string => `TOPIC#${topicId}`;
/** Prefix of the sort keys of stories alone. The opening time follows, ISO. */
export const STORY_PREFIX = 'STORY#';
/** Returns when a story was opened, ms, from its sort key. */
export const storyOpenedAt = (sk: string): number =>
  Date.parse(sk.slice(STORY_PREFIX.length).split('#')[0] ?? '');

/** Returns the stories of a topic that were opened last, latest first. Writes nothing, unlike `Stories.since`. */
export async function latestStories(table: Table, topicId: string, limit: number): Promise<Story[]> {
  const range = { from: STORY_PREFIX, to: `${STORY_PREFIX}~` };
  const records = await table.query({ pk: topicPartition(topicId), ...range, limit, reverse: true });
  return records.map(storyIn);
}

export function stories(table: Table): Stories {
  const partition = topicPartition;
  const expiry = (time: number) => Math.floor(time / 1000) + KEPT_DAYS * 86_400;
  const recordOf = (topicId: string, story: Story) => ({
    pk: partition(topicId),
    sk: `${STORY_PREFIX}${story.openedAt}#${story.id}`,
    ...story,
    expiresAt: expiry(Date.parse(story.openedAt)),
  });
  /** Key of the counter. It also holds the story opened last, whose own record is written after it. */
  const counter = (topicId: string) => ({ pk: partition(topicId), sk: 'OPENED' });
  const write = (topicId: string, story: Story) =>
    table.put(recordOf(topicId, { ...story, version: 1 }), { absent: true });
  const versionRecord = (
    topicId: string,
    itemId: string,
    feedId: string,
    version: DeliveredVersion,
    now: number,
  ) => ({
    pk: partition(topicId),
    sk: `TOLD#${itemId}#${feedId}`,
    ...version,
    expiresAt: expiry(now),
  });
  return {
    async since(topicId, time, limit = MAX_STORIES) {
      const from = new Date(time).toISOString();
      // Read the counter first: whoever opens a story must make sure that the previous one is written.
      const last = await table.get(counter(topicId));
      const find = async () => {
        const range = { from: `${STORY_PREFIX}${from}`, to: `${STORY_PREFIX}~` };
        return (await table.query({ pk: partition(topicId), ...range, limit, reverse: true })).reverse();
      };
      let records = await find();
      const { story } = last ? readRecord(last, { story: optional(having(STORY)) }) : {};
      const first = records.length < limit ? from : String(records[0]?.openedAt);
      if (story && story.openedAt >= first && !records.some(({ id }) => id === story.id)) {
        await write(topicId, story);
        records = await find();
      }
      return {
        stories: records.map(storyIn),
        opened: Number(last?.opened ?? 0),
        activity: activityIn(last),
      };
    },
    async open(topicId, { opened, activity }, story) {
      const isNews = story.splitFrom === undefined;
      const counted = await table.put(
        {
          ...counter(topicId),
          opened: opened + 1,
          story,
          ...(isNews ? recordActivity(activity, Date.parse(story.openedAt)) : activity),
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
      return record && deliveredVersionIn(record);
    },
    async deliveredUnderFormerId(topicId, itemId, idPrefix) {
      const from = `TOLD#${itemId}#${idPrefix}`;
      const [record] = await table.query({ pk: partition(topicId), from, to: `${from}~`, limit: 1 });
      return record && deliveredVersionIn(record);
    },
    async deliveredInFeeds(topicId, itemId) {
      const range = { from: `TOLD#${itemId}#`, to: `TOLD#${itemId}#~` };
      return (await table.query({ pk: partition(topicId), ...range })).map(feedVersionIn);
    },
    async deliveredAtAddress(topicId, itemId) {
      const { from, to } = idRangeOfAddress(itemId);
      const range = { from: `TOLD#${from}`, to: `TOLD#${to}` };
      const records = await table.query({ pk: partition(topicId), ...range, limit: MAX_AT_ADDRESS });
      return records.map(feedVersionIn);
    },
    recordDelivery(topicId, itemId, feedId, version, now, before = version) {
      const isOf = ({ storyId }: DeliveredVersion) => ({ attribute: 'storyId', equals: storyId });
      return table.put(versionRecord(topicId, itemId, feedId, version, now), {
        any: [{ absent: true }, isOf(before), isOf(version)],
      });
    },
    updateDelivery: (topicId, itemId, feedId, before, version, now) =>
      table.put(
        versionRecord(topicId, itemId, feedId, version, now),
        before
          ? {
              all: [
                { attribute: 'contentHash', equals: before.contentHash },
                { attribute: 'storyId', equals: before.storyId },
              ],
            }
          : { absent: true },
      ),
  };
}
