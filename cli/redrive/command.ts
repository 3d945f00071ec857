import { Argument, type Command } from 'commander';
import { DEPLOYED_QUEUES, type DeployedQueueName } from '../../functions/shared/pipeline.ts';
import { details, examples } from '../shared/help.ts';
import { jsonOption, stackOption } from '../shared/options.ts';

export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .description('move dead letters of a deployment on AWS back to their queues')
    .addArgument(new Argument('[queue]', 'the queue').choices([...DEPLOYED_QUEUES, 'all']).default('all'))
    .addOption(stackOption())
    .option('--dry-run', 'only count the messages')
    .addOption(jsonOption())
    .addHelpText('after', examples('redrive --dry-run', 'redrive hits --stack PressWatch'))
    .addHelpText(
      'after',
      details(
        'SQS moves the messages, and the command waits until it is done. Ctrl-C cancels. docs/operations.md explains why it is safe to handle a message again.',
        '`--json` prints `{stack, dryRun, queues: [{queue, deadLetters, hidden, oldestSeconds, outcome, moved, error}]}`. `hidden` messages are being read by somebody else. `outcome` is `moved`, `cancelled`, `left` (a move that somebody else started goes on), `failed`, or `null` if nothing was moved.',
      ),
    )
    .action(
      async (
        queue: DeployedQueueName | 'all',
        { stack, dryRun = false, json }: { stack: string; dryRun?: boolean; json: boolean },
      ) => {
        const { redrive } = await import('./redrive.ts');
        await redrive({ queue, stack, dryRun, json });
      },
    );
}
