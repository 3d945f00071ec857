import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeGeneratedFile } from './write-file-atomically.ts';

/**
 * The addresses of the servers of a running session. A session that dies leaves its file behind; the addresses in it are
 * then meaningless.
 */
export type RunningServers = z.infer<typeof schema>;

const schema = z.object({
  dynamodb: z.url(),
  // Files of 0.1.0 lack these.
  sqs: z.url().optional(),
  page: z.url().optional(),
});
const FILE = 'servers.json';

/** Records the addresses for other processes on this machine, which cannot open the data themselves because of the lock. */
export function writeRunningServers(dataDir: string, { dynamodb, sqs, page }: RunningServers): void {
  writeGeneratedFile(join(dataDir, FILE), JSON.stringify({ dynamodb, sqs, page }));
}

/** Returns the recorded addresses; undefined if there is no usable file. */
export function readRunningServers(dataDir: string): RunningServers | undefined {
  const file = join(dataDir, FILE);
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
