import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs the command line in a process. `onStderr` may interrupt it. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onStderr: (soFar: string, interrupt: () => void) => void = () => undefined,
  input: string | Uint8Array = '',
): Promise<Ran> {
  const child = spawn(process.execPath, ['bin/cli.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  });
  child.stdin.end(input);
  let soFar = '';
  child.stderr.on('data', (chunk: Buffer) => {
    soFar += String(chunk);
    onStderr(soFar, () => child.kill('SIGINT'));
  });
  const [stdout, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { stdout, stderr: soFar, code };
}
