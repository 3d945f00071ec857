import { averageLinkage } from './average-linkage.ts';
import { STORY_WINDOW_MS } from './find-story.ts';
import { createComparer } from './likelihood.ts';
import type { Signature } from './signature.ts';
import { countTerms, type TermCounts, TermTable } from './term-table.ts';

/** How likely two items of a story must be, on average over all of its pairs, to report the same event. */
const MIN_MEAN_LIKELIHOOD = 0.25;

/** Few items of about the same time may be of many. */
const MIN_OTHERS = 5;

export interface ClusterItem {
  readonly signature: Signature;
  /** When it was published or found, ms. */
  readonly at?: number | undefined;
}

/**
 * Groups items that are all known. Returns for each the place of the first item of its story. Unlike stories that are
 * found item by item, these do not depend on which came first. Items more than `window` ms apart are not of one story.
 * `minOthers`: among how many items of about the same time each is at least, where not all are given.
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
  const othersOf = countOthersAround(members, window);
  for (const [n, item] of parsed.entries()) {
    const others = othersOf(members[n]);
    const compare = createComparer(item, table, others && Math.max(minOthers, others));
    for (let m = 0; m < n; m++) {
      const apart = timeBetween(members[n], members[m]);
      if (apart !== undefined && apart > window) continue;
      const likeness = compare(parsed[m] as typeof item, apart);
      if (!likeness) continue;
      const likelihood = likeness.areDistinct ? Number.NEGATIVE_INFINITY : likeness.likelihood;
      likelihoods[n]?.set(m, likelihood);
      likelihoods[m]?.set(n, likelihood);
    }
  }
  return averageLinkage(likelihoods, MIN_MEAN_LIKELIHOOD);
}

/** For an item with a date: among how many of about the same time it is. */
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
