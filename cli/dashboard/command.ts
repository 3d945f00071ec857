import { type Command, Option } from 'commander';
import { DEFAULT_DASHBOARD_PORT, DEFAULT_DATA_FOLDER } from '../shared/defaults.ts';
import { details, examples } from '../shared/help.ts';
import { configOption, parsePort } from '../shared/options.ts';
import type { DashboardOptions } from './dashboard.ts';

export function addDashboard(program: Command): void {
  program
    .command('dashboard')
    .description('serve the page of `start` read-only, over a deployment on AWS or the data of this machine')
    .addOption(
      new Option('--stack <name>', 'the deployment on AWS, read with your credentials').conflicts('data'),
    )
    .option('--data <folder>', 'data folder of this machine', DEFAULT_DATA_FOLDER)
    .option(
      '--port <port>',
      `port on 127.0.0.1; 0 for any free one (default: the first free one from ${DEFAULT_DASHBOARD_PORT})`,
      parsePort,
    )
    .addOption(configOption())
    .addHelpText('after', examples('dashboard', 'dashboard --stack NewsAlerts'))
    .addHelpText(
      'after',
      details(
        'Prints the address of the page. Shows stories, messages, feeds, queues and what waits, and searches the stored items; changes nothing. Ctrl-C ends it.',
        'With `--stack`, the messages are those of the alert log of the last seven days. AWS does not record their texts, nor whether they were delivered. Reads only while somebody looks at the page: at most every 30 seconds, and 60,000 read units of DynamoDB an hour (less than a cent). A search reads the whole table once.',
        'Without `--stack`, reads the data folder whether `start` runs on it or not.',
        'docs/alerts.md explains what a deployment knows, docs/operations.md the permissions.',
      ),
    )
    .action(async (options: DashboardOptions) => {
      const { dashboard } = await import('./dashboard.ts');
      await dashboard(options);
    });
}
