import { vi } from 'vitest';

/** Repeats a check until it passes. Fails with its error after 15 seconds, which a busy machine may need. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, 15_000);
}
