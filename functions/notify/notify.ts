import type { Channels } from '../shared/channels.ts';
import { hash64 } from '../shared/hash.ts';
import type { Log } from '../shared/log.ts';
import type { AlertEntry, Clock, DigestDue, Hit, PipelineConfig, Topic } from '../shared/model.ts';
import type { Claims } from '../shared/store/claims.ts';
import type { Digests } from '../shared/store/digests.ts';
import type { Stories, Story, Telling } from '../shared/store/stories.ts';
import { deliver, sendDigest } from './deliver.ts';
import { findStory, STORY_WINDOW_MS } from './story.ts';
import { isNews } from './update.ts';

export interface NotifyDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly config: PipelineConfig;
  readonly stories: Stories;
  readonly claims: Claims;
  readonly digests: Digests;
  readonly channels: Channels;
}

/**
 * Tells each story of a topic once. Called for one message of a topic at a time; may be called again for a message
 * that was worked on before, to its end or not, and then does only what is still missing.
 */
export async function notify(deps: NotifyDeps, message: Hit | DigestDue): Promise<void> {
  const topic = deps.config.topics.find(({ id }) => id === message.topicId);
  if (!topic) {
    deps.log.warn('topic-gone', { topicId: message.topicId });
    return;
  }
  if (message.kind === 'digest') await sendDigest(deps, topic, message.dueAt);
  else await notifyHit(deps, topic, message);
}

async function notifyHit(deps: NotifyDeps, topic: Topic, hit: Hit): Promise<void> {
  const before = await deps.stories.telling(topic.id, hit.item.id, hit.feed.id);
  if (before && before.contentHash !== hit.item.contentHash) return update(deps, topic, hit, before);

  // What is silent opens no story: later news that resembles it must not be silent too.
  const { id: storyId, lead } = before
    ? { id: before.storyId, lead: before.lead }
    : hit.loudness === 'silent'
      ? { id: hash64(topic.id, hit.item.id), lead: true }
      : await joinStory(deps, topic, hit);
  // A redelivered hit comes here again; its claim says whether the alert is still to be sent.
  if (lead)
    await deliver(deps, topic, hit.loudness, { entry: entryOf('new', storyId, hit), tickAt: hit.tickAt });
  if (!before) await tell(deps, topic, hit, { storyId, lead, terms: [] });
}

/** An edit of what was told before. */
async function update(deps: NotifyDeps, topic: Topic, hit: Hit, before: Telling): Promise<void> {
  if (isNews(topic.updates, before, hit)) {
    const entry = { ...entryOf('update', before.storyId, hit), previousTitle: before.title };
    await deliver(deps, topic, hit.loudness, { entry, tickAt: hit.tickAt, version: hit.item.contentHash });
  }
  await tell(deps, topic, hit, before);
}

/** Remembers what was told, last of all: until then a retry starts from the beginning. */
async function tell(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  { item, feed, why }: Hit,
  { storyId, lead, terms }: Pick<Telling, 'storyId' | 'lead' | 'terms'>,
): Promise<void> {
  await stories.putTelling(
    topic.id,
    item.id,
    feed.id,
    {
      storyId,
      lead,
      title: item.title,
      contentHash: item.contentHash,
      terms: [...new Set([...terms, ...why.map(({ term }) => term)])],
    },
    clock(),
  );
}

/** Puts the item into a story, an open one or a new one. `lead`: the story is this item's own to tell. */
async function joinStory(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  { item, feed }: Hit,
): Promise<{ id: string; lead: boolean }> {
  const now = clock();
  const found = findStory(await stories.since(topic.id, now - STORY_WINDOW_MS), item);
  if (!found) {
    const id = hash64(topic.id, item.id);
    const opened: Story = {
      id,
      leadItemId: item.id,
      openedAt: new Date(now).toISOString(),
      title: item.title,
      itemIds: [item.id],
      sources: [feed.title],
    };
    await stories.put(topic.id, opened);
    return { id, lead: true };
  }
  if (!found.itemIds.includes(item.id) || !found.sources.includes(feed.title)) {
    await stories.put(topic.id, {
      ...found,
      itemIds: [...new Set([...found.itemIds, item.id])].slice(0, MOST_MEMBERS),
      sources: [...new Set([...found.sources, feed.title])].slice(0, MOST_MEMBERS),
    });
  }
  return { id: found.id, lead: found.leadItemId === item.id };
}

/** Keeps a story's record small; tellings know the members beyond it. */
const MOST_MEMBERS = 200;

function entryOf(kind: AlertEntry['kind'], storyId: string, { item, feed, why }: Hit): AlertEntry {
  return {
    kind,
    storyId,
    itemId: item.id,
    title: item.title,
    summary: item.summary,
    ...(item.url ? { url: item.url } : {}),
    feed: feed.title,
    ...(item.published ? { published: item.published } : {}),
    why,
  };
}
