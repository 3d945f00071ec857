/** The next number of a test file. Ids that are made of it do not depend on the files before it in the same process. */
export function nextNumber(): number {
  const numbers = globalThis as { testNumber?: number };
  numbers.testNumber = (numbers.testNumber ?? 0) + 1;
  return numbers.testNumber;
}

/** Called before each test file: vitest.config.ts. */
export function restartNumbers(): void {
  (globalThis as { testNumber?: number }).testNumber = 0;
}
