const DESCRIPTIONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission (ls -l shows who owns it and may read it)',
  EBUSY: 'a file in use by another program',
  EDQUOT: 'no space: the disk quota is used up',
  EEXIST: 'a file instead of a folder',
  EFBIG: 'no space: the maximum size of a file is reached (ulimit -f)',
  EIO: 'a disk error',
  EISDIR: 'a folder',
  ELOOP: 'a loop of symbolic links',
  EMFILE: 'too many open files (ulimit -n)',
  ENAMETOOLONG: 'a name that is too long',
  ENFILE: 'too many open files on this machine',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space: the disk is full',
  ENOTDIR: 'a file instead of a folder',
  EPERM: 'no permission (ls -l shows who owns it and may use it)',
  EROFS: 'a read-only file system',
  ERR_FS_FILE_TOO_LARGE: 'a file of more than 2 GB',
  ERR_STRING_TOO_LONG: 'a file of more than 500 MB',
};

/** Describes the error of a file operation in words that fit after "got". Uses the error's own message for unknown codes. */
export function describeFileError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCodeOf(error);
  return (code && DESCRIPTIONS[code]) ?? error.message;
}

/** Whether a write failed because there is no space left. The same write will succeed once there is space. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && /^(ENOSPC|EDQUOT|EFBIG)$/.test(errorCodeOf(error) ?? '');
}

function errorCodeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
