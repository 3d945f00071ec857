import { hash64 } from './hash.ts';
import type { Feed } from './model.ts';

const MINUTE_MS = 60_000;

type ScheduledFeed = Pick<Feed, 'id' | 'every' | 'offset'>;

/**
 * Returns whether the feed has a scheduled poll after the minute of `since` and no later than the minute of `now`. Ignores
 * seconds: ticks come a few seconds late, so polls would otherwise be skipped or done twice.
 *
 * @param doublings how many times the feed's interval is doubled. The times of the longer interval are also times of the
 * shorter one, so no poll is skipped when the interval changes.
 */
export function isDue(feed: ScheduledFeed, since: number, now: number, doublings = 0): boolean {
  const factor = 2 ** doublings;
  const every = feed.every * factor;
  const offset = feed.offset + feed.every * (hashNumber(feed.id) % factor);
  const polls = (time: number) => Math.floor((Math.floor(time / MINUTE_MS) * MINUTE_MS - offset) / every);
  return polls(now) > polls(since);
}

/**
 * Returns the offset of each feed in its interval, ms, by feed id. The feeds of one host are spread evenly over their
 * interval, so they are not all polled at once.
 */
export function pollOffsets(
  feeds: readonly Pick<Feed, 'id' | 'url' | 'every'>[],
): ReadonlyMap<string, number> {
  const byHost = Map.groupBy(feeds, ({ url }) => new URL(url).host);
  const offsets = [...byHost].flatMap(([host, all]) => {
    // Sorted by id, so their order in the file does not matter.
    const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return sorted.map(({ id, every }, n): [string, number] => {
      return [id, (hashNumber(host) + Math.floor((n * every) / sorted.length)) % every];
    });
  });
  return new Map(offsets);
}

function hashNumber(name: string): number {
  return Number.parseInt(hash64(name).slice(0, 8), 16);
}
