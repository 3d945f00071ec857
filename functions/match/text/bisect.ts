/** Returns the index of the first value for which a condition holds that holds for all after it; their count if for none. */
export function bisect<T>(values: readonly T[], holds: (value: T) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
