import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from './write-file-atomically.ts';

/** Where the servers of a folder's running session listen; what a dead one left says nothing. */
export type RunningServers = z.infer<typeof schema>;

const schema = z.object({
  dynamodb: z.url(),
  // Files of 0.1.0 have not all of them.
  sqs: z.url().optional(),
  page: z.url().optional(),
});
const FILE = 'servers.json';

/** Tells other processes of this machine, which the folder's lock keeps from its data. */
export function writeRunningServers(dataDir: string, { dynamodb, sqs, page }: RunningServers): void {
  writeFileAtomically(join(dataDir, FILE), JSON.stringify({ dynamodb, sqs, page }));
}

export function readRunningServers(dataDir: string): RunningServers | undefined {
  const file = join(dataDir, FILE);
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // There is none, or it is being written.
    return undefined;
  }
}
