import type { AddHelpTextContext } from 'commander';

/** Width of help texts in columns if the terminal does not report its own; Commander's default. */
const DEFAULT_WIDTH = 80;

/**
 * Returns the examples of a command's help, which are Markdown for docs/cli.md too. `commands`: what follows the name of the
 * program.
 */
export const examples =
  (...commands: readonly string[]) =>
  (): string =>
    `\nExamples:\n\n${commands.map((command) => `    npx news-alerts ${command}`).join('\n')}`;

/** Returns paragraphs for the end of a command's help. They are Markdown, since docs/cli.md contains them too. */
export const details =
  (...paragraphs: readonly string[]) =>
  ({ command }: AddHelpTextContext): string => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_WIDTH;
    return paragraphs.map((text) => `\n${command.createHelp().boxWrap(text, width)}`).join('\n');
  };
