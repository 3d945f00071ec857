import { hash64 } from '../shared/hash.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Hit, Item, ItemsFound, Reason } from '../shared/model.ts';
import type { Queue } from '../shared/queue.ts';
import { beginning } from '../shared/text/cut.ts';
import type { Matcher } from './matcher.ts';

export interface MatchDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly matcher: Matcher;
  readonly hits: Queue<Hit>;
}

/** Matches every item of a message against all topics, and sends a hit for each topic that an item matches. */
export async function match({ log, metrics, matcher, hits }: MatchDeps, found: ItemsFound): Promise<void> {
  const { tickAt, feed, polledAt, revision } = found;
  const matches = found.items.flatMap(({ item, change, loudness }) =>
    matcher.match({ ...item, source: feed }).map(({ topicId, why, urgent }): Hit => {
      return {
        v: 2,
        kind: 'hit',
        topicId,
        tickAt,
        polledAt,
        ...(revision === undefined ? {} : { revision }),
        feed: { id: feed.id, title: feed.title },
        item: brief(item),
        change,
        loudness,
        ...(urgent ? { urgent } : {}),
        // An edit tells more when it has more of them: labels are no news.
        terms: why.filter(({ field }) => isText(field)).map(({ term }) => term),
        why: why.slice(0, REASONS),
      };
    }),
  );
  await hits.send(
    matches.map((hit) => ({
      body: hit,
      group: hit.topicId,
      // The same poll matched twice is dropped here; another poll's find is for the claims to judge.
      deduplication: hash64(hit.topicId, hit.item.id, hit.item.contentHash, feed.id, polledAt),
    })),
  );
  metrics.add('Matches', matches.length);
  log.info('match', { feedId: feed.id, items: found.items.length, hits: matches.length });
}

function isText(field: Reason['field']): boolean {
  return field === 'title' || field === 'summary' || field === 'content';
}

/** More would not fit an alert. */
const REASONS = 8;
const TITLE = 500;
const SUMMARY = 600;
/** No browser is sure to follow a longer one, and half an address is none. */
const URL_LENGTH = 2_000;

/** What notify needs of an item: feeds may hold texts of any size. */
function brief(item: Item): Hit['item'] {
  const { id, contentHash, title, rubric, summary, content, url, published, updated } = item;
  return {
    id,
    contentHash,
    title: beginning(title, TITLE),
    ...(rubric ? { rubric } : {}),
    summary: beginning(summary || content, SUMMARY),
    ...(url && url.length <= URL_LENGTH ? { url } : {}),
    ...(published ? { published } : {}),
    ...(updated ? { updated } : {}),
  };
}
