import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import type { Hit } from '../../shared/messages.ts';
import type { Topic } from '../../shared/model.ts';
import { reportsText } from '../../shared/store/reported-item.ts';
import type { DeliveredVersion, Story } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { STORY_WINDOW_MS } from '../story/find-story.ts';
import { materialChange, newsworthyEdit } from '../story/material-change.ts';
import { alertEntry } from './alert-entry.ts';
import { deliverLaterReport } from './deliver-later-report.ts';
import {
  type DeliveredFields,
  deliveredText,
  deliveredVersionOf,
  MAX_ALERTS,
  storyStandIn,
} from './delivered-version.ts';
import { type BeyondShare, placeInStory } from './place-in-story.ts';

/** `beyond share` means that nothing was done and the caller must gather the item. */
type ItemResult = 'done' | BeyondShare;

/** Delivers an item that is new to its topic in this feed. `before`: its version while it was silent. */
export async function deliverNewItem(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  before?: DeliveredVersion,
): Promise<ItemResult> {
  const { item, loudness } = hit;
  const delivered = { ...deliveredText(item), terms: before?.terms ?? [] };
  if (loudness === 'silent') {
    // Silent items open no stories, so that similar later news is not silent too.
    const storyId = hash64(topic.id, item.id);
    return recordDelivered(deps, topic, hit, { ...delivered, storyId, lead: true, silent: true });
  }
  const placed = await placeInStory(deps, topic, { ...hit, loudness });
  if (placed === 'beyond share') return placed;
  const { storyId, lead, role, alerts, reported } = placed;
  const version = { ...delivered, storyId, lead, role, ...(alerts.length > 0 ? { alerts } : {}) };
  if (!reported?.title || reportsText(reported, item))
    return recordDelivered(deps, topic, hit, version, before);
  // The queue gave up a hit with an earlier text after its alert was sent, so the text is delivered but not recorded.
  const { sketch: _unknown, ...earlier } = { ...version, title: reported.title };
  const known = { ...deliveredVersionOf(hit, earlier), contentHash: '' };
  return deliverKnownItem(deps, topic, hit, known, { isLater: true });
}

/** Delivers an item that the topic already knows from this feed. An edit may be a development of the item's story. */
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
  const edit = before.lead ? newsworthyEdit(topic.followUps.mode, before, hit) : undefined;
  // Many summaries arrive late, so keep a first summary as the delivered text instead of treating it as an edit.
  if (!edit || loudness === 'silent')
    return recordDelivered(deps, topic, hit, { ...deliveredText(item), ...before });
  const story = await currentStory(deps, topic, hit, before.storyId);
  const { added } = edit;
  const entry = {
    ...alertEntry('update', before.storyId, hit, story ?? storyStandIn(before)),
    role: 'development' as const,
    previousTitle: before.title,
    ...(added === undefined ? {} : { added }),
  };
  const because = 'an edit of the item that opened the story';
  const report = { ...hit, loudness, entry, version: edit.name, story, because };
  const { alerts, isDiverted: _, ...followUps } = await deliverLaterReport(deps, topic, report);
  if (story && (followUps.followUps !== story.followUps || followUps.smsFollowUps !== story.smsFollowUps)) {
    // If another worker writes the story now, the next development may get a follow-up of its own.
    await deps.stories.change(topic.id, story, { ...story, ...followUps });
  }
  return recordDelivered(deps, topic, hit, {
    ...before,
    ...deliveredText(item),
    updates: edit.updates,
    alerts: [...(before.alerts ?? []), ...alerts].slice(-MAX_ALERTS),
  });
}

/** Delivers an edit of a silent item like a new item, once, if the edit is news. */
async function deliverFormerlySilent(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  before: DeliveredVersion,
): Promise<ItemResult> {
  const { item, loudness } = hit;
  if (loudness === 'silent') return recordDelivered(deps, topic, hit, { ...before, ...deliveredText(item) });
  // Check this in the mode `all` too: old items of a new feed may change in every poll and must not flood the topic.
  const isNews = topic.followUps.mode !== 'off' && materialChange(before, hit) !== undefined;
  return isNews ? deliverNewItem(deps, topic, hit, before) : recordDelivered(deps, topic, hit, before);
}

/** Returns the current state of a story, or undefined if the story is too old to be read. */
async function currentStory(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  { polledAt }: Hit,
  id: string,
): Promise<Story | undefined> {
  const since = Math.min(clock(), Date.parse(polledAt)) - STORY_WINDOW_MS;
  return (await stories.since(topic.id, since)).stories.find((story) => story.id === id);
}

/**
 * Records the delivered version. Call this last: until the version is recorded, a retry starts from the beginning. Throws
 * `RetryLater` if a reader has put the item into another story meanwhile.
 */
async function recordDelivered(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  hit: Hit,
  delivered: DeliveredFields,
  before?: DeliveredVersion,
): Promise<'done'> {
  const { item, feed } = hit;
  const version = deliveredVersionOf(hit, delivered);
  if (await stories.recordDelivery(topic.id, item.id, feed.id, version, clock(), before)) return 'done';
  throw new RetryLater(`item ${item.id} of topic ${topic.id} now belongs to another story`);
}
