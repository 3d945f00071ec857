import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { describeFileError } from './file-error.ts';

const FILE = '.env';

/**
 * Adds the variables in `.env` to the environment, if there is such a file. Variables that are already set keep their values.
 * Throws NewsAlertsError if the file cannot be read.
 */
export function loadEnvironment(): void {
  try {
    const { ...current } = process.env;
    Object.assign(process.env, parseEnv(readFileSync(FILE, 'utf8')), current);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw new NewsAlertsError(
      `${FILE}: expected a file of NAME=value lines, got ${describeFileError(cause)}; move it away, or make it readable`,
      { cause },
    );
  }
}
