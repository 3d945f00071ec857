import { shareOnlyNameLetters } from './distinct.ts';
import { createComparer } from './likelihood.ts';
import type { Signature } from './signature.ts';
import type { ParsedSignature, TermTable } from './term-table.ts';

/** Items that come later than this after a story opened open one of their own. */
export const STORY_WINDOW_MS = 3 * 86_400_000;

/** How likely an item reports the same event as an item of a story that it joins: docs/adr/0020-stories-over-the-stream.md. */
const MIN_LIKELIHOOD = 0.4;

export interface OpenStory {
  readonly signatures: readonly Signature[];
  /** ms. */
  readonly openedAt?: number | undefined;
}

export interface StoryMatch<Story> {
  readonly story: Story;
  readonly likelihood: number;
}

/**
 * Returns the story that an item belongs to: the one with the item that most likely reports the same event, if that is
 * likely enough. `at`: when the item was found, ms. `others`: among how many items it is, where that is not told by the
 * counts of all terms. Of two stories that are equally likely, the older.
 */
export function findStory<Story extends OpenStory>(
  stories: readonly Story[],
  item: ParsedSignature,
  table: TermTable,
  at?: number,
  others?: number,
): StoryMatch<Story> | undefined {
  const compare = createComparer(item, table, others);
  let best: (StoryMatch<Story> & { readonly areDistinct: boolean }) | undefined;
  for (const story of stories) {
    const apart =
      at === undefined || story.openedAt === undefined ? undefined : Math.abs(at - story.openedAt);
    if (apart !== undefined && apart > STORY_WINDOW_MS) continue;
    const nearest = mostLikelyOf(story, (signature) => {
      const other = table.parse(signature);
      const likeness = compare(other, apart);
      return likeness && shareOnlyNameLetters(item, other) ? undefined : likeness;
    });
    if (nearest && !nearest.areDistinct && nearest.likelihood > (best?.likelihood ?? 0))
      best = { story, ...nearest };
  }
  return best && best.likelihood >= MIN_LIKELIHOOD ? best : undefined;
}

function mostLikelyOf(
  { signatures }: OpenStory,
  compare: (signature: Signature) => ReturnType<ReturnType<typeof createComparer>>,
) {
  let nearest: ReturnType<typeof compare>;
  for (const signature of signatures) {
    const likeness = compare(signature);
    if (likeness && likeness.likelihood > (nearest?.likelihood ?? -1)) nearest = likeness;
  }
  return nearest;
}
