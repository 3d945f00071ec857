import { isSilent, MIN_TOPIC_SILENCE_MS } from '../functions/shared/activity.ts';
import { inParallel } from '../functions/shared/in-parallel.ts';
import { stories } from '../functions/shared/store/stories.ts';
import type { PageData } from '../local/page-data.ts';

/** Silence lasts for weeks, and each read of a deployment costs its owner money. */
const READ_EVERY_MS = 600_000;
const MAX_CONCURRENT_READS = 8;

/** The topics that have had no story for far longer than usual, as of the last read. */
export class SilentTopics {
  readonly #data: Pick<PageData, 'loaded' | 'status' | 'table'>;
  /** Times of the last stories, ms, by topic. */
  #since: ReadonlyMap<string, number> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(data: Pick<PageData, 'loaded' | 'status' | 'table'>) {
    this.#data = data;
  }

  /** Returns the time of the last story of each silent topic, ms. Starts another read if the last one is old. */
  current(): ReadonlyMap<string, number> {
    if (performance.now() - this.#readAt > READ_EVERY_MS) {
      this.#readAt = performance.now();
      // The next view tries again.
      this.#read().catch(() => undefined);
    }
    return this.#since;
  }

  async #read(): Promise<void> {
    const { topics } = this.#data.loaded().config;
    const now = Date.parse(this.#data.status().now);
    const store = stories(this.#data.table());
    const since = new Map<string, number>();
    await inParallel(topics, MAX_CONCURRENT_READS, async ({ id }) => {
      const activity = await store.activity(id);
      if (activity.heardAt !== undefined && isSilent(activity, now, MIN_TOPIC_SILENCE_MS))
        since.set(id, activity.heardAt);
    });
    this.#since = since;
  }
}
