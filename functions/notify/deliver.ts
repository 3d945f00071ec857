import { RetryLater } from '../shared/errors.ts';
import { hash64 } from '../shared/hash.ts';
import type { Alert, AlertEntry, Loudness, Protocol, Topic } from '../shared/model.ts';
import { OPERATIONS } from '../shared/pipeline.ts';
import { ALL_PROTOCOLS, type ClaimResult, noted } from '../shared/store/claims.ts';
import type { DigestEntry } from '../shared/store/digests.ts';
import { overflowDue } from './caps.ts';
import { dueOf } from './due.ts';
import type { NotifyDeps } from './notify.ts';
import { OPERATIONS_TOPIC } from './operations-topic.ts';
import { firstPlan, type Plan, smsPlan } from './plan.ts';
import { renderAlert } from './render.ts';
import { shownWith } from './shown-with.ts';
import { isAffordable, usedUp } from './sms-parts.ts';
import { sourcesForDigest } from './story-sources.ts';

/** What is silent is never delivered, nor claimed: another feed may still tell it. */
type Audible = Exclude<Loudness, 'silent'>;

interface News {
  readonly entry: AlertEntry;
  readonly loudness: Audible;
  readonly tickAt: string;
  readonly urgent?: boolean | undefined;
  /** Tells one update of a story from another. */
  readonly version?: string;
  /** How many tell the story, independently of one another; one, unless it is said. */
  readonly outlets?: number;
}

/**
 * Sends the news or lays it by for a digest: each alert about it once, by its claim. Gives the names of the alerts that
 * tell it.
 */
export async function deliver(deps: NotifyDeps, topic: Topic, news: News): Promise<readonly string[]> {
  const { entry, version = '', outlets = 1 } = news;
  const telling = { entry, version, outlets };
  const first = firstPlan(topic, telling);
  await deliverBy(deps, topic, first, news);
  const sms = await smsPlan(deps.claims, topic, telling);
  if (!sms) return [first.id];
  await deliverBy(deps, topic, sms, news);
  return [first.id, sms.id];
}

async function deliverBy(deps: NotifyDeps, topic: Topic, plan: Plan, news: News): Promise<void> {
  const { id, policy } = plan;
  const { entry, loudness } = news;
  const now = deps.clock();
  const due = dueOf(policy, news, now) ?? (await overflow(deps, topic, plan, news.urgent, now));
  const protocolsNow = due === undefined ? await affordable(deps, topic, plan, now) : plan.protocols;
  const claim = await deps.claims.claim(id, now, [], { dueAt: due, protocols: protocolsNow });
  if (claim.kind === 'settled') return;
  if (claim.kind === 'busy') throw new RetryLater(`alert ${id} is being sent by another`);

  const { protocols } = claim;
  const ledger = {
    ...ledgerOf(deps, topic, [entry]),
    kind: entry.kind,
    entry: brief(entry),
    ...noted(protocols),
    // What a later policy would make of it depends on these.
    ...(loudness === 'welcome' ? { welcome: true } : {}),
    ...(news.urgent ? { urgent: true } : {}),
  };
  if (claim.dueAt !== undefined) {
    // Of the first attempt, so that a second one lays by the same entry for the same digest.
    const { claimedAt, dueAt } = claim;
    const kind = loudness === 'welcome' ? 'welcome' : 'digest';
    await deps.digests.add({ topicId: topic.id, dueAt }, { id, claimedAt }, { kind, protocols, entry });
    return deps.claims.settle(id, 'queued', now, { ...ledger, dueAt: new Date(dueAt).toISOString() });
  }
  const alert: Alert = { id, topicId: topic.id, topicName: topic.name, kind: entry.kind, entries: [entry] };
  await publish(deps, topic, alert, claim, ledger);
}

/** Without SMS where the month's parts are used up, which the owner is told. */
async function affordable(
  deps: NotifyDeps,
  topic: Topic,
  alert: Pick<Plan, 'id' | 'protocols'>,
  now: number,
): Promise<readonly Protocol[]> {
  const { smsParts } = deps.config;
  if (!smsParts || (await isAffordable(deps, topic, alert, now))) return alert.protocols;
  const tickAt = new Date(now).toISOString();
  await deliver(deps, OPERATIONS_TOPIC, { entry: usedUp(smsParts, now), loudness: 'alert', tickAt });
  return alert.protocols.filter((protocol) => protocol !== 'sms');
}

/** Asked before the claim, which notes the answer. */
async function overflow(
  { claims, places }: NotifyDeps,
  topic: Topic,
  plan: Plan,
  urgent: boolean | undefined,
  now: number,
): Promise<number | undefined> {
  const { id, policy } = plan;
  if (!policy.atMost) return undefined;
  // All who retell a story offer to tell it again: what was told long ago takes no place.
  if ((await claims.find(id))?.settled) return undefined;
  return overflowDue(places, topic.id, { ...plan, urgent }, now);
}

/** More would make a message that nobody reads, and could outgrow SNS's 256 KiB. */
export const DIGEST_ENTRIES = 100;

/** Sends what waits for a digest: what is for all, and what is for one protocol alone. */
export async function sendDigest(deps: NotifyDeps, topic: Topic, dueAt: string): Promise<void> {
  const all = await deps.digests.entries(topic.id, dueAt);
  if (all.length === 0) return;
  // Before the claim: what fails after it may have been sent.
  const withSources = await sourcesForDigest(deps, topic);
  const failures: unknown[] = [];
  for (const [of, waiting] of Map.groupBy(all, ({ protocols }) => protocols.join())) {
    const name = of === ALL_PROTOCOLS.join() ? [topic.id, dueAt] : [topic.id, dueAt, of];
    // What SNS does not take for one protocol must not hold up the other.
    await sendRounds(deps, topic, name, waiting, withSources).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Each round claims the entries that no round before it has covered: one that arrives after the digest went out is told
 * in a round of its own, never dropped.
 */
async function sendRounds(
  deps: NotifyDeps,
  topic: Topic,
  name: readonly string[],
  all: readonly DigestEntry[],
  withSources: (entry: AlertEntry) => AlertEntry,
): Promise<void> {
  const wanted = all[0]?.protocols ?? ALL_PROTOCOLS;
  let waiting = all;
  for (let round = 0; waiting.length > 0; round++) {
    const id = hash64('digest', ...name, String(round));
    const keys = waiting.slice(0, DIGEST_ENTRIES).map(({ key }) => key);
    const together =
      topic.id === OPERATIONS
        ? (entry: AlertEntry) => entry
        : shownWith(entriesOf(waiting.slice(0, DIGEST_ENTRIES)), deps.config.topics);
    const now = deps.clock();
    const protocols = await affordable(deps, topic, { id, protocols: wanted }, now);
    const claim = await deps.claims.claim(id, now, keys, { protocols });
    if (claim.kind === 'busy') throw new RetryLater(`digest ${id} is being sent by another`);
    if (claim.kind === 'ours') {
      const covered = waiting.filter(({ key }) => claim.covers.includes(key));
      const ledger = {
        ...ledgerOf(deps, topic, entriesOf(covered)),
        kind: 'digest',
        ...noted(claim.protocols),
        covers: claim.covers,
      };
      if (covered.length > 0) {
        const entries = entriesOf(covered).map(withSources).map(together);
        await publish(deps, topic, digestAlert(id, topic, covered, entries), claim, ledger);
      } else {
        await deps.claims.settle(id, 'skipped', deps.clock(), { covers: claim.covers });
      }
    }
    await deps.digests.remove(topic.id, claim.covers);
    waiting = waiting.filter(({ key }) => !claim.covers.includes(key));
  }
}

function digestAlert(
  id: string,
  topic: Topic,
  waiting: readonly DigestEntry[],
  entries: readonly AlertEntry[],
): Alert {
  const welcome = waiting.every(({ kind }) => kind === 'welcome');
  const kind = welcome ? 'welcome' : 'digest';
  return {
    id,
    topicId: topic.id,
    topicName: topic.name,
    kind: topic.id === OPERATIONS ? 'notice' : kind,
    entries,
  };
}

function entriesOf(waiting: readonly DigestEntry[]): AlertEntry[] {
  return waiting.map(({ entry }) => entry);
}

type Ours = Extract<ClaimResult, { kind: 'ours' }>;

/** Publishes a claimed alert and settles its claim. Between the two lies the one window in which a duplicate can come about. */
async function publish(
  { channels, claims, clock, config, log, metrics }: NotifyDeps,
  topic: Topic,
  alert: Alert,
  { resumed, owner, protocols: of }: Pick<Ours, 'resumed' | 'owner' | 'protocols'>,
  ledger: Readonly<Record<string, unknown>>,
): Promise<void> {
  const protocols = of.filter((protocol) => !resumed || config.onAmbiguous[protocol] === 'resend');
  const about = { alertId: alert.id, topicId: topic.id, kind: alert.kind };
  if (protocols.length === 0) {
    const reason = of.length === 0 ? 'no SMS parts are left' : 'an earlier attempt may have sent it';
    log.warn('alert-skipped', { ...about, reason });
    return claims.settle(alert.id, 'skipped', clock(), ledger);
  }
  const message = renderAlert(alert, topic.timeZone ?? config.timeZone);
  const outcome = await channels.publish(topic.id, message, protocols);
  if (outcome.kind !== 'published') metrics.add('AlertsFailed', 1);
  switch (outcome.kind) {
    case 'published':
      await claims.settle(alert.id, 'sent', clock(), { ...ledger, messageId: outcome.messageId });
      metrics.add('AlertsSent', 1);
      log.info('alert', { ...about, entries: alert.entries.length, title: alert.entries[0]?.title, resumed });
      return;
    case 'throttled':
    case 'refused':
      // Certainly not sent, so the next attempt is a first one. A refusal that stays ends in the dead-letter queue.
      if (!resumed) await claims.release(alert.id, owner);
      log.warn('publish-failed', { ...about, outcome: outcome.kind, detail: outcome.detail });
      throw new RetryLater(`SNS did not take the alert: ${outcome.detail}`);
    case 'unknown':
      log.warn('publish-failed', { ...about, outcome: outcome.kind, detail: outcome.detail });
      throw new RetryLater(`SNS gave no answer: ${outcome.detail}`);
  }
}

function ledgerOf(
  { config }: NotifyDeps,
  topic: Topic,
  entries: readonly AlertEntry[],
): Readonly<Record<string, unknown>> {
  return {
    topicId: topic.id,
    config: config.version,
    stories: [...new Set(entries.map(({ storyId }) => storyId))].slice(0, DIGEST_ENTRIES),
    title: entries[0]?.title ?? '',
  };
}

/** More would make a record of more than a kilobyte, which costs twice. */
const LEDGER_REASONS = 3;
const LEDGER_TEXT = 120;
const LEDGER_URL = 300;

/** What the ledger keeps of the news: what was told, and why. */
function brief({
  itemId,
  url,
  feed,
  published,
  foundAt,
  why,
}: AlertEntry): Readonly<Record<string, unknown>> {
  return {
    itemId,
    ...(url && url.length <= LEDGER_URL ? { url } : {}),
    feed: feed.slice(0, LEDGER_TEXT),
    ...(published ? { published } : {}),
    ...(foundAt ? { foundAt } : {}),
    why: why.slice(0, LEDGER_REASONS).map(({ term, field, snippet }) => {
      return { term: term.slice(0, LEDGER_TEXT), field, snippet: snippet.slice(0, LEDGER_TEXT) };
    }),
  };
}
