import type { Command } from 'commander';
import { bashScript } from './bash-script.ts';
import { completedCommands } from './completed-command.ts';
import { fishScript } from './fish-script.ts';
import { zshScript } from './zsh-script.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
export type Shell = keyof typeof SCRIPTS;

/**
 * Runs `completion`: prints the script of a shell for all commands of the program. A script works without starting the
 * program at each Tab, and completes files and folders; libraries for Commander do neither.
 */
export function completion(program: Command, shell: Shell): void {
  process.stdout.write(SCRIPTS[shell](completedCommands(program)));
}
