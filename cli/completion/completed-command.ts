import type { Argument, Command, Option } from 'commander';

/** The possible values of an option or an argument: one of these words, a path, or something unknown. */
export type Values = readonly string[] | 'file' | 'folder' | 'unknown';

export interface CompletedOption {
  /** Such as "--config". */
  readonly name: string;
  readonly description: string;
  /** Undefined for an option without a value. */
  readonly values: Values | undefined;
}

export interface CompletedWord {
  readonly name: string;
  readonly description: string;
}

/** A command, and what can follow it. */
export interface CompletedCommand {
  /** Such as "feeds add"; empty for the program itself. */
  readonly path: string;
  readonly subcommands: readonly CompletedWord[];
  readonly options: readonly CompletedOption[];
  /** The possible values of its first argument; undefined without an argument. */
  readonly argument: Values | undefined;
}

/** Returns a command and all commands below it. */
export function completedCommands(command: Command, path: readonly string[] = []): CompletedCommand[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const [argument] = command.registeredArguments;
  return [
    {
      path: path.join(' '),
      subcommands: children.map((child) => ({ name: child.name(), description: child.description() })),
      options: help.visibleOptions(command).map((option) => ({
        name: option.long ?? option.short ?? '',
        description: option.description,
        values: option.required || option.optional ? valuesOf(option, option.flags) : undefined,
      })),
      argument: argument && valuesOf(argument, `<${argument.name()}>`),
    },
    ...children.flatMap((child) => completedCommands(child, [...path, child.name()])),
  ];
}

/** `placeholder`: with the name of the value, such as "--config <file>". */
function valuesOf({ argChoices }: Pick<Option | Argument, 'argChoices'>, placeholder: string): Values {
  if (argChoices) return argChoices;
  if (placeholder.includes('<file>')) return 'file';
  return /<(?:folder|dir)>/.test(placeholder) ? 'folder' : 'unknown';
}
