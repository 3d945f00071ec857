import { RetryLater } from '../../shared/errors.ts';
import type { Notice } from '../../shared/model.ts';
import { redactAddress, redactAddresses } from '../../shared/redact-address.ts';
import { topicPartition } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { OPERATIONS_TOPIC } from '../operations-topic.ts';
import { deliverFirstReport } from './deliver.ts';

/** Notices of one feed: one that moves in every poll must not be all that its owner reads. */
const MAX_NOTICES_PER_DAY = 20;
const DAY_MS = 86_400_000;

/** Lays by what the owner of the system is to know of a feed, for the next message to them. */
export async function deliverNotice(deps: NotifyDeps, notice: Notice): Promise<void> {
  const { noticeId, feed, title, detail, polledAt, tickAt } = notice;
  const until = (Math.floor(Date.parse(polledAt) / DAY_MS) + 1) * DAY_MS;
  const sk = `NOTICES#${feed.id}#${new Date(until).toISOString()}`;
  const window = { pk: topicPartition(OPERATIONS_TOPIC.id), sk, limit: MAX_NOTICES_PER_DAY, until };
  const taken = await deps.quotas.reserve(window, noticeId);
  if (taken === 'busy') throw new RetryLater(`others tell of ${feed.id}`);
  if (taken === 'full') return deps.log.warn('notice-left-out', { feedId: feed.id, title });
  const entry = {
    kind: 'new',
    storyId: noticeId,
    itemId: feed.id,
    title: `${feed.title}: ${title}`,
    summary: redactAddresses(detail),
    // Older messages have all of it.
    url: redactAddress(feed.url),
    feed: feed.id,
    published: polledAt,
    why: [],
  } as const;
  await deliverFirstReport(deps, OPERATIONS_TOPIC, { entry, loudness: 'alert', tickAt });
}
