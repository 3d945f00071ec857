import { describe, expect, it } from 'vitest';
import { runCli } from '../../helpers/cli.ts';

const run = (lines: readonly (object | string)[]) =>
  runCli(
    ['group', '--items', '-'],
    {},
    undefined,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
const answers = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: unknown; story: unknown; told: unknown; joined: unknown });

const bridge = { title: 'Kessel bridge opens after nine years' };
const ferry = { title: 'Ferry crews in Port Lumen walk out over pay' };

describe('news-alerts group', () => {
  it('names each story by its first item, and prints items in the order of the file', async () => {
    const { stdout, code } = await run([
      { id: 1, ...bridge },
      { id: 'f', ...ferry, source: 'The Courier' },
      { id: 2, title: 'After nine years, Kessel bridge opens', summary: null },
    ]);
    expect(code).toBe(0);
    expect(answers(stdout)).toEqual([
      { id: 1, story: 1, told: true, joined: 1 },
      { id: 'f', story: 'f', told: true, joined: 'f' },
      { id: 2, story: 1, told: false, joined: 1 },
    ]);
  });

  it('groups items in the order of their dates, and opens another story after the window', async () => {
    const { stdout } = await run([
      { id: 'late', ...bridge, published: '2026-03-09T08:00:00Z' },
      { id: 'second', ...bridge, published: '2026-03-01T09:00:00Z' },
      { id: 'first', ...bridge, published: '2026-03-01T08:00:00Z' },
    ]);
    expect(answers(stdout)).toEqual([
      { id: 'late', story: 'late', told: true, joined: 'late' },
      { id: 'second', story: 'first', told: false, joined: 'first' },
      { id: 'first', story: 'first', told: true, joined: 'first' },
    ]);
  });

  it('reports invalid lines and dates, and groups the other items', async () => {
    const { stdout, stderr, code } = await run([
      '{',
      { id: 1 },
      { id: 2, ...bridge, published: 'soon' },
      { id: 3, ...bridge },
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('standard input:1: expected an item as JSON, got {');
    expect(stderr).toContain(
      'standard input:2: expected at least id and title, got title: a string is missing',
    );
    expect(stderr).toContain('item 2: expected a date as published, got soon');
    expect(answers(stdout)).toEqual([
      { id: 2, story: 2, told: true, joined: 2 },
      { id: 3, story: 2, told: false, joined: 2 },
    ]);
  });
});
