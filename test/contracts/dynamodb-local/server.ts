import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLDER = join(import.meta.dirname, '../../../.dynamodb-local');

/** AWS's own DynamoDB for one machine: there when Java is, and `npm run dynamodb-local` has fetched it. */
export const dynamoDbLocalIsHere =
  existsSync(join(FOLDER, 'pom.xml.done')) && spawnSync('java', ['-version']).status === 0;

/** Starts it in memory, and resolves when it answers. */
export async function startDynamoDbLocal(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const main = 'software.amazon.dynamodb.services.local.main.ServerRunner';
  const java = [`-Dsqlite4java.library.path=${FOLDER}`, '-cp', join(FOLDER, '*'), main];
  const child = spawn('java', [...java, '-inMemory', '-disableTelemetry', '-port', String(port)], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; child.exitCode === null && tries < 150; tries++) {
    if (await answers(url)) {
      return {
        url,
        async stop() {
          child.kill('SIGKILL');
          await ended;
        },
      };
    }
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`expected DynamoDB Local to answer at ${url} within 15 s, got nothing`);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
