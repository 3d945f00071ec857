import type { CompletedCommand, Values } from './completed-command.ts';

/** Returns the completion script for bash 3.2 or newer. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const steps = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `# Completes news-alerts in bash.
_news_alerts() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= word
  # Bash splits --config=news.yaml at the equals sign.
  if [ "$current" = = ]; then
    current=
  elif [ "$previous" = = ]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${steps.join('|')}) path=\${path:+$path }$word ;;
    esac
  done
  case "$path $previous" in
${commands.flatMap(optionValues).join('\n')}
  esac
  case "$path" in
${commands.map(nextWords).join('\n')}
  esac
}
_news_alerts_words() { COMPREPLY=($(compgen -W "$1" -- "$current")); }
_news_alerts_files() { compopt -o default 2> /dev/null || COMPREPLY=($(compgen -f -- "$current")); }
_news_alerts_folders() { compopt -o dirnames 2> /dev/null || COMPREPLY=($(compgen -d -- "$current")); }
complete -F _news_alerts news-alerts
`;
}

function optionValues({ path, options }: CompletedCommand): string[] {
  return options.flatMap(({ name, values }) =>
    values === undefined ? [] : [`    '${path} ${name}') ${complete(values)}; return ;;`],
  );
}

function nextWords({ path, subcommands, options, argument }: CompletedCommand): string {
  const names = options.map(({ name }) => name).join(' ');
  const next =
    subcommands.length > 0 ? complete(subcommands.map(({ name }) => name)) : complete(argument ?? 'unknown');
  return `    '${path}') if [[ $current == -* ]]; then _news_alerts_words '${names}'; else ${next}; fi ;;`;
}

function complete(values: Values): string {
  if (values === 'file') return '_news_alerts_files';
  if (values === 'folder') return '_news_alerts_folders';
  return values === 'unknown' ? ':' : `_news_alerts_words '${values.join(' ')}'`;
}
