import { hash64 } from '../../shared/hash.ts';
import type { Hit, Topic } from '../../shared/model.ts';
import type { DeliveredVersion, Story } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { STORY_WINDOW_MS } from '../story/find-story.ts';
import { materialChange, newsworthyEdit } from '../story/material-change.ts';
import { sketchOf } from '../story/text-sketch.ts';
import { alertEntry } from './alert-entry.ts';
import { deliverLaterReport } from './deliver.ts';
import { type BeyondShare, placeInStory } from './place-in-story.ts';

/** `beyond share`: nothing was done, and the item is to be gathered. */
type ItemResult = 'done' | BeyondShare;

/** Delivers an item that its topic has not seen in this feed before. `terms`: watched terms that were known. */
export async function deliverNewItem(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  terms: readonly string[] = [],
): Promise<ItemResult> {
  const { item, loudness } = hit;
  const delivered = { ...deliveredText(item), terms };
  if (loudness === 'silent') {
    // Silent items open no stories: later news that resembles them must not be silent too.
    const storyId = hash64(topic.id, item.id);
    return recordDelivered(deps, topic, hit, { ...delivered, storyId, lead: true, silent: true });
  }
  const placed = await placeInStory(deps, topic, { ...hit, loudness });
  if (placed === 'beyond share') return placed;
  const { storyId, lead, role, alerts } = placed;
  return recordDelivered(deps, topic, hit, {
    ...delivered,
    storyId,
    lead,
    role,
    ...(alerts.length > 0 ? { alerts } : {}),
  });
}

/** Delivers an item that its topic knows from this feed: an edit of it may be a development of its story. */
export async function deliverKnownItem(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  before: DeliveredVersion,
  { isLater }: { readonly isLater: boolean },
): Promise<ItemResult> {
  if (hit.item.contentHash === before.contentHash) {
    return isLater ? recordDelivered(deps, topic, hit, before) : 'done';
  }
  if (before.silent) return deliverFormerlySilent(deps, topic, hit, before);
  const { item, loudness } = hit;
  const news = before.lead ? newsworthyEdit(topic.followUps.mode, before, hit) : undefined;
  // A text that was not there before, as many summaries are for a while, is no edit of one.
  if (!news || loudness === 'silent')
    return recordDelivered(deps, topic, hit, { ...deliveredText(item), ...before });
  const story = await currentStory(deps, topic, hit, before.storyId);
  const { added } = news;
  const entry = {
    ...alertEntry('update', before.storyId, hit, story ?? storyStandIn(before)),
    role: 'development' as const,
    previousTitle: before.title,
    ...(added === undefined ? {} : { added }),
  };
  const because = 'an edit of the item that opened the story';
  const more = { ...hit, loudness, entry, version: news.name, story, because };
  const { alerts, isDiverted: _, ...followUps } = await deliverLaterReport(deps, topic, more);
  if (story && (followUps.followUps !== story.followUps || followUps.smsFollowUps !== story.smsFollowUps)) {
    // Where another writes it at the same time, the next development may come with a follow-up of its own.
    await deps.stories.change(topic.id, story, { ...story, ...followUps });
  }
  return recordDelivered(deps, topic, hit, {
    ...before,
    ...deliveredText(item),
    updates: news.updates,
    alerts: [...(before.alerts ?? []), ...alerts].slice(-MAX_ALERTS),
  });
}

/** An edit of what was silent: where it is news, it is delivered as any other item is, once. */
async function deliverFormerlySilent(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  before: DeliveredVersion,
): Promise<ItemResult> {
  const { item, loudness } = hit;
  if (loudness === 'silent') return recordDelivered(deps, topic, hit, { ...before, ...deliveredText(item) });
  // Also where every edit is sent: what a new feed holds may change in every poll, and must not flood.
  const isNews = topic.followUps.mode !== 'off' && materialChange(before, hit) !== undefined;
  return isNews ? deliverNewItem(deps, topic, hit, before.terms) : recordDelivered(deps, topic, hit, before);
}

/** Stands for a story that is too old to be read. */
export const storyStandIn = ({ title, polledAt }: DeliveredVersion) => ({
  title,
  openedAt: polledAt,
  sources: [],
});

/** The story of an item as it is now, if it is not too old to be read. */
async function currentStory(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  { polledAt }: Hit,
  id: string,
): Promise<Story | undefined> {
  const since = Math.min(clock(), Date.parse(polledAt)) - STORY_WINDOW_MS;
  return (await stories.since(topic.id, since)).stories.find((story) => story.id === id);
}

export function deliveredText({ title, summary }: Hit['item']): Pick<DeliveredVersion, 'title' | 'sketch'> {
  return { title, ...(summary === '' ? {} : { sketch: sketchOf(title, summary) }) };
}

/** Records what was delivered, last of all: until then a retry starts from the beginning. */
async function recordDelivered(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  hit: Hit,
  delivered: DeliveredFields,
): Promise<'done'> {
  await stories.recordDelivery(
    topic.id,
    hit.item.id,
    hit.feed.id,
    deliveredVersionOf(hit, delivered),
    clock(),
  );
  return 'done';
}

type DeliveredFields = Omit<DeliveredVersion, 'contentHash' | 'polledAt' | 'revision'>;

/** Returns the record of what was delivered of an item, as the hit shows it. */
export function deliveredVersionOf(
  { item, polledAt, revision, terms }: Hit,
  delivered: DeliveredFields,
): DeliveredVersion {
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
