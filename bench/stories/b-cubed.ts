export interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Returns the B-cubed score: mean precision and recall of each item's story. */
export function bCubed(gold: readonly string[], found: readonly (string | number)[]): Score {
  const [goldSizes, foundSizes, overlaps] = [
    new Map<unknown, number>(),
    new Map<unknown, number>(),
    new Map<string, number>(),
  ];
  const add = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const [n, story] of gold.entries()) {
    add(goldSizes, story);
    add(foundSizes, found[n]);
    add(overlaps, `${found[n]} ${story}`);
  }
  let [precision, recall] = [0, 0];
  for (const [n, story] of gold.entries()) {
    const overlap = overlaps.get(`${found[n]} ${story}`) ?? 0;
    precision += overlap / (foundSizes.get(found[n]) ?? 1) / gold.length;
    recall += overlap / (goldSizes.get(story) ?? 1) / gold.length;
  }
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall || 1) };
}
