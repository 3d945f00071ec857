import { renameSync, writeFileSync } from 'node:fs';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { PRIVATE_FILE_MODE } from './private-folder.ts';

/**
 * Replaces a file that every start makes anew; whoever has the old one open keeps it.
 * @throws NewsAlertsError when it cannot be written
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(`${path}.new`, content, { mode: PRIVATE_FILE_MODE });
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw new NewsAlertsError(
      `${path}: expected a file to write, got ${describeFileError(cause)}; mend that, or move it away: every start makes it anew`,
      { cause },
    );
  }
}
