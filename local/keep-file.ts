import { writeFileSync } from 'node:fs';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { fileFault } from '../functions/shared/file-fault.ts';

/**
 * Writes a file that every start makes anew.
 * @throws NewsAlertsError when it cannot be written
 */
export function keepFile(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw new NewsAlertsError(
      `${path}: expected a file to write, got ${fileFault(cause)}; mend that, or move it away: every start makes it anew`,
      { cause },
    );
  }
}
