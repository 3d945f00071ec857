import type { Command } from 'commander';
import { details, examples } from '../shared/help.ts';
import { configOption, jsonOption } from '../shared/options.ts';
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
    .addOption(jsonOption())
    .addHelpText('after', examples('check', 'check --config new.yaml --json'))
    .addHelpText(
      'after',
      details(
        'Prints each fault with its line and a suggestion. For a valid file, prints how many emails and SMS parts the worst day could bring and how many to expect in a month.',
        '`--json` prints `{file, valid, faults, feeds, topics, recipients, worstDay, month, notes}`. Each of the faults is `{file, line, column, path, message, snippet}`. `worstDay` is `{email, sms}`, each `{messages, unbounded}` with the ids of topics without a limit. `month` is `{days, topics, unknown}`: `topics` has `{id, historyDays, messages: {email, sms}}`, and `unknown` says why that is missing. A file with faults has only the first three keys, and the exit code is 1.',
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
    .addHelpText('after', examples('schema > news-alerts.schema.json'))
    .action(async () => {
      const { jsonSchema } = await import('../../config/schema/schema.ts');
      process.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
    });
}
