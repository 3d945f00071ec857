import type { Notice } from '../shared/model.ts';
import { shownAddress, withShownAddresses } from '../shared/shown-address.ts';
import { deliverFirst } from './deliver.ts';
import type { NotifyDeps } from './deps.ts';
import { OPERATIONS_TOPIC } from './operations-topic.ts';

/** Lays by what the owner of the system is to know of a feed, for the next message to them. */
export async function notifyNotice(deps: NotifyDeps, notice: Notice): Promise<void> {
  const { noticeId, feed, title, detail, polledAt, tickAt } = notice;
  const entry = {
    kind: 'new',
    storyId: noticeId,
    itemId: feed.id,
    title: `${feed.title}: ${title}`,
    summary: withShownAddresses(detail),
    // Older messages have all of it.
    url: shownAddress(feed.url),
    feed: feed.id,
    published: polledAt,
    why: [],
  } as const;
  await deliverFirst(deps, OPERATIONS_TOPIC, { entry, loudness: 'alert', tickAt });
}
