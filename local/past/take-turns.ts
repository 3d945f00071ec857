import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may keep the event loop busy, ms. */
const MAX_TURN_MS = 50;

export interface WorkOptions {
  /** Called with the number of matched items, every 50 ms. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Ends the work early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns a function to call during long work. It lets others use the event loop after every 50 ms, and then returns true.
 * Throws the reason of the signal when it is aborted.
 */
export function takeTurns(signal: AbortSignal | undefined): () => Promise<boolean> | false {
  let startedAt = performance.now();
  return () => {
    if (performance.now() - startedAt < MAX_TURN_MS) return false;
    return nextTurn().then(() => {
      signal?.throwIfAborted();
      startedAt = performance.now();
      return true;
    });
  };
}
