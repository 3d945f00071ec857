import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describeFileError } from '../../../config/file-error.ts';
import { formatDuration, formatTime } from '../../../local/format-time.ts';
import { DEFAULT_PORT } from '../../shared/defaults.ts';
import { type CheckResult, ok } from '../check-result.ts';
import { type MachineContext, startCommand } from './machine-context.ts';

const MB = 1024 * 1024;
/**
 * Less free space than this is a problem, since polling and sending will soon stop. Less than ten times this much is a
 * warning.
 */
const MIN_FREE_BYTES = 20 * MB;

export interface DiskFacts {
  /** Free space, bytes. */
  readonly free: number;
  /** Size of the folder's files, bytes. */
  readonly size: number;
  /** Why a file or the folder is not writable. */
  readonly fault?: string;
}

export function diskResults({ free, size, fault }: DiskFacts, data: string): CheckResult[] {
  const base = { check: 'disk', about: data } as const;
  if (fault !== undefined) {
    return [
      {
        ...base,
        level: 'problem',
        code: 'disk-readonly',
        seen: `${data} is not writable: ${fault}`,
        means: 'nothing new can be stored, so nothing is polled or sent',
        next: 'check the owner of the folder and its files (ls -l), and that the file system is writable',
      },
    ];
  }
  const seen = `${formatBytes(free)} free, ${data} takes ${formatBytes(size)}`;
  if (free >= 10 * MIN_FREE_BYTES) return [ok('disk', seen)];
  const isFull = free < MIN_FREE_BYTES;
  return [
    {
      ...base,
      level: isFull ? 'problem' : 'warning',
      code: 'disk-full',
      seen,
      means: isFull
        ? 'the disk is almost full: polling and sending wait until there is space; nothing is lost'
        : 'polling and sending stop when the disk is full',
      next: `free some space on the disk of ${data}`,
    },
  ];
}

/** Reads the free space, the folder's size, and whether its files are writable. */
export function readDisk(data: string): DiskFacts {
  const { bavail, bsize } = statfsSync(data);
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const size = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  return { free: bavail * bsize, size, ...writeFault([data, ...paths]) };
}

function writeFault(paths: readonly string[]): { fault?: string } {
  for (const path of paths) {
    try {
      // The store may have deleted the file meanwhile, since it compacts its files.
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

/** Allowance for file systems that round times, and for clocks that are adjusted in small steps. */
const MAX_AHEAD_MS = 5 * 60_000;

/** `newest`: the file of the folder that was written last, and when, ms. */
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
      seen: `the clock says ${formatTime(now)}, but ${newest.what} was written ${formatDuration(ahead)} later, at ${formatTime(newest.at)}`,
      means:
        'feeds and digests wait until the clock has caught up; or the clock was ahead before, and digests were sent too early',
      next: 'set the clock, and keep it synchronized (timedatectl set-ntp true)',
    },
  ];
}

/** Returns the file of the folder that was written last, and when, ms. */
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

/**
 * Checks that the page of a running `start` answers, or that its port is free. `page`: the address that `start` recorded;
 * undefined when there is none yet.
 */
export async function pageResults(
  running: boolean,
  page: string | undefined,
  context: Pick<MachineContext, 'data' | 'configFile'>,
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
        seen: `\`npm start\` is running, but its page at ${page} does not answer`,
        means: 'the SNS endpoint has the same address as the page, so nothing can be sent',
        next: `stop it with Ctrl-C and start it again: ${startCommand(context)}`,
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
      means: '`npm start` cannot use this port for its page, and ends',
      next: `stop that program, or use another port: npm start -- --port ${port + 1}`,
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

/** The stages are tested with this version, and the embedded servers need it. */
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
      seen: `this command runs on Node ${version}`,
      means: `the embedded servers need Node ${needed}.${neededMinor} or newer; npm start and npx use their own`,
      next: 'run npx news-alerts doctor in the folder of the clone',
    },
  ];
}
