import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { FindPattern } from './evaluate.ts';

let re2: typeof import('./re2.ts') | undefined;

/**
 * Finds a pattern with RE2, in time proportional to the length of the text, for any pattern. RE2 is loaded at the
 * first call, because few topics have patterns.
 */
export const findPattern: FindPattern = (pattern, text) => {
  // Matching is synchronous, so this is `require` and not `import`. In a bundle, the file next to this one has
  // another extension.
  re2 ??= createRequire(import.meta.url)(
    `./re2${extname(import.meta.filename)}`,
  ) as typeof import('./re2.ts');
  return re2.find(pattern, text);
};
