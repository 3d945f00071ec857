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
    'Computes where each part of a deployment stops, by the quotas of AWS and what a feed and a topic take.',
  )
  .option('--check', 'fails when docs/operations.md has other numbers')
  .option('--write', 'puts the tables into docs/operations.md')
  .option('--measure', 'measures anew what a feed and a topic take; some minutes')
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
