import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { FindPattern } from './evaluate.ts';

let re2: typeof import('./re2.ts') | undefined;

/** RE2's, which takes time in proportion to the text whatever the pattern. Few topics have one: it is loaded then. */
export const findPattern: FindPattern = (pattern, text) => {
  // In the middle of matching, which waits for nothing. A bundle has the part beside it, under its own ending.
  re2 ??= createRequire(import.meta.url)(
    `./re2${extname(import.meta.filename)}`,
  ) as typeof import('./re2.ts');
  return re2.find(pattern, text);
};
