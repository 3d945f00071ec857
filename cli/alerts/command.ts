import type { Command } from 'commander';
import { DEFAULT_DATA_FOLDER } from '../shared/defaults.ts';
import { details, examples } from '../shared/help.ts';
import { configOption } from '../shared/options.ts';
import type { AlertsOptions } from './alerts.ts';

export function addAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('show which alerts were sent and why, on this machine or, with --stack, on AWS')
    .addHelpText('after', examples('alerts list --since 2d'));

  const withAlertOptions = (command: Command) =>
    command
      .addOption(configOption())
      .option('--topic <id>', 'only this topic')
      .option('--data <folder>', 'data folder of this machine', DEFAULT_DATA_FOLDER)
      .option('--stack <name>', 'use a deployment on AWS instead of this machine')
      .option('--json', 'print JSON lines', false);

  withAlertOptions(
    alerts.command('list').description('list alerts that were sent, wait for a digest, or were left out'),
  )
    .option('--since <duration>', 'how far to look back', '7d')
    .addHelpText(
      'after',
      examples('alerts list --since 2d', 'alerts list --topic floods --stack NewsAlerts --json'),
    )
    .addHelpText('after', details('docs/alerts.md explains the output.'))
    .action(async (options: AlertsOptions & { since: string }) => {
      const { alertsList } = await import('./alerts.ts');
      await alertsList(options);
    });

  withAlertOptions(
    alerts
      .command('show')
      .description('show why an alert was sent, or why an item was or was not in an alert')
      .argument('<alert-or-item>', 'id of an alert or an item, or the address of an item'),
  )
    .addHelpText('after', examples('alerts show https://news.example/storm'))
    .addHelpText(
      'after',
      details(
        'For an item, prints for each topic whether the item was the first report of its story, a development, a retelling or a copy. For a development or a retelling, prints how likely it belongs to the story and which words of its headline were new. If the item does not match a topic, prints why, clause by clause.',
        'docs/alerts.md explains the output.',
      ),
    )
    .action(async (reference: string, options: AlertsOptions) => {
      const { alertsShow } = await import('./alerts.ts');
      await alertsShow(reference, options);
    });
}
