// Runs the embedded DynamoDB and SQS in a thread of their own, so that they use the second core and the stages stay
// responsive. Started by embedded-servers.ts.
import { existsSync } from 'node:fs';
import { Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';
import { dynalitesLevel, reopenAfterFailedWrites } from './level-repair.ts';
import { isLoopbackHost } from './loopback-host.ts';

const { dataDir } = workerData as { dataDir?: string };

const UNCOUNTED_MS = 3_600_000;

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

// To measure with until the store is mended elsewhere: dynalite leaves every iterator open.
const requireByDynalite = createRequire(import.meta.resolve('dynalite'));
const { AbstractKeyIterator, AbstractValueIterator } = createRequire(requireByDynalite.resolve('level'))(
  'abstract-level',
) as Record<string, { prototype: { close(): Promise<void>; return?: () => Promise<void> } }>;
for (const kind of [AbstractKeyIterator, AbstractValueIterator]) {
  if (kind)
    kind.prototype.return = function () {
      return this.close();
    };
}
reopenAfterFailedWrites(dynalitesLevel());
if (dataDir) await openOnce(join(dataDir, 'tables'));
const tables = dynalite({ createTableMs: 0, ...(dataDir ? { path: join(dataDir, 'tables') } : {}) });
await new Promise<void>((resolve, reject) => {
  tables.once('error', reject);
  tables.listen({ port: 0 }, () => resolve());
});
// A request that meets the end of a connection which was idle fails; both ends are in this process, so none need end.
tables.keepAliveTimeout = 0;
const { port } = tables.address() as AddressInfo;

const queuesDir = dataDir ? join(dataDir, 'queues') : undefined;
if (queuesDir) makeVisible(join(queuesDir, 'fauxqs.db'));
const queues = await startFauxqs({ port: 0, logger: false, ...(queuesDir ? { dataDir: queuesDir } : {}) });
parentPort?.on('message', async () => {
  await queues.stop();
  await new Promise((resolve) => tables.close(resolve));
  process.exit(0);
});
parentPort?.postMessage({ tables: port, queues: queues.port, hasTable: await hasTable(port) });

/** dynalite does not say why LevelDB cannot open its files; the LevelDB that it uses does. */
async function openOnce(path: string): Promise<void> {
  const Level = dynalitesLevel();
  const database = new Level(path);
  try {
    await database.open();
    await database.close();
  } catch (error) {
    const { cause } = error as Error;
    const { code, message } = (cause ?? error) as NodeJS.ErrnoException;
    throw new Error(
      code === 'LEVEL_LOCKED' ? `another process is at work on ${path}` : `LevelDB: ${message}`,
    );
  }
}

async function hasTable(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: '{}',
  });
  const { TableNames = [] } = (await answer.json()) as { TableNames?: readonly string[] };
  return TableNames.length > 0;
}

/**
 * What a killed process had received would stay invisible for minutes. The folder is ours alone, so nobody is at work on
 * it any more. Nor does that receive count: several kills in a row would bring a good message, and its alert, to the
 * dead-letter queue. After an hour it does, so that a message which itself ends the process gets there.
 */
function makeVisible(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  // A process that was killed while it made the file leaves it empty.
  const made = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqs_messages'").get();
  if (made) {
    database
      .prepare(
        `UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL,
        approximate_receive_count = approximate_receive_count - (approximate_first_receive_timestamp > ?)
      WHERE receipt_handle IS NOT NULL`,
      )
      .run(Date.now() - UNCOUNTED_MS);
  }
  database.close();
}
