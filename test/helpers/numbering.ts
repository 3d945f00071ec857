/** Returns the next number of a test file. Ids made from it do not depend on files that ran earlier in the same process. */
export function nextNumber(): number {
  const numbers = globalThis as { testNumber?: number };
  numbers.testNumber = (numbers.testNumber ?? 0) + 1;
  return numbers.testNumber;
}

/** Starts again. A setup file in vitest.config.ts calls this before each test file. */
export function restartNumbers(): void {
  (globalThis as { testNumber?: number }).testNumber = 0;
}
