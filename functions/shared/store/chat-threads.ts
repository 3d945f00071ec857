import type { Table } from './table.ts';

/** A story of a topic, as one recipient at a chat service sees it. */
export interface StoryThread {
  readonly topicId: string;
  readonly storyId: string;
  readonly recipient: string;
}

export interface ChatThreads {
  /** Returns the thread of a story in the chat of a recipient. */
  get(story: StoryThread): Promise<string | undefined>;
  put(story: StoryThread, thread: string, now: number): Promise<void>;
}

/** As long as stories are kept. */
const KEPT_SECONDS = 90 * 86_400;

export function chatThreads(table: Table): ChatThreads {
  const keyOf = ({ topicId, storyId, recipient }: StoryThread) => ({
    pk: `CHAT#STORY#${topicId}#${storyId}`,
    sk: recipient,
  });
  return {
    async get(story) {
      const record = await table.get(keyOf(story));
      return record === undefined ? undefined : String(record.thread);
    },
    async put(story, thread, now) {
      await table.put({ ...keyOf(story), thread, expiresAt: Math.floor(now / 1_000) + KEPT_SECONDS });
    },
  };
}
