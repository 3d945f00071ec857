import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('SECURITY.md', root), 'utf8');

/** Cells of the table under a heading, without its head. */
function rows(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** `path` "title"; "title"; `path` "title" … */
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

describe('the threat table of SECURITY.md', () => {
  it('has an asset, an attack, a defence and a test in every row', () => {
    expect(threats.length).toBeGreaterThan(25);
    for (const cells of threats) {
      expect(cells, cells.join(' | ')).toHaveLength(4);
      for (const cell of cells) expect(cell).not.toBe('');
    }
  });

  it.each(threats.map((cells) => [cells[1] ?? '', cells[3] ?? '']))(
    'names tests that are there: %s',
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

  it('would be seen to name a test that is not there', () => {
    const [{ path, titles } = { path: '', titles: [] }] = testsIn('`test/no.test.ts` "nothing"; "else"');
    expect([existsSync(new URL(path, root)), titles]).toEqual([false, ['nothing', 'else']]);
  });
});

it('every refusal has a reason', () => {
  const refused = rows('Refused, and why');
  expect(refused.length).toBeGreaterThan(5);
  for (const cells of refused) expect(cells.filter((cell) => cell !== '')).toHaveLength(2);
});
