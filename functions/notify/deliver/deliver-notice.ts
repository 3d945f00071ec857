import { RetryLater } from '../../shared/errors.ts';
import type { Notice } from '../../shared/messages.ts';
import { redactAddress, redactAddresses } from '../../shared/redact-address.ts';
import { topicWindow } from '../../shared/store/quotas.ts';
import type { NotifyDeps } from '../deps.ts';
import { OPERATIONS_TOPIC } from '../operations-topic.ts';
import { deliverFirstReport } from './deliver-first-report.ts';

/** Limit for one feed, so that a feed that moves in every poll does not drown out the others. */
const MAX_NOTICES_PER_DAY = 20;
const DAY_MS = 86_400_000;

/**
 * Adds a notice about a feed to the operators' next digest. Drops and logs notices beyond the feed's daily limit. Throws
 * `RetryLater` if other workers keep interfering. The quota is stored under `NOTICES#`.
 */
export async function deliverNotice(deps: NotifyDeps, notice: Notice): Promise<void> {
  const { noticeId, feed, title, detail, polledAt, tickAt } = notice;
  const until = (Math.floor(Date.parse(polledAt) / DAY_MS) + 1) * DAY_MS;
  const window = topicWindow(OPERATIONS_TOPIC.id, `NOTICES#${feed.id}`, MAX_NOTICES_PER_DAY, until);
  const taken = await deps.quotas.reserve(window, noticeId);
  if (taken === 'busy') throw new RetryLater(`other workers keep adding notices of feed ${feed.id}`);
  if (taken === 'full') return deps.log.warn('notice-left-out', { feedId: feed.id, title });
  const entry = {
    kind: 'new',
    storyId: noticeId,
    itemId: feed.id,
    title: `${feed.title}: ${title}`,
    summary: redactAddresses(detail),
    // Messages of earlier releases contain the whole address.
    url: redactAddress(feed.url),
    feed: feed.id,
    published: polledAt,
    why: [],
  } as const;
  await deliverFirstReport(deps, OPERATIONS_TOPIC, { entry, loudness: 'alert', tickAt });
}
