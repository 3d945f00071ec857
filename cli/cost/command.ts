import type { Command } from 'commander';
import { details, examples } from '../shared/help.ts';
import { configOption, jsonOption, smsPriceOption } from '../shared/options.ts';
import type { CostOptions } from './cost.ts';

export function addCost(program: Command): void {
  program
    .command('cost')
    .description('estimate what a deployment of the file would cost on AWS in a month')
    .addOption(configOption())
    .option(
      '--data <folder>',
      'data folder whose history is used to estimate the messages (default: ".news-alerts", if it exists)',
    )
    .option('--stack <name>', 'use the history of a deployment on AWS instead of this machine')
    .addOption(smsPriceOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('cost', 'cost --config press.yaml --sms-price 0.05'))
    .addHelpText(
      'after',
      details(
        'Prints the cost of the polls of all feeds, from the one if all feeds are quiet to the one if all are busy, with the emails that the history lets expect, and the cost of SMS apart. The figures lie between those that were measured with 50, 1,000 and 100,000 feeds: docs/cost.md. Connects to nothing, unless `--stack` is given.',
        '`--json` prints `{file, days, pricesAsOf, feeds, polls: {least, most}, withFreeTier: {least, most}, withoutFreeTier: {least, most}, emails, smsCost, unknown, tooNew}`. `unknown` says why `emails` and `smsCost` are missing, and is `null` if they are known. `tooNew` has the ids of topics with too short a history, whose messages are left out. `smsCost` is that of `topics try`, or `null` without SMS.',
      ),
    )
    .action(async (options: CostOptions) => {
      const { cost } = await import('./cost.ts');
      await cost(options);
    });
}
