import { type SpawnOptions, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Nobody. */
const UNPRIVILEGED = 65_534;
const isRoot = process.getuid?.() === 0;

/** Makes a folder that the service may write to. */
export function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  if (isRoot) chownSync(path, UNPRIVILEGED, UNPRIVILEGED);
  return path;
}

export interface ServiceRun {
  /** Status of /healthz once the page answered; undefined if the process ended before. */
  readonly health: number | undefined;
  /** Exit code or signal after SIGTERM. */
  readonly end: number | NodeJS.Signals;
  /** Time between SIGTERM and the end, ms. */
  readonly stoppedAfterMs: number;
  readonly output: string;
}

interface ServiceOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Of its page. */
  readonly port: number;
  /** A text to wait for after the page answers. */
  readonly untilPrinted?: string;
}

/**
 * Runs a command as a service manager does, as a user without rights if this process has them, until its page answers. Then
 * calls `whileHealthy` and stops the command by SIGTERM.
 */
export async function runService(
  [file = '', ...args]: readonly string[],
  { cwd, env, port, untilPrinted = '' }: ServiceOptions,
  whileHealthy: () => unknown = () => undefined,
): Promise<ServiceRun> {
  const user: SpawnOptions = isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  let end: number | NodeJS.Signals | undefined;
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      end = code ?? signal ?? -1;
      resolve(end);
    });
  });
  let health: number | undefined;
  while (end === undefined && (health === undefined || !output.includes(untilPrinted))) {
    health = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ status }) => status,
      () => undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (health !== undefined) await whileHealthy();
  const stoppedAt = Date.now();
  child.kill('SIGTERM');
  return { health, end: await ended, stoppedAfterMs: Date.now() - stoppedAt, output };
}

/** The settings of packaging/news-alerts.service, in order. */
export const UNIT: readonly (readonly [name: string, value: string])[] = Array.from(
  readFileSync(join(import.meta.dirname, '../../packaging/news-alerts.service'), 'utf8').matchAll(
    /^([A-Za-z]+)=(.*)$/gm,
  ),
  ([, name = '', value = '']) => [name, value] as const,
);

/** Returns the only value of a setting. */
export function unitValue(name: string): string {
  const values = UNIT.filter(([one]) => one === name);
  if (values.length !== 1) throw new Error(`expected ${name}= once in the unit, got ${values.length}`);
  return values[0]?.[1] ?? '';
}

/**
 * Runs the unit's command with its environment, in `folder` in place of the system's folders. `program`: in place of the
 * installed command. `untilPrinted`: a text to wait for. Returns what happened, and the files in the folder that systemd makes for its state.
 */
export async function runUnit(
  folder: string,
  program: readonly string[],
  port: number,
  untilPrinted = '',
): Promise<ServiceRun & { readonly state: readonly string[] }> {
  const here = (text: string) =>
    text
      .replaceAll('/var/lib/news-alerts', join(folder, 'state'))
      .replaceAll('/var/cache/news-alerts', join(folder, 'cache'))
      .replaceAll('/etc/news-alerts', join(folder, 'etc'));
  const [command = '', ...args] = unitValue('ExecStart').split(' ');
  if (command !== '/usr/local/bin/news-alerts') throw new Error(`expected another command than ${command}`);
  for (const name of ['state', 'cache']) ownFolder(join(folder, name));
  const variables = UNIT.filter(([name]) => name === 'Environment').map(([, value]) => value);
  const file = readFileSync(here(unitValue('EnvironmentFile').replace(/^-/, '')), 'utf8');
  const run = await runService([...program, ...args.map(here), '--port', String(port), '--loopback-feeds'], {
    cwd: here(unitValue('WorkingDirectory')),
    env: {
      PATH: process.env.PATH,
      ...Object.fromEntries(
        [...variables, ...file.trim().split('\n')].map((line) => here(line).split(/=(.*)/s).slice(0, 2)),
      ),
    },
    port,
    untilPrinted,
  });
  return { ...run, state: readdirSync(join(folder, 'state')) };
}

/** Returns the seconds of a setting such as "60s". */
export function unitSeconds(name: string): number {
  const [, seconds] = /^(\d+)s$/.exec(unitValue(name)) ?? [];
  if (seconds === undefined) throw new Error(`expected ${name} in seconds, got ${unitValue(name)}`);
  return Number(seconds);
}
