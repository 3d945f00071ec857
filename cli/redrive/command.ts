import { Argument, type Command } from 'commander';
import { QUEUES, type QueueName } from '../../functions/shared/pipeline.ts';
import { details } from '../shared/help.ts';
import { stackOption } from '../shared/options.ts';

export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .description('move dead letters of a deployment on AWS back to their queues')
    .addArgument(new Argument('[queue]', 'the queue').choices([...QUEUES, 'all']).default('all'))
    .addOption(stackOption())
    .option('--dry-run', 'only count the messages')
    .addHelpText(
      'after',
      details(
        'SQS moves the messages, and the command waits until it is done. Ctrl-C cancels. docs/operations.md explains why it is safe to handle a message again.',
      ),
    )
    .action(async (queue: QueueName | 'all', options: { stack: string; dryRun?: true }) => {
      const { redrive } = await import('./redrive.ts');
      await redrive({ queue, stack: options.stack, dryRun: options.dryRun ?? false });
    });
}
