import type { FeedState } from '../shared/store/feed-states.ts';

type Hearing = Pick<FeedState, 'heardAt' | 'usualGap'>;

/** How much the last gap counts: some ten gaps make up what is usual. */
const LAST = 0.1;
/** Nights and weekends are no silence. */
const SILENT_GAPS = 10;
const LEAST_SILENCE_MS = 3 * 86_400_000;

/** A poll has brought something new. */
export function heard({ heardAt, usualGap }: Hearing, now: number): Hearing {
  if (heardAt === undefined) return { heardAt: now };
  const gap = Math.max(0, now - heardAt);
  return {
    heardAt: now,
    usualGap: usualGap === undefined ? gap : Math.round(usualGap + LAST * (gap - usualGap)),
  };
}

/** Nothing new for far longer than is usual: a feed that was abandoned, moved, or answers with an old copy for ever. */
export function isSilent({ heardAt, usualGap }: Hearing, now: number): boolean {
  if (heardAt === undefined || usualGap === undefined) return false;
  return now - heardAt > Math.max(SILENT_GAPS * usualGap, LEAST_SILENCE_MS);
}
