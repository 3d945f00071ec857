import type { CompletedCommand, Values } from './completed-command.ts';

/** Returns the completion script for fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const steps = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completes news-alerts in fish.
function __news_alerts_at
    set -l at
    for word in (commandline -opc)[2..]
        set -l step (string trim -- "$at $word")
        contains -- "$step" ${steps.join(' ')}
        and set at $step
    end
    test "$at" = "$argv[1]"
end
complete -c news-alerts -f
${commands.flatMap(lines).join('\n')}
`;
}

function lines({ path, subcommands, options, argument }: CompletedCommand): string[] {
  const start = `complete -c news-alerts -n "__news_alerts_at '${path}'"`;
  return [
    ...subcommands.map(({ name, description }) => `${start} -a ${name} -d ${quoted(description)}`),
    ...options.map(({ name, description, values }) => {
      const value = values === undefined ? '' : ` -r ${completed(values)}`;
      return `${start} -l ${name.replace(/^-+/, '')}${value} -d ${quoted(description)}`;
    }),
    ...(argument === undefined || argument === 'unknown' ? [] : [`${start} ${completed(argument)}`]),
  ];
}

function completed(values: Values): string {
  if (values === 'file') return '-F';
  if (values === 'folder') return "-f -a '(__fish_complete_directories)'";
  return values === 'unknown' ? '-f' : `-f -a ${quoted(values.join(' '))}`;
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
