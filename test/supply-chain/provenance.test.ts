import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url);
const page = readFileSync(new URL('docs/provenance.md', root), 'utf8');
const named = [...page.matchAll(/^\|.*?\|/gm)].flatMap(([cell]) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
);

/** Returns the number of words in the longest literal of a file that looks like data, not like code, HTML or sentences. */
function longestList(source: string): number {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  const literals = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g)].map(
    ([, quoted, template]) => quoted ?? template ?? '',
  );
  const lists = literals.filter((text) => !/[<{$;=()]/.test(text) && !/[.:!?] [A-Z]/.test(text));
  return Math.max(0, ...lists.map((text) => text.split(/[\s,]+/).length));
}

/** Many consecutive short literals or numbers. */
const ROWS = /(?:^\s*(?:'[^'\n]*'|[\w'-]+: '[^'\n]*'|\['[^\n]*'\]),\n){25,}|\[(?:\s*-?[\d.]+,){11,}/m;

describe('docs/provenance.md', () => {
  it('names only existing files and folders', () => {
    for (const path of named) expect(globSync(path, { cwd: root.pathname }), path).toHaveLength(1);
  });

  it('names every file of the product with a large table', () => {
    const files = globSync('{functions,config,lib,local,cli}/**/*.ts', { cwd: root.pathname });
    const holding = files.filter((file) => {
      const source = readFileSync(new URL(file, root), 'utf8');
      return longestList(source) >= 40 || ROWS.test(source);
    });
    expect(holding).toContain('functions/shared/text/function-words.ts');
    expect(holding).toContain('functions/notify/story/weights.ts');
    const missing = holding.filter((file) => !named.some((path) => file === path || file.startsWith(path)));
    expect(missing).toEqual([]);
  });
});
