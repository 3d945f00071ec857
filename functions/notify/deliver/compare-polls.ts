import type { Hit } from '../../shared/model.ts';

type Poll = Pick<Hit, 'revision' | 'polledAt'>;

/**
 * Returns a number below zero when `a` is of an earlier poll of the feed. Clocks are set back; the commits of a feed only
 * count up. What the release before has sent or written has no count, and is earlier than all that has one.
 */
export function comparePolls(a: Poll, b: Poll): number {
  const counted = (a.revision ?? 0) - (b.revision ?? 0);
  return counted === 0 ? Date.parse(a.polledAt) - Date.parse(b.polledAt) : counted;
}
