import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../../config/file-error.ts';

const GROUP_AND_OTHERS_MODE = 0o077;
/** The mode of folders, and all of the permissions that anything in the data folder may have. */
export const PRIVATE_FOLDER_MODE = 0o700;
export const PRIVATE_FILE_MODE = 0o600;

/** Everything that news-alerts itself puts into the data folder, and what it or its user has set aside of it. */
const OURS = /^(lock|tables|queues|demo|(config|servers|channels)\.json|topics\.bin|outbox\.jsonl)([.-].*)?$/;

/**
 * Makes the data folder, and lets nobody else read what news-alerts keeps in it: addresses, configuration, mail. The folder
 * itself is closed too, unless it holds files of others, such as a home folder that was named with --data.
 * Returns a warning when other users can still read some of it: the file system knows no permissions, or the files belong
 * to somebody else. On Windows the folder has the permissions of the one around it.
 * @throws Error when the folder cannot be made
 */
export function makePrivateFolder(folder: string): string | undefined {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  if (process.platform === 'win32') return undefined;
  const faults: string[] = [];
  const names = listNames(folder, faults);
  const ours = names.filter((name) => OURS.test(name));
  if (ours.length === names.length) restrictAccess(folder, faults, 0);
  for (const name of ours) restrictTree(join(folder, name), faults);
  const [first] = faults;
  if (first === undefined) return undefined;
  return (
    `expected ${folder} to be readable by you alone, but others can read ${first}` +
    `${faults.length > 1 ? `, and ${faults.length - 1} more` : ''}; move the folder to a disk with permissions (--data), or see who owns it`
  );
}

/** Makes an empty file that nobody else can read, whatever the umask is; an existing one stays as it is. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE_MODE));
}

function restrictTree(path: string, faults: string[]): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // Where a link points to is not ours.
  if (!found || found.isSymbolicLink()) return;
  restrictAccess(path, faults);
  if (!found.isDirectory()) return;
  for (const name of listNames(path, faults)) restrictTree(join(path, name), faults);
}

function listNames(folder: string, faults: string[]): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    faults.push(`${folder} (${describeFileError(error)})`);
    return [];
  }
}

/** Works on the open descriptor, so a link swapped in meanwhile is not followed. */
function restrictAccess(path: string, faults: string[], noFollow: number = constants.O_NOFOLLOW): void {
  const isOpen = ({ mode }: Stats) => (mode & GROUP_AND_OTHERS_MODE) !== 0;
  let descriptor: number | undefined;
  try {
    // Files that cannot be read are nobody's to read either.
    if (noFollow !== 0 && !isOpen(lstatSync(path))) return;
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
    const found = fstatSync(descriptor);
    if (!isOpen(found)) return;
    fchmodSync(descriptor, found.mode & PRIVATE_FOLDER_MODE);
    if (isOpen(fstatSync(descriptor))) faults.push(`${path} (its permissions cannot be changed here)`);
  } catch (error) {
    faults.push(`${path} (${describeFileError(error)})`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
