import type { Command } from 'commander';
import { details } from '../shared/help.ts';
import { configOption } from '../shared/options.ts';
import type { CheckOptions } from './check.ts';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('check the configuration and report all errors in it')
    .addOption(configOption())
    .option(
      '--data <folder>',
      'data folder whose history is used to estimate a month (default: ".news-alerts", if it exists)',
    )
    .option('--stack <name>', 'use a deployment on AWS instead of this machine')
    .addHelpText(
      'after',
      details(
        'Prints each fault with its line and a suggestion. For a valid file, prints how many emails and SMS parts the worst day could bring and how many to expect in a month.',
      ),
    )
    .action(async (options: CheckOptions) => {
      const { check } = await import('./check.ts');
      await check(options);
    });
}

export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON schema of the configuration, for editors')
    .action(async () => {
      const { jsonSchema } = await import('../../config/schema/schema.ts');
      process.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
    });
}
