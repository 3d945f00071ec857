import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describeFileError } from '../../../config/file-error.ts';
import { formatDuration, formatTime } from '../../../local/format-time.ts';
import { type CheckResult, ok } from '../check-result.ts';
import { type MachineContext, startCommand } from './machine-context.ts';

const MB = 1024 * 1024;
/** Below so much free space, everything soon stops; below ten times that, a person should know. */
const MIN_FREE_BYTES = 20 * MB;

export interface DiskFacts {
  /** Bytes that may still be written. */
  readonly free: number;
  /** Bytes that the folder holds. */
  readonly size: number;
  /** Why it cannot be written to. */
  readonly fault?: string;
}

export function diskResults({ free, size, fault }: DiskFacts, data: string): CheckResult[] {
  const about = { check: 'disk', about: data } as const;
  if (fault !== undefined) {
    return [
      {
        ...about,
        level: 'problem',
        code: 'disk-readonly',
        seen: `${data} cannot be written to: ${fault}`,
        means: 'nothing new can be kept, so nothing is polled or sent',
        next: 'see who owns the folder and its files (ls -l), and that its file system can be written to',
      },
    ];
  }
  const seen = `${formatBytes(free)} free, ${data} has ${formatBytes(size)}`;
  if (free >= 10 * MIN_FREE_BYTES) return [ok('disk', seen)];
  const full = free < MIN_FREE_BYTES;
  return [
    {
      ...about,
      level: full ? 'problem' : 'warning',
      code: 'disk-full',
      seen,
      means: full
        ? 'there is hardly room to write: polling and sending wait until there is; nothing is lost by it'
        : 'polling and sending stop when there is no room left',
      next: `make room on the disk of ${data}`,
    },
  ];
}

export function readDisk(data: string): DiskFacts {
  const { bavail, bsize } = statfsSync(data);
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const size = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  return { free: bavail * bsize, size, ...unwritable([data, ...paths]) };
}

function unwritable(paths: readonly string[]): { fault?: string } {
  for (const path of paths) {
    try {
      // A file of the store may be gone by now: it is compacted.
      if (existsSync(path)) accessSync(path, constants.W_OK);
    } catch (error) {
      return { fault: `${path}: ${describeFileError(error)}` };
    }
  }
  return {};
}

function formatBytes(n: number): string {
  if (n >= 1024 * MB) return `${(n / 1024 / MB).toFixed(1)} GB`;
  return n >= MB ? `${Math.floor(n / MB)} MB` : `${Math.ceil(n / 1024)} KB`;
}

/** What a file system rounds, and a clock that is set a little at a time. */
const MAX_AHEAD_MS = 5 * 60_000;

/** `newest`: the latest time that anything of the folder was written, ms, and what that was. */
export function clockResults(
  newest: { readonly at: number; readonly what: string } | undefined,
  now: number,
): CheckResult[] {
  const ahead = newest ? newest.at - now : 0;
  if (!newest || ahead <= MAX_AHEAD_MS) return [ok('clock', `the clock says ${formatTime(now)}`)];
  return [
    {
      level: 'problem',
      check: 'clock',
      code: 'clock-behind',
      seen: `the clock says ${formatTime(now)}, but ${newest.what} is of ${formatTime(newest.at)}, ${formatDuration(ahead)} later`,
      means:
        'feeds and digests wait until the clock has caught up; or it was ahead before, and digests went out too early',
      next: 'set the clock, and let the machine keep it (timedatectl set-ntp true)',
    },
  ];
}

/** The latest change of a file of the folder. */
export function newestFile(data: string): { at: number; what: string } | undefined {
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .map((what) => ({ what, at: statSync(what, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .reduce<{ at: number; what: string } | undefined>(
      (best, one) => (best && best.at >= one.at ? best : one),
      undefined,
    );
}

const PAGE_TIMEOUT_MS = 5_000;
export const DEFAULT_PORT = 8710;

/** `page`: the address that a running `start` has told; else the port that it would take is looked at. */
export async function pageResults(
  running: boolean,
  page: string | undefined,
  visit: Pick<MachineContext, 'data' | 'configFile'>,
  port = DEFAULT_PORT,
): Promise<CheckResult[]> {
  if (running) {
    if (page === undefined) return [];
    if (await isOurs(page)) return [ok('page', `the page answers at ${page}`)];
    return [
      {
        level: 'problem',
        check: 'page',
        code: 'page-silent',
        about: page,
        seen: `\`npm start\` runs, but its page at ${page} does not answer`,
        means: 'the page and the SNS endpoint are behind the same address: nothing can be sent',
        next: `stop it with Ctrl-C, and start it again: ${startCommand(visit)}`,
      },
    ];
  }
  if (!(await isTaken(port))) return [ok('page', `port ${port} is free for the page`)];
  return [
    {
      level: 'warning',
      check: 'page',
      code: 'port-taken',
      about: String(port),
      seen: `another program listens on port ${port} of this machine`,
      means: 'npm start cannot take it for its page, and ends',
      next: `stop that program, or choose another port: npm start -- --port ${port + 1}`,
    },
  ];
}

async function isOurs(page: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/healthz', page), { signal: AbortSignal.timeout(PAGE_TIMEOUT_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: PAGE_TIMEOUT_MS });
    const end = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** What the stages are tested with, and what the embedded servers need. */
const MIN_NODE_VERSION = [22, 12] as const;

export function nodeResults(version: string): CheckResult[] {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [needed, neededMinor] = MIN_NODE_VERSION;
  if (major > needed || (major === needed && minor >= neededMinor)) return [ok('node', `Node ${version}`)];
  return [
    {
      level: 'warning',
      check: 'node',
      code: 'node-old',
      seen: `Node ${version} runs this command`,
      means: `the servers of one machine need ${needed}.${neededMinor} or newer; npm start and npx bring one of their own`,
      next: 'run it as npx news-alerts doctor, in the folder of the clone',
    },
  ];
}
