import { secondArticleId } from '../../shared/item-id.ts';
import type { Hit } from '../../shared/messages.ts';
import type { Topic } from '../../shared/model.ts';
import type { DeliveredVersion } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { materialChange } from '../story/material-change.ts';

interface OwnArticle {
  /** The hit, under the id of its own article. */
  readonly hit: Hit;
  /** The version of the article that the topic last received from this feed. */
  readonly before: DeliveredVersion | undefined;
}

/**
 * Tells a second article at an address from an edit of the first one. Poll derives ids from addresses, so both have one id if
 * the feed's seen set does not hold the first article when the second appears: it has left the set, or the poll that found it did
 * not commit. The second article is news, and gets an id of its own. `atId` is the delivered version under the hit's id.
 */
export async function ownArticle(
  { stories }: Pick<NotifyDeps, 'stories'>,
  topic: Topic,
  hit: Hit,
  atId: DeliveredVersion | undefined,
): Promise<OwnArticle> {
  const { item, feed, change } = hit;
  if (!item.guidHash || !atId?.guidHash || item.guidHash === atId.guidHash) return { hit, before: atId };
  const id = secondArticleId(item.id, item.guidHash);
  const before = await stories.delivered(topic.id, id, feed.id);
  // Some feeds give an article another guid when they edit it.
  const isSecond = before !== undefined || (change === 'new' && materialChange(atId, hit) !== undefined);
  return isSecond ? { hit: { ...hit, item: { ...item, id } }, before } : { hit, before: atId };
}
