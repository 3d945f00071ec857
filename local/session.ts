import { join } from 'node:path';
import type { LoadedConfig } from '../functions/shared/config/load.ts';
import type { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Clock } from '../functions/shared/model.ts';
import { OPERATIONS, stages } from '../functions/shared/pipeline.ts';
import { feedStates } from '../functions/shared/store/feed-states.ts';
import { count } from '../functions/shared/text/count.ts';
import { createConsole } from './console.ts';
import { FeedBoard } from './feed-board.ts';
import { lockFolder } from './folder-lock.ts';
import { tellFullDiskOnce } from './full-disk.ts';
import { createMailer, type Mailer } from './mailer.ts';
import { createOutbox } from './outbox.ts';
import { createPostman } from './postman.ts';
import { startRuntime } from './runtime.ts';
import { startSchedule } from './schedule.ts';
import type { Outgoing, Publish } from './sns/outgoing.ts';
import { type WaitingMessage, waitingMessages } from './waiting-messages.ts';
import { createPage } from './web/page.ts';

export interface SessionOptions {
  readonly loaded: LoadedConfig;
  readonly dataDir: string;
  readonly port: number;
  readonly clock: Clock;
  /** How much faster than the wall's the clock runs. */
  readonly speed?: number;
  readonly demo?: boolean;
  /** Whether feeds of this machine are fetched, too. */
  readonly loopbackFeeds?: boolean;
}

/** A runtime with what a person sees of it: terminal, page, outbox, mail, and a schedule that keeps it going. */
export interface Session {
  /** Settles when every feed has been asked once: true when none could be reached. */
  readonly offline: Promise<boolean>;
  /** Resolves if it can no longer work. */
  readonly failed: Promise<NewsAlertsError>;
  /** True when some feed has been read before, in this run or another. */
  hasHistory(): Promise<boolean>;
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** Between two looks at what waits to be sent, for the page. */
const WAITING_MS = 5_000;
const YEAR_MS = 366 * 86_400_000;

export async function startSession(options: SessionOptions): Promise<Session> {
  const { loaded, dataDir, clock, speed = 1, demo = false } = options;
  const { config, subscriptions, placeholders, operations } = loaded;
  const lock = lockFolder(dataDir);
  const startedAt = new Date().toISOString();
  const board = new FeedBoard(config.feeds);
  const terminal = createConsole(board, demo);
  const log = tellFullDiskOnce(terminal.log, dataDir, terminal.say);
  const outbox = createOutbox({ file: join(dataDir, 'outbox.jsonl') });
  const postman = createPostman(outbox, mailerFrom(process.env), ({ endpoint }, detail) =>
    terminal.trouble(`email ${endpoint}`, detail),
  );
  let alerts = 0;

  const recipients = new Map<string, string[]>();
  const onPublish = (publish: Publish) => {
    alerts++;
    const published = outbox.published(publish);
    // Deliveries follow within the same turn of the event loop; then all recipients are known.
    recipients.set(publish.messageId, []);
    setImmediate(() => {
      terminal.alert(published, recipients.get(publish.messageId) ?? []);
      recipients.delete(publish.messageId);
    });
  };
  const onDelivery = (delivery: Outgoing) => {
    const how = postman.take(delivery) ? 'by mail' : 'shown here only';
    recipients.get(delivery.messageId)?.push(`${delivery.protocol} ${delivery.endpoint} (${how})`);
  };
  const onDeliveryFailed = (delivery: Outgoing, error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    outbox.delivered(delivery, 'failed', detail);
    terminal.trouble(`${delivery.protocol} ${delivery.endpoint}`, detail);
  };

  /** What is wrong with a topic's query, or with a set that it uses. */
  const faultOf = (id: string) =>
    (loaded.broken.find(({ path }) => path.startsWith(`topics.${id}.`)) ?? loaded.broken[0])?.message;
  let waiting: readonly WaitingMessage[] = [];
  let stopping = false;
  let nextTickAt = () => Date.now();
  const queues = { current: [] as { name: string; waiting: number; dead: number }[] };
  const runtime = await startRuntime({
    config,
    // Placeholders are shown what they would receive; nothing is ever sent to them.
    subscriptions: [
      ...subscriptions,
      ...placeholders,
      ...operations.map((contact) => ({ topicId: OPERATIONS, ...contact })),
    ],
    dataDir,
    port: options.port,
    clock,
    loopbackFeeds: options.loopbackFeeds ?? false,
    log,
    onPublish,
    onDelivery,
    onDeliveryFailed,
    page: createPage({
      outbox,
      demo,
      feeds: () => board.lines(),
      status: () => ({
        startedAt,
        nextTickAt: new Date(nextTickAt()).toISOString(),
        queues: queues.current,
        topics: config.topics.map(({ id, name, query }) => ({
          id,
          name,
          fault: query ? undefined : faultOf(id),
        })),
        now: new Date(clock()).toISOString(),
        waiting,
        timeZone: config.timeZone,
      }),
    }),
  });
  terminal.say(
    `news-alerts: ${count(board.lines().length, 'feed')}, ${count(config.topics.length, 'topic')}; page and SNS endpoint at ${runtime.url}; data in ${dataDir}`,
  );

  const { trigger } = stages.dispatch;
  const everyMinutes = 'schedule' in trigger ? trigger.schedule.everyMinutes : 1;
  const schedule = startSchedule(runtime.tick, (everyMinutes * MINUTE_MS) / speed, (error) =>
    log.error('dispatch', { error: error instanceof Error ? error.stack : String(error) }),
  );
  nextTickAt = schedule.nextAt;

  const waitingTimer = setInterval(() => {
    void waitingMessages(runtime.platform.table(), clock() + YEAR_MS).then(
      (found) => {
        waiting = found;
      },
      (error: unknown) => {
        if (!stopping) log.error('waiting', { error: String(error) });
      },
    );
  }, WAITING_MS);

  const statusTimer = setInterval(() => {
    void runtime.depths().then(
      (depths) => {
        queues.current = Object.entries(depths).map(([name, depth]) => ({ name, ...depth }));
        const waiting = queues.current.reduce((sum, queue) => sum + queue.waiting, 0);
        const dead = queues.current.reduce((sum, queue) => sum + queue.dead, 0);
        const { changed, unchanged, failed } = board.tally();
        terminal.say(
          `${new Date().toTimeString().slice(0, 5)}  last minute: ${count(changed + unchanged + failed, 'poll')} (${changed} with news, ${unchanged} unchanged, ${failed} failed); ` +
            `${count(alerts, 'alert')} since start; ${count(waiting, 'message')} waiting${dead > 0 ? `, ${dead} DEAD` : ''}`,
        );
      },
      (error: unknown) => log.error('status', { error: String(error) }),
    );
  }, MINUTE_MS);

  return {
    offline: firstAnswers(board),
    failed: runtime.failed,
    async hasHistory() {
      const states = feedStates(runtime.platform.table());
      for (const { id } of board.lines()) if ((await states.get(id)).seen !== undefined) return true;
      return false;
    },
    async stop() {
      clearInterval(statusTimer);
      stopping = true;
      clearInterval(waitingTimer);
      await schedule.stop();
      await runtime.stop();
      await postman.close();
      await outbox.close();
      lock.release();
    },
  };
}

async function firstAnswers(board: FeedBoard): Promise<boolean> {
  while (!board.complete()) await new Promise((resolve) => setTimeout(resolve, 100).unref());
  return board.unreachable();
}

function mailerFrom(env: NodeJS.ProcessEnv): Mailer | undefined {
  const url = env.NEWS_ALERTS_SMTP_URL;
  if (!url) return undefined;
  return createMailer(url, env.NEWS_ALERTS_MAIL_FROM ?? 'news-alerts@localhost');
}
