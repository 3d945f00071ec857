import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../cli/program.ts';
import { runCli } from '../../helpers/cli.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-completion-'));
const isHere = (shell: Shell) => spawnSync(shell, ['--version']).status === 0;

beforeAll(async () => {
  for (const shell of SHELLS) {
    const { stdout, code } = await runCli(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(join(folder, shell), stdout);
  }
  writeFileSync(join(folder, 'two words.yaml'), '');
  mkdirSync(join(folder, 'a-folder'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns what a shell offers at the end of a line of words, the last of which is begun. */
function offered(shell: Shell, words: readonly string[]): string[] {
  const run = (args: readonly string[]) =>
    execFileSync(shell, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder },
    })
      .split('\n')
      .filter((line) => line !== '');
  if (shell === 'fish') {
    const line = words.map((word) => word.replaceAll(' ', '\\ ')).join(' ');
    return run(['--no-config', '-c', `source ${folder}/fish; complete -C '${line}'`]).map(
      (offer) => offer.split('\t')[0] ?? '',
    );
  }
  if (shell === 'bash') {
    // A completion function asks Readline for file names with compopt, which this script reports instead.
    const script = `source ${folder}/bash
compopt() { [ "$2" = default ] && printf '%s\\n' '<files>' || printf '%s\\n' '<folders>'; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_news_alerts
printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run(['--norc', '-c', script]);
  }
  // The functions of zsh's completion system work in its line editor alone, so this script reports what they are given.
  const script = `compdef() { :; }; compset() { PREFIX=\${PREFIX#*=}; }
_files() { [[ $1 == -/ ]] && print '<folders>' || print '<files>'; }
compadd() { shift; print -l -- "$@"; }
_describe() { print -l -- "\${(@)list%%:*}"; }
source ${folder}/zsh
words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=$#words; PREFIX=$words[CURRENT]
_news-alerts`;
  const begun = words.at(-1)?.replace(/^--.*=/, '') ?? '';
  return run(['-f', '-c', script]).filter((offer) => /^</.test(offer) || offer.startsWith(begun));
}

describe.each(SHELLS)('completion in %s', (shell) => {
  // Bash is part of every system on which these tests run; others are tested where they are installed.
  const test = it.runIf(shell === 'bash' || isHere(shell));
  const files = shell === 'fish' ? ['a-folder/', 'two words.yaml'] : ['<files>'];
  const folders = shell === 'fish' ? ['a-folder/'] : ['<folders>'];

  test('offers the commands, and those that begin with the given letters', async () => {
    const names = (await createProgram()).commands.map((command) => command.name());
    expect(offered(shell, ['news-alerts', '']).toSorted()).toEqual(names.toSorted());
    expect(offered(shell, ['news-alerts', 'do'])).toEqual(['doctor']);
  });

  test.each([
    [['feeds', 'l'], ['list']],
    [
      ['alerts', ''],
      ['list', 'show'],
    ],
    [['check', '--st'], ['--stack']],
    [['feeds', 'list', '--j'], ['--json']],
    [['feeds', 'list', '--config', 'x.yaml', '--j'], ['--json']],
    [['redrive', 'h'], ['hits']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['topics', 'try', 'feeds', '--lim'], ['--limit']],
    [['topics', 'try', '--topic', ''], []],
    [['schema', ''], []],
  ])('after %j offers %j', (words, expected) => {
    expect(offered(shell, ['news-alerts', ...words]).toSorted()).toEqual(expected.toSorted());
  });

  test('offers files and folders where they are expected', () => {
    for (const words of [
      ['check', '--config', ''],
      ['parse', ''],
      ['match', '--items', ''],
    ])
      expect(offered(shell, ['news-alerts', ...words])).toEqual(expect.arrayContaining(files.slice(-1)));
    for (const words of [
      ['start', '--data', ''],
      ['replay', ''],
    ])
      expect(offered(shell, ['news-alerts', ...words])).toEqual(folders);
  });

  test('completes the value after an equals sign', () => {
    const words = shell === 'bash' ? ['--data', '=', 'a'] : ['--data=a'];
    const ended = offered(shell, ['news-alerts', 'start', ...words]).map((offer) =>
      offer.replace(/^--data=/, ''),
    );
    expect(ended).toEqual(folders);
  });
});

it('refuses another shell', async () => {
  const { stderr, code } = await runCli(['completion', 'powershell']);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
  expect(code).toBe(2);
});
