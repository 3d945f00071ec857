import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('SECURITY.md', root), 'utf8');

/** Returns the cells of all tables in a section, without their heads. */
function rows(heading: string): string[][] {
  const [, rest = ''] = page.split(`## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  return section
    .replace(/^\|.*\n\|[ |-]+\n/gm, '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Parses a cell such as: `path` "title"; "title"; `path` "title". */
function testsIn(cell: string): { readonly path: string; readonly titles: readonly string[] }[] {
  return cell
    .split(/(?=`test\/)/)
    .filter((part) => part.startsWith('`'))
    .map((part) => ({
      path: /^`([^`]+)`/.exec(part)?.[1] ?? '',
      titles: [...part.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
    }));
}

const threats = rows('Threats');

describe('the threat tables of SECURITY.md', () => {
  it('have an attack, a defence and a test in every row', () => {
    expect(threats.length).toBeGreaterThan(25);
    for (const cells of threats) {
      expect(cells, cells.join(' | ')).toHaveLength(3);
      for (const cell of cells) expect(cell).not.toBe('');
    }
  });

  it.each(threats.map(([attack = '', , tests = '']) => [attack, tests]))(
    'name existing tests: %s',
    (_, cell) => {
      const tests = testsIn(cell);
      expect(tests.length).toBeGreaterThan(0);
      for (const { path, titles } of tests) {
        expect(existsSync(new URL(path, root)), path).toBe(true);
        expect(titles.length, path).toBeGreaterThan(0);
        const source = readFileSync(new URL(path, root), 'utf8');
        for (const title of titles) expect(source, `${path}: ${title}`).toContain(title);
      }
    },
  );

  it('would fail if they named a missing test', () => {
    const [{ path, titles } = { path: '', titles: [] }] = testsIn('`test/no.test.ts` "nothing"; "else"');
    expect([existsSync(new URL(path, root)), titles]).toEqual([false, ['nothing', 'else']]);
  });
});

it('every refusal has a reason', () => {
  const refused = rows('Refused, and why');
  expect(refused.length).toBeGreaterThan(5);
  for (const cells of refused) expect(cells.filter((cell) => cell !== '')).toHaveLength(2);
});
