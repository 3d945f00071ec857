#!/usr/bin/env node
// Parses arguments. Each command is a function in cli/.
import { CommanderError } from 'commander';
import { createProgram, EXIT } from '../cli/program.ts';
import { UsageError } from '../cli/shared/usage-error.ts';
import { describeFileError } from '../config/file-error.ts';
import { loadEnvironment } from '../config/load-environment.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';

// Node 22 calls its SQLite experimental, which users can do nothing about.
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => {
  if (name !== 'ExperimentalWarning') console.error(`${name}: ${message}`);
});

// The reader of our output may close the pipe, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  console.error(`expected to write to standard output, got ${describeFileError(error)}`);
  process.exit(EXIT.failed);
});

try {
  loadEnvironment();
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else if (error instanceof NewsAlertsError) {
    console.error(error.message);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
  } else {
    throw error;
  }
}
