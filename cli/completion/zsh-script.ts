import type { CompletedCommand, CompletedWord, Values } from './completed-command.ts';

/** Returns the completion script for zsh. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const steps = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `#compdef news-alerts
# Completes news-alerts in zsh.
_news-alerts() {
  local at= word previous=$words[CURRENT-1]
  local -a list
  # For --config=news.yaml, only what follows the equals sign is completed.
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P '*='
  fi
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${steps.join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $previous" in
${commands.flatMap(optionValues).join('\n')}
  esac
  case "$at" in
${commands.map(nextWords).join('\n')}
  esac
}
if [[ $funcstack[1] == _news-alerts ]]; then _news-alerts "$@"; else compdef _news-alerts news-alerts; fi
`;
}

function optionValues({ path, options }: CompletedCommand): string[] {
  return options.flatMap(({ name, values }) =>
    values === undefined ? [] : [`    '${path} ${name}') ${complete(values)}; return ;;`],
  );
}

function nextWords({ path, subcommands, options, argument }: CompletedCommand): string {
  const next = subcommands.length > 0 ? describe('command', subcommands) : complete(argument ?? 'unknown');
  return `    '${path}') if [[ $PREFIX == -* ]]; then ${describe('option', options)}; else ${next}; fi ;;`;
}

function describe(kind: string, words: readonly CompletedWord[]): string {
  const entries = words.map(({ name, description }) =>
    quoted(`${name.replaceAll(':', '\\:')}:${description}`),
  );
  return `list=(${entries.join(' ')}); _describe ${kind === 'option' ? '-o ' : ''}${kind} list`;
}

function complete(values: Values): string {
  if (values === 'file') return '_files';
  if (values === 'folder') return '_files -/';
  return values === 'unknown' ? ':' : `compadd -- ${values.join(' ')}`;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
