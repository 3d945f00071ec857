import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { runCli } from '../helpers/cli.ts';

const ESCAPE = String.fromCodePoint(0x1b);

/** Returns the names of a command and of all below it. */
function namesOf(command: Command, path: readonly string[] = []): string[] {
  const below = command.commands.flatMap((child) => namesOf(child, [...path, child.name()]));
  return [path.join(' '), ...below];
}
const COMMANDS = namesOf(await createProgram());

describe('the help', () => {
  it.each(COMMANDS)('of “%s” has one to three examples', async (name) => {
    const { stdout, code } = await runCli([...name.split(' ').filter((word) => word !== ''), '--help']);
    expect(code).toBe(0);
    const [, listed = ''] = /\nExamples:\n\n((?: {4}npx news-alerts .*\n){1,3})\n?/.exec(stdout) ?? [];
    const lines = listed.trim().split(/\n\s*/);
    for (const line of lines) expect(line).toMatch(new RegExp(`^npx news-alerts ${name}\\b`));
  });

  it('of one command is the same whether the others are loaded or not', async () => {
    for (const name of COMMANDS.filter((name) => name !== '' && name !== 'completion')) {
      const [first = ''] = name.split(' ');
      const alone = await createProgram(first);
      expect(alone.commands.map((command) => command.name())).toEqual([first]);
    }
    const { stdout } = await runCli(['help', 'feeds']);
    expect(stdout).toBe((await runCli(['feeds', '--help'])).stdout);
  });

  it('has no colours without a terminal', async () => {
    for (const args of [['--help'], ['feeds', 'add', '--help'], ['feeds', 'lst'], ['feeds', 'list']]) {
      const { stdout, stderr } = await runCli(args);
      expect(stdout + stderr).not.toContain(ESCAPE);
    }
  });
});

describe('a typing error', () => {
  it.each([
    [['chek'], 'Did you mean check?'],
    [['feeds', 'lst'], 'Did you mean list?'],
    [['feeds', 'list', '--confg', 'a'], 'Did you mean --config?'],
    [['alerts', 'list', '--sinc', '2d'], 'Did you mean --since?'],
  ])('in %j gets a suggestion', async (args, suggestion) => {
    const { stdout, stderr, code } = await runCli(args);
    expect(stderr).toContain(suggestion);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  it('in a choice gets the list of choices', async () => {
    const { stderr, code } = await runCli(['redrive', 'hit']);
    expect(stderr).toContain('Allowed choices are feeds, items, hits, chat, mail, all.');
    expect(code).toBe(2);
  });
});
