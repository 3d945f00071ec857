// Runs the embedded DynamoDB and SQS in a thread of their own, so that they use the second core and the stages stay
// responsive. Started by embedded-servers.ts.
import { mkdirSync } from 'node:fs';
import { Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { startFauxqs } from 'fauxqs';
import type { StorePart } from './data-folder/check-store.ts';
import { DISK_FULL } from './data-folder/disk-full-log.ts';
import { makePrivateFile, PRIVATE_FOLDER_MODE } from './data-folder/private-folder.ts';
import { createDynamoDbEndpoint } from './dynamodb/dynamodb-endpoint.ts';
import { openTables } from './dynamodb/open-tables.ts';
import { Sweeper } from './dynamodb/sweeper.ts';
import { isLoopbackHost } from './loopback-host.ts';

const { dataDir } = workerData as { dataDir?: string };

/** `now`: a turn for the sweeper, ms since the epoch. */
export type WorkerMessage = 'stop' | { readonly now: number };

const UNCOUNTED_RECEIVE_MS = 3_600_000;
const DEAD_POLLS_QUEUE = 'feeds-dead';
const MAX_DEAD_POLLS = 1_000;

// fauxqs listens on every interface and asks no password. Nobody else on the network may reach these servers; this
// changes listening in this thread alone.
const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
  const [options] = args;
  if (typeof options === 'object' && options !== null) args[0] = { ...options, host: '127.0.0.1' };
  return listen.apply(this, args as Parameters<typeof listen>);
} as typeof listen;

// A web page can make its reader's browser send requests here too. Browsers name the page's origin, or the host that
// they believe to be talking to; the SDK names no origin, and this machine.
const emit = HttpServer.prototype.emit as (event: string, ...args: unknown[]) => boolean;
HttpServer.prototype.emit = function (this: HttpServer, event: string, ...args: unknown[]): boolean {
  if (event === 'request') {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    if (request.headers.origin !== undefined || !isLoopbackHost(request.headers.host)) {
      response.writeHead(403).end();
      return true;
    }
  }
  return emit.call(this, event, ...args);
};

const store = await openPart('tables', () => openTables(dataDir && join(dataDir, 'tables')));
const tables = createDynamoDbEndpoint(store);
await new Promise<void>((resolve, reject) => {
  tables.once('error', reject);
  tables.listen({ port: 0 }, () => resolve());
});
// A request that meets the end of a connection which was idle fails; both ends are in this process, so none need end.
tables.keepAliveTimeout = 0;
const { port } = tables.address() as AddressInfo;

const queuesDir = dataDir && join(dataDir, 'queues');
const queues = await openPart('queues', () => {
  if (queuesDir) prepareQueues(queuesDir);
  return startFauxqs({ port: 0, logger: false, ...(queuesDir ? { dataDir: queuesDir } : {}) });
});
const sweeper = new Sweeper(store);
parentPort?.on('message', async (message: WorkerMessage) => {
  if (message !== 'stop') return sweeper.run(message.now);
  await queues.stop();
  tables.closeAllConnections();
  await new Promise((resolve) => tables.close(resolve));
  store.close();
  process.exit(0);
});
parentPort?.postMessage({ tables: port, queues: queues.port, hasTable: store.tables().length > 0 });

/** Names the part of the folder that could not be opened, for who started this thread. */
async function openPart<Result>(part: StorePart, open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (error) {
    throw new Error(`${part}: ${(error as Error).message}`);
  }
}

/**
 * What a killed process had received would stay invisible for minutes. The folder is ours alone, so nobody is at work on
 * it any more. Nor does that receive count: several kills in a row would bring a good message, and its alert, to the
 * dead-letter queue. After an hour it does, so that a message which itself ends the process gets there.
 */
function makeVisible(database: DatabaseSync): void {
  database
    .prepare(
      `UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL,
        approximate_receive_count = approximate_receive_count - (approximate_first_receive_timestamp > ?)
      WHERE receipt_handle IS NOT NULL`,
    )
    .run(Date.now() - UNCOUNTED_RECEIVE_MS);
}

/**
 * fauxqs keeps dead letters for ever. Those of items and hits are news that was not told, and wait to be sent back; a dead
 * poll is made up for by the feed's next turn. By number, since a clock may be wrong.
 */
function deleteOldDeadPolls(database: DatabaseSync): void {
  database
    .prepare(
      `DELETE FROM sqs_messages WHERE queue_name = ? AND message_id NOT IN (
        SELECT message_id FROM sqs_messages WHERE queue_name = ? ORDER BY sent_timestamp DESC LIMIT ?)`,
    )
    .run(DEAD_POLLS_QUEUE, DEAD_POLLS_QUEUE, MAX_DEAD_POLLS);
}

/** Makes the database of the queues ready for the next process. */
function prepareQueues(folder: string): void {
  const file = join(folder, 'fauxqs.db');
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  makePrivateFile(file);
  const database = new DatabaseSync(file);
  try {
    // fauxqs makes it on its first start.
    const isMade = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqs_messages'").get();
    if (!isMade) return;
    makeVisible(database);
    deleteOldDeadPolls(database);
    const value = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
    // Without this the file would stay as large as the largest backlog was.
    if (value('freelist_count') * 2 > value('page_count')) vacuum(database);
  } finally {
    database.close();
  }
}

/** Gives free room back to the file system, if there is room for the copy that this takes: else at another start. */
function vacuum(database: DatabaseSync): void {
  try {
    database.exec('VACUUM');
  } catch (error) {
    if (!DISK_FULL.test(String(error))) throw error;
  }
}
