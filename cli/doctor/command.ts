import { type Command, Option } from 'commander';
import { DEFAULT_STACK } from '../deployed/resource-names.ts';
import { details, examples } from '../shared/help.ts';
import { configOption } from '../shared/options.ts';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'check a deployment on AWS or this machine, and report problems, their effects and what to do; exit code 1 if there are any',
    )
    .addOption(
      new Option(
        '--stack <name>',
        `the deployment on AWS (default without --data: ${DEFAULT_STACK}, if your credentials give access to it)`,
      ).conflicts('data'),
    )
    .option(
      '--data <folder>',
      'data folder of npm start on this machine (default if there is no such stack: .news-alerts)',
    )
    .addOption(configOption())
    .option('--json', 'print the results as JSON')
    .addHelpText('after', examples('doctor', 'doctor --stack NewsAlerts --json'))
    .addHelpText(
      'after',
      details(
        'For a deployment, checks the stack, the deployed configuration, subscriptions, SMS limits, queues and dead letters, feeds, topics, digests and alarms. For this machine, checks whether `start` runs, mail, SMS, chat services, feeds, topics, digests, queues, disk, clock and page. Changes nothing.',
        'docs/operations.md explains each result.',
      ),
    )
    .action(async (options: { stack?: string; data?: string; config: string; json?: true }) => {
      const { doctor } = await import('./doctor.ts');
      await doctor({ ...options, json: options.json ?? false });
    });
}
