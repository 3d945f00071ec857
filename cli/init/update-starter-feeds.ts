// npm run starter-feeds: reads all starter feeds, and writes today's date for those that have news.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpFetch } from '../../functions/poll/fetch/http-fetch.ts';
import { count } from '../../functions/shared/text/count.ts';
import { readStarterFeeds } from './read-starter-feeds.ts';
import { STARTER_FEEDS, type StarterFeed } from './starter-feeds.ts';

/**
 * Returns the feeds with new days: `today` for those that have items, and the old day for the others. `items`: their numbers by
 * address.
 */
export function withKnownGood(
  feeds: readonly StarterFeed[],
  items: ReadonlyMap<string, number>,
  today: string,
): StarterFeed[] {
  return feeds.map((feed) => ((items.get(feed.url) ?? 0) > 0 ? { ...feed, knownGood: today } : feed));
}

if (process.argv[1] === import.meta.filename) {
  const items = await readStarterFeeds(STARTER_FEEDS, httpFetch({ clock: Date.now }), (feed, found) =>
    console.log(
      `${feed.title}: ${found > 0 ? count(found, 'item') : `no feed there now; known good ${feed.knownGood ?? 'never'}: ${feed.url}`}`,
    ),
  );
  const failed = [...items.values()].filter((found) => found === 0).length;
  if (failed < items.size) {
    const file = join(import.meta.dirname, 'starter-feeds.json');
    const changed = withKnownGood(STARTER_FEEDS, items, new Date().toISOString().slice(0, 10));
    writeFileSync(file, JSON.stringify(changed));
    spawnSync('biome', ['format', '--write', file], { stdio: 'ignore' });
  }
  if (failed > 0) {
    console.error(
      failed === items.size
        ? `expected news in some of ${count(failed, 'feed')}, got none; is this machine connected to a network? Nothing was changed`
        : `expected news in each of ${count(items.size, 'feed')}, got none in ${failed} of them; replace those that stay silent in cli/init/starter-feeds.json`,
    );
    process.exitCode = 1;
  }
}
