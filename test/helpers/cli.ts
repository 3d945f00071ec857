import { spawn } from 'node:child_process';
import { Console } from 'node:console';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { COMPILE_CACHE } from './compile-cache.ts';
import { isLong } from './size.ts';

const root = join(import.meta.dirname, '../..');

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Called with the output so far, and may interrupt the process. */
  readonly onStderr?: (soFar: string, interrupt: () => void) => void;
  /** Allows the file to run in this process, if that makes no difference. @default false */
  readonly inProcess?: boolean;
}

/** Runs the command line. `onStderr` may interrupt it. */
export const runCli = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onStderr?: RunOptions['onStderr'],
  input: string | Uint8Array = '',
): Promise<Ran> =>
  runScript('bin/cli.ts', {
    args,
    input,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
    ...(onStderr ? { onStderr } : {}),
    inProcess: !onStderr && args[0] !== 'start',
  });

let isInProcess = false;
let runs = 0;

/**
 * Runs a file of this repository. In `npm run test:long` the file always has a process of its own. Otherwise it runs in this
 * process if that is allowed, because a new process spends most of its time loading the SDK or the CDK.
 */
export async function runScript(file: string, options: RunOptions): Promise<Ran> {
  const canBeHere = options.inProcess && !isLong && !isInProcess && process.cwd() === root;
  if (!canBeHere) return runProcess(file, options);
  isInProcess = true;
  try {
    return await runHere(file, options);
  } finally {
    isInProcess = false;
  }
}

async function runProcess(file: string, { args = [], env, input = '', onStderr }: RunOptions): Promise<Ran> {
  const child = spawn(process.execPath, [file, ...args], { cwd: root, env: { ...COMPILE_CACHE, ...env } });
  child.stdin.end(input);
  let soFar = '';
  child.stderr.on('data', (chunk: Buffer) => {
    soFar += String(chunk);
    onStderr?.(soFar, () => child.kill('SIGINT'));
  });
  const [stdout, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { stdout, stderr: soFar, code };
}

async function runHere(file: string, { args = [], env, input = '' }: RunOptions): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()];
  const before = { argv: process.argv, env: process.env, exitCode: process.exitCode, console };
  const onError = process.stdout.listeners('error');
  const onExit = process.listeners('beforeExit');
  const { stdin } = process;
  const writes = [process.stdout.write, process.stderr.write] as const;
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
  process.argv = [process.execPath, file, ...args];
  process.env = { ...env };
  process.exitCode = undefined;
  process.stdout.write = stdout.write.bind(stdout) as typeof process.stdout.write;
  process.stderr.write = stderr.write.bind(stderr) as typeof process.stderr.write;
  globalThis.console = new Console(stdout, stderr);
  try {
    runs += 1;
    // A new URL makes Node load the file again, but not the modules that it imports.
    await import(/* @vite-ignore */ `${root}/${file}?run=${runs}`);
    for (const listener of process.listeners('beforeExit')) {
      if (onExit.includes(listener)) continue;
      process.off('beforeExit', listener);
      await listener(0);
    }
    return { stdout: stdout.text(), stderr: stderr.text(), code: Number(process.exitCode ?? 0) };
  } finally {
    for (const listener of process.stdout.listeners('error'))
      if (!onError.includes(listener)) process.stdout.off('error', listener as () => void);
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
    Object.assign(process, { argv: before.argv, env: before.env });
    process.exitCode = before.exitCode;
    [process.stdout.write, process.stderr.write] = writes;
    globalThis.console = before.console;
  }
}

function collector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() });
}
