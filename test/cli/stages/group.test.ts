import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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

describe('news-alerts group --topic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-group-'));
  const config = join(folder, 'mine.yaml');
  writeFileSync(
    config,
    'topics: [{ id: bridges, match: bridge, urgent: collapse }, { id: ferries, match: ferry }]\n',
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  const at = (hour: number) => ({ published: `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z` });
  const NEWS = [
    { id: 2, title: 'After nine years, Kessel bridge opens', source: 'Tolmark Post', ...at(9) },
    { id: 1, ...bridge, source: 'The Courier', ...at(8) },
    { id: 'f', ...ferry, source: 'The Courier', ...at(8) },
    { id: 3, ...bridge, source: 'The Courier', ...at(10) },
    { id: 4, title: 'Veloza bridge in danger of collapse after the flood', source: 'The Courier', ...at(11) },
  ];
  const grouped = (...args: string[]) =>
    runCli(
      ['group', '--items', '-', '--config', config, ...args],
      {},
      undefined,
      NEWS.map((item) => JSON.stringify(item)).join('\n'),
    );

  it('groups only the matches of the topic, as notify does', async () => {
    const { stdout, stderr, code } = await grouped('--topic', 'bridges');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(answers(stdout)).toEqual([
      { id: '1', story: '1', told: true, joined: '1', role: 'first', urgent: false },
      { id: '2', story: '1', told: false, joined: '1', role: 'also', urgent: false },
      { id: '3', story: '1', told: false, joined: '1', role: 'copy', urgent: false },
      { id: '4', story: '4', told: true, joined: '4', role: 'first', urgent: true },
    ]);
  });

  it('agrees with topics try', async () => {
    const tried = await runCli(
      ['topics', 'try', 'bridge', '--items', '-', '--config', config, '--json'],
      {},
      undefined,
      NEWS.map((item) => JSON.stringify(item)).join('\n'),
    );
    const roles = JSON.parse(tried.stdout).stories.flatMap(
      ({ items }: { items: { id: string; role: string }[] }) => items.map(({ id, role }) => `${id} ${role}`),
    );
    const { stdout } = await grouped('--topic', 'bridges');
    const own = answers(stdout).map((answer) => `${answer.id} ${(answer as { role?: string }).role}`);
    expect(own.toSorted()).toEqual(roles.toSorted());
  });

  it('names the topics of the file if there is no such topic', async () => {
    const { stderr, code } = await grouped('--topic', 'bridge');
    expect(stderr).toContain('--topic: expected the id of a topic in');
    expect(stderr).toContain('(bridges, ferries), got bridge');
    expect(code).toBe(1);
  });
});
