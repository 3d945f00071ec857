import type { Notice, Topic } from '../shared/model.ts';
import { OPERATIONS } from '../shared/pipeline.ts';
import { deliver } from './deliver.ts';
import type { NotifyDeps } from './notify.ts';

/** As a topic: what there is to say of feeds is gathered for an hour, for what ails many of them at once is one message. */
export const OPERATIONS_TOPIC: Topic = {
  id: OPERATIONS,
  name: 'news-alerts',
  query: { any: [] },
  updates: 'off',
  deliver: { mode: 'hourly' },
};

/** Lays by what the owner of the system is to know of a feed, for the next message to them. */
export async function notifyNotice(deps: NotifyDeps, notice: Notice): Promise<void> {
  const { noticeId, feed, title, detail, polledAt, tickAt } = notice;
  const entry = {
    kind: 'new',
    storyId: noticeId,
    itemId: feed.id,
    title: `${feed.title}: ${title}`,
    summary: detail,
    url: feed.url,
    feed: feed.id,
    published: polledAt,
    why: [],
  } as const;
  await deliver(deps, OPERATIONS_TOPIC, { entry, loudness: 'alert', tickAt });
}
