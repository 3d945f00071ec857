import { Argument, type Command } from 'commander';
import { details, examples } from '../shared/help.ts';
import type { Shell } from './completion.ts';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, options and files in a shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish'] satisfies Shell[]))
    .addHelpText('after', examples('completion bash >> ~/.bashrc'))
    .addHelpText(
      'after',
      details(
        'The script completes the command `news-alerts`, which must be on the path: `npm install --global` puts it there. Print it again after an upgrade. Where it goes:',
        '- bash: append it to `~/.bashrc`, or write it to `~/.local/share/bash-completion/completions/news-alerts`.',
        '- zsh: write it to a file `_news-alerts` in a folder of `$fpath`, before `compinit` runs.',
        '- fish: write it to `~/.config/fish/completions/news-alerts.fish`.',
      ),
    )
    .action(async (shell: Shell) => {
      const { completion } = await import('./completion.ts');
      completion(program, shell);
    });
}
