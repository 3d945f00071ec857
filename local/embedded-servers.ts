import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Clock } from '../functions/shared/model.ts';
import { checkStore, damagedStoreError, type StorePart } from './data-folder/check-store.ts';
import { makePrivateFolder } from './data-folder/private-folder.ts';
import type { WorkerMessage } from './embedded-servers-worker.ts';

/** Servers of the DynamoDB and SQS APIs, each on its own loopback port. */
export interface EmbeddedServers {
  /** URL of the DynamoDB server. */
  readonly dynamodb: string;
  /** URL of the SQS server. */
  readonly sqs: string;
  /** Whether a table existed before the servers started. */
  readonly hasTable: boolean;
  /** Resolves if the servers end without a call of `stop`. */
  readonly failed: Promise<NewsAlertsError>;
  stop(): Promise<void>;
}

interface Ports {
  readonly tables: number;
  readonly queues: number;
  readonly hasTable: boolean;
}

const SWEEP_INTERVAL_MS = 1_000;

/**
 * Starts the servers in a thread.
 * @param dataDir folder of the data, for which the caller must hold the lock; without it the data is kept in memory
 * @param clock decides which records in the folder have expired and are deleted; without it no record is deleted
 * @throws NewsAlertsError if the data is damaged, or the servers cannot start
 */
export async function startEmbeddedServers(dataDir?: string, clock?: Clock): Promise<EmbeddedServers> {
  if (dataDir !== undefined) {
    makePrivateFolder(dataDir);
    checkStore(dataDir);
  }
  const worker = new Worker(
    new URL(`./embedded-servers-worker${extname(import.meta.filename)}`, import.meta.url),
    {
      workerData: { dataDir },
      // Node warns about its experimental features, which users can do nothing about.
      execArgv: ['--no-warnings'],
    },
  );
  let isStopping = false;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const failed = new Promise<NewsAlertsError>((resolve) => {
    worker.once('error', (error) => resolve(failure(error, dataDir)));
    worker.once('exit', (code) => {
      if (!isStopping) resolve(failure(new Error(`they exited with code ${code}`), dataDir));
    });
  });
  const ports = await Promise.race([
    new Promise<Ports>((resolve) => worker.once('message', resolve)),
    failed.then((error) => Promise.reject(error)),
  ]);
  const post = (message: WorkerMessage) => worker.postMessage(message);
  const sweepTimer =
    dataDir !== undefined && clock
      ? setInterval(() => post({ now: clock() }), SWEEP_INTERVAL_MS).unref()
      : undefined;
  const stop = async () => {
    isStopping = true;
    clearInterval(sweepTimer);
    post('stop');
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

/**
 * Matches the errors of LevelDB and SQLite about damaged, missing or foreign files. Other errors come from the system, such
 * as a full disk or missing permissions.
 */
const DAMAGED =
  /^(tables|queues): (.*(?:corrupt|invalid argument|malformed|not a database|no such (?:table|column)|no column|not valid JSON|unexpected|expected).*)/is;

function failure(error: unknown, dataDir: string | undefined): NewsAlertsError {
  const detail = error instanceof Error ? error.message : String(error);
  const [, part, fault] = DAMAGED.exec(detail) ?? [];
  if (dataDir !== undefined && part !== undefined) {
    return damagedStoreError(
      dataDir,
      part as StorePart,
      `damaged files, or files of another version (${fault})`,
      error,
    );
  }
  return new NewsAlertsError(
    `expected the embedded servers to run${dataDir ? ` on ${dataDir}` : ''}, got: ${detail}; ` +
      'check that the disk has space and that you may write there',
    { cause: error },
  );
}
