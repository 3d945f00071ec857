import { hash64 } from '../shared/hash.ts';
import type { Burst, DigestDue, Hit, Notice } from '../shared/model.ts';

/** Returns what a message is about: an edit must not overtake the item. */
export function subjectOf(message: Hit | Burst | DigestDue | Notice): string {
  const { kind, topicId } = message;
  if (kind === 'hit') return `${topicId} ${message.item.id}`;
  if (kind === 'burst') return `${topicId} ${hash64(...message.items.map(({ item }) => item.id))}`;
  return `${topicId} ${kind === 'digest' ? message.dueAt : message.noticeId}`;
}
