import { type Command, Option } from 'commander';
import { withPast } from '../past/with-past.ts';
import { DEFAULT_CONFIG_FILE } from '../shared/defaults.ts';
import { details, examples } from '../shared/help.ts';
import { parseWholeNumber, smsPriceOption } from '../shared/options.ts';
import type { BacktestOptions } from './backtest.ts';

export function addBacktest(program: Command): void {
  withPast(
    program
      .command('backtest')
      .description(
        'show what the topics of a file would have caught and sent in the past, and what an edit changes',
      )
      .option(
        '--against <file>',
        `the file to compare with (default: ${DEFAULT_CONFIG_FILE}, if --config names another file)`,
      )
      .addOption(
        new Option(
          '--max-per-day <n>',
          'fail if a topic would have sent a recipient more messages than this on a day',
        ).argParser(parseWholeNumber),
      )
      .addOption(smsPriceOption()),
  )
    .addHelpText(
      'after',
      examples('backtest --config new.yaml', 'backtest --config new.yaml --days 30 --max-per-day 20'),
    )
    .addHelpText(
      'after',
      details(
        'Prints for each topic how many items and stories it would have caught, how many messages a recipient would have got per day and in a month, and the SMS parts of a month with their cost on AWS. Compared with another file, prints the items that each topic gains and loses, with examples. The past and its limits are those of `topics try`.',
        'With `--max-per-day`, it is a check for CI: the exit code is 1 if any topic exceeds the limit. Emails and SMS count separately.',
        '`--json` prints one object: `{period: {from, to}, searched, topics: [{id, change, after, before, added, removed, smsPartsPerMonth}], smsCost, exceeding}`. `change` is `new`, `removed` or `null`; `after` and `before` are `{matched, groupedSince, storyCount, estimate}` or `null`; the other parts, `smsCost` among them, are those of `topics try`. `smsCost` is `null` without a history or a recipient by SMS. `exceeding` has the ids of topics beyond `--max-per-day`.',
      ),
    )
    .action(async (options: BacktestOptions) => {
      const { runBacktest } = await import('./backtest.ts');
      await runBacktest(options);
    });
}
