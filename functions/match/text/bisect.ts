/**
 * Returns the index of the first value for which the condition holds, or the number of values if there is none. The
 * condition must hold for all values after the first.
 */
export function bisect<T>(values: readonly T[], holds: (value: T) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
