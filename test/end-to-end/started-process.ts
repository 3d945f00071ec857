import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { COMPILE_CACHE } from '../helpers/compile-cache.ts';

const root = join(import.meta.dirname, '../..');

/** A command in a separate process, with its output so far. */
export interface StartedProcess {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  /** Resolves once standard output or standard error contains the text; rejects when the process ends without it. */
  printed(text: string | RegExp, where?: 'out' | 'err'): Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export function startProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = root,
): StartedProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  const listeners = new Set<() => void>();
  const take = (where: 'out' | 'err') => (chunk: Buffer) => {
    text[where] += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take('out'));
  child.stderr.on('data', take('err'));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    ended,
    printed: (wanted, where = 'out') =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = typeof wanted === 'string' ? text[where].includes(wanted) : wanted.test(text[where]);
          if (found) resolve();
          return found;
        };
        if (look()) return;
        listeners.add(look);
        void ended.then((how) => {
          if (!look())
            reject(new Error(`ended with ${how} before it printed ${wanted}:\n${text.out}\n${text.err}`));
        });
      }),
  };
}
