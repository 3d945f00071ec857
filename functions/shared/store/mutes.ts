import { topicPartition } from './stories.ts';
import type { Table } from './table.ts';

/** The stories of which a reader wants to hear no more. Written by readers, read by notify before it publishes. */
export interface Mutes {
  /** Returns the ids of a topic's muted stories. */
  of(topicId: string): Promise<ReadonlySet<string>>;
  mute(topicId: string, storyId: string, now: number): Promise<void>;
  unmute(topicId: string, storyId: string): Promise<void>;
}

const PREFIX = 'MUTED#';
/** As long as stories are kept. */
const KEPT_SECONDS = 90 * 86_400;

export function mutes(table: Table): Mutes {
  const key = (topicId: string, storyId: string) => ({
    pk: topicPartition(topicId),
    sk: `${PREFIX}${storyId}`,
  });
  return {
    async of(topicId) {
      const records = await table.query({ pk: topicPartition(topicId), from: PREFIX, to: `${PREFIX}~` });
      return new Set(records.map(({ sk }) => String(sk).slice(PREFIX.length)));
    },
    async mute(topicId, storyId, now) {
      await table.put({
        ...key(topicId, storyId),
        mutedAt: new Date(now).toISOString(),
        expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
      });
    },
    async unmute(topicId, storyId) {
      await table.delete(key(topicId, storyId));
    },
  };
}
