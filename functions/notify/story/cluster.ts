import { averageLinkage } from './average-linkage.ts';
import { STORY_WINDOW_MS } from './find-story.ts';
import { createComparer } from './likelihood.ts';
import type { Signature } from './signature.ts';
import { countTerms, type TermCounts, TermTable } from './term-table.ts';

/** Mean likelihood, over all pairs of a story's items, that the two report the same event. */
const MIN_MEAN_LIKELIHOOD = 0.25;

/** Minimum number of items assumed from about the same time, even if fewer are given. */
const MIN_OTHERS = 5;

export interface ClusterItem {
  readonly signature: Signature;
  /** Time of publication or discovery, ms. */
  readonly at?: number | undefined;
}

/**
 * Groups items that are all known. Returns for each the index of the first item of its story. Unlike stories found item
 * by item, the result does not depend on the order of arrival. Items more than `window` ms apart share no story.
 * `minOthers` is the minimum number of items to assume from about the same time when not all of them are given.
 */
export function clusterAll(
  members: readonly ClusterItem[],
  counts: TermCounts = countTerms(members.map(({ signature }) => signature)),
  window = STORY_WINDOW_MS,
  minOthers = MIN_OTHERS,
): number[] {
  const table = new TermTable(counts);
  const parsed = members.map(({ signature }) => table.parse(signature));
  const likelihoods = members.map(() => new Map<number, number>());
  const countOthers = countOthersAround(members, window);
  for (const [n, item] of parsed.entries()) {
    const others = countOthers(members[n]);
    const compare = createComparer(item, table, others && Math.max(minOthers, others));
    for (let m = 0; m < n; m++) {
      const apart = timeBetween(members[n], members[m]);
      if (apart !== undefined && apart > window) continue;
      const comparison = compare(parsed[m] as typeof item, apart);
      if (!comparison) continue;
      const likelihood = comparison.areDistinct ? Number.NEGATIVE_INFINITY : comparison.likelihood;
      likelihoods[n]?.set(m, likelihood);
      likelihoods[m]?.set(n, likelihood);
    }
  }
  return averageLinkage(likelihoods, MIN_MEAN_LIKELIHOOD);
}

/** Returns a function that counts the items within `window` ms of a dated item, at least 5. Undated items have no count. */
export function countOthersAround(
  members: readonly Pick<ClusterItem, 'at'>[],
  window: number,
): (member: Pick<ClusterItem, 'at'> | undefined) => number | undefined {
  const dated = members.flatMap(({ at }) => at ?? []);
  return (member) => {
    const at = member?.at;
    if (at === undefined) return undefined;
    return Math.max(MIN_OTHERS, dated.filter((time) => Math.abs(time - at) <= window).length);
  };
}

function timeBetween(a: ClusterItem | undefined, b: ClusterItem | undefined): number | undefined {
  return a?.at === undefined || b?.at === undefined ? undefined : Math.abs(a.at - b.at);
}
