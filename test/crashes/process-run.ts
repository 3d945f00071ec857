import { watch } from 'node:fs';
import { join } from 'node:path';
import type { FeedServer } from '../end-to-end/feed-server.ts';
import { startProcess } from '../end-to-end/started-process.ts';
import type { SnsStandIn } from '../local/sms/sns-stand-in.ts';
import type { FaultyMailServer } from './faulty-mail-server.ts';
import type { FaultyWebhook } from './faulty-webhook.ts';

export interface RunOptions {
  readonly dataDir: string;
  readonly scenario: 'quiet' | 'load';
  readonly feeds: readonly FeedServer[];
  readonly epoch: number;
  readonly mailServer: FaultyMailServer;
  readonly sns: SnsStandIn;
  readonly webhook: FaultyWebhook;
}

/** One run of the process, from its start to its end. */
export interface ProcessRun {
  /** Resolves when the process is ready. */
  readonly ready: Promise<void>;
  /** Resolves when a line has been added to the outbox. */
  readonly published: Promise<void>;
  /** Resolves when the process has ended for any reason. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Returns the duration of the start, ms; undefined until the process is ready. */
  readyAfter(): number | undefined;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals>;
  /** Returns the printed lines that a process without problems does not print. */
  unexpectedOutput(): readonly string[];
}

/** Starts the process. `skipped` is the time on the clock during which no process ran, ms. */
export function startRun(
  { dataDir, scenario, feeds, epoch, mailServer, sns, webhook }: RunOptions,
  skipped: number,
): ProcessRun {
  mailServer.run++;
  webhook.run++;
  const publishing = Promise.withResolvers<void>();
  const watcher = watch(dataDir, (event, name) => {
    // A start compacts the outbox, which is a rename.
    if (event === 'change' && name === 'outbox.jsonl') publishing.resolve();
  });
  const startedAt = performance.now();
  let readyAfter: number | undefined;
  const { child, ended, err, printed } = startProcess(
    [
      join(import.meta.dirname, 'runner.ts'),
      scenario,
      dataDir,
      String(epoch),
      String(skipped),
      webhook.url,
      ...feeds.map(({ url }) => url),
    ],
    {
      ...mailServer.env(),
      NEWS_ALERTS_SMS: 'aws',
      NEWS_ALERTS_SMS_MONTHLY_USD: '100000',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDUSER',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_SNS: sns.url,
    },
  );
  const ready = Promise.withResolvers<void>();
  printed('page and SNS endpoint at', 'err').then(
    () => {
      readyAfter = performance.now() - startedAt;
      ready.resolve();
    },
    () => undefined,
  );
  return {
    ready: ready.promise,
    published: publishing.promise,
    ended,
    readyAfter: () => readyAfter,
    async end(signal) {
      child.kill(signal);
      const how = await ended;
      watcher.close();
      return how;
    },
    // A kill can cut off the last line.
    unexpectedOutput: () =>
      err()
        .split('\n')
        .slice(0, -1)
        .filter((line) => line !== '' && !EXPECTED_OUTPUT.test(line)),
  };
}

const EXPECTED_OUTPUT =
  /^(news-alerts: |\d\d:\d\d {2}last minute: (?!.*DEAD)|\d\d:\d\d:\d\d {2}(mail|sms|chat) {2}|\d\d:\d\d:\d\d {2}feed-\d+ +(\d+ new|\d+ items? \(first poll\)|unchanged|superseded)$)/;
