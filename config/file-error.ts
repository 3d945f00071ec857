const DESCRIPTIONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission (see who owns it and may read it: ls -l)',
  EBUSY: 'one that another program holds',
  EDQUOT: 'no room: the disk quota is used up',
  EEXIST: 'a file in the place of a folder',
  EFBIG: 'no room: the largest size of a file is reached (ulimit -f)',
  EIO: 'a fault of the disk',
  EISDIR: 'a folder',
  ELOOP: 'links that lead back to themselves',
  EMFILE: 'too many open files (ulimit -n)',
  ENAMETOOLONG: 'a name that is too long',
  ENFILE: 'too many open files on this machine',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no room: the disk is full',
  ENOTDIR: 'a file in the place of a folder',
  EPERM: 'no permission (see who owns it and may use it: ls -l)',
  EROFS: 'a file system that can only be read',
  ERR_FS_FILE_TOO_LARGE: 'a file of more than 2 GB',
  ERR_STRING_TOO_LONG: 'a file of more than 500 MB',
};

/**
 * Returns what a failed file operation got instead, in words that fit after "got": of the system's error code where it is
 * known, else the error's own message.
 */
export function describeFileError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCodeOf(error);
  return (code && DESCRIPTIONS[code]) ?? error.message;
}

/** True when the write failed because there is no room, and the same write succeeds once there is. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && /^(ENOSPC|EDQUOT|EFBIG)$/.test(errorCodeOf(error) ?? '');
}

function errorCodeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
