import { shareOnlyNameLetters } from './distinct.ts';
import { createComparer } from './likelihood.ts';
import type { Signature } from './signature.ts';
import type { ParsedSignature, TermTable } from './term-table.ts';

/** A story accepts items for this long after it opened. Later items open a story of their own. */
export const STORY_WINDOW_MS = 3 * 86_400_000;

/**
 * Minimum likelihood that an item reports the same event as one of a story's items, for the item to join the story:
 * docs/adr/0020-stories-over-the-stream.md.
 */
const MIN_LIKELIHOOD = 0.4;

export interface OpenStory {
  readonly signatures: readonly Signature[];
  /** Opening time, ms. */
  readonly openedAt?: number | undefined;
}

export interface StoryMatch<Story> {
  readonly story: Story;
  readonly likelihood: number;
}

/**
 * Returns the story that an item belongs to: the one whose best-matching item most likely reports the same event, if that
 * is likely enough. Returns the older of two equally likely stories. `at` is when the item was found, ms. `others` is the
 * number of items from about the same time, if the table's counts do not give it.
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
      const comparison = compare(other, apart);
      return comparison && shareOnlyNameLetters(item, other) ? undefined : comparison;
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
    const comparison = compare(signature);
    if (comparison && comparison.likelihood > (nearest?.likelihood ?? -1)) nearest = comparison;
  }
  return nearest;
}
