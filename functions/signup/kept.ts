import type { Clock } from '../shared/model.ts';

/** How long what was read is kept, ms. */
const KEPT_MS = 60_000;

/** Reads that are kept for a minute, each under a name. */
export interface Kept<Value> {
  /** Returns what is kept, or reads it. */
  get(name: string): Promise<Value>;
  has(name: string): boolean;
}

/** Returns reads by `read`. Callers bound the number of names. Failed reads are not kept. */
export function kept<Value>(clock: Clock, read: (name: string) => Promise<Value>): Kept<Value> {
  const known = new Map<string, { readonly at: number; readonly value: Promise<Value> }>();
  const fresh = (name: string) => {
    const one = known.get(name);
    return one && clock() - one.at <= KEPT_MS ? one.value : undefined;
  };
  return {
    has: (name) => fresh(name) !== undefined,
    get(name) {
      const value = fresh(name) ?? read(name);
      if (fresh(name) === undefined) {
        known.set(name, { at: clock(), value });
        value.catch(() => known.delete(name));
      }
      return value;
    },
  };
}
