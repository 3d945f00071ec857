import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { startEmbeddedServers } from '../embedded-servers.ts';
import { FolderInUse, type FolderLock, lockFolder } from './folder-lock.ts';
import { type RunningServers, readRunningServers } from './running-servers.ts';

/** The servers of a folder that `start` keeps: its own while it runs, else some that were started for us. */
export interface OpenDataFolder {
  readonly running: boolean;
  readonly dynamoDb: DynamoDBClient;
  /** Undefined of a running `start` of an earlier release. */
  readonly sqs: SQSClient | undefined;
  /** Address of the page of a running `start`. */
  readonly page: string | undefined;
  close(): Promise<void>;
}

/** Another command has the folder for seconds; ms. */
const MAX_WAIT_MS = 10_000;
const PAUSE_MS = 200;

/** @throws NewsAlertsError when there is no such folder, or its files cannot be used */
export async function openDataFolder(data: string): Promise<OpenDataFolder> {
  // Servers that are started on another folder would write to it.
  if (!existsSync(join(data, 'tables'))) {
    throw new NewsAlertsError(
      `${data}: expected the folder in which \`npm start\` keeps everything, got ${describePath(data)}; ` +
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
      `${data}: expected what \`npm start\` has kept, got nothing yet; start it, or name another folder with --data`,
    );
  }
  if (servers === undefined) {
    throw new NewsAlertsError(
      `expected ${data} to say where its servers listen, got nothing; try again in a moment`,
    );
  }
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const common = { region: 'us-east-1', credentials };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: servers.dynamodb });
  const sqs = servers.sqs
    ? new SQSClient({ ...common, endpoint: servers.sqs, useQueueUrlAsEndpoint: false })
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

/** Takes the folder, or finds the servers of the `start` that has it. Waits for one that begins, and for another command. */
async function lockOrServers(data: string): Promise<LockOrServers> {
  for (const until = performance.now() + MAX_WAIT_MS; ; ) {
    const lock = lockUnlessRunning(data);
    if (lock) return { lock };
    const running = readRunningServers(data);
    if (running && (await isListening(running))) return { running };
    if (performance.now() >= until) return {};
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** False of servers that a `start` has told of which is dead. */
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
