import { Comparison, type ComparisonOptions, type Kept, type Member } from './comparison.ts';
import { remember } from './signature.ts';

/**
 * How likely an item must be, on average, of the same news as those of a story, to be no news. Above what would make the
 * fewest errors: what is told twice is a nuisance, what is not told is lost.
 */
const JOINS = 0.75;

/** The stories of a topic, and where a new item belongs among them. Stories are known by their places. */
export class Grouping {
  readonly #comparison: Comparison;
  readonly #stories: (readonly Kept[])[] = [];
  readonly #storyOf = new Map<Kept, number>();

  constructor(options: ComparisonOptions = {}) {
    this.#comparison = new Comparison(options);
  }

  /** Adds a story with what it keeps of its items. */
  open(members: readonly Member[]): number {
    const story = this.#stories.push([]) - 1;
    for (const member of members) this.join(story, member);
    return story;
  }

  join(story: number, member: Member): void {
    const kept = this.#stories[story] ?? [];
    if (kept.some(({ signature }) => signature === member.signature)) return;
    const added = this.#comparison.read(member);
    const next = remember(kept, added);
    for (const gone of kept.filter((one) => !next.includes(one))) this.#forget(gone);
    this.#comparison.add(added);
    this.#storyOf.set(added, story);
    this.#stories[story] = next;
  }

  /** Nothing more belongs to it. */
  close(story: number): void {
    for (const kept of this.#stories[story] ?? []) this.#forget(kept);
    this.#stories[story] = [];
  }

  /**
   * The story that an item is most likely of: if it is likely enough, on average over what the story keeps, so that it does
   * not wander off by single steps, and retells one of its items. Of two that are equally likely, the older.
   */
  find(member: Member): number | undefined {
    const sums = new Map<number, number>();
    const retold = new Set<number>();
    const item = this.#comparison.read(member);
    for (const [other, likelihood] of this.#comparison.near(item)) {
      const story = this.#storyOf.get(other) as number;
      sums.set(story, (sums.get(story) ?? 0) + likelihood);
      if (likelihood >= JOINS && this.#comparison.retells(item, other)) retold.add(story);
    }
    let best: { story: number; mean: number } | undefined;
    for (const [story, sum] of sums) {
      const mean = sum / (this.#stories[story]?.length ?? 1);
      if (mean < JOINS || !retold.has(story)) continue;
      if (best === undefined || mean > best.mean || (mean === best.mean && story < best.story)) {
        best = { story, mean };
      }
    }
    return best?.story;
  }

  #forget(gone: Kept): void {
    this.#comparison.remove(gone);
    this.#storyOf.delete(gone);
  }
}
