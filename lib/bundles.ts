import { join } from 'node:path';
import { type Bundle, bundleInto } from './stage-bundling.ts';

export type { Bundle } from './stage-bundling.ts';

/** Bundles files as a deployment bundles the functions, each into a folder of its name: to be tested and measured. */
export function bundle<Name extends string>(
  entries: Readonly<Record<Name, string>>,
  folder: string,
): Record<Name, Bundle> {
  const bundles = Object.entries<string>(entries).map(([name, entry]) => [
    name,
    bundleInto(join(folder, name), entry),
  ]);
  return Object.fromEntries(bundles);
}
