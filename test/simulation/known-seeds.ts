import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from './mutants.ts';

const FILE = join(import.meta.dirname, 'known-seeds.json');

/** Returns for mutants, by name, a short seed that caught them once. It may not do so any more, since programs change. */
export const knownSeeds = () => JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, number>;

/** Writes the known seeds, in the order of the mutants. */
export function saveKnownSeeds(seeds: Readonly<Record<string, number>>): void {
  const sorted = Object.keys(MUTANTS).map((name) => [name, seeds[name]]);
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
}
