import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import type { Alert, AlertEntry, LeftOut, Topic } from '../../shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../shared/pipeline.ts';
import { type DigestEntry, MAX_ENTRIES } from '../../shared/store/digests.ts';
import { ALL_PROTOCOLS, protocolAttributes } from '../../shared/store/protocol-attributes.ts';
import type { NotifyDeps } from '../deps.ts';
import { followUpId } from '../policy/follow-up-schedule.ts';
import { digestGrouping } from '../story/digest-grouping.ts';
import { sourcesForDigest } from '../story/story-sources.ts';
import { affordableProtocols } from './deliver.ts';
import { alertLogFields, MAX_DIGEST_ENTRIES, publish } from './publish.ts';

/** Entries that are sent as one message, or as several where there are too many. */
interface DigestGroup {
  /** The id of the first message; most digests fit into one. */
  readonly id: string;
  readonly idOfRound: (round: number) => string;
  readonly kind: Alert['kind'];
  readonly entries: readonly DigestEntry[];
  /** Items that have no entry, since their feeds brought too many; the first message says so. */
  readonly leftOut: readonly LeftOut[];
  /** Not all entries were read. */
  readonly hasMore: boolean;
}

/** Messages of one digest or round-up, and of one follow-up: what does not fit is left out, and counted. */
const MAX_MESSAGES = 20;
const MAX_FOLLOW_UP_MESSAGES = 3;
const maxMessages = ({ kind }: DigestGroup) => (kind === 'follow-up' ? MAX_FOLLOW_UP_MESSAGES : MAX_MESSAGES);
/** Feeds of which a message says how many items are left out. */
const MAX_LEFT_OUT_FEEDS = 20;

/**
 * Sends what is due at a time: the digest, for all and for one protocol alone, the follow-up of each story, and the
 * round-up. One that SNS does not take does not hold up the others.
 */
export async function sendDigest(deps: NotifyDeps, topic: Topic, dueAt: string): Promise<void> {
  const due = await deps.digests.entries(topic.id, dueAt);
  if (due.length === 0) return;
  // Before the claim: what fails after it may have been sent.
  const finish = await entryFinisher(deps, topic);
  const leftOut = due.some(({ isGathered }) => isGathered)
    ? await deps.gathered.leftOut(topic.id, dueAt)
    : [];
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
  leftOut: readonly LeftOut[],
): DigestGroup[] {
  const nameOf = ({ kind, protocols, entry }: DigestEntry) => {
    if (kind === 'follow-up') return `follow-up ${entry.storyId} ${protocols}`;
    return kind === 'roundup' ? kind : protocols.join();
  };
  const hasMore = due.length === MAX_ENTRIES;
  return [...Map.groupBy(due, nameOf).values()].map((entries): DigestGroup => {
    const [first] = entries as [DigestEntry];
    const { kind, protocols, entry } = first;
    if (kind === 'follow-up') {
      const id = followUpId(topic.id, dueAt, entry.storyId, protocols);
      const idOfRound = (round: number) => (round === 0 ? id : hash64(id, String(round)));
      return { id, idOfRound, kind, entries, leftOut: [], hasMore };
    }
    const isForAll = protocols.join() === ALL_PROTOCOLS.join();
    const part = kind === 'roundup' ? [kind] : isForAll ? [] : [protocols.join()];
    const idOfRound = (round: number) => hash64('digest', topic.id, dueAt, ...part, String(round));
    const hasGathered = kind !== 'roundup' && protocols.includes('email');
    return {
      id: idOfRound(0),
      idOfRound,
      kind: kindOf(topic, entries),
      entries: entries.length > MAX_MESSAGES * MAX_DIGEST_ENTRIES ? roundRobinByFeed(entries) : entries,
      leftOut: hasGathered ? leftOut : [],
      hasMore,
    };
  });
}

function kindOf(topic: Topic, entries: readonly DigestEntry[]): Alert['kind'] {
  if (topic.id === OPERATIONS_TOPIC_ID) return 'notice';
  if (entries.every(({ kind }) => kind === 'roundup')) return 'roundup';
  return entries.every(({ kind }) => kind === 'welcome') ? 'welcome' : 'digest';
}

/** Returns the entries feed by feed in turns: of too many, those of one feed must not be all that is listed. */
function roundRobinByFeed(entries: readonly DigestEntry[]): DigestEntry[] {
  const feeds = [...Map.groupBy(entries, ({ entry }) => entry.feed).values()];
  const places = new Map(feeds.flatMap((all) => all.map((one, n) => [one, n] as const)));
  return entries.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

function countByFeed(entries: readonly DigestEntry[], hasMore: boolean): LeftOut[] {
  return [...Map.groupBy(entries, ({ entry }) => entry.feed)].map(([feed, all]) => ({
    feed,
    items: all.length,
    ...(hasMore ? { orMore: true } : {}),
  }));
}

/**
 * Each round claims the entries that no round before it has covered: one that arrives after the digest went out is told
 * in a round of its own, never dropped.
 */
async function sendGroup(
  deps: NotifyDeps,
  topic: Topic,
  group: DigestGroup,
  finish: FinishEntries,
): Promise<void> {
  // A long round-up is reserved message by message.
  const size = group.kind === 'roundup' ? MAX_DIGEST_ENTRIES : group.entries.length;
  for (let from = 0, round = 0; from < group.entries.length; from += size) {
    const entries = group.entries.slice(from, from + size);
    const after = group.entries.slice(from + size);
    round = await sendRounds(deps, topic, { ...group, entries, after }, finish, round);
  }
}

/** Returns the number of the next round. */
async function sendRounds(
  deps: NotifyDeps,
  topic: Topic,
  group: DigestGroup & { readonly after: readonly DigestEntry[] },
  finish: FinishEntries,
  firstRound: number,
): Promise<number> {
  let round = firstRound;
  const last = maxMessages(group) - 1;
  for (let waiting = await reserveEntries(deps, topic, group); waiting.length > 0; round++) {
    if (round > last) {
      deps.log.warn('left-out', { topicId: topic.id, kind: group.kind, entries: waiting.length });
      await deps.digests.remove(topic.id, waiting);
      return round;
    }
    const id = group.idOfRound(round);
    const some = waiting.slice(0, MAX_DIGEST_ENTRIES);
    const now = deps.clock();
    const wanted = protocolsFor(some);
    const protocols = await affordableProtocols(deps, topic, { id, protocols: wanted }, now);
    const claim = await deps.claims.claim(
      id,
      now,
      some.map(({ key }) => key),
      { protocols },
    );
    if (claim.kind === 'busy') throw new RetryLater(`digest ${id} is being sent by another`);
    if (claim.kind === 'ours') {
      const covered = waiting.filter(({ key }) => claim.covers.includes(key)).map(({ entry }) => entry);
      const entries = finish(covered, group.kind);
      const ledger = {
        ...alertLogFields(deps, topic, entries),
        kind: group.kind === 'follow-up' || group.kind === 'roundup' ? group.kind : 'digest',
        ...protocolAttributes(claim.protocols),
        covers: claim.covers,
      };
      if (covered.length > 0) {
        const leftOut = [
          ...(round === 0 ? group.leftOut : []),
          ...(round === last
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
        await publish(deps, topic, alert, claim, ledger);
      } else {
        await deps.claims.settle(id, 'skipped', deps.clock(), { covers: claim.covers });
      }
    }
    const isCovered = ({ key }: DigestEntry) => claim.covers.includes(key);
    await deps.digests.remove(topic.id, waiting.filter(isCovered));
    // What waits for the round-up, and another attempt has left behind, stays there.
    const isLeft = ({ kind }: DigestEntry) => group.kind === 'follow-up' && kind === 'roundup';
    waiting = waiting.filter((one) => !isCovered(one) && !isLeft(one));
  }
  return round;
}

/** Retellings alone never go by SMS. */
function protocolsFor(entries: readonly DigestEntry[]): DigestEntry['protocols'] {
  const protocols = entries[0]?.protocols ?? ALL_PROTOCOLS;
  const isForSms = entries.some(({ entry }) => entry.role !== 'also');
  return isForSms ? protocols : protocols.filter((protocol) => protocol !== 'sms');
}

/**
 * Returns what a group sends. A follow-up takes along what waits for the round-up of its story, by email; each of those is
 * reserved first, so that no other message has it too.
 */
async function reserveEntries(
  { digests, claims, clock }: NotifyDeps,
  topic: Topic,
  { id, kind, entries }: DigestGroup,
): Promise<readonly DigestEntry[]> {
  const [first] = entries;
  if (kind === 'roundup') {
    const ours: DigestEntry[] = [];
    for (const one of entries) {
      if (await digests.reserve(topic.id, one.key, id)) ours.push(one);
      else if (one.reservedBy) {
        // By a follow-up that has not removed it. If that was sent, the entry was either part of it, or was left behind.
        const other = await claims.find(one.reservedBy);
        if (other ? !other.settled : clock() - dueTimeOf(one) < ABANDONED_MS) continue;
        if (other?.covers.includes(one.key)) await digests.remove(topic.id, [one]);
        else ours.push(one);
      }
    }
    return ours;
  }
  if (kind !== 'follow-up' || !first?.protocols.includes('email')) return entries;
  const before = await claims.find(id);
  if (before) {
    // Another attempt has claimed it: what that covers is all that it has.
    const covered = await digests.byKeys(topic.id, before.covers);
    return [...covered.filter(({ kind: of }) => of === 'roundup'), ...entries];
  }
  const waiting = (await digests.forRoundUps(topic.id, clock() - ROUND_UP_LOOKBACK_MS)).filter(
    ({ entry }) => entry.storyId === first.entry.storyId,
  );
  const ours: DigestEntry[] = [];
  // Those that a follow-up has no room for stay for the round-up.
  for (const one of waiting.slice(0, MAX_DIGEST_ENTRIES / 2)) {
    if (await digests.reserve(topic.id, one.key, id)) ours.push(one);
  }
  return [...ours, ...entries];
}

/** A round-up that was due longer ago has other troubles. */
const ROUND_UP_LOOKBACK_MS = 2 * 86_400_000;
/** A follow-up that has not even been claimed so long after is not to come: its topic was out of the file for a while. */
const ABANDONED_MS = 86_400_000;

const dueTimeOf = ({ key }: DigestEntry) => Date.parse(key.split('#')[1] ?? '');

type FinishEntries = (entries: readonly AlertEntry[], kind: Alert['kind']) => readonly AlertEntry[];

/** Adds what is known by now: who else tells a story, and which stories turned out to be one. */
async function entryFinisher(deps: NotifyDeps, topic: Topic): Promise<FinishEntries> {
  const withSources = await sourcesForDigest(deps, topic);
  if (topic.id === OPERATIONS_TOPIC_ID) return (entries) => entries.map(withSources);
  const counts = await deps.termCounts();
  return (entries, kind) => {
    const together = kind === 'follow-up' ? (entry: AlertEntry) => entry : digestGrouping(entries, counts);
    return retellingsLast(withoutSuperseded(entries)).map(withSources).map(together);
  };
}

/** Retellings come last: subjects and SMS show the first entry. */
function retellingsLast(entries: readonly AlertEntry[]): readonly AlertEntry[] {
  return entries.toSorted((a, b) => Number(a.role === 'also') - Number(b.role === 'also'));
}

/** Edits of one item that were taken back again before they were sent are left out, and so is one that came twice. */
function withoutSuperseded(entries: readonly AlertEntry[]): readonly AlertEntry[] {
  const edits = Map.groupBy(
    entries.filter(({ kind }) => kind === 'update'),
    ({ itemId }) => itemId,
  );
  return entries.filter((entry) => {
    if (entry.kind === 'new') return true;
    const all = edits.get(entry.itemId) ?? [];
    const isTakenBack =
      entry.title === all[0]?.previousTitle && all.some(({ title }) => title !== entry.title);
    const isRepeated = all.some(
      (other) => all.indexOf(other) > all.indexOf(entry) && isSameText(other, entry),
    );
    return !isTakenBack && !isRepeated;
  });
}

const isSameText = (a: AlertEntry, b: AlertEntry) => a.title === b.title && a.summary === b.summary;
