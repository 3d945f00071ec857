/** The shortest and the longest pause before another try, ms. */
export type Pauses = readonly [shortest: number, longest: number];

const JITTER = 0.2;

/**
 * Returns a pause as long as the problem has lasted, within the bounds, so each pause is about twice as long as the one
 * before. Varies by a fifth.
 */
export function pauseOf(lasted: number, [shortest, longest]: Pauses): number {
  const pause = Math.min(Math.max(lasted, shortest), longest);
  return Math.round(pause * (1 + JITTER * (2 * Math.random() - 1)));
}
