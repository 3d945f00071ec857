import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { NewsAlertsError } from '../functions/shared/errors.ts';

/** Servers that speak the DynamoDB and SQS APIs, on loopback ports of their own. */
export interface EmbeddedServers {
  readonly dynamodb: string;
  readonly sqs: string;
  stop(): Promise<void>;
}

type Started = { tables: number; queues: number } | { error: string };

/** Keeps its data in `dataDir`, where one process at a time may be; in memory without it. */
export async function startEmbeddedServers(dataDir?: string): Promise<EmbeddedServers> {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const worker = new Worker(new URL('./embedded-servers-worker.ts', import.meta.url), {
    workerData: { dataDir },
    // Theirs are warnings about experimental parts of Node that users can do nothing about.
    execArgv: ['--no-warnings'],
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const started = await new Promise<Started>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if ('error' in started) {
    await worker.terminate();
    throw startError(started.error, dataDir);
  }
  return {
    dynamodb: `http://127.0.0.1:${started.tables}`,
    sqs: `http://127.0.0.1:${started.queues}`,
    async stop() {
      worker.postMessage('stop');
      await exited;
    },
  };
}

function startError(detail: string, dataDir: string | undefined): NewsAlertsError {
  if (/LEVEL_LOCKED|lock/i.test(detail)) {
    return new NewsAlertsError(
      `expected ${dataDir} to be free, but another news-alerts is running on it; stop that one, or name another folder with --data`,
    );
  }
  return new NewsAlertsError(
    `expected the embedded servers to start${dataDir ? ` on ${dataDir}` : ''}, got: ${detail}`,
  );
}
