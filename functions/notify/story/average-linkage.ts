/**
 * Clusters by average linkage: merges the two most similar clusters until no two have a mean similarity of at least
 * `minMean` over the pairs of their members. Returns for each member the index of the first member of its cluster.
 *
 * `similarities` has, for each member, its similarity to others, in both directions; missing pairs count as 0. Follows
 * chains of nearest neighbours, which give the same clusters (Murtagh, A survey of recent advances in hierarchical
 * clustering algorithms, 1983, doi:10.1093/comjnl/26.4.354).
 */
export function averageLinkage(
  similarities: readonly ReadonlyMap<number, number>[],
  minMean: number,
): number[] {
  /** Sums of the similarities over the pairs of members of two clusters. */
  const sums = similarities.map((row) => new Map(row));
  const sizes = similarities.map(() => 1);
  const parents = similarities.map((_, n) => n);
  const nearest = (cluster: number, previous: number | undefined): number | undefined => {
    let [best, highest] = [previous, previous === undefined ? minMean : mean(cluster, previous)];
    for (const other of sums[cluster]?.keys() ?? []) {
      const similarity = mean(cluster, other);
      if (
        similarity > highest ||
        (similarity === highest && best !== previous && other < (best ?? other + 1))
      ) {
        [best, highest] = [other, similarity];
      }
    }
    return best;
  };
  const mean = (a: number, b: number): number => (sums[a]?.get(b) ?? 0) / ((sizes[a] ?? 1) * (sizes[b] ?? 1));
  const merge = (a: number, b: number): void => {
    const [kept, gone] = a < b ? [a, b] : [b, a];
    for (const [third, sum] of sums[gone] ?? []) {
      sums[third]?.delete(gone);
      if (third === kept) continue;
      const both = sum + (sums[kept]?.get(third) ?? 0);
      sums[kept]?.set(third, both);
      sums[third]?.set(kept, both);
    }
    sums[gone]?.clear();
    sizes[kept] = (sizes[kept] ?? 0) + (sizes[gone] ?? 0);
    parents[gone] = kept;
  };
  for (const first of sums.keys()) {
    if (parents[first] !== first) continue;
    for (let chain = [first]; chain.length > 0; ) {
      const last = chain.at(-1) as number;
      const next = nearest(last, chain.at(-2));
      if (next === undefined) chain = chain.slice(0, -1);
      else if (next !== chain.at(-2)) chain.push(next);
      else {
        merge(last, next);
        chain = chain.slice(0, -2);
        // The merged cluster may have further neighbours.
        if (chain.length === 0) chain = [Math.min(last, next)];
      }
    }
  }
  return parents.map((_, n) => rootOf(parents, n));
}

function rootOf(parents: readonly number[], n: number): number {
  let root = n;
  while (parents[root] !== root) root = parents[root] ?? root;
  return root;
}
