import { Worker } from 'node:worker_threads';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Clock } from '../functions/shared/model.ts';
import { checkStore, damagedStoreError, type StorePart } from './data-folder/check-store.ts';
import { makePrivateFolder } from './data-folder/private-folder.ts';
import type { WorkerMessage } from './embedded-servers-worker.ts';

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

/** Between two turns of the sweeper. */
const SWEEP_INTERVAL_MS = 1_000;

/**
 * Keeps its data in `dataDir`, which the caller must have to itself; in memory without it. `clock`: deletes records of the
 * folder that have expired by it; none are deleted without it.
 */
export async function startEmbeddedServers(dataDir?: string, clock?: Clock): Promise<EmbeddedServers> {
  if (dataDir !== undefined) {
    makePrivateFolder(dataDir);
    checkStore(dataDir);
  }
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
  const tell = (message: WorkerMessage) => worker.postMessage(message);
  const sweeping =
    dataDir !== undefined && clock
      ? setInterval(() => tell({ now: clock() }), SWEEP_INTERVAL_MS).unref()
      : undefined;
  const stop = async () => {
    stopping = true;
    clearInterval(sweeping);
    tell('stop');
    await exited;
  };
  return {
    hasTable: ports.hasTable,
    dynamodb: `http://127.0.0.1:${ports.tables}`,
    sqs: `http://127.0.0.1:${ports.queues}`,
    failed,
    stop,
  };
}

/** Matches errors of LevelDB and SQLite about damaged, missing or foreign files. All others come from the system: no room, no permission. */
const DAMAGED =
  /^(tables|queues): (.*(?:corrupt|invalid argument|malformed|not a database|no such (?:table|column)|no column|not valid JSON|unexpected|expected).*)/is;

function failure(error: unknown, dataDir: string | undefined): NewsAlertsError {
  const detail = error instanceof Error ? error.message : String(error);
  const [, part, fault] = DAMAGED.exec(detail) ?? [];
  if (dataDir !== undefined && part !== undefined) {
    return damagedStoreError(
      dataDir,
      part as StorePart,
      `damaged files, or those of another version (${fault})`,
      error,
    );
  }
  return new NewsAlertsError(
    `expected the embedded servers to run${dataDir ? ` on ${dataDir}` : ''}, got: ${detail}; ` +
      'is there space on the disk, and may you write there?',
    { cause: error },
  );
}
