import { RetryLater } from '../shared/errors.ts';
import { commonIdPrefix } from '../shared/feed-id.ts';
import { hash64 } from '../shared/hash.ts';
import type { Burst, DigestDue, Hit, Notice } from '../shared/messages.ts';
import type { Topic } from '../shared/model.ts';
import type { DeliveredVersion } from '../shared/store/stories.ts';
import { deliverKnownItem, deliverNewItem } from './deliver/deliver-item.ts';
import { deliverNotice } from './deliver/deliver-notice.ts';
import { comparePolls } from './deliver/delivered-version.ts';
import { burstOf, gather, gatherBeyondShare, isGathered, reserveStoryPlace } from './deliver/gather.ts';
import { ownArticle } from './deliver/own-article.ts';
import { sendDigest } from './deliver/send-digest.ts';
import type { NotifyDeps } from './deps.ts';
import { OPERATIONS_TOPIC } from './operations-topic.ts';

type NotifyMessage = Hit | Burst | DigestDue | Notice;

export const kindOf = ({ kind }: NotifyMessage) => kind;

/** Returns the key that keeps messages in order: an edit must not overtake its item. */
export function orderingKeyOf(message: NotifyMessage): string {
  const { kind, topicId } = message;
  if (kind === 'hit') return `${topicId} ${message.item.id}`;
  if (kind === 'burst') return `${topicId} ${hash64(...message.items.map(({ item }) => item.id))}`;
  return `${topicId} ${kind === 'digest' ? message.dueAt : message.noticeId}`;
}

/**
 * Delivers a message of the hits queue: a hit, a burst, a due digest or a notice. Call it for one message of a topic at a
 * time. Repeated calls for a message deliver nothing twice; they only do what an earlier attempt left undone.
 */
export async function notify(deps: NotifyDeps, message: NotifyMessage): Promise<void> {
  if (message.kind === 'notice') return deliverNotice(deps, message);
  const topic = [OPERATIONS_TOPIC, ...deps.config.topics].find(({ id }) => id === message.topicId);
  if (!topic) {
    await dropForUnknownTopic(deps, message);
    return;
  }
  if (message.kind === 'digest') await notifyDigest(deps, topic, message);
  else if (message.kind === 'burst') await gather(deps, topic, message);
  else await notifyHit(deps, topic, message);
}

/**
 * Sends a due digest. Logs failures instead of throwing: later ticks find the digest due again, while a message waiting in
 * the queue would hold up the topic's hits and end in the dead-letter queue.
 */
async function notifyDigest(deps: NotifyDeps, topic: Topic, { dueAt }: DigestDue): Promise<void> {
  const about = { topicId: topic.id, dueAt };
  try {
    await sendDigest(deps, topic, dueAt);
  } catch (error) {
    if (error instanceof RetryLater) deps.log.info('digest-waits', { ...about, reason: error.message });
    else deps.log.error('digest-failed', { ...about, error: String(error) });
  }
}

/** Longer than a deployment takes, shorter than the hits queue retries. */
const MAX_DEPLOYMENT_MS = 8 * 60_000;

/**
 * Drops a message for a topic that is not in the configuration. For a digest, also drops its entries, which would
 * otherwise be found due every minute for ever. Throws `RetryLater` for recent hits: in the middle of a deployment, match
 * may already know a topic that this function does not know yet.
 */
async function dropForUnknownTopic(
  { clock, config, digests, log }: NotifyDeps,
  message: Hit | Burst | DigestDue,
): Promise<void> {
  const { topicId } = message;
  const since = message.kind === 'digest' ? message.dueAt : message.polledAt;
  if (clock() - Date.parse(since) < MAX_DEPLOYMENT_MS) {
    // Later ticks find the digest due again.
    if (message.kind === 'digest') return;
    throw new RetryLater(
      `topic ${topicId} is not in configuration ${config.version}; a deployment may add it`,
    );
  }
  const waiting = message.kind === 'digest' ? await digests.entries(topicId, message.dueAt) : [];
  log.warn('topic-gone', { topicId, dropped: message.kind === 'digest' ? waiting.length : 1 });
  await digests.remove(topicId, waiting);
}

async function notifyHit(deps: NotifyDeps, topic: Topic, found: Hit): Promise<void> {
  if (found.crowded && !(await reserveStoryPlace(deps, topic, found)))
    return gather(deps, topic, burstOf(found));
  const { hit, before } = await ownArticle(deps, topic, found, await findDelivered(deps, topic, found));
  if (before && isGathered(topic, hit, before)) return gatherBeyondShare(deps, topic, hit);
  const order = before ? comparePolls(hit, before) : 0;
  // A failed hit can arrive after a later one, even days later from the dead-letter queue. Its text is out of date.
  if (order < 0) return;
  const result = before
    ? await deliverKnownItem(deps, topic, hit, before, { isLater: order > 0 })
    : await deliverNewItem(deps, topic, hit);
  if (result === 'beyond share') await gatherBeyondShare(deps, topic, hit);
}

/** Returns the delivered version of an item. For an edit, also looks under ids that earlier releases gave the feed. */
async function findDelivered(
  { stories }: NotifyDeps,
  topic: Topic,
  { item, feed, change }: Hit,
): Promise<DeliveredVersion | undefined> {
  const version = await stories.delivered(topic.id, item.id, feed.id);
  const idPrefix = change === 'edited' && !version ? commonIdPrefix(feed.id) : undefined;
  return idPrefix === undefined ? version : stories.deliveredUnderFormerId(topic.id, item.id, idPrefix);
}
