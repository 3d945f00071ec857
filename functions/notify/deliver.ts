import { RetryLater } from '../shared/errors.ts';
import { hash64 } from '../shared/hash.ts';
import type { Alert, AlertEntry, Loudness, Protocol, Topic } from '../shared/model.ts';
import { OPERATIONS } from '../shared/pipeline.ts';
import type { DigestEntry } from '../shared/store/digests.ts';
import { digestDue, welcomeDue } from './due.ts';
import type { NotifyDeps } from './notify.ts';
import { renderAlert } from './render.ts';
import { sourcesForDigest } from './story-sources.ts';

const PROTOCOLS: readonly Protocol[] = ['email', 'sms'];

/** What is silent is never delivered, nor claimed: another feed may still tell it. */
type Audible = Exclude<Loudness, 'silent'>;

interface News {
  readonly entry: AlertEntry;
  readonly loudness: Audible;
  readonly tickAt: string;
  /** Tells one update of a story from another. */
  readonly version?: string;
}

/** Sends an alert or lays it by for a digest: once, by its claim. Gives the names of the alerts that tell the news. */
export async function deliver(deps: NotifyDeps, topic: Topic, news: News): Promise<readonly string[]> {
  const { entry, loudness, version = '' } = news;
  const id = hash64('alert', topic.id, entry.storyId, entry.kind, version);
  const now = deps.clock();
  const claim = await deps.claims.claim(id, now, [], dueOf(topic, news, now));
  if (claim.kind === 'settled') return [id];
  if (claim.kind === 'busy') throw new RetryLater(`alert ${id} is being sent by another`);

  const ledger = { ...ledgerOf(deps, topic, [entry]), kind: entry.kind, entry: brief(entry) };
  if (claim.dueAt !== undefined) {
    // Of the first attempt, so that a second one lays by the same entry for the same digest.
    const { claimedAt, dueAt } = claim;
    const kind = loudness === 'welcome' ? 'welcome' : 'digest';
    await deps.digests.add({ topicId: topic.id, dueAt }, { id, claimedAt }, { kind, entry });
    await deps.claims.settle(id, 'queued', now, { ...ledger, dueAt: new Date(dueAt).toISOString() });
    return [id];
  }
  const alert: Alert = { id, topicId: topic.id, topicName: topic.name, kind: entry.kind, entries: [entry] };
  await publish(deps, topic, alert, claim, ledger);
  return [id];
}

/** When the digest is due that the news waits for; undefined when it is told at once. */
function dueOf({ deliver }: Topic, { loudness, tickAt }: News, now: number): number | undefined {
  if (deliver.mode !== 'now') return digestDue(deliver, now);
  return loudness === 'welcome' ? welcomeDue(tickAt, now) : undefined;
}

/** More would make a message that nobody reads, and could outgrow SNS's 256 KiB. */
const DIGEST_ENTRIES = 100;

/**
 * Sends what waits for a digest. Each round claims the entries that no round before it has covered: one that arrives
 * after the digest went out is told in a round of its own, never dropped.
 */
export async function sendDigest(deps: NotifyDeps, topic: Topic, dueAt: string): Promise<void> {
  let waiting = await deps.digests.entries(topic.id, dueAt);
  if (waiting.length === 0) return;
  // Before the claim: what fails after it may have been sent.
  const withSources = await sourcesForDigest(deps, topic.id);
  for (let round = 0; waiting.length > 0; round++) {
    const id = hash64('digest', topic.id, dueAt, String(round));
    const keys = waiting.slice(0, DIGEST_ENTRIES).map(({ key }) => key);
    const claim = await deps.claims.claim(id, deps.clock(), keys);
    if (claim.kind === 'busy') throw new RetryLater(`digest ${id} is being sent by another`);
    if (claim.kind === 'ours') {
      const covered = waiting.filter(({ key }) => claim.covers.includes(key));
      if (covered.length > 0) {
        const ledger = {
          ...ledgerOf(deps, topic, entriesOf(covered)),
          kind: 'digest',
          covers: claim.covers,
        };
        await publish(deps, topic, digestAlert(id, topic, covered, withSources), claim, ledger);
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
  withSources: (entry: AlertEntry) => AlertEntry,
): Alert {
  const welcome = waiting.every(({ kind }) => kind === 'welcome');
  const kind = welcome ? 'welcome' : 'digest';
  return {
    id,
    topicId: topic.id,
    topicName: topic.name,
    kind: topic.id === OPERATIONS ? 'notice' : kind,
    entries: entriesOf(waiting).map(withSources),
  };
}

function entriesOf(waiting: readonly DigestEntry[]): AlertEntry[] {
  return waiting.map(({ entry }) => entry);
}

/** Publishes a claimed alert and settles its claim. Between the two lies the one window in which a duplicate can come about. */
async function publish(
  { channels, claims, clock, config, log, metrics }: NotifyDeps,
  topic: Topic,
  alert: Alert,
  { resumed, owner }: { readonly resumed: boolean; readonly owner: string },
  ledger: Readonly<Record<string, unknown>>,
): Promise<void> {
  const protocols = PROTOCOLS.filter((protocol) => !resumed || config.onAmbiguous[protocol] === 'resend');
  const about = { alertId: alert.id, topicId: topic.id, kind: alert.kind };
  if (protocols.length === 0) {
    log.warn('alert-skipped', { ...about, reason: 'an earlier attempt may have sent it' });
    return claims.settle(alert.id, 'skipped', clock(), ledger);
  }
  const outcome = await channels.publish(topic.id, renderAlert(alert, config.timeZone), protocols);
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
