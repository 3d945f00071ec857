import { STORY_WINDOW_MS } from '../../functions/notify/story/find-story.ts';
import { minSharedIdf } from '../../functions/notify/story/likelihood.ts';
import { tableFor } from '../../functions/notify/story/outcome.ts';
import type { TermCounts } from '../../functions/notify/story/term-table.ts';
import { idRangeOfAddress } from '../../functions/shared/item-id.ts';
import type { Story } from '../../functions/shared/store/stories.ts';

/** The parts of an arriving item by which its story is found. */
interface Arriving {
  readonly id: string;
  readonly signature: string;
  /** ms. */
  readonly at: number;
  readonly livePage?: string;
}

/**
 * The open stories of a topic. Finds those that an item may belong to without comparing it with all of them: a story can
 * only be found by a rare term, by the address of an item, or by its live page.
 */
export class OpenStories {
  readonly #stories: Story[] = [];
  readonly #openedAt: number[] = [];
  readonly #indexOf = new Map<string, number>();
  /** Indexes of stories, ascending, by what they can be found by. */
  readonly #byKey = new Map<string, number[]>();
  readonly #counts: TermCounts;
  readonly #watched: ReadonlySet<string>;

  /** `counts` and `watched` must be the same objects as those that the outcomes of items are computed with. */
  constructor(counts: TermCounts, watched: ReadonlySet<string>) {
    this.#counts = counts;
    this.#watched = watched;
  }

  /** Returns the stories that an item may belong to, oldest first. */
  candidatesFor(item: Arriving): Story[] {
    const found = new Set<number>();
    for (const key of this.#keysOf(item)) {
      const indexes = this.#byKey.get(key);
      if (!indexes) continue;
      const closed = indexes.findIndex((n) => item.at - (this.#openedAt[n] ?? 0) <= STORY_WINDOW_MS);
      indexes.splice(0, closed < 0 ? indexes.length : closed);
      for (const n of indexes) found.add(n);
    }
    return [...found].sort((a, b) => a - b).flatMap((n) => this.#stories[n] ?? []);
  }

  /** Adds a story that an item opens. Stories are opened in order of time. */
  open(story: Story, item: Arriving): void {
    const n = this.#stories.push(story) - 1;
    this.#openedAt.push(item.at);
    this.#indexOf.set(story.id, n);
    this.#file(n, item);
  }

  /** Replaces a story by its state after an item has joined it. */
  change(story: Story, item: Arriving): void {
    const n = this.#indexOf.get(story.id);
    if (n === undefined) return;
    this.#stories[n] = story;
    this.#file(n, item);
  }

  #file(n: number, item: Arriving): void {
    for (const key of this.#keysOf(item)) {
      const indexes = this.#byKey.get(key) ?? [];
      this.#byKey.set(key, indexes);
      if (indexes.includes(n)) continue;
      indexes.push(n);
      indexes.sort((a, b) => a - b);
    }
  }

  #keysOf({ id, signature, livePage }: Arriving): string[] {
    const table = tableFor(this.#counts, this.#watched);
    const minIdf = minSharedIdf(table);
    const keys = [`id ${idRangeOfAddress(id).from}`, ...(livePage === undefined ? [] : [`page ${livePage}`])];
    for (const term of table.parse(signature).terms)
      if (table.idf(term) >= minIdf) keys.push(table.text(term));
    return keys;
  }
}
