import { RetryLater } from '../shared/errors.ts';
import { commonIdPrefix } from '../shared/feed-id.ts';
import { hash64 } from '../shared/hash.ts';
import type { Burst, DigestDue, Hit, Notice, Topic } from '../shared/model.ts';
import type { DeliveredVersion } from '../shared/store/stories.ts';
import { comparePolls } from './deliver/compare-polls.ts';
import { deliverKnownItem, deliverNewItem } from './deliver/deliver-item.ts';
import { deliverNotice } from './deliver/deliver-notice.ts';
import { burstOf, gather, gatherBeyondShare, isGathered, reserveStoryPlace } from './deliver/gather.ts';
import { sendDigest } from './deliver/send-digest.ts';
import type { NotifyDeps } from './deps.ts';
import { OPERATIONS_TOPIC } from './operations-topic.ts';

/** Returns what a message is about: an edit must not overtake the item. */
export function orderingKeyOf(message: Hit | Burst | DigestDue | Notice): string {
  const { kind, topicId } = message;
  if (kind === 'hit') return `${topicId} ${message.item.id}`;
  if (kind === 'burst') return `${topicId} ${hash64(...message.items.map(({ item }) => item.id))}`;
  return `${topicId} ${kind === 'digest' ? message.dueAt : message.noticeId}`;
}

/**
 * Delivers what the hits queue brings, each thing once. Called for one message of a topic at a time; may be called again
 * for a message that was worked on before, to its end or not, and then does only what is still missing.
 */
export async function notify(deps: NotifyDeps, message: Hit | Burst | DigestDue | Notice): Promise<void> {
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
 * A digest that cannot be sent now is found due again by the next ticks, for as long as it takes. The message must not
 * wait for that in the queue: it would hold up the hits of its topic, and end among the dead letters.
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

/** Longer than a deployment takes, shorter than the hits queue's patience. */
const MAX_DEPLOYMENT_MS = 8 * 60_000;

/**
 * A topic that is not in the configuration is either one that match knows already and this function does not yet, in
 * the middle of a deployment, or one that is no longer watched. What waits for the latter is dropped: it would be found
 * due every minute for ever.
 */
async function dropForUnknownTopic(
  { clock, config, digests, log }: NotifyDeps,
  message: Hit | Burst | DigestDue,
): Promise<void> {
  const { topicId } = message;
  const since = message.kind === 'digest' ? message.dueAt : message.polledAt;
  if (clock() - Date.parse(since) < MAX_DEPLOYMENT_MS) {
    // The next ticks find a digest due again.
    if (message.kind === 'digest') return;
    throw new RetryLater(
      `the topic ${topicId} is not in the configuration ${config.version}, perhaps not yet`,
    );
  }
  const waiting = message.kind === 'digest' ? await digests.entries(topicId, message.dueAt) : [];
  log.warn('topic-gone', { topicId, dropped: message.kind === 'digest' ? waiting.length : 1 });
  await digests.remove(topicId, waiting);
}

async function notifyHit(deps: NotifyDeps, topic: Topic, hit: Hit): Promise<void> {
  if (hit.crowded && !(await reserveStoryPlace(deps, topic, hit))) return gather(deps, topic, burstOf(hit));
  const before = await findDelivered(deps, topic, hit);
  if (before && isGathered(topic, hit, before)) return gatherBeyondShare(deps, topic, hit);
  const later = before ? comparePolls(hit, before) : 0;
  // A hit that failed can come after a later one, from the dead-letter queue after days: its text is out of date.
  if (later < 0) return;
  const delivered = before
    ? await deliverKnownItem(deps, topic, hit, before, { isLater: later > 0 })
    : await deliverNewItem(deps, topic, hit);
  if (delivered === 'beyond share') await gatherBeyondShare(deps, topic, hit);
}

/** Only an edit can have one under an id that an earlier release gave its feed. */
async function findDelivered(
  { stories }: NotifyDeps,
  topic: Topic,
  { item, feed, change }: Hit,
): Promise<DeliveredVersion | undefined> {
  const telling = await stories.delivered(topic.id, item.id, feed.id);
  const start = change === 'edited' && !telling ? commonIdPrefix(feed.id) : undefined;
  return start === undefined ? telling : stories.deliveredUnderFormerId(topic.id, item.id, start);
}
