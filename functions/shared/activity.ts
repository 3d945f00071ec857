/** When something new last came of a feed, or a story of a topic, and what mostly lies between two of them. */
export interface Activity {
  /** ms since the epoch. */
  readonly heardAt?: number | undefined;
  /** ms. */
  readonly usualGap?: number | undefined;
}

/** How much the last gap counts: some ten gaps make up what is usual. */
const LAST_GAP_WEIGHT = 0.1;
const MAX_USUAL_GAPS = 10;
const DAY_MS = 86_400_000;
/** Nights and weekends are no silence of a feed. */
export const MIN_SILENCE_MS = 3 * DAY_MS;
/** Nor is a week in which nothing happens one of a topic. */
export const MIN_TOPIC_SILENCE_MS = 7 * DAY_MS;

/** Something new has come. */
export function recordActivity({ heardAt, usualGap }: Activity, now: number): Activity {
  if (heardAt === undefined) return { heardAt: now };
  const gap = Math.max(0, now - heardAt);
  return {
    heardAt: now,
    usualGap: usualGap === undefined ? gap : Math.round(usualGap + LAST_GAP_WEIGHT * (gap - usualGap)),
  };
}

/** Nothing new for far longer than is usual: a feed that was abandoned or moved, a topic whose words are out of use. */
export function isSilent({ heardAt, usualGap }: Activity, now: number, least = MIN_SILENCE_MS): boolean {
  if (heardAt === undefined || usualGap === undefined) return false;
  return now - heardAt > Math.max(MAX_USUAL_GAPS * usualGap, least);
}
