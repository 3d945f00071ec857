import type { Story } from '../shared/store/stories.ts';
import { isAlone, words } from '../shared/text/words.ts';

/** Items that come later than this after a story opened open one of their own. */
export const STORY_WINDOW_MS = 3 * 86_400_000;

/** Share of significant title words, of all that two titles have, that makes them one story. */
const SAME_STORY = 0.5;
/** Below this many shared words the share says nothing. */
const LEAST_SHARED = 3;

/**
 * The story that an item belongs to: the one that holds it, or the one whose title is most like its own. Titles that
 * are alike but for their numbers ("Magnitude 5.1 …", "Magnitude 6.3 …") tell different news.
 */
export function findStory(
  stories: readonly Story[],
  item: { readonly id: string; readonly title: string },
): Story | undefined {
  const holding = stories.find(({ itemIds }) => itemIds.includes(item.id));
  if (holding) return holding;
  let best: { story: Story; likeness: number } | undefined;
  for (const story of stories) {
    const likeness = titleLikeness(story.title, item.title);
    if (likeness >= SAME_STORY && likeness > (best?.likeness ?? 0)) best = { story, likeness };
  }
  return best?.story;
}

/** Jaccard similarity of the significant words of two titles, from 0 to 1. */
export function titleLikeness(a: string, b: string): number {
  const [left, right] = [significant(a), significant(b)];
  const shared = [...left].filter((word) => right.has(word));
  if (shared.length < LEAST_SHARED) return 0;
  if (!sameNumbers(left, right)) return 0;
  return shared.length / new Set([...left, ...right]).size;
}

const NUMBER = /^\p{N}+$/u;

function significant(title: string): Set<string> {
  return new Set(words(title).filter((word) => word.length >= 3 || NUMBER.test(word) || isAlone(word)));
}

/** One may leave numbers out; but 5.1 and 5.4, or 12 July and 12 August 2019, are not the same for the part they share. */
function sameNumbers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const numbers = (set: ReadonlySet<string>) => [...set].filter((word) => NUMBER.test(word));
  return numbers(a).every((number) => b.has(number)) || numbers(b).every((number) => a.has(number));
}
