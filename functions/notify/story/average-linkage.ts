/**
 * Average linkage: puts together, time and again, the two that are most alike, as long as they are `least` on average
 * over the pairs of their members. By chains of nearest neighbours, which come to the same (Murtagh, A survey of recent
 * advances in hierarchical clustering algorithms, 1983, doi:10.1093/comjnl/26.4.354).
 *
 * `likeness`: of each, how alike it is with another, both ways; those that are not there are not alike. Gives, for each,
 * the first of those it is one with.
 */
export function averageLinkage(likeness: readonly ReadonlyMap<number, number>[], least: number): number[] {
  /** Over the pairs of the members of the two. */
  const sums = likeness.map((one) => new Map(one));
  const members = likeness.map(() => 1);
  const into = likeness.map((_, n) => n);
  const nearest = (one: number, before: number | undefined): number | undefined => {
    let [found, most] = [before, before === undefined ? least : average(one, before)];
    for (const other of sums[one]?.keys() ?? []) {
      const mean = average(one, other);
      if (mean > most || (mean === most && found !== before && other < (found ?? other + 1))) {
        [found, most] = [other, mean];
      }
    }
    return found;
  };
  const average = (one: number, other: number): number =>
    (sums[one]?.get(other) ?? 0) / ((members[one] ?? 1) * (members[other] ?? 1));
  const merge = (one: number, other: number): void => {
    const [kept, gone] = one < other ? [one, other] : [other, one];
    for (const [third, sum] of sums[gone] ?? []) {
      sums[third]?.delete(gone);
      if (third === kept) continue;
      const both = sum + (sums[kept]?.get(third) ?? 0);
      sums[kept]?.set(third, both);
      sums[third]?.set(kept, both);
    }
    sums[gone]?.clear();
    members[kept] = (members[kept] ?? 0) + (members[gone] ?? 0);
    into[gone] = kept;
  };
  for (const first of sums.keys()) {
    if (into[first] !== first) continue;
    for (let chain = [first]; chain.length > 0; ) {
      const last = chain.at(-1) as number;
      const next = nearest(last, chain.at(-2));
      if (next === undefined) chain = chain.slice(0, -1);
      else if (next !== chain.at(-2)) chain.push(next);
      else {
        merge(last, next);
        chain = chain.slice(0, -2);
        // What was put together may be near to others yet.
        if (chain.length === 0) chain = [Math.min(last, next)];
      }
    }
  }
  return into.map((_, n) => rootOf(into, n));
}

function rootOf(into: readonly number[], n: number): number {
  let root = n;
  while (into[root] !== root) root = into[root] ?? root;
  return root;
}
