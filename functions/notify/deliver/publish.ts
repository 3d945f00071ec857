import { RetryLater } from '../../shared/errors.ts';
import type { Alert, AlertEntry, Topic } from '../../shared/model.ts';
import type { EmailReaders } from '../../shared/ports.ts';
import { onAmbiguousOf } from '../../shared/protocols.ts';
import type { ClaimResult } from '../../shared/store/claims.ts';
import { textHashOf } from '../../shared/store/reported-item.ts';
import type { NotifyDeps } from '../deps.ts';
import { renderAlert } from '../render/render-alert.ts';

export type OwnedClaim = Extract<ClaimResult, { kind: 'ours' }>;

interface ClaimToPublish extends Pick<OwnedClaim, 'resumed' | 'owner' | 'protocols'> {
  /** Ids of the topic's muted stories. */
  readonly muted: ReadonlySet<string>;
  /** All by default. */
  readonly readers?: EmailReaders;
  /** Runs after the publish and before the claim is settled. */
  readonly beforeSettling?: () => Promise<unknown>;
}

/**
 * Publishes a claimed alert, without the stories that a reader muted, and settles its claim. A duplicate is possible only
 * between these two steps. Throws `RetryLater` if SNS did not accept the alert or did not respond.
 *
 * Read the muted stories before the claim: an alert that fails between its claim and its publish may count as sent.
 */
export async function publish(
  { channels, claims, clock, config, exit, log, metrics }: NotifyDeps,
  topic: Topic,
  whole: Alert,
  { resumed, owner, protocols: claimed, muted, readers, beforeSettling }: ClaimToPublish,
  givenFields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const isMuted = ({ storyId }: AlertEntry) => muted.has(storyId);
  const alert: Alert = {
    ...whole,
    entries: whole.entries.filter((entry) => !isMuted(entry)),
    ...(readers === undefined || readers === 'all' ? {} : { readers }),
  };
  const mutedStories = [...new Set(whole.entries.filter(isMuted).map(({ storyId }) => storyId))];
  const logFields = mutedStories.length > 0 ? { ...givenFields, mutedStories } : givenFields;
  const protocols = claimed.filter((protocol) => !resumed || onAmbiguousOf(config, protocol) === 'resend');
  const about = { alertId: alert.id, topicId: topic.id, kind: alert.kind };
  if (protocols.length === 0 || alert.entries.length === 0) {
    const reason =
      alert.entries.length === 0
        ? 'its story is muted'
        : claimed.length === 0
          ? 'no SMS parts are left'
          : 'an earlier attempt may have sent it';
    log.warn('alert-skipped', { ...about, reason });
    await beforeSettling?.();
    return claims.settle(alert.id, 'skipped', clock(), logFields);
  }
  const message = renderAlert(alert, topic.timeZone ?? config.timeZone, exit());
  const outcome = await channels.publish(topic.id, message, protocols, readers);
  if (outcome.kind !== 'published') metrics.add('AlertsFailed', 1);
  switch (outcome.kind) {
    case 'published':
      await beforeSettling?.();
      await claims.settle(alert.id, 'sent', clock(), { ...logFields, messageId: outcome.messageId });
      metrics.add('AlertsSent', 1);
      log.info('alert', { ...about, entries: alert.entries.length, title: alert.entries[0]?.title, resumed });
      return;
    case 'throttled':
    case 'refused':
      // The alert was not sent, so release the claim and let the next attempt start afresh. A permanent refusal ends in
      // the dead-letter queue.
      if (!resumed) await claims.release(alert.id, owner);
      log.warn('publish-failed', { ...about, outcome: outcome.kind, detail: outcome.detail });
      throw new RetryLater(`SNS did not take the alert: ${outcome.detail}`);
    case 'unknown':
      log.warn('publish-failed', { ...about, outcome: outcome.kind, detail: outcome.detail });
      throw new RetryLater(`SNS gave no answer: ${outcome.detail}`);
  }
}

/** Longer digests go unread and risk SNS's 256 KiB limit. */
export const MAX_DIGEST_ENTRIES = 100;

/** Returns the fields that every record of the alert log has. */
export function alertLogFields(
  { config }: Pick<NotifyDeps, 'config'>,
  topic: Topic,
  entries: readonly AlertEntry[],
): Readonly<Record<string, unknown>> {
  return {
    topicId: topic.id,
    config: config.version,
    stories: [...new Set(entries.map(({ storyId }) => storyId))].slice(0, MAX_DIGEST_ENTRIES),
    title: entries[0]?.title ?? '',
  };
}

/** These limits keep a record within one kilobyte; larger records cost twice as much to write. */
const MAX_LOGGED_REASONS = 3;
const MAX_LOGGED_TEXT = 120;
const MAX_LOGGED_URL = 300;

/** Returns an entry as the alert log stores it: the item, and the reasons why it was sent. */
export function loggedEntry(entry: AlertEntry): Readonly<Record<string, unknown>> {
  const { itemId, role, url, feed, published, foundAt, why } = entry;
  return {
    itemId,
    textHash: textHashOf(entry),
    ...(role ? { role } : {}),
    ...(url && url.length <= MAX_LOGGED_URL ? { url } : {}),
    feed: feed.slice(0, MAX_LOGGED_TEXT),
    ...(published ? { published } : {}),
    ...(foundAt ? { foundAt } : {}),
    why: why.slice(0, MAX_LOGGED_REASONS).map(({ term, field, snippet }) => {
      return { term: term.slice(0, MAX_LOGGED_TEXT), field, snippet: snippet.slice(0, MAX_LOGGED_TEXT) };
    }),
  };
}
