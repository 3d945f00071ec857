import type { PipelineConfig } from '../../functions/shared/model.ts';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { earlierFeedIds } from './earlier-feed-ids.ts';
import { feedLookup } from './feed-lookup.ts';
import { type Past, pastOf } from './past.ts';
import { readDatabase } from './read-database.ts';

const DAY_MS = 86_400_000;
/** The past of a busy year takes hundreds of MB, so it is kept only while somebody tries queries. */
const KEPT_MS = 60_000;

export interface LocalPastOptions {
  readonly dataDir: string;
  readonly clock: () => number;
  readonly config: () => Pick<PipelineConfig, 'feeds'>;
  readonly secrets: () => Readonly<Record<string, string>>;
}

/** Returns a function that returns the stored items of a data folder. Reads them at most once a minute. */
export function localPast({ dataDir, clock, config, secrets }: LocalPastOptions): () => Promise<Past> {
  let kept: Promise<Past> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const read = async () => {
    const now = clock();
    const { feeds } = config();
    const { items, documentTitles } = await readDatabase(dataDir, { since: now - KEPT_DAYS * DAY_MS });
    const earlier = earlierFeedIds(feeds, secrets());
    const found = items.map((item) => ({ ...item, feedId: earlier.get(item.feedId) ?? item.feedId }));
    return pastOf(found, feedLookup(feeds, documentTitles), now);
  };
  const forget = () => {
    kept = undefined;
  };
  return () => {
    if (kept) return kept;
    kept = read();
    kept.catch(forget);
    clearTimeout(timer);
    timer = setTimeout(forget, KEPT_MS).unref();
    return kept;
  };
}
