import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import { inParallel } from '../../shared/in-parallel.ts';
import type { Burst, Hit } from '../../shared/messages.ts';
import type { AlertEntry, Protocol, Topic } from '../../shared/model.ts';
import { commonProtocols, followsTopicPolicy, SMS_POLICY_PROTOCOLS } from '../../shared/protocols.ts';
import { topicWindow } from '../../shared/store/quotas.ts';
import type { DeliveredVersion } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { reserveOrOverflowDue } from '../policy/caps.ts';
import { deliveryDue } from '../policy/delivery-due.ts';
import { capSharesOf, GATHERED_CAP_SHARES } from '../policy/fair-share.ts';
import { type Plan, smsAlertIdOf } from '../policy/plan.ts';
import { materialChange, newsworthyEdit } from '../story/material-change.ts';
import { alertEntry } from './alert-entry.ts';
import { addDailyEntry, dailyDueOf } from './daily-entry.ts';
import {
  comparePolls,
  deliveredText,
  deliveredVersionOf,
  MAX_ALERTS,
  storyStandIn,
} from './delivered-version.ts';
import { ownArticle } from './own-article.ts';
import { alertLogFields, loggedEntry } from './publish.ts';

/** Maximum number of items of a crowded feed that a topic places in stories per hour. */
const MAX_PLACED = 50;
const HOUR_MS = 3_600_000;
/**
 * Maximum number of silent items of a feed that a topic records per week. An edit of an item without a record counts as
 * news.
 */
const MAX_SILENT = 2_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Digests of gathered items are due every ten minutes, and at least two minutes from now. */
const DIGEST_INTERVAL_MS = 10 * 60_000;
const MIN_WAIT_MS = 2 * 60_000;
const MAX_PARALLEL_WRITES = 10;

/**
 * Reserves a place in stories for an item of a crowded poll. Returns false if its feed has used up the hour's places.
 * Counts by the time of the poll, so that every attempt gets the same result. Stored under `CROWD#`.
 */
export async function reserveStoryPlace({ quotas }: NotifyDeps, topic: Topic, hit: Hit): Promise<boolean> {
  const until = (Math.floor(Date.parse(hit.polledAt) / HOUR_MS) + 1) * HOUR_MS;
  const window = topicWindow(topic.id, `CROWD#${hit.feed.id}`, MAX_PLACED, until);
  const taken = await quotas.reserve(window, `${hit.item.id} ${hit.item.contentHash}`);
  if (taken === 'busy') throw new RetryLater(`other workers keep placing items of feed ${hit.feed.id}`);
  return taken === 'taken';
}

/** Returns a hit as a burst of one. */
export function burstOf({
  kind: _kind,
  item,
  change,
  terms,
  why,
  crowded: _,
  urgent: _urgent,
  ...hit
}: Hit): Burst {
  return { ...hit, kind: 'burst', items: [{ item, change, terms, why }] };
}

/**
 * Gathers an item whose feed has used up its share of the caps. The item waits for the same digest as it would in a
 * story, but does not hold back other feeds' reports there.
 */
export const gatherBeyondShare = (deps: NotifyDeps, topic: Topic, hit: Hit): Promise<void> =>
  gather(deps, topic, burstOf(hit), { isListed: hit.crowded !== true, urgent: hit.urgent === true });

/** Returns whether an attempt, finished or not, has gathered an item as a burst of one. */
export const isGathered = (topic: Topic, hit: Hit, { alerts = [] }: DeliveredVersion): boolean =>
  alerts.includes(gatheredIdOf(topic, burstOf(hit)));

function gatheredIdOf(topic: Topic, { feed, polledAt, revision, items }: Burst): string {
  const names = items.map(({ item }) => `${item.id} ${item.contentHash}`);
  return hash64('gathered', topic.id, feed.id, polledAt, String(revision), ...names);
}

/**
 * Adds items to a digest that is due soon, without placing them in stories. Items beyond a feed's room in the digest are only
 * counted. With `isListed` all items are listed, in a digest that waits until the feed may send again. Silent items are only
 * recorded. Throws `RetryLater` if other workers interfere.
 *
 * Each item's record names the burst before the item's entry is added to the digest. A later attempt can therefore
 * recognise its own items, and no other message adds them again.
 */
export async function gather(
  deps: NotifyDeps,
  topic: Topic,
  burst: Burst,
  { isListed = false, urgent = false } = {},
): Promise<void> {
  const { feed, polledAt, loudness, items } = burst;
  const id = gatheredIdOf(topic, burst);
  if (loudness === 'silent') {
    const week = Math.ceil(Date.parse(polledAt) / WEEK_MS) * WEEK_MS;
    const digest = { topicId: topic.id, dueAt: week };
    const silentFeed = { ...feed, id: `silent ${feed.id}` };
    const reserved = await deps.gathered.reserve(digest, silentFeed, id, items.length, MAX_SILENT);
    if (reserved === 'busy') throw new RetryLater(`other workers keep gathering items of feed ${feed.id}`);
    if (reserved === 'listed') await entriesOf(deps, topic, burst, id);
    return;
  }
  const common: Plan = { id, policy: topic, protocols: commonProtocols(topic) };
  const nonSilent = { ...burst, loudness, isListed, urgent: isListed && urgent };
  await gatherByPlan(deps, topic, common, nonSilent, id);
  // Gathered items have one source each, so they go by SMS only if one source is enough.
  if (topic.sms?.minSources !== 1) return;
  const smsPlan: Plan = { id: smsAlertIdOf(id), policy: topic.sms, protocols: SMS_POLICY_PROTOCOLS };
  await gatherByPlan(deps, topic, smsPlan, nonSilent, id);
}

type NonSilentBurst = Burst & {
  readonly loudness: Exclude<Burst['loudness'], 'silent'>;
  readonly isListed: boolean;
  readonly urgent: boolean;
};

/** Adds a burst's items to the digest of one plan. `burstId` names the burst in the records of items, whatever the plan. */
async function gatherByPlan(
  deps: NotifyDeps,
  topic: Topic,
  plan: Plan,
  burst: NonSilentBurst,
  burstId: string,
): Promise<void> {
  const { id, protocols } = plan;
  const { feed, loudness, items, isListed } = burst;
  const now = deps.clock();
  const waitsFor = loudness === 'welcome' ? 'welcome' : 'digest';
  const earlierClaim = await deps.claims.find(id);
  if (earlierClaim?.settled) return;
  const wanted = await dueAtOf(deps, topic, plan, burst, now);
  const wantedDaily = await dailyDueOf(deps, topic, protocols, wanted);
  if (!earlierClaim && !isListed) {
    const digest = { topicId: topic.id, dueAt: wanted };
    const reserved = await deps.gathered.reserve(digest, quotaFeed(feed, protocols), id, items.length);
    if (reserved === 'busy') throw new RetryLater(`other workers keep gathering items of feed ${feed.id}`);
    deps.log.info('gathered', { topicId: topic.id, feedId: feed.id, items: items.length, reserved });
    // Do not claim the burst: in a flood, claims would create a record for each item.
    if (reserved === 'left out') {
      if (wantedDaily !== undefined) await reserveDaily(deps, topic, wantedDaily, burst, id, 0);
      return;
    }
  }
  // Write the records before the claim: a retry that finds them continues here, even if the feed has places again by then.
  const entries = await entriesOf(deps, topic, burst, burstId);
  const claim = await deps.claims.claim(id, now, [], {
    dueAt: wanted,
    dailyAt: wantedDaily,
    waitsFor,
    protocols,
  });
  if (claim.kind === 'settled') return;
  if (claim.kind === 'busy') throw new RetryLater(`another worker is gathering burst ${id}`);
  const { claimedAt, dueAt = wanted, dailyAt } = claim;
  const digest = { topicId: topic.id, dueAt };
  const isInDaily =
    dailyAt !== undefined && (isListed || (await reserveDaily(deps, topic, dailyAt, burst, id)) === 'listed');
  await mapInParallel(entries, async (entry) => {
    // The alert log finds a claim's entries by the end of their keys.
    const alert = { id: `${hash64(entry.itemId, entry.title)}#${id}`, claimedAt };
    if (isInDaily) await addDailyEntry(deps, topic, alert, { dueAt: dailyAt, entry, isGathered: true });
    const hasDaily = dailyAt !== undefined;
    await deps.digests.add(digest, alert, { kind: waitsFor, protocols, entry, isGathered: true, hasDaily });
  });
  const [first, ...others] = entries;
  await deps.claims.settle(id, 'queued', now, {
    ...alertLogFields(deps, topic, entries),
    ...(first && others.length === 0
      ? { kind: first.kind, role: first.role, entry: loggedEntry(first), storyId: first.storyId }
      : { kind: 'gathered' }),
    ...(loudness === 'welcome' ? { welcome: true } : {}),
    protocols,
    waitsFor,
    dueAt: new Date(dueAt).toISOString(),
  });
}

/** Reserves room for a burst in the mail of those who get one a day, which counts what it leaves out. */
async function reserveDaily(
  deps: NotifyDeps,
  topic: Topic,
  dueAt: number,
  { feed, items }: NonSilentBurst,
  id: string,
  limit?: number,
): Promise<'listed' | 'left out'> {
  const digest = { topicId: topic.id, dueAt };
  const reserved = await deps.gathered.reserve(
    digest,
    { ...feed, id: `daily ${feed.id}` },
    id,
    items.length,
    limit,
  );
  if (reserved === 'busy') throw new RetryLater(`other workers keep gathering items of feed ${feed.id}`);
  return reserved;
}

/** Returns the feed that a quota counts for: a digest by SMS alone has its own quota. */
const quotaFeed = (feed: Hit['feed'], protocols: readonly Protocol[]) =>
  followsTopicPolicy(protocols) ? feed : { ...feed, id: `sms ${feed.id}` };

/** Returns the due time of a burst's digest, ms: that of the topic's digest, or soon if the caps have a place. */
async function dueAtOf(
  { quotas, config }: NotifyDeps,
  topic: Topic,
  { id: planId, policy, protocols }: Plan,
  { feed, loudness, tickAt, isListed, urgent }: NonSilentBurst,
  now: number,
): Promise<number> {
  // Items of a crowded feed are never urgent; only a single item beyond its feed's share can be.
  const digestAt = deliveryDue(policy, { loudness, tickAt, urgent }, now);
  if (digestAt !== undefined) return digestAt;
  const soon = Math.ceil((now + MIN_WAIT_MS) / DIGEST_INTERVAL_MS) * DIGEST_INTERVAL_MS;
  if (isListed && policy.atMost) {
    const shares = capSharesOf(policy.atMost, config.feeds, { feed });
    const request = { id: planId, policy, protocols, urgent, shares };
    return (await reserveOrOverflowDue(quotas, topic.id, request, now)) ?? soon;
  }
  const dueAt = deliveryDue(policy, { loudness, tickAt }, soon) ?? soon;
  if (!policy.atMost || dueAt !== soon) return dueAt;
  const id = hash64('gathered', topic.id, new Date(soon).toISOString(), ...protocols);
  const request = { id, policy, protocols, shares: GATHERED_CAP_SHARES };
  return (await reserveOrOverflowDue(quotas, topic.id, request, soon)) ?? soon;
}

/** Records a burst's items. Returns the entries of those that are news and belong to this burst. */
async function entriesOf(
  deps: NotifyDeps,
  topic: Topic,
  burst: Burst,
  burstId: string,
): Promise<readonly AlertEntry[]> {
  const { items, kind: _, ...common } = burst;
  const entries = await mapInParallel(items, (burstItem) =>
    entryFor(deps, topic, { ...common, ...burstItem, kind: 'hit' }, burstId),
  );
  return entries.flatMap((entry) => entry ?? []);
}

async function entryFor(
  deps: NotifyDeps,
  topic: Topic,
  found: Hit,
  burstId: string,
  tries = 3,
): Promise<AlertEntry | undefined> {
  const atId = await deps.stories.delivered(topic.id, found.item.id, found.feed.id);
  const { hit, before } = await ownArticle(deps, topic, found, atId);
  const { item, feed } = hit;
  const isOwn = before?.alerts?.includes(burstId) ?? false;
  if (before && !isOwn) {
    if (comparePolls(hit, before) < 0 || before.contentHash === item.contentHash) return undefined;
  }
  const next = isOwn && before ? before : nextVersion(topic, hit, before, burstId);
  if (
    !isOwn &&
    !(await deps.stories.updateDelivery(topic.id, item.id, feed.id, before, next, deps.clock()))
  ) {
    // Another worker wrote the record, or the SDK's first try wrote it and the response was lost.
    if (tries === 1) throw new RetryLater(`another worker keeps changing item ${item.id}`);
    return entryFor(deps, topic, found, burstId, tries - 1);
  }
  if (!next.alerts?.includes(burstId)) return undefined;
  if (next.updates === undefined)
    return { ...alertEntry('new', next.storyId, hit, undefined), role: 'first' };
  return { ...alertEntry('update', next.storyId, hit, storyStandIn(before ?? next)), role: 'development' };
}

/** Returns the next version of an item that is new or has a different text. Names the burst if the item is news. */
function nextVersion(
  topic: Topic,
  hit: Hit,
  before: DeliveredVersion | undefined,
  burstId: string,
): DeliveredVersion {
  const { item, loudness } = hit;
  const text = deliveredText(item);
  const { mode } = topic.followUps;
  if (!before || before.silent) {
    const storyId = hash64(topic.id, item.id);
    const delivered = { ...text, terms: before?.terms ?? [], storyId, lead: true };
    if (loudness === 'silent') return deliveredVersionOf(hit, { ...delivered, silent: true });
    if (before && (mode === 'off' || !materialChange(before, hit))) return deliveredVersionOf(hit, before);
    return deliveredVersionOf(hit, { ...delivered, role: 'first', alerts: [burstId], gathered: true });
  }
  const edit = before.lead && loudness !== 'silent' ? newsworthyEdit(mode, before, hit) : undefined;
  if (!edit) return deliveredVersionOf(hit, { ...text, ...before });
  const alerts = [...(before.alerts ?? []), burstId].slice(-MAX_ALERTS);
  return deliveredVersionOf(hit, { ...before, ...text, updates: edit.updates, alerts });
}

async function mapInParallel<Input, Result>(
  inputs: readonly Input[],
  work: (input: Input) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  await inParallel([...inputs.entries()], MAX_PARALLEL_WRITES, async ([n, input]) => {
    results[n] = await work(input);
  });
  return results;
}
