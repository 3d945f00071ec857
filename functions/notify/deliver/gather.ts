import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import { inParallel } from '../../shared/in-parallel.ts';
import type { AlertEntry, Burst, Hit, Protocol, Topic } from '../../shared/model.ts';
import { ALL_PROTOCOLS, protocolAttributes } from '../../shared/store/protocol-attributes.ts';
import { type DeliveredVersion, topicPartition } from '../../shared/store/stories.ts';
import type { NotifyDeps } from '../deps.ts';
import { reserveOrOverflowDue } from '../policy/caps.ts';
import { deliveryDue } from '../policy/delivery-due.ts';
import { capSharesOf, GATHERED_CAP_SHARES } from '../policy/fair-share.ts';
import { type Plan, smsAlertIdOf } from '../policy/plan.ts';
import { materialChange, newsworthyEdit } from '../story/material-change.ts';
import { alertEntry } from './alert-entry.ts';
import { comparePolls } from './compare-polls.ts';
import { deliveredText, deliveredVersionOf, MAX_ALERTS, storyStandIn } from './deliver-item.ts';
import { alertLogFields, loggedEntry } from './publish.ts';

/** Items of a feed that a topic places in stories within an hour, where the feed brings many at once. */
const MAX_PLACED = 50;
const HOUR_MS = 3_600_000;
/**
 * Items of a feed that a topic records in a week without telling anybody, where the feed brings many at once. An edit of one
 * that has no record is taken for news.
 */
const MAX_SILENT = 2_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Digests of gathered items are due at every tenth minute, and no sooner than in two. */
const DIGEST_INTERVAL_MS = 10 * 60_000;
const MIN_WAIT_MS = 2 * 60_000;
/** Writes at once. */
const MAX_PARALLEL_WRITES = 10;

/**
 * Whether an item of a crowded poll is one of those of its feed and hour that are placed in stories. By the time of the
 * poll, so that every attempt has the same answer.
 */
export async function reserveStoryPlace({ quotas }: NotifyDeps, topic: Topic, hit: Hit): Promise<boolean> {
  const until = (Math.floor(Date.parse(hit.polledAt) / HOUR_MS) + 1) * HOUR_MS;
  const sk = `CROWD#${hit.feed.id}#${new Date(until).toISOString()}`;
  const window = { pk: topicPartition(topic.id), sk, limit: MAX_PLACED, until };
  const taken = await quotas.reserve(window, `${hit.item.id} ${hit.item.contentHash}`);
  if (taken === 'busy') throw new RetryLater(`others place items of ${hit.feed.id}`);
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
 * Gathers an item whose feed has no part left of the caps: it waits for the digest that it would wait for in a story. In a
 * story it would hold back what other feeds tell of it.
 */
export const gatherBeyondShare = (deps: NotifyDeps, topic: Topic, hit: Hit): Promise<void> =>
  gather(deps, topic, burstOf(hit), { isListed: hit.crowded !== true, urgent: hit.urgent === true });

/** Whether an item was gathered as a burst of one; perhaps by an attempt that did not come to its end. */
export const isGathered = (topic: Topic, hit: Hit, { alerts = [] }: DeliveredVersion): boolean =>
  alerts.includes(gatheredIdOf(topic, burstOf(hit)));

function gatheredIdOf(topic: Topic, { feed, polledAt, revision, items }: Burst): string {
  const names = items.map(({ item }) => `${item.id} ${item.contentHash}`);
  return hash64('gathered', topic.id, feed.id, polledAt, String(revision), ...names);
}

/**
 * Adds items to a digest that is due soon, without placing them in stories. Beyond what a digest lists of a feed they are
 * counted, and nothing else is written of them; with `isListed` all are listed, when the feed may send again.
 *
 * The record of each item names the burst before the digest has its entry: a later attempt finds which items are its own,
 * and no other message adds them again.
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
    const apart = { ...feed, id: `silent ${feed.id}` };
    const room = await deps.gathered.reserve(digest, apart, id, items.length, MAX_SILENT);
    if (room === 'busy') throw new RetryLater(`others gather items of ${feed.id}`);
    if (room === 'listed') await entriesOf(deps, topic, burst, id);
    return;
  }
  const common: Plan = { id, policy: topic, protocols: topic.sms ? ['email'] : ALL_PROTOCOLS };
  const audible = { ...burst, loudness, isListed, urgent: isListed && urgent };
  await gatherByPlan(deps, topic, common, audible, id);
  // More sources would have to confirm each.
  if (topic.sms?.minSources !== 1) return;
  const bySms: Plan = { id: smsAlertIdOf(id), policy: topic.sms, protocols: ['sms'] };
  await gatherByPlan(deps, topic, bySms, audible, id);
}

type NonSilentBurst = Burst & {
  readonly loudness: Exclude<Burst['loudness'], 'silent'>;
  readonly isListed: boolean;
  readonly urgent: boolean;
};

/** `burstId`: by which the records of items name the burst, whatever the plan. */
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
  const before = await deps.claims.find(id);
  if (before?.settled) return;
  const wanted = await dueAtOf(deps, topic, plan, burst, now);
  if (!before && !isListed) {
    const room = { topicId: topic.id, dueAt: wanted };
    const reserved = await deps.gathered.reserve(room, withProtocols(feed, protocols), id, items.length);
    if (reserved === 'busy') throw new RetryLater(`others gather items of ${feed.id}`);
    deps.log.info('gathered', { topicId: topic.id, feedId: feed.id, items: items.length, reserved });
    // Without a claim: of a flood, that would be a record for each of its items.
    if (reserved === 'left out') return;
  }
  // Before the claim: an attempt that finds the records goes on here, also when the feed has places again by then.
  const entries = await entriesOf(deps, topic, burst, burstId);
  const claim = await deps.claims.claim(id, now, [], { dueAt: wanted, waitsFor, protocols });
  if (claim.kind === 'settled') return;
  if (claim.kind === 'busy') throw new RetryLater(`the burst ${id} is being gathered by another`);
  const { claimedAt, dueAt = wanted } = claim;
  const digest = { topicId: topic.id, dueAt };
  await mapInParallel(entries, (entry) => {
    // The alert log finds the entries of a claim by the end of their keys.
    const alert = { id: `${hash64(entry.itemId, entry.title)}#${id}`, claimedAt };
    return deps.digests.add(digest, alert, { kind: waitsFor, protocols, entry, isGathered: true });
  });
  const [first, ...others] = entries;
  await deps.claims.settle(id, 'queued', now, {
    ...alertLogFields(deps, topic, entries),
    ...(first && others.length === 0
      ? { kind: first.kind, role: first.role, entry: loggedEntry(first), storyId: first.storyId }
      : { kind: 'gathered' }),
    ...(loudness === 'welcome' ? { welcome: true } : {}),
    ...protocolAttributes(protocols),
    waitsFor,
    dueAt: new Date(dueAt).toISOString(),
  });
}

/** A digest by SMS alone has room of its own. */
const withProtocols = (feed: Hit['feed'], protocols: readonly Protocol[]) =>
  protocols.includes('email') ? feed : { ...feed, id: `sms ${feed.id}` };

/** Returns when the digest is due: that of the topic, or one that is due soon, if its caps have a place for it. */
async function dueAtOf(
  { quotas, config }: NotifyDeps,
  topic: Topic,
  { id: planId, policy, protocols }: Plan,
  { feed, loudness, tickAt, isListed, urgent }: NonSilentBurst,
  now: number,
): Promise<number> {
  // Many at once are never urgent: the items that may break quiet hours are those that were delivered before.
  const waits = deliveryDue(policy, { loudness, tickAt, urgent }, now);
  if (waits !== undefined) return waits;
  const soon = Math.ceil((now + MIN_WAIT_MS) / DIGEST_INTERVAL_MS) * DIGEST_INTERVAL_MS;
  if (isListed && policy.atMost) {
    const shares = capSharesOf(policy.atMost, config.feeds, { feed });
    const asking = { id: planId, policy, protocols, urgent, shares };
    return (await reserveOrOverflowDue(quotas, topic.id, asking, now)) ?? soon;
  }
  const dueAt = deliveryDue(policy, { loudness, tickAt }, soon) ?? soon;
  if (!policy.atMost || dueAt !== soon) return dueAt;
  const id = hash64('gathered', topic.id, new Date(soon).toISOString(), ...protocols);
  const asking = { id, policy, protocols, shares: GATHERED_CAP_SHARES };
  return (await reserveOrOverflowDue(quotas, topic.id, asking, soon)) ?? soon;
}

/** Returns the entries of a burst: of the items that are its own, and news. */
async function entriesOf(
  deps: NotifyDeps,
  topic: Topic,
  burst: Burst,
  burstId: string,
): Promise<readonly AlertEntry[]> {
  const { items, kind: _, ...common } = burst;
  const entries = await mapInParallel(items, (one) =>
    entryFor(deps, topic, { ...common, ...one, kind: 'hit' }, burstId),
  );
  return entries.flatMap((entry) => entry ?? []);
}

async function entryFor(
  deps: NotifyDeps,
  topic: Topic,
  hit: Hit,
  burstId: string,
  tries = 3,
): Promise<AlertEntry | undefined> {
  const { item, feed } = hit;
  const before = await deps.stories.delivered(topic.id, item.id, feed.id);
  const isOwn = before?.alerts?.includes(burstId) ?? false;
  if (before && !isOwn) {
    if (comparePolls(hit, before) < 0 || before.contentHash === item.contentHash) return undefined;
  }
  const next = isOwn && before ? before : nextVersion(topic, hit, before, burstId);
  if (
    !isOwn &&
    !(await deps.stories.updateDelivery(topic.id, item.id, feed.id, before, next, deps.clock()))
  ) {
    // Another worker wrote the record, or the SDK's first try did and its answer was lost.
    if (tries === 1) throw new RetryLater(`another is at work on the item ${item.id}`);
    return entryFor(deps, topic, hit, burstId, tries - 1);
  }
  if (!next.alerts?.includes(burstId)) return undefined;
  if (next.updates === undefined)
    return { ...alertEntry('new', next.storyId, hit, undefined), role: 'first' };
  return { ...alertEntry('update', next.storyId, hit, storyStandIn(before ?? next)), role: 'development' };
}

/** Returns the record of an item that was not delivered, or was with another text; it names the burst if that is news. */
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
  const news = before.lead && loudness !== 'silent' ? newsworthyEdit(mode, before, hit) : undefined;
  if (!news) return deliveredVersionOf(hit, { ...text, ...before });
  const alerts = [...(before.alerts ?? []), burstId].slice(-MAX_ALERTS);
  return deliveredVersionOf(hit, { ...before, ...text, updates: news.updates, alerts });
}

async function mapInParallel<T, Result>(
  all: readonly T[],
  work: (one: T) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  await inParallel([...all.entries()], MAX_PARALLEL_WRITES, async ([n, one]) => {
    results[n] = await work(one);
  });
  return results;
}
