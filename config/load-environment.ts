import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { describeFileError } from './file-error.ts';

const FILE = '.env';

/**
 * Adds the variables of `.env` to the environment, where there is such a file; those that are set already stay.
 * @throws NewsAlertsError when it cannot be read
 */
export function loadEnvironment(): void {
  try {
    const { ...before } = process.env;
    Object.assign(process.env, parseEnv(readFileSync(FILE, 'utf8')), before);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw new NewsAlertsError(
      `${FILE}: expected a file of NAME=value lines, got ${describeFileError(cause)}; move it away, or make it readable`,
      { cause },
    );
  }
}
