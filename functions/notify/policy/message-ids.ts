import { hash64 } from '../../shared/hash.ts';

/**
 * Returns the alert id of a digest or round-up. `part` is empty for the digest of all protocols, "roundup" for the
 * round-up, "daily" for the mail of those who get one a day, or the protocol of a digest for that protocol alone. `round`
 * counts the messages.
 */
export const digestMessageId = (
  topicId: string,
  dueAt: string,
  part: readonly string[],
  round: number,
): string => hash64('digest', topicId, dueAt, ...part, String(round));

/** Returns the alert id of a story's follow-up that is due at a time. */
export const followUpId = (
  topicId: string,
  dueAt: string,
  storyId: string,
  protocols: readonly string[],
): string => hash64('digest', topicId, dueAt, 'follow-up', storyId, ...protocols);
