import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { checkStore, damaged, hasHistory } from './check-store.ts';

/** Servers that speak the DynamoDB and SQS APIs, on loopback ports of their own. */
export interface EmbeddedServers {
  readonly dynamodb: string;
  readonly sqs: string;
  /** Whether a table was there when they started. */
  readonly hasTable: boolean;
  /** Resolves if they die by themselves. */
  readonly failed: Promise<NewsAlertsError>;
  stop(): Promise<void>;
}

interface Ports {
  readonly tables: number;
  readonly queues: number;
  readonly hasTable: boolean;
}

/** Keeps its data in `dataDir`, which the caller must have to itself; in memory without it. */
export async function startEmbeddedServers(dataDir?: string): Promise<EmbeddedServers> {
  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true });
    checkStore(dataDir);
  }
  const hadTable = dataDir !== undefined && hasHistory(dataDir);
  const worker = new Worker(new URL('./embedded-servers-worker.ts', import.meta.url), {
    workerData: { dataDir },
    // Theirs are warnings about experimental parts of Node that users can do nothing about.
    execArgv: ['--no-warnings'],
  });
  let stopping = false;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const failed = new Promise<NewsAlertsError>((resolve) => {
    worker.once('error', (error) => resolve(failure(error, dataDir)));
    worker.once('exit', (code) => {
      if (!stopping) resolve(failure(new Error(`they exited with ${code}`), dataDir));
    });
  });
  const ports = await Promise.race([
    new Promise<Ports>((resolve) => worker.once('message', resolve)),
    failed.then((error) => Promise.reject(error)),
  ]);
  const stop = async () => {
    stopping = true;
    worker.postMessage('stop');
    await exited;
  };
  if (dataDir !== undefined && !ports.hasTable && hadTable) {
    await stop();
    throw damaged(dataDir, 'tables', 'none, though alerts were sent from here');
  }
  return {
    hasTable: ports.hasTable,
    dynamodb: `http://127.0.0.1:${ports.tables}`,
    sqs: `http://127.0.0.1:${ports.queues}`,
    failed,
    stop,
  };
}

/** What LevelDB says of files that are damaged or missing. Its "IO error" is the system's: no room, no permission. */
const DAMAGED = /^LevelDB: (?:Corruption: |Invalid argument: )(.*)/s;

function failure(error: unknown, dataDir: string | undefined): NewsAlertsError {
  const detail = error instanceof Error ? error.message : String(error);
  const [, fault] = DAMAGED.exec(detail) ?? [];
  if (dataDir !== undefined && fault !== undefined) {
    return damaged(dataDir, 'tables', `damaged files (${fault})`, error);
  }
  return new NewsAlertsError(
    `expected the embedded servers to run${dataDir ? ` on ${dataDir}` : ''}, got: ${detail}; ` +
      'is there space on the disk, and may you write there?',
    { cause: error },
  );
}
