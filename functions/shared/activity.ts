/** The time of a feed's last new item, or of a topic's last new story, and the usual gap between two of them. */
export interface Activity {
  /** Time of the last activity, ms since the epoch. Stored as `heardAt`. */
  readonly heardAt?: number | undefined;
  /** Moving average of the gaps, ms. */
  readonly usualGap?: number | undefined;
}

/** Weight of the last gap in the moving average. The average covers about ten gaps. */
const LAST_GAP_WEIGHT = 0.1;
const MAX_USUAL_GAPS = 10;
const DAY_MS = 86_400_000;
/** A feed may be quiet over a weekend. */
const MIN_SILENCE_MS = 3 * DAY_MS;
/** A topic may be quiet for a week. */
export const MIN_TOPIC_SILENCE_MS = 7 * DAY_MS;

/** Returns the activity after something new arrived at `now`. */
export function recordActivity({ heardAt, usualGap }: Activity, now: number): Activity {
  if (heardAt === undefined) return { heardAt: now };
  const gap = Math.max(0, now - heardAt);
  return {
    heardAt: now,
    usualGap: usualGap === undefined ? gap : Math.round(usualGap + LAST_GAP_WEIGHT * (gap - usualGap)),
  };
}

/**
 * Returns whether nothing new has arrived for more than ten usual gaps and for more than `minSilence` ms. A silent feed may be
 * abandoned or moved; a silent topic may watch for words that nobody uses any more.
 */
export function isSilent({ heardAt, usualGap }: Activity, now: number, minSilence = MIN_SILENCE_MS): boolean {
  if (heardAt === undefined || usualGap === undefined) return false;
  return now - heardAt > Math.max(MAX_USUAL_GAPS * usualGap, minSilence);
}
