import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { PRIVATE_FILE_MODE } from './private-folder.ts';

/**
 * Replaces a file that only its owner can read. Syncs the new content before the rename, so a crash leaves either the old
 * file or the new one. Readers that have the old file open keep it.
 * @throws Error of the file system
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const temporary = temporaryPath(path);
  const descriptor = openSync(temporary, 'w', PRIVATE_FILE_MODE);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
}

/** Does the same as `writeFileAtomically` without blocking the event loop. Rejects with the error of the file system. */
export async function writeFileAtomicallyAsync(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryPath(path);
  const file = await open(temporary, 'w', PRIVATE_FILE_MODE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/**
 * Replaces a file that every start writes again.
 * @throws NewsAlertsError if the file cannot be written
 */
export function writeGeneratedFile(path: string, content: string | Uint8Array): void {
  try {
    writeFileAtomically(path, content);
  } catch (cause) {
    throw new NewsAlertsError(
      `${path}: expected a file to write, got ${describeFileError(cause)}; fix that, or move it away: every start writes it again`,
      { cause },
    );
  }
}

const temporaryPath = (path: string): string => `${path}.tmp`;
