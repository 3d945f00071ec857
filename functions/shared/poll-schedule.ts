import { hash64 } from './hash.ts';
import type { Feed } from './model.ts';

const MINUTE_MS = 60_000;

type ScheduledFeed = Pick<Feed, 'id' | 'every' | 'offset'>;

/**
 * True when one of the feed's turns lies between the minutes of `since` and `now`. Seconds do not count: schedules are
 * late by some, and a turn would fall now out, now in twice.
 *
 * `doublings`: how often the interval is doubled. Turns of the longer interval are turns of the shorter one, too, so that
 * a feed whose pace changes is never passed over.
 */
export function isDue(feed: ScheduledFeed, since: number, now: number, doublings = 0): boolean {
  const slower = 2 ** doublings;
  const every = feed.every * slower;
  const offset = feed.offset + feed.every * (hashNumber(feed.id) % slower);
  const turns = (time: number) => Math.floor((Math.floor(time / MINUTE_MS) * MINUTE_MS - offset) / every);
  return turns(now) > turns(since);
}

/**
 * When the turns of feeds are, by their ids, ms: spread evenly, and those of one host evenly among themselves, so that
 * no host is asked for all of its feeds at once.
 */
export function pollOffsets(
  feeds: readonly Pick<Feed, 'id' | 'url' | 'every'>[],
): ReadonlyMap<string, number> {
  const byHost = Map.groupBy(feeds, ({ url }) => new URL(url).host);
  const offsets = [...byHost].flatMap(([host, all]) => {
    // By id: a change of their order in the file moves no turns.
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
