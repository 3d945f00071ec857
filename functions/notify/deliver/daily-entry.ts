import { nextDailyTime } from '../../shared/local-time.ts';
import type { AlertEntry, Protocol, Topic } from '../../shared/model.ts';
import type { NotifyDeps } from '../deps.ts';

/**
 * Returns when an alert is due for those who get one mail a day, ms: after the others get it at `at`, so that nobody who
 * changes to one mail a day in between misses it. Returns undefined if it has no entry of its own there: nobody has chosen this,
 * or the topic sends digests anyway. They then receive what the other readers of emails do.
 *
 * Call this before the claim, which stores the result.
 */
export async function dailyDueOf(
  { config, dailyReaders }: NotifyDeps,
  topic: Topic,
  protocols: readonly Protocol[],
  at: number,
): Promise<number | undefined> {
  const digest = config.signup?.digest;
  if (!digest || topic.deliver.mode !== 'now' || !protocols.includes('email')) return undefined;
  if ((await dailyReaders(topic.id)) === 0) return undefined;
  return nextDailyTime(digest, at);
}

/**
 * Adds the entry of an alert for those who get one mail a day. Every attempt adds the same one. Returns the entry that counts,
 * which may be of another item of the story.
 */
export async function addDailyEntry(
  { digests }: NotifyDeps,
  topic: Topic,
  { id, claimedAt }: { readonly id: string; readonly claimedAt: number },
  {
    dueAt,
    entry,
    ...others
  }: { readonly dueAt: number; readonly entry: AlertEntry; readonly isGathered?: true },
  options?: { readonly replaces: boolean },
): Promise<AlertEntry> {
  // The alert log finds a claim's entries by the end of their keys.
  const alert = { id: `daily#${id}`, claimedAt };
  const waiting = { kind: 'daily', protocols: ['email'], entry, ...others } as const;
  const added = await digests.add({ topicId: topic.id, dueAt }, alert, waiting, options);
  return added.entry ?? entry;
}
