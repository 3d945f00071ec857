import type { Table } from './table.ts';

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
  /** Counts its writes; stories of earlier releases have none. */
  readonly version?: number;
}

/** What a feed said of an item when a topic last took notice of it: an edit is compared with this. */
export interface Telling {
  readonly storyId: string;
  /** The item opened its story; edits of those that only retold it are not told. */
  readonly lead: boolean;
  /** The headline that was told: small edits must not add up to a new one unnoticed. */
  readonly title: string;
  readonly contentHash: string;
  readonly polledAt: string;
  readonly revision?: number;
  /** Watched terms found so far. */
  readonly terms: readonly string[];
}

/**
 * Stories and tellings of a topic. Only notify writes them, one hit of a topic at a time (FIFO group), and every
 * write can be repeated. Should two be at it after all, since the first took longer than its messages stay invisible,
 * neither undoes what the other wrote of a story.
 */
export interface Stories {
  /** Stories opened since then, oldest first. */
  since(topicId: string, time: number): Promise<Story[]>;
  /** Does nothing when it is open already: every attempt at an item opens the same story. */
  open(topicId: string, story: Story): Promise<void>;
  /** False when the story was written since `before` was read. */
  change(topicId: string, before: Story, story: Story): Promise<boolean>;
  telling(topicId: string, itemId: string, feedId: string): Promise<Telling | undefined>;
  putTelling(topicId: string, itemId: string, feedId: string, telling: Telling, now: number): Promise<void>;
}

const KEPT_DAYS = 90;

export function stories(table: Table): Stories {
  const partition = (topicId: string) => `TOPIC#${topicId}`;
  const expiry = (time: number) => Math.floor(time / 1000) + KEPT_DAYS * 86_400;
  const recordOf = (topicId: string, story: Story) => ({
    pk: partition(topicId),
    sk: `STORY#${story.openedAt}#${story.id}`,
    ...story,
    expiresAt: expiry(Date.parse(story.openedAt)),
  });
  const strip = <T>({
    pk: _pk,
    sk: _sk,
    expiresAt: _expiresAt,
    ...rest
  }: Readonly<Record<string, unknown>>): T => rest as T;
  return {
    async since(topicId, time) {
      const from = `STORY#${new Date(time).toISOString()}`;
      const records = await table.query({ pk: partition(topicId), from, to: 'STORY#~' });
      return records.map((record) => strip<Story>(record));
    },
    async open(topicId, story) {
      await table.put(recordOf(topicId, { ...story, version: 1 }), { absent: true });
    },
    change: (topicId, { version = 0 }, story) =>
      table.put(
        recordOf(topicId, { ...story, version: version + 1 }),
        version === 0 ? undefined : { attribute: 'version', equals: version },
      ),
    async telling(topicId, itemId, feedId) {
      const record = await table.get({ pk: partition(topicId), sk: `TOLD#${itemId}#${feedId}` });
      return record && strip<Telling>(record);
    },
    async putTelling(topicId, itemId, feedId, telling, now) {
      await table.put({
        pk: partition(topicId),
        sk: `TOLD#${itemId}#${feedId}`,
        ...telling,
        expiresAt: expiry(now),
      });
    },
  };
}
