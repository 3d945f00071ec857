import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { makePrivateFile, PRIVATE_FOLDER_MODE } from './private-folder.ts';

/** An exclusive lock on a folder. The operating system releases the lock however the process ends. */
export interface FolderLock {
  release(): void;
}

/** Another process holds the lock on the folder. */
export class FolderInUse extends NewsAlertsError {
  override name = 'FolderInUse';
}

/**
 * Locks a folder, and creates it if needed.
 * @throws FolderInUse if another process has locked it, NewsAlertsError if it cannot be written to
 */
export function lockFolder(folder: string): FolderLock {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    makePrivateFile(join(folder, 'lock'));
    lock = new DatabaseSync(join(folder, 'lock'));
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    if ((cause as Error).message.includes('database is locked')) {
      throw new FolderInUse(
        `expected ${folder} to be free, but another news-alerts is using it; stop that one, or name another folder with --data`,
        { cause },
      );
    }
    const file = join(folder, 'lock');
    if (lock !== undefined || existsSync(file)) {
      throw new NewsAlertsError(
        `${file}: expected a file to lock, got ${describeFileError(cause)}; move it away (it holds no data), and check who owns it`,
        { cause },
      );
    }
    throw new NewsAlertsError(
      `${folder}: expected a folder that can be written to, got ${describeFileError(cause)}; fix that, or name another folder with --data`,
      { cause },
    );
  }
  const database = lock;
  return { release: () => database.close() };
}
