import type { Protocol } from '../../functions/shared/model.ts';
import type { RunRecord } from './run-record.ts';
import { MINUTE } from './virtual-time.ts';

export interface StoryOfTopic {
  readonly topicId: string;
  readonly storyId: string;
}

/** Returns whether a story was muted at any moment of a period. */
export function wasMuted({ mutes }: RunRecord, story: StoryOfTopic, since: number, until: number): boolean {
  return mutes.some(
    (mute) =>
      mute.topicId === story.topicId &&
      mute.storyId === story.storyId &&
      mute.from <= until &&
      since <= (mute.until ?? Number.POSITIVE_INFINITY),
  );
}

/** Returns each entry that was published although its story was muted during the whole invocation. */
export function deliveredThoughMuted({ record }: { readonly record: RunRecord }): string[] {
  return record.published.flatMap(({ topicId, alert, at, by }) =>
    alert.entries
      .filter(({ storyId }) =>
        record.mutes.some(
          (mute) =>
            mute.topicId === topicId &&
            mute.storyId === storyId &&
            mute.from < by.startedAt &&
            at < (mute.until ?? Number.POSITIVE_INFINITY),
        ),
      )
      .map(({ title }) => `delivered to ${topicId} although its story is muted: ${title}`),
  );
}

/** Notify reads the mutes before it claims a message. Only when it resumes one, it may read them after the claim. */
export const MAX_READING = MINUTE;

/**
 * Returns whether an alert was rightly left out: its story was muted when notify tried to send it, or the message that it
 * waited for.
 */
export function isLeftOut(
  record: RunRecord,
  { topicId, storyId }: StoryOfTopic,
  alertId: string,
  protocol: Protocol,
): boolean {
  return [...record.attempts].some(([id, attempts]) =>
    attempts.some(({ at, by, covers, protocols, isWaiting }) => {
      const isSent = id === alertId && !isWaiting && covers.length === 0 && protocols.includes(protocol);
      const isListed = covers.some((key) => {
        const entry = record.digestEntries.get(`${topicId} ${key}`);
        return (
          key.endsWith(`#${alertId}`) && entry?.storyId === storyId && entry.protocols.includes(protocol)
        );
      });
      return (isSent || isListed) && wasMuted(record, { topicId, storyId }, by.startedAt, at + MAX_READING);
    }),
  );
}
