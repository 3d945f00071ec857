/** Fits a logistic regression by Newton's method. A little ridge keeps constant features at weight 0. Returns the weights. */
export function logisticRegression(
  rows: readonly Float64Array[],
  same: readonly boolean[],
  ridge = 1,
): number[] {
  const size = rows[0]?.length ?? 0;
  const weights = new Float64Array(size);
  for (let step = 0; step < 12; step++) {
    const system = Array.from({ length: size }, () => new Float64Array(size + 1));
    for (const [n, row] of rows.entries()) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += at(weights, k) * at(row, k);
      const probability = 1 / (1 + Math.exp(-sum));
      const variance = probability * (1 - probability);
      const error = (same[n] ? 1 : 0) - probability;
      for (let k = 0; k < size; k++) {
        const line = system[k] as Float64Array;
        const value = at(row, k);
        if (value === 0) continue;
        line[size] = at(line, size) + error * value;
        for (let l = 0; l < size; l++) line[l] = at(line, l) + value * variance * at(row, l);
      }
    }
    for (const [k, line] of system.entries()) {
      line[k] = at(line, k) + ridge;
      line[size] = at(line, size) - ridge * at(weights, k);
    }
    for (const [k, change] of solve(system).entries()) weights[k] = at(weights, k) + change;
  }
  return [...weights];
}

function at(values: Float64Array, n: number): number {
  return values[n] ?? 0;
}

/** Solves a linear system by Gauss-Jordan elimination. It is positive definite, so no pivot is zero. */
function solve(system: readonly Float64Array[]): number[] {
  const size = system.length;
  for (const [column, pivot] of system.entries()) {
    const divisor = at(pivot, column);
    for (let l = column; l <= size; l++) pivot[l] = at(pivot, l) / divisor;
    for (const line of system) {
      const factor = at(line, column);
      if (line === pivot || factor === 0) continue;
      for (let l = column; l <= size; l++) line[l] = at(line, l) - factor * at(pivot, l);
    }
  }
  return system.map((line) => at(line, size));
}
