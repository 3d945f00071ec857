import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import type { Alert, AlertEntry, LeftOut, Topic } from '../../shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../shared/pipeline.ts';
import type { EmailReaders } from '../../shared/ports.ts';
import { ALL_PROTOCOLS, followsTopicPolicy, withoutSms } from '../../shared/protocols.ts';
import { type DigestEntry, MAX_ENTRIES, type ScheduledKind } from '../../shared/store/digests.ts';
import { protocolKey } from '../../shared/store/protocol-attributes.ts';
import type { NotifyDeps } from '../deps.ts';
import { digestMessageId, followUpId } from '../policy/message-ids.ts';
import { digestGrouping } from '../story/digest-grouping.ts';
import { sourcesForDigest } from '../story/story-sources.ts';
import { affordableProtocols } from './deliver-first-report.ts';
import { alertLogFields, MAX_DIGEST_ENTRIES, publish } from './publish.ts';

/** Entries that are sent as one message, or as several if there are too many for one. */
interface DigestGroup {
  /** Id of the first message. Most digests fit into one. */
  readonly id: string;
  readonly idOfRound: (round: number) => string;
  readonly kind: Alert['kind'];
  readonly entries: readonly DigestEntry[];
  /** Items without an entry, because their feeds had too many. The first message shows their number. */
  readonly leftOut: readonly LeftOut[];
  /** Not all entries were read. */
  readonly hasMore: boolean;
  /** The mail of those who get one a day. */
  readonly isDaily: boolean;
}

/** Maximum number of messages of one digest or round-up. Entries that do not fit are left out and counted. */
const MAX_MESSAGES = 20;
const MAX_FOLLOW_UP_MESSAGES = 3;
const maxMessages = ({ kind }: DigestGroup) => (kind === 'follow-up' ? MAX_FOLLOW_UP_MESSAGES : MAX_MESSAGES);
/** Maximum number of feeds in the "too many to list" line of a message. */
const MAX_LEFT_OUT_FEEDS = 20;

/**
 * Sends all messages that are due at a time: the digest for all protocols, the digests for single protocols, each story's
 * follow-up, the round-up, and the mail of those who get one a day. A failed message does not hold up the others; the first failure is thrown at the end.
 */
export async function sendDigest(deps: NotifyDeps, topic: Topic, dueAt: string): Promise<void> {
  const due = await deps.digests.entries(topic.id, dueAt);
  if (due.length === 0) return;
  // Do this before the claim, since an alert that fails after its claim may count as sent.
  const finish = await entryFinisher(deps, topic);
  const leftOutOf = async (mark?: 'daily') =>
    due.some(({ isGathered, kind }) => isGathered && (kind === 'daily') === (mark === 'daily'))
      ? deps.gathered.leftOut(topic.id, dueAt, mark)
      : [];
  const leftOut = { common: await leftOutOf(), daily: await leftOutOf('daily') };
  const failures: unknown[] = [];
  for (const group of groupsOf(topic, dueAt, due, leftOut)) {
    await sendGroup(deps, topic, group, finish).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

function groupsOf(
  topic: Topic,
  dueAt: string,
  due: readonly DigestEntry[],
  leftOut: Readonly<Record<'common' | 'daily', readonly LeftOut[]>>,
): DigestGroup[] {
  const groupKey = ({ kind, protocols, entry }: DigestEntry) => {
    if (kind === 'follow-up') return `follow-up ${entry.storyId} ${protocols}`;
    return isOwnMessage(kind) ? kind : protocols.join();
  };
  const hasMore = due.length === MAX_ENTRIES;
  return [...Map.groupBy(due, groupKey).values()].map((entries): DigestGroup => {
    const [first] = entries as [DigestEntry];
    const { kind, protocols, entry } = first;
    if (kind === 'follow-up') {
      const id = followUpId(topic.id, dueAt, entry.storyId, protocols);
      const idOfRound = (round: number) => (round === 0 ? id : hash64(id, String(round)));
      return { id, idOfRound, kind, entries, leftOut: [], hasMore, isDaily: false };
    }
    const part = isOwnMessage(kind) ? [kind] : protocolKey(protocols);
    const idOfRound = (round: number) => digestMessageId(topic.id, dueAt, part, round);
    const isDaily = kind === 'daily';
    const hasGathered = kind !== 'roundup' && followsTopicPolicy(protocols);
    return {
      id: idOfRound(0),
      idOfRound,
      kind: kindOf(topic, entries),
      entries: entries.length > MAX_MESSAGES * MAX_DIGEST_ENTRIES ? roundRobinByFeed(entries) : entries,
      leftOut: hasGathered ? leftOut[isDaily ? 'daily' : 'common'] : [],
      hasMore,
      isDaily,
    };
  });
}

/** Returns whether entries of a kind are a message by themselves, whatever their protocols. */
const isOwnMessage = (kind: ScheduledKind): boolean => kind === 'roundup' || kind === 'daily';

function kindOf(topic: Topic, entries: readonly DigestEntry[]): Alert['kind'] {
  if (topic.id === OPERATIONS_TOPIC_ID) return 'notice';
  if (entries.every(({ kind }) => kind === 'roundup')) return 'roundup';
  return entries.every(({ kind }) => kind === 'welcome') ? 'welcome' : 'digest';
}

/**
 * Returns the entries in an order that alternates between feeds, so that one feed does not fill a list that has to be
 * cut.
 */
function roundRobinByFeed(entries: readonly DigestEntry[]): DigestEntry[] {
  const feeds = [...Map.groupBy(entries, ({ entry }) => entry.feed).values()];
  const turns = new Map(feeds.flatMap((ofFeed) => ofFeed.map((entry, n) => [entry, n] as const)));
  return entries.toSorted((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0));
}

function countByFeed(entries: readonly DigestEntry[], hasMore: boolean): LeftOut[] {
  return [...Map.groupBy(entries, ({ entry }) => entry.feed)].map(([feed, ofFeed]) => ({
    feed,
    items: ofFeed.length,
    ...(hasMore ? { orMore: true } : {}),
  }));
}

/** Sends a group in rounds of one message each. */
async function sendGroup(
  deps: NotifyDeps,
  topic: Topic,
  group: DigestGroup,
  finish: FinishEntries,
): Promise<void> {
  // Reserve a long round-up message by message.
  const size = group.kind === 'roundup' ? MAX_DIGEST_ENTRIES : group.entries.length;
  for (let from = 0, round = 0; from < group.entries.length; from += size) {
    const entries = group.entries.slice(from, from + size);
    const after = group.entries.slice(from + size);
    round = await sendRounds(deps, topic, { ...group, entries, after }, finish, round);
  }
}

/**
 * Sends entries in rounds and returns the number of the next round. Each round claims the entries that no earlier round
 * covers, so an entry that arrives after the digest went out gets a round of its own.
 */
async function sendRounds(
  deps: NotifyDeps,
  topic: Topic,
  group: DigestGroup & { readonly after: readonly DigestEntry[] },
  finish: FinishEntries,
  firstRound: number,
): Promise<number> {
  let round = firstRound;
  const lastRound = maxMessages(group) - 1;
  for (let waiting = await reserveEntries(deps, topic, group); waiting.length > 0; round++) {
    if (round > lastRound) {
      deps.log.warn('left-out', { topicId: topic.id, kind: group.kind, entries: waiting.length });
      await deps.digests.remove(topic.id, waiting);
      return round;
    }
    const id = group.idOfRound(round);
    const batch = waiting.slice(0, MAX_DIGEST_ENTRIES);
    const now = deps.clock();
    const muted = await deps.mutes.of(topic.id);
    const unmuted = batch.filter(({ entry }) => !muted.has(entry.storyId));
    const wanted = protocolsFor(unmuted.length > 0 ? unmuted : batch);
    // A message that is not sent takes no SMS parts.
    const protocols =
      unmuted.length > 0 ? await affordableProtocols(deps, topic, { id, protocols: wanted }, now) : wanted;
    const claim = await deps.claims.claim(
      id,
      now,
      batch.map(({ key }) => key),
      { protocols },
    );
    if (claim.kind === 'busy') throw new RetryLater(`another worker is sending digest ${id}`);
    if (claim.kind === 'ours') {
      const covered = waiting.filter(({ key }) => claim.covers.includes(key));
      const entries = finish(
        covered.map(({ entry }) => entry),
        group.kind,
      );
      const logFields = {
        ...alertLogFields(deps, topic, entries),
        kind: loggedKindOf(group),
        protocols: claim.protocols,
        covers: claim.covers,
      };
      if (covered.length > 0) {
        const leftOut = [
          ...(round === 0 ? group.leftOut : []),
          ...(round === lastRound
            ? countByFeed([...waiting.slice(MAX_DIGEST_ENTRIES), ...group.after], group.hasMore)
            : []),
        ].slice(0, MAX_LEFT_OUT_FEEDS);
        const alert: Alert = {
          id,
          topicId: topic.id,
          topicName: topic.name,
          kind: group.kind,
          entries,
          ...(leftOut.length > 0 ? { leftOut } : {}),
        };
        const readers = readersOf(group, covered);
        await publish(deps, topic, alert, { ...claim, muted, readers }, logFields);
      } else {
        await deps.claims.settle(id, 'skipped', deps.clock(), { covers: claim.covers });
      }
    }
    const isCovered = ({ key }: DigestEntry) => claim.covers.includes(key);
    await deps.digests.remove(topic.id, waiting.filter(isCovered));
    // Round-up entries that an earlier attempt of a follow-up left behind stay in the round-up.
    const staysInRoundUp = ({ kind }: DigestEntry) => group.kind === 'follow-up' && kind === 'roundup';
    waiting = waiting.filter((entry) => !isCovered(entry) && !staysInRoundUp(entry));
  }
  return round;
}

function loggedKindOf({ kind, isDaily }: DigestGroup): string {
  if (isDaily) return 'daily';
  return kind === 'follow-up' || kind === 'roundup' ? kind : 'digest';
}

/**
 * Returns which readers of emails receive a message. Those who get one mail a day receive others as long as not all of their
 * entries have one of their own, such as entries from before the first reader chose this.
 */
function readersOf({ isDaily }: DigestGroup, entries: readonly DigestEntry[]): EmailReaders {
  if (isDaily) return 'daily';
  return entries.every(({ hasDaily }) => hasDaily) ? 'at once' : 'all';
}

/** Returns the protocols of a message. A message of retellings alone never goes by SMS. */
function protocolsFor(entries: readonly DigestEntry[]): DigestEntry['protocols'] {
  const protocols = entries[0]?.protocols ?? ALL_PROTOCOLS;
  const isForSms = entries.some(({ entry }) => entry.role !== 'also');
  return isForSms ? protocols : withoutSms(protocols);
}

/**
 * Returns the entries that a group sends. A follow-up by email also takes its story's entries from the round-up. Reserves
 * each round-up entry, so that only one message contains it.
 */
async function reserveEntries(
  { digests, claims, clock }: NotifyDeps,
  topic: Topic,
  { id, kind, entries }: DigestGroup,
): Promise<readonly DigestEntry[]> {
  const [first] = entries;
  if (kind === 'roundup') {
    const reserved: DigestEntry[] = [];
    for (const waiting of entries) {
      if (await digests.reserve(topic.id, waiting.key, id)) reserved.push(waiting);
      else if (waiting.reservedBy) {
        // A follow-up has reserved the entry. If the follow-up was sent, it either contained the entry or left it
        // behind.
        const followUp = await claims.find(waiting.reservedBy);
        if (followUp ? !followUp.settled : clock() - dueTimeOf(waiting) < ABANDONED_MS) continue;
        if (followUp?.covers.includes(waiting.key)) await digests.remove(topic.id, [waiting]);
        else reserved.push(waiting);
      }
    }
    return reserved;
  }
  if (kind !== 'follow-up' || !first || !followsTopicPolicy(first.protocols)) return entries;
  const claim = await claims.find(id);
  if (claim) {
    // An earlier attempt has claimed the follow-up, so the follow-up contains only what that attempt covers.
    const covered = await digests.byKeys(topic.id, claim.covers);
    return [...covered.filter((entry) => entry.kind === 'roundup'), ...entries];
  }
  const waiting = (await digests.forRoundUps(topic.id, clock() - ROUND_UP_LOOKBACK_MS)).filter(
    ({ entry }) => entry.storyId === first.entry.storyId,
  );
  const reserved: DigestEntry[] = [];
  // Entries that a follow-up has no room for stay in the round-up.
  for (const entry of waiting.slice(0, MAX_DIGEST_ENTRIES / 2)) {
    if (await digests.reserve(topic.id, entry.key, id)) reserved.push(entry);
  }
  return [...reserved, ...entries];
}

/** Follow-ups ignore round-ups that have been overdue for longer than this. */
const ROUND_UP_LOOKBACK_MS = 2 * 86_400_000;
/**
 * A follow-up that is still unclaimed after this time will never be sent: its topic was missing from the file for a
 * while.
 */
const ABANDONED_MS = 86_400_000;

const dueTimeOf = ({ key }: DigestEntry) => Date.parse(key.split('#')[1] ?? '');

type FinishEntries = (entries: readonly AlertEntry[], kind: Alert['kind']) => readonly AlertEntry[];

/**
 * Returns a function that adds what is known by now to entries: a story's other sources, and which stories turned out to
 * be the same one.
 */
async function entryFinisher(deps: NotifyDeps, topic: Topic): Promise<FinishEntries> {
  const withSources = await sourcesForDigest(deps, topic);
  if (topic.id === OPERATIONS_TOPIC_ID) return (entries) => entries.map(withSources);
  const counts = await deps.termCounts();
  return (entries, kind) => {
    const grouped = kind === 'follow-up' ? (entry: AlertEntry) => entry : digestGrouping(entries, counts);
    return retellingsLast(withoutSuperseded(entries)).map(withSources).map(grouped);
  };
}

/** Moves retellings to the end, since subjects and SMS show the first entry. */
function retellingsLast(entries: readonly AlertEntry[]): readonly AlertEntry[] {
  return entries.toSorted((a, b) => Number(a.role === 'also') - Number(b.role === 'also'));
}

/** Removes edits of an item that were reverted before they were sent, and repeated edits. */
function withoutSuperseded(entries: readonly AlertEntry[]): readonly AlertEntry[] {
  const edits = Map.groupBy(
    entries.filter(({ kind }) => kind === 'update'),
    ({ itemId }) => itemId,
  );
  return entries.filter((entry) => {
    if (entry.kind === 'new') return true;
    const ofItem = edits.get(entry.itemId) ?? [];
    const isReverted =
      entry.title === ofItem[0]?.previousTitle && ofItem.some(({ title }) => title !== entry.title);
    const isRepeated = ofItem.some(
      (other) => ofItem.indexOf(other) > ofItem.indexOf(entry) && isSameText(other, entry),
    );
    return !isReverted && !isRepeated;
  });
}

const isSameText = (a: AlertEntry, b: AlertEntry) => a.title === b.title && a.summary === b.summary;
