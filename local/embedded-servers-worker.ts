// Runs the embedded DynamoDB and SQS in a separate thread, so that they use a second core and the stages stay responsive.
// Started by embedded-servers.ts.
import { mkdirSync } from 'node:fs';
import { Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { flushCompileCache } from 'node:module';
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
import { isLoopbackHostHeader } from './host-header.ts';

const { dataDir } = workerData as { dataDir?: string };

/** `now`: the sweeper deletes records that have expired by this time, ms since the epoch. */
export type WorkerMessage = 'stop' | { readonly now: number };

/** Within this time after a message's first receive, a receive by a process that was then killed does not count. */
const UNCOUNTED_RECEIVE_MS = 3_600_000;
const DEAD_POLLS_QUEUE = 'feeds-dead';
const MAX_DEAD_POLLS = 1_000;

// fauxqs listens on every interface and asks for no password. Nobody else on the network may reach these servers. This
// patch affects only this thread.
const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
  const [options] = args;
  if (typeof options === 'object' && options !== null) args[0] = { ...options, host: '127.0.0.1' };
  return listen.apply(this, args as Parameters<typeof listen>);
} as typeof listen;

// A web page can make its reader's browser send requests to these servers. Such requests have an Origin header or the host
// name of the page. Requests of the SDK have no Origin and a loopback host.
const emit = HttpServer.prototype.emit as (event: string, ...args: unknown[]) => boolean;
HttpServer.prototype.emit = function (this: HttpServer, event: string, ...args: unknown[]): boolean {
  if (event === 'request') {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    if (request.headers.origin !== undefined || !isLoopbackHostHeader(request.headers.host)) {
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
// A request fails if the server closes the idle connection at the moment when the request is sent. Both ends are in this
// process, so connections can stay open.
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
// A killed process would write nothing at its end.
flushCompileCache();

/** Opens one part of the data folder. An error begins with the name of the part, which embedded-servers.ts reads. */
async function openPart<Result>(part: StorePart, open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (error) {
    throw new Error(`${part}: ${(error as Error).message}`);
  }
}

/**
 * Makes messages visible again that a killed process had received; otherwise they would stay invisible for minutes. No
 * other process uses the folder, so nobody is still working on these messages. The interrupted receive does not count,
 * since several kills in a row would move a good message and its alert to the dead-letter queue. After an hour it counts,
 * so that a message which itself crashes the process ends up in that queue.
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
 * Deletes all dead polls but the latest 1,000, since fauxqs keeps dead letters forever. Dead items and hits are news that
 * nobody received, and stay for a redrive. A dead poll needs no redrive: the feed's next poll replaces it. The limit is a
 * number rather than an age, since the clock may be wrong.
 */
function deleteOldDeadPolls(database: DatabaseSync): void {
  database
    .prepare(
      `DELETE FROM sqs_messages WHERE queue_name = ? AND message_id NOT IN (
        SELECT message_id FROM sqs_messages WHERE queue_name = ? ORDER BY sent_timestamp DESC LIMIT ?)`,
    )
    .run(DEAD_POLLS_QUEUE, DEAD_POLLS_QUEUE, MAX_DEAD_POLLS);
}

/** Prepares the database of the queues for this process. */
function prepareQueues(folder: string): void {
  const file = join(folder, 'fauxqs.db');
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  makePrivateFile(file);
  const database = new DatabaseSync(file);
  try {
    // fauxqs creates its tables on its first start.
    const hasTables = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqs_messages'").get();
    if (!hasTables) return;
    makeVisible(database);
    deleteOldDeadPolls(database);
    const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
    // Without this the file would keep the size of its largest backlog.
    if (pragma('freelist_count') * 2 > pragma('page_count')) vacuum(database);
  } finally {
    database.close();
  }
}

/** Returns free space to the file system. This takes space for a copy; on a full disk a later start does it. */
function vacuum(database: DatabaseSync): void {
  try {
    database.exec('VACUUM');
  } catch (error) {
    if (!DISK_FULL.test(String(error))) throw error;
  }
}
