import { hash64 } from '../shared/hash.ts';
import type { Hit, Topic } from '../shared/model.ts';
import type { Story, Telling } from '../shared/store/stories.ts';
import { deliverMore } from './deliver.ts';
import type { NotifyDeps } from './deps.ts';
import { entryOf } from './entry.ts';
import { type BeyondShare, placeInStory } from './place-in-story.ts';
import { STORY_WINDOW_MS } from './story/find-story.ts';
import { sketchOf } from './text-sketch.ts';
import { materialChange, newsOf } from './update.ts';

/** `beyond share`: nothing was done, and the item is to be gathered. */
type ItemDelivered = 'done' | BeyondShare;

/** Delivers an item that its topic has not seen in this feed before. `terms`: watched terms that were known. */
export async function firstSeen(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  terms: readonly string[] = [],
): Promise<ItemDelivered> {
  const { item, loudness } = hit;
  const delivered = { ...textOf(item), terms };
  if (loudness === 'silent') {
    // Silent items open no stories: later news that resembles them must not be silent too.
    const storyId = hash64(topic.id, item.id);
    return record(deps, topic, hit, { ...delivered, storyId, lead: true, silent: true });
  }
  const placed = await placeInStory(deps, topic, { ...hit, loudness });
  if (placed === 'beyond share') return placed;
  const { storyId, lead, role, alerts } = placed;
  return record(deps, topic, hit, {
    ...delivered,
    storyId,
    lead,
    role,
    ...(alerts.length > 0 ? { alerts } : {}),
  });
}

/** Delivers an item that its topic knows from this feed: an edit of it may be a development of its story. */
export async function seenAgain(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  before: Telling,
  { isLater }: { readonly isLater: boolean },
): Promise<ItemDelivered> {
  if (hit.item.contentHash === before.contentHash) {
    return isLater ? record(deps, topic, hit, before) : 'done';
  }
  if (before.silent) return endOfSilence(deps, topic, hit, before);
  const { item, loudness } = hit;
  const news = before.lead ? newsOf(topic.followUps.mode, before, hit) : undefined;
  // A text that was not there before, as many summaries are for a while, is no edit of one.
  if (!news || loudness === 'silent') return record(deps, topic, hit, { ...textOf(item), ...before });
  const story = await storyOf(deps, topic, hit, before.storyId);
  const { added } = news;
  const entry = {
    ...entryOf('update', before.storyId, hit, story ?? asItWas(before)),
    role: 'development' as const,
    previousTitle: before.title,
    ...(added === undefined ? {} : { added }),
  };
  const because = 'an edit of the item that opened the story';
  const more = { ...hit, loudness, entry, version: news.name, story, because };
  const { alerts, isDiverted: _, ...followUps } = await deliverMore(deps, topic, more);
  if (story && (followUps.followUps !== story.followUps || followUps.smsFollowUps !== story.smsFollowUps)) {
    // Where another writes it at the same time, the next development may come with a follow-up of its own.
    await deps.stories.change(topic.id, story, { ...story, ...followUps });
  }
  return record(deps, topic, hit, {
    ...before,
    ...textOf(item),
    updates: news.told,
    alerts: [...(before.alerts ?? []), ...alerts].slice(-MAX_ALERTS),
  });
}

/** An edit of what was silent: where it is news, it is delivered as any other item is, once. */
async function endOfSilence(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  before: Telling,
): Promise<ItemDelivered> {
  const { item, loudness } = hit;
  if (loudness === 'silent') return record(deps, topic, hit, { ...before, ...textOf(item) });
  // Also where every edit is sent: what a new feed holds may change in every poll, and must not flood.
  const isNews = topic.followUps.mode !== 'off' && materialChange(before, hit) !== undefined;
  return isNews ? firstSeen(deps, topic, hit, before.terms) : record(deps, topic, hit, before);
}

/** Stands for a story that is too old to be read. */
export const asItWas = ({ title, polledAt }: Telling) => ({ title, openedAt: polledAt, sources: [] });

/** The story of an item as it is now, if it is not too old to be read. */
async function storyOf(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  { polledAt }: Hit,
  id: string,
): Promise<Story | undefined> {
  const since = Math.min(clock(), Date.parse(polledAt)) - STORY_WINDOW_MS;
  return (await stories.since(topic.id, since)).stories.find((story) => story.id === id);
}

export function textOf({ title, summary }: Hit['item']): Pick<Telling, 'title' | 'sketch'> {
  return { title, ...(summary === '' ? {} : { sketch: sketchOf(title, summary) }) };
}

/** Records what was delivered, last of all: until then a retry starts from the beginning. */
async function record(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  hit: Hit,
  delivered: Delivered,
): Promise<'done'> {
  await stories.putTelling(topic.id, hit.item.id, hit.feed.id, tellingOf(hit, delivered), clock());
  return 'done';
}

type Delivered = Omit<Telling, 'contentHash' | 'polledAt' | 'revision'>;

/** Returns the record of what was delivered of an item, as the hit shows it. */
export function tellingOf({ item, polledAt, revision, terms }: Hit, delivered: Delivered): Telling {
  const { storyId, lead, role, title, alerts, sketch, silent, gathered, updates } = delivered;
  return {
    storyId,
    lead,
    ...(role ? { role } : {}),
    title,
    contentHash: item.contentHash,
    polledAt,
    ...(revision === undefined ? {} : { revision }),
    terms: [...new Set([...delivered.terms, ...terms])].slice(-MAX_TERMS),
    ...(alerts ? { alerts } : {}),
    ...(sketch === undefined ? {} : { sketch }),
    ...(silent ? { silent } : {}),
    ...(gathered ? { gathered } : {}),
    ...(updates === undefined ? {} : { updates }),
  };
}

/** Bounds the record of a live story. */
export const MAX_ALERTS = 20;
/** More than a message brings: match sends some 200. */
const MAX_TERMS = 400;
