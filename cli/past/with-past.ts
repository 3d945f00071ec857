import { type Command, Option } from 'commander';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { DEFAULT_DATA_FOLDER } from '../shared/defaults.ts';
import { configOption, jsonOption, parseWholeNumber } from '../shared/options.ts';

/** Adds the options that say where the past is. */
export function withPast(command: Command): Command {
  const sources = ['items', 'recordings', 'stack', 'data'];
  const source = (flags: string, text: string) => {
    const option = new Option(flags, text);
    return option.conflicts(sources.filter((name) => name !== option.attributeName()));
  };
  return command
    .addOption(configOption())
    .addOption(
      new Option('--days <n>', 'how far to look back').argParser(parseWholeNumber).default(KEPT_DAYS),
    )
    .addOption(source('--data <folder>', 'data folder of this machine').default(DEFAULT_DATA_FOLDER))
    .addOption(source('--stack <name>', 'use a deployment on AWS instead of this machine'))
    .addOption(source('--recordings <folder>', 'use recorded feeds, as `replay` reads them'))
    .addOption(
      source('--items <file>', 'use items as JSON lines, as `match` reads them; - for standard input'),
    )
    .addOption(jsonOption());
}
