import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { startEmbeddedServers } from '../embedded-servers.ts';
import { localSdk } from '../local-sdk.ts';
import { FolderInUse, type FolderLock, lockFolder } from './folder-lock.ts';
import { type RunningServers, readRunningServers } from './running-servers.ts';

/**
 * Clients for the data in a folder of `start`. They are connected to the servers of `start` while it runs, or else to
 * servers started here.
 */
export interface OpenDataFolder {
  /** Whether `start` is running on the folder. */
  readonly running: boolean;
  readonly dynamoDb: DynamoDBClient;
  /** Undefined if an earlier release of `start` is running. */
  readonly sqs: SQSClient | undefined;
  /** Address of the page of a running `start`. */
  readonly page: string | undefined;
  close(): Promise<void>;
}

/** Other commands hold the lock for seconds only. */
const MAX_WAIT_MS = 10_000;
const PAUSE_MS = 200;

/** @throws NewsAlertsError if there is no such folder, or its files cannot be used */
export async function openDataFolder(data: string): Promise<OpenDataFolder> {
  // In any other folder, the servers would create their files.
  if (!existsSync(join(data, 'tables'))) {
    throw new NewsAlertsError(
      `${data}: expected the data folder of \`npm start\`, got ${describePath(data)}; ` +
        'name another with --data, or a deployment with --stack',
    );
  }
  const { lock, running } = await lockOrServers(data);
  const started = lock ? await startEmbeddedServers(data).catch(releaseAndThrow(lock)) : undefined;
  const servers = started ?? running;
  if (started && !started.hasTable) {
    await started.stop();
    lock?.release();
    throw new NewsAlertsError(
      `${data}: expected the data of an earlier \`npm start\`, got none; start it once, or name another folder with --data`,
    );
  }
  if (servers === undefined) {
    throw new NewsAlertsError(
      `${data}: expected servers.json to say where the running news-alerts listens, got nothing; try again in a moment`,
    );
  }
  const dynamoDb = new DynamoDBClient(localSdk(servers.dynamodb));
  const sqs = servers.sqs
    ? new SQSClient({ ...localSdk(servers.sqs), useQueueUrlAsEndpoint: false })
    : undefined;
  return {
    running: lock === undefined,
    dynamoDb,
    sqs,
    page: running?.page,
    async close() {
      dynamoDb.destroy();
      sqs?.destroy();
      await started?.stop();
      lock?.release();
    },
  };
}

interface LockOrServers {
  readonly lock?: FolderLock;
  readonly running?: RunningServers;
}

/**
 * Locks the folder, or finds the servers of the `start` that runs on it. Waits up to 10 s for a `start` that is still
 * starting, or for another command to end. After that, returns neither a lock nor servers.
 */
async function lockOrServers(data: string): Promise<LockOrServers> {
  for (const deadline = performance.now() + MAX_WAIT_MS; ; ) {
    const lock = lockUnlessRunning(data);
    if (lock) return { lock };
    const running = await findRunningServers(data);
    if (running) return { running };
    if (performance.now() >= deadline) return {};
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Returns the servers of the `start` that runs on a folder; undefined if none runs. */
export async function findRunningServers(data: string): Promise<RunningServers | undefined> {
  const servers = readRunningServers(data);
  return servers && (await isListening(servers)) ? servers : undefined;
}

/** Returns false if the `start` that recorded these servers has died. */
function isListening({ dynamodb }: RunningServers): Promise<boolean> {
  const { hostname, port } = new URL(dynamodb);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function releaseAndThrow(lock: FolderLock): (error: unknown) => never {
  return (error) => {
    lock.release();
    throw error;
  };
}

function describePath(data: string): string {
  try {
    return statSync(data).isDirectory() ? 'a folder without its tables' : 'a file';
  } catch (error) {
    return describeFileError(error);
  }
}

function lockUnlessRunning(data: string): FolderLock | undefined {
  try {
    return lockFolder(data);
  } catch (error) {
    if (error instanceof FolderInUse) return undefined;
    throw error;
  }
}
