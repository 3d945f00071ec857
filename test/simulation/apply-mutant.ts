import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS, type Mutant } from './mutants.ts';

const root = join(import.meta.dirname, '../..');

/** Returns the mutant with this name. Throws a RangeError if there is none. */
export function mutantOf(name: string): Mutant {
  const mutant = MUTANTS[name];
  if (mutant) return mutant;
  throw new RangeError(`expected one of ${Object.keys(MUTANTS).join(', ')}, got ${name}`);
}

/** Makes this thread load the product with one rule removed. Call this before any part of the product is loaded. */
export function applyMutant(name: string): void {
  const mutant = mutantOf(name);
  const path = join(root, mutant.file);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith('file:') || fileURLToPath(url) !== path) return loaded;
      return { ...loaded, source: mutate(String(loaded.source), mutant) };
    },
  });
}

function mutate(source: string, { file, from, to }: Mutant): string {
  const places = source.split(from).length - 1;
  if (places !== 1) {
    throw new Error(
      `expected this once in ${file}, got it ${places} times; mend test/simulation/mutants.ts:\n${from}`,
    );
  }
  return source.replace(from, () => to);
}
