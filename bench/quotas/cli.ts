// npm run bench -- quotas: see docs/operations.md.
import { Command } from 'commander';
import { measure } from './measure.ts';
import { quotasInDocument, writeQuotas } from './quota-document.ts';
import { quotasInMarkdown } from './quota-table.ts';

interface Options {
  readonly check?: boolean;
  readonly write?: boolean;
  readonly measure?: boolean;
}

await new Command('bench quotas')
  .description(
    'Calculates the limit of each part of a deployment from the quotas of AWS and the measured cost of a feed and a topic.',
  )
  .option('--check', 'fail if docs/operations.md has other numbers')
  .option('--write', 'write the tables to docs/operations.md')
  .option('--measure', 'measure the cost of a feed and a topic again; takes some minutes')
  .action(run)
  .parseAsync();

async function run(options: Options): Promise<void> {
  if (options.measure) await measure();
  const tables = quotasInMarkdown();
  if (options.write) writeQuotas(tables);
  if (!options.check) process.stdout.write(`${tables}\n`);
  else if (quotasInDocument() !== tables) {
    process.stderr.write(
      'docs/operations.md has other numbers than npm run bench -- quotas; run npm run bench -- quotas --write\n',
    );
    process.exitCode = 1;
  }
}
