import type { Log } from '../shared/events.ts';
import { hash64 } from '../shared/hash.ts';
import { hitFeedTitle, hitItemOf } from '../shared/hit-item.ts';
import type { Burst, Hit, ItemsFound } from '../shared/messages.ts';
import type { Reason } from '../shared/model.ts';
import type { Metrics, Queue, QueueMessage } from '../shared/ports.ts';
import { truncate } from '../shared/text/truncate.ts';
import type { Matcher } from './matcher.ts';

export interface MatchDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly matcher: Matcher;
  readonly hits: Queue<Hit | Burst>;
}

/** Approximate maximum of hits per poll and topic that are sent as single messages. The rest are sent as bursts. */
const MAX_HITS = 50;
/** If a poll has more than this many hits of one topic, they are marked `crowded`. */
const CROWD_THRESHOLD = 10;

/**
 * Matches every item of a message against all topics and sends one hit per item and matching topic. If a poll is
 * split into several messages, each message sends its share of `MAX_HITS` as hits, the most important first, and the
 * rest as bursts.
 */
export async function match({ log, metrics, matcher, hits }: MatchDeps, found: ItemsFound): Promise<void> {
  const { tickAt, feed, polledAt, revision, items, total = items.length } = found;
  const common = {
    v: 2,
    tickAt,
    polledAt,
    ...(revision === undefined ? {} : { revision }),
    feed: { id: feed.id, title: hitFeedTitle(feed.title) },
  } as const;
  const matches = items.flatMap(({ item, change, loudness }) =>
    matcher.match({ ...item, source: feed }).map(({ topicId, why, urgent }): Hit => {
      return {
        ...common,
        kind: 'hit',
        topicId,
        item: hitItemOf(item),
        change,
        loudness,
        ...(urgent ? { urgent } : {}),
        // Labels are left out: notify compares these terms to decide whether an edit adds something.
        terms: why
          .filter(({ field }) => isTextField(field))
          .map(({ term }) => term)
          .slice(0, MAX_TERMS),
        why: why.slice(0, MAX_REASONS),
      };
    }),
  );
  const maxHits = Math.ceil((MAX_HITS * items.length) / Math.max(total, MAX_HITS));
  const groups = [...Map.groupBy(matches, ({ topicId, loudness }) => `${topicId} ${loudness}`).values()];
  await hits.send(
    groups.flatMap((group): QueueMessage<Hit | Burst>[] => {
      const ownMessages = new Set(group.toSorted(byWeight).slice(0, maxHits));
      // Estimated from the share of matching items in this message, because a message holds few items if they are
      // large.
      const isCrowd = total > MAX_HITS || (group.length * total) / items.length > CROWD_THRESHOLD;
      const sent = group
        .filter((hit) => ownMessages.has(hit))
        .map((hit): Hit => (isCrowd ? { ...hit, crowded: true } : hit));
      const bursts = burstsOf(group.filter((hit) => !ownMessages.has(hit)));
      return [...sent.map(toOutgoing), ...bursts.map(toOutgoing)];
    }),
  );
  metrics.add('Matches', matches.length);
  log.info('match', { feedId: feed.id, items: items.length, hits: matches.length });
}

/** Sorts urgent hits first, then new items before edits, then the latest first. */
function byWeight(a: Hit, b: Hit): number {
  const weight = ({ urgent, change }: Hit) => (urgent ? 2 : 0) + (change === 'new' ? 1 : 0);
  const date = ({ item }: Hit) => (item.published === undefined ? 0 : Date.parse(item.published));
  return weight(b) - weight(a) || date(b) - date(a);
}

const MAX_BURST_ITEMS = 50;
const MAX_BURST_SUMMARY = 300;
const MAX_BURST_REASONS = 2;

function burstsOf(hits: readonly Hit[]): Burst[] {
  return Array.from({ length: Math.ceil(hits.length / MAX_BURST_ITEMS) }, (_, n) => {
    const part = hits.slice(n * MAX_BURST_ITEMS, (n + 1) * MAX_BURST_ITEMS);
    const [first] = part as [Hit];
    const { item: _item, change: _change, terms: _terms, why: _why, urgent: _urgent, ...common } = first;
    const items = part.map(({ item, change, terms, why }) => ({
      item: { ...item, summary: truncate(item.summary, MAX_BURST_SUMMARY) },
      change,
      terms,
      why: why.slice(0, MAX_BURST_REASONS),
    }));
    return { ...common, kind: 'burst', items };
  });
}

function toOutgoing(message: Hit | Burst): QueueMessage<Hit | Burst> {
  const { topicId, feed, polledAt } = message;
  const items = message.kind === 'hit' ? [message] : message.items;
  const contents = items.flatMap(({ item }) => [item.id, item.contentHash]);
  return {
    body: message,
    group: topicId,
    // Drops the second copy if the same poll is matched twice. Claims in notify handle duplicates from another poll.
    deduplication: hash64(topicId, ...contents, feed.id, polledAt),
  };
}

function isTextField(field: Reason['field']): boolean {
  return field === 'title' || field === 'summary' || field === 'content';
}

/** An alert has no room for more. */
const MAX_REASONS = 8;
/** Bounds the terms recorded per item. */
const MAX_TERMS = 200;
