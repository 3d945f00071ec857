export interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** B-cubed: for each item, how much of its story is right, and how much of the right story it has. */
export function bCubed(gold: readonly string[], found: readonly (string | number)[]): Score {
  const [golden, guessed, both] = [
    new Map<unknown, number>(),
    new Map<unknown, number>(),
    new Map<string, number>(),
  ];
  const add = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const [n, story] of gold.entries()) {
    add(golden, story);
    add(guessed, found[n]);
    add(both, `${found[n]} ${story}`);
  }
  let [precision, recall] = [0, 0];
  for (const [n, story] of gold.entries()) {
    const right = both.get(`${found[n]} ${story}`) ?? 0;
    precision += right / (guessed.get(found[n]) ?? 1) / gold.length;
    recall += right / (golden.get(story) ?? 1) / gold.length;
  }
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall || 1) };
}
