import type { Channels } from '../shared/channels.ts';
import { RetryLater } from '../shared/errors.ts';
import { hash64 } from '../shared/hash.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { AlertEntry, Clock, DigestDue, Hit, Notice, PipelineConfig, Topic } from '../shared/model.ts';
import type { Story, Telling } from '../shared/store/stories.ts';
import { deliver, sendDigest } from './deliver.ts';
import { remember, signatureOf } from './grouping/signature.ts';
import { notifyNotice } from './notice.ts';
import { OPERATIONS_TOPIC } from './operations-topic.ts';
import { outletsWith } from './outlets.ts';
import type { Records } from './records.ts';
import { findStory, STORY_WINDOW_MS } from './story.ts';
import { sourcesSince, withSources } from './story-sources.ts';
import { sketchOf } from './text-sketch.ts';
import { materialChange, newsOf } from './update.ts';
import { watchedBy } from './watched.ts';

export interface NotifyDeps extends Records {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly channels: Channels;
}

/**
 * Tells each story of a topic once. Called for one message of a topic at a time; may be called again for a message
 * that was worked on before, to its end or not, and then does only what is still missing.
 */
export async function notify(deps: NotifyDeps, message: Hit | DigestDue | Notice): Promise<void> {
  if (message.kind === 'notice') return notifyNotice(deps, message);
  const topic = [OPERATIONS_TOPIC, ...deps.config.topics].find(({ id }) => id === message.topicId);
  if (!topic) {
    await leaveTopic(deps, message);
    return;
  }
  if (message.kind === 'digest') await notifyDigest(deps, topic, message);
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
const DEPLOYMENT_MS = 8 * 60_000;

/**
 * A topic that is not in the configuration is either one that match knows already and this function does not yet, in
 * the middle of a deployment, or one that is no longer watched. What waits for the latter is dropped: it would be found
 * due every minute for ever.
 */
async function leaveTopic(
  { clock, config, digests, log }: NotifyDeps,
  message: Hit | DigestDue,
): Promise<void> {
  const { topicId } = message;
  const since = message.kind === 'digest' ? message.dueAt : message.polledAt;
  if (clock() - Date.parse(since) < DEPLOYMENT_MS) {
    // The next ticks find a digest due again.
    if (message.kind === 'digest') return;
    throw new RetryLater(
      `the topic ${topicId} is not in the configuration ${config.version}, perhaps not yet`,
    );
  }
  const waiting = message.kind === 'digest' ? await digests.entries(topicId, message.dueAt) : [];
  log.warn('topic-gone', { topicId, dropped: message.kind === 'digest' ? waiting.length : 1 });
  await digests.remove(
    topicId,
    waiting.map(({ key }) => key),
  );
}

async function notifyHit(deps: NotifyDeps, topic: Topic, hit: Hit): Promise<void> {
  const before = await deps.stories.telling(topic.id, hit.item.id, hit.feed.id);
  if (!before) return first(deps, topic, hit);
  const later = comparePolls(hit, before);
  // A hit that failed can come after a later one, from the dead-letter queue after days: its text is out of date.
  if (later < 0) return;
  if (hit.item.contentHash !== before.contentHash) return update(deps, topic, hit, before);
  if (later > 0) await tell(deps, topic, hit, before);
}

type Poll = Pick<Hit, 'revision' | 'polledAt'>;

/**
 * Below zero when `a` is of an earlier poll. Clocks are set back; the commits of a feed only count up. What the release
 * before has sent or written has no count, and is earlier than all that has one.
 */
function comparePolls(a: Poll, b: Poll): number {
  const counted = (a.revision ?? 0) - (b.revision ?? 0);
  return counted === 0 ? Date.parse(a.polledAt) - Date.parse(b.polledAt) : counted;
}

async function first(deps: NotifyDeps, topic: Topic, hit: Hit, terms: readonly string[] = []): Promise<void> {
  const { item, loudness, urgent, tickAt } = hit;
  const told = { ...textOf(item), terms };
  if (loudness === 'silent') {
    // What is silent opens no story: later news that resembles it must not be silent too.
    const storyId = hash64(topic.id, item.id);
    return tell(deps, topic, hit, { ...told, storyId, lead: true, silent: true });
  }
  const { storyId, lead, outlets, sources } = await joinStory(deps, topic, hit);
  // Every item of a story offers to tell it. The story's claim lets the first one through; should that one have
  // failed, the next tells the story in its place.
  const entry = entryOf('new', storyId, hit, sources);
  const alerts = await deliver(deps, topic, { entry, loudness, urgent, tickAt, outlets });
  await tell(deps, topic, hit, { ...told, storyId, lead, alerts });
}

/** An edit of what was told before. */
async function update(deps: NotifyDeps, topic: Topic, hit: Hit, before: Telling): Promise<void> {
  if (before.silent) return endOfSilence(deps, topic, hit, before);
  const { item, loudness, urgent, tickAt, polledAt } = hit;
  const news = before.lead ? newsOf(topic.updates, before, hit) : undefined;
  // A text that was not there before, as many summaries are for a while, is no edit of one.
  if (!news || loudness === 'silent') return tell(deps, topic, hit, { ...textOf(item), ...before });
  const since = Math.min(deps.clock(), Date.parse(polledAt)) - STORY_WINDOW_MS;
  const sources = (await sourcesSince(deps.stories, topic.id, since)).get(before.storyId) ?? [];
  const { added } = news;
  const entry = {
    ...entryOf('update', before.storyId, hit, sources),
    previousTitle: before.title,
    ...(added === undefined ? {} : { added }),
  };
  const alerts = await deliver(deps, topic, { entry, loudness, urgent, tickAt, version: news.name });
  await tell(deps, topic, hit, {
    ...before,
    ...textOf(item),
    updates: news.told,
    alerts: [...(before.alerts ?? []), ...alerts].slice(-MOST_ALERTS),
  });
}

/** An edit of what nobody was told: where it is news, the story is told as any other is, once. */
async function endOfSilence(deps: NotifyDeps, topic: Topic, hit: Hit, before: Telling): Promise<void> {
  const { item, loudness } = hit;
  if (loudness === 'silent') return tell(deps, topic, hit, { ...before, ...textOf(item) });
  // Also by the policy `all`: what a new feed holds may change in every poll, and must not flood.
  const isNews = topic.updates !== 'off' && materialChange(before, hit) !== undefined;
  return isNews ? first(deps, topic, hit, before.terms) : tell(deps, topic, hit, before);
}

function textOf({ title, summary }: Hit['item']): Pick<Telling, 'title' | 'sketch'> {
  return { title, ...(summary === '' ? {} : { sketch: sketchOf(title, summary) }) };
}

/** Remembers what was told, last of all: until then a retry starts from the beginning. */
async function tell(
  { stories, clock }: NotifyDeps,
  topic: Topic,
  { item, feed, polledAt, revision, terms }: Hit,
  told: Omit<Telling, 'contentHash' | 'polledAt' | 'revision'>,
): Promise<void> {
  const { storyId, lead, title, alerts, sketch, silent, updates } = told;
  const { contentHash } = item;
  await stories.putTelling(
    topic.id,
    item.id,
    feed.id,
    {
      storyId,
      lead,
      title,
      contentHash,
      polledAt,
      ...(revision === undefined ? {} : { revision }),
      terms: [...new Set([...told.terms, ...terms])],
      ...(alerts ? { alerts } : {}),
      ...(sketch === undefined ? {} : { sketch }),
      ...(silent ? { silent } : {}),
      ...(updates === undefined ? {} : { updates }),
    },
    clock(),
  );
}

/** Of the story that an item is part of: who told it before, and how many outlets tell it with this one. */
type Joined = Pick<Telling, 'storyId' | 'lead'> & Pick<Story, 'sources'> & { readonly outlets: number };

/** Puts the item into a story, an open one or a new one. `lead`: it opened the story. */
async function joinStory(deps: NotifyDeps, topic: Topic, hit: Hit, tries = 3): Promise<Joined> {
  const { stories, clock } = deps;
  const { item, feed, polledAt } = hit;
  // By when it was found: what comes back from the dead letters after days belongs to the stories of then.
  const foundAt = Math.min(clock(), Date.parse(polledAt));
  const read = await stories.since(topic.id, foundAt - STORY_WINDOW_MS);
  // By another, or by the SDK's first try, whose answer was lost: the next attempt finds things as they are now.
  const again = () => {
    if (tries === 1) throw new RetryLater(`another is at work on the stories of ${topic.id}`);
    return joinStory(deps, topic, hit, tries - 1);
  };
  const found = findStory(read.stories, { ...item, terms: watchedBy(deps.config.topics), at: foundAt });
  if (!found) {
    const story: Story = {
      id: hash64(topic.id, item.id),
      leadItemId: item.id,
      // Not now: a function of the release before, which does not count stories, must open the same one.
      openedAt: polledAt,
      title: item.title,
      itemIds: [item.id],
      sources: [feed.title],
      outlets: outletsWith({ sources: [] }, hit),
      signatures: [signatureOf(item)],
    };
    return (await stories.open(topic.id, read, story))
      ? { storyId: story.id, lead: true, outlets: 1, sources: [] }
      : again();
  }
  const outlets = outletsWith(found, hit);
  if (!found.itemIds.includes(item.id) || !found.sources.includes(feed.title)) {
    const joined = {
      ...found,
      itemIds: [...new Set([...found.itemIds, item.id])].slice(0, MOST_MEMBERS),
      sources: [...new Set([...found.sources, feed.title])].slice(0, MOST_MEMBERS),
      outlets: outlets.slice(0, MOST_MEMBERS),
      ...(found.signatures ? { signatures: remember(found.signatures, signatureOf(item)) } : {}),
    };
    if (!(await stories.change(topic.id, found, joined))) return again();
  }
  return {
    storyId: found.id,
    lead: found.leadItemId === item.id,
    outlets: outlets.length,
    sources: found.sources,
  };
}

/** Of a live story, those of the last updates. */
const MOST_ALERTS = 20;

/** Keeps a story's record small; tellings know the members beyond it. */
const MOST_MEMBERS = 200;

function entryOf(
  kind: AlertEntry['kind'],
  storyId: string,
  { item, feed, why, polledAt }: Hit,
  sources: readonly string[],
): AlertEntry {
  const entry = {
    kind,
    storyId,
    itemId: item.id,
    title: item.title,
    summary: item.summary,
    ...(item.url ? { url: item.url } : {}),
    feed: feed.title,
    ...(item.published ? { published: item.published } : {}),
    foundAt: polledAt,
    why,
  };
  return withSources(entry, sources);
}
