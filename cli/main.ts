import { CommanderError } from 'commander';
import { describeFileError } from '../config/file-error.ts';
import { loadEnvironment } from '../config/load-environment.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { createProgram } from './program.ts';
import { EXIT } from './shared/exit-codes.ts';
import { UsageError } from './shared/usage-error.ts';

/** Runs the command that the arguments of the process name, and sets the exit code. */
export async function main(): Promise<void> {
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
    const program = await createProgram(process.argv[2]);
    await program.parseAsync();
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
}
