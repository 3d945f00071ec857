import { execFile, execFileSync, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PassResult } from './client.ts';
import type { ContenderName } from './contenders.ts';
import type { ServedFeeds } from './feed-server.ts';

/** Returns a command that runs on one processor, if taskset and several processors exist. */
function pinned(processor: number, file: string, args: readonly string[]): [string, readonly string[]] {
  const node = [join(import.meta.dirname, file), ...args];
  return canPin
    ? ['taskset', ['-c', String(processor), process.execPath, ...node]]
    : [process.execPath, node];
}

export const canPin = (() => {
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' });
    return availableParallelism() > 1;
  } catch {
    return false;
  }
})();

export interface FeedServer extends ServedFeeds {
  /** Gives some feeds news. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFeedServer(feeds: number, misbehaving: number): Promise<FeedServer> {
  const [command, args] = pinned(1, 'feed-server.ts', [String(feeds), String(misbehaving)]);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const message = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('the feed server exited')));
    });
  const served = (await message()) as ServedFeeds;
  return {
    ...served,
    async tick() {
      child.send('tick');
      await message();
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}

export async function runClient(as: ContenderName, args: readonly string[]): Promise<PassResult> {
  const [command, all] = pinned(0, 'client.ts', ['--as', as, ...args]);
  const { stdout } = await promisify(execFile)(command, all);
  return JSON.parse(stdout) as PassResult;
}
