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
/** The mode of folders, and the most permissions that any file in the data folder may have. */
export const PRIVATE_FOLDER_MODE = 0o700;
export const PRIVATE_FILE_MODE = 0o600;

/** Matches the names that news-alerts itself puts into the data folder, and copies of them such as `tables.damaged`. */
const OUR_FILES =
  /^(lock|tables|queues|demo|(config|servers|channels|sms-spend)\.json|topics\.bin|outbox\.jsonl)([.-].*)?$/;

/**
 * Creates the data folder, and removes other users' access to the files of news-alerts in it: addresses, configuration,
 * mail. Also makes the folder itself private, unless it holds other files, as a home folder named with --data does. On
 * Windows the folder inherits the permissions of its parent.
 *
 * Returns a warning if other users can still read some of the files, because the file system has no permissions or the files
 * belong to somebody else.
 * @throws Error if the folder cannot be created
 */
export function makePrivateFolder(folder: string): string | undefined {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  if (process.platform === 'win32') return undefined;
  const faults: string[] = [];
  const names = listNames(folder, faults);
  const ours = names.filter((name) => OUR_FILES.test(name));
  if (ours.length === names.length) restrictAccess(folder, faults, 0);
  for (const name of ours) restrictTree(join(folder, name), faults);
  const [first] = faults;
  if (first === undefined) return undefined;
  return (
    `expected ${folder} to be readable only by you, but others can read ${first}` +
    `${faults.length > 1 ? ` and ${faults.length - 1} more` : ''}; move the folder to a disk that supports permissions (--data), or check who owns it`
  );
}

/** Creates an empty file that nobody else can read, whatever the umask. Leaves an existing file as it is. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE_MODE));
}

function restrictTree(path: string, faults: string[]): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  // The target of a link is not ours.
  if (!stats || stats.isSymbolicLink()) return;
  restrictAccess(path, faults);
  if (!stats.isDirectory()) return;
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

/** Removes others' permissions. Works on the open descriptor, so it does not follow a link that replaces the file meanwhile. */
function restrictAccess(path: string, faults: string[], noFollow: number = constants.O_NOFOLLOW): void {
  const isOpen = ({ mode }: Stats) => (mode & GROUP_AND_OTHERS_MODE) !== 0;
  let descriptor: number | undefined;
  try {
    // Checked first, since a file may be unreadable even for its owner, and then cannot be opened.
    if (noFollow !== 0 && !isOpen(lstatSync(path))) return;
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
    const stats = fstatSync(descriptor);
    if (!isOpen(stats)) return;
    fchmodSync(descriptor, stats.mode & PRIVATE_FOLDER_MODE);
    if (isOpen(fstatSync(descriptor))) faults.push(`${path} (its permissions cannot be changed here)`);
  } catch (error) {
    faults.push(`${path} (${describeFileError(error)})`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
