import { hash64 } from '../shared/hash.ts';
import type { Burst, Hit, Item, ItemsFound, Reason } from '../shared/model.ts';
import type { Log, Metrics, Queue, QueueMessage } from '../shared/ports.ts';
import { truncate } from '../shared/text/truncate.ts';
import type { Matcher } from './matcher.ts';

export interface MatchDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly matcher: Matcher;
  readonly hits: Queue<Hit | Burst>;
}

/** A poll's hits of one topic that are messages of their own, about; the others are sent many at a time. */
const MAX_HITS = 50;
/** A feed that brings so many hits of one topic at once, or so many items, is one of a crowd. */
const CROWD_THRESHOLD = 10;

/**
 * Matches every item of a message against all topics, and sends a hit for each topic that an item matches. Of very many items
 * of one poll, each message sends its part of `MAX_HITS` so, the latest, and all others as bursts.
 */
export async function match({ log, metrics, matcher, hits }: MatchDeps, found: ItemsFound): Promise<void> {
  const { tickAt, feed, polledAt, revision, items, total = items.length } = found;
  const common = {
    v: 2,
    tickAt,
    polledAt,
    ...(revision === undefined ? {} : { revision }),
    feed: { id: feed.id, title: truncate(feed.title, MAX_FEED_TITLE) },
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
        // An edit tells more when it has more of them: labels are no news.
        terms: why
          .filter(({ field }) => isText(field))
          .map(({ term }) => term)
          .slice(0, MAX_TERMS),
        why: why.slice(0, MAX_REASONS),
      };
    }),
  );
  const part = Math.ceil((MAX_HITS * items.length) / Math.max(total, MAX_HITS));
  const groups = [...Map.groupBy(matches, ({ topicId, loudness }) => `${topicId} ${loudness}`).values()];
  await hits.send(
    groups.flatMap((group): QueueMessage<Hit | Burst>[] => {
      const alone = new Set(group.toSorted(byWeight).slice(0, part));
      // Estimated from the share of this message's items that match: a message holds few large items.
      const isCrowd = total > MAX_HITS || (group.length * total) / items.length > CROWD_THRESHOLD;
      const sent = group
        .filter((hit) => alone.has(hit))
        .map((hit): Hit => (isCrowd ? { ...hit, crowded: true } : hit));
      const bursts = burstsOf(group.filter((hit) => !alone.has(hit)));
      return [...sent.map(toOutgoing), ...bursts.map(toOutgoing)];
    }),
  );
  metrics.add('Matches', matches.length);
  log.info('match', { feedId: feed.id, items: items.length, hits: matches.length });
}

/** Urgent ones first, then new ones, then those published last. */
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
    const some = hits.slice(n * MAX_BURST_ITEMS, (n + 1) * MAX_BURST_ITEMS);
    const [first] = some as [Hit];
    const { item: _item, change: _change, terms: _terms, why: _why, urgent: _urgent, ...common } = first;
    const items = some.map(({ item, change, terms, why }) => ({
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
    // The same poll matched twice is dropped here; another poll's find is for the claims to judge.
    deduplication: hash64(topicId, ...contents, feed.id, polledAt),
  };
}

function isText(field: Reason['field']): boolean {
  return field === 'title' || field === 'summary' || field === 'content';
}

/** More would not fit an alert. */
const MAX_REASONS = 8;
/** Bounds what is recorded of an item. */
const MAX_TERMS = 200;
const MAX_FEED_TITLE = 200;
const MAX_TITLE = 500;
const MAX_SUMMARY = 600;
/** No browser is sure to follow a longer one, and half an address is none. */
const MAX_URL = 2_000;

/** What notify needs of an item: feeds may hold texts of any size. */
function hitItemOf(item: Item): Hit['item'] {
  const { id, contentHash, title, rubric, summary, content, url, published, updated } = item;
  return {
    id,
    contentHash,
    title: truncate(title, MAX_TITLE),
    ...(rubric && rubric.length <= MAX_TITLE ? { rubric } : {}),
    summary: truncate(summary || content, MAX_SUMMARY),
    ...(url && url.length <= MAX_URL ? { url } : {}),
    ...(published ? { published } : {}),
    ...(updated ? { updated } : {}),
  };
}
