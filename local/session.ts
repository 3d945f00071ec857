import type { LoadedConfig } from '../functions/shared/config/load.ts';
import type { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Clock, Subscription } from '../functions/shared/model.ts';
import { OPERATIONS, stages } from '../functions/shared/pipeline.ts';
import { shownAddress, withShownAddresses } from '../functions/shared/shown-address.ts';
import { digests } from '../functions/shared/store/digests.ts';
import { feedStates } from '../functions/shared/store/feed-states.ts';
import { count } from '../functions/shared/text/count.ts';
import { createConsole } from './console.ts';
import { FeedBoard } from './feed-board.ts';
import { lockFolder } from './folder-lock.ts';
import { tellFullDiskOnce } from './full-disk.ts';
import { createEmailDelivery, type DeliveryTiming, type EmailDelivery } from './mail/email-delivery.ts';
import { mailerFrom } from './mail/mailer.ts';
import { createOutbox, outboxFile } from './outbox.ts';
import { makePrivate } from './private-folder.ts';
import { startRuntime } from './runtime.ts';
import { startSchedule } from './schedule.ts';
import type { Outgoing, Publish } from './sns/outgoing.ts';
import { WaitingMessages } from './waiting-messages.ts';
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
  /** Of the queue of emails. */
  readonly mailTiming?: Partial<DeliveryTiming>;
}

/** What a session leaves to the next one. */
export interface Remainder {
  /** Emails that are not sent yet. */
  readonly waiting: number;
  /** Why they do, where the server takes none. */
  readonly reason?: string;
  readonly hasMailServer: boolean;
  /** Emails that failed for good in this session. */
  readonly failed: number;
}

/** A runtime with what a person sees of it: terminal, page, outbox, mail, and a schedule that keeps it going. */
export interface Session {
  /** Settles when every feed has been asked once: true when none could be reached. */
  readonly offline: Promise<boolean>;
  /** Resolves if it can no longer work. */
  readonly failed: Promise<NewsAlertsError>;
  /** True when some feed has been read before, in this run or another. */
  hasHistory(): Promise<boolean>;
  /** Puts another configuration in force; the one before stays so when this throws. */
  reload(loaded: LoadedConfig): Promise<void>;
  stop(): Promise<Remainder>;
}

const MINUTE_MS = 60_000;

export async function startSession(options: SessionOptions): Promise<Session> {
  const { loaded, dataDir, clock, speed = 1, demo = false } = options;
  let { config, broken } = loaded;
  // Nothing of a demo is sent to anybody. A fault of the settings comes before anything is started.
  const mailer = demo ? undefined : mailerFrom(process.env);
  const lock = lockFolder(dataDir);
  const startedAt = new Date().toISOString();
  const board = new FeedBoard(config.feeds);
  const terminal = createConsole(board, demo);
  const exposed = makePrivate(dataDir);
  if (exposed) terminal.say(exposed);
  const log = tellFullDiskOnce(terminal.log, dataDir, terminal.say);
  const outbox = createOutbox({
    file: outboxFile(dataDir),
    say: (text) => terminal.trouble('outbox', text),
  });
  const emails = createEmailDelivery({
    outbox,
    mailer,
    zoneOf: (topicId) => config.topics.find(({ id }) => id === topicId)?.timeZone ?? config.timeZone ?? 'UTC',
    say: terminal.mail,
    onSent: terminal.sent,
    ...(options.mailTiming ? { timing: options.mailTiming } : {}),
  });
  let alerts = 0;

  const onPublish = (publish: Publish) => {
    alerts++;
    terminal.alert(outbox.published(publish, emails.plan(publish)));
    emails.wake();
  };
  const onDeliveryFailed = ({ messageId, protocol, endpoint: address }: Outgoing, error: unknown) => {
    const endpoint = shownAddress(address);
    const detail = withShownAddresses(error instanceof Error ? error.message : String(error));
    outbox.delivered([messageId], { protocol, endpoint, how: 'failed', detail });
    terminal.trouble(`${protocol} ${endpoint}`, detail);
  };

  /** What is wrong with a topic's query, or with a set that it uses. */
  const faultOf = (id: string) =>
    (broken.find(({ path }) => path.startsWith(`topics.${id}.`)) ?? broken[0])?.message;
  let waiting: WaitingMessages | undefined;
  let nextTickAt = () => Date.now();
  const queues = { current: [] as { name: string; waiting: number; dead: number }[] };
  const mailChecked = emails.start();
  const runtime = await startRuntime({
    config,
    subscriptions: subscriptionsOf(loaded),
    dataDir,
    port: options.port,
    clock,
    loopbackFeeds: options.loopbackFeeds ?? false,
    secrets: loaded.secrets,
    log,
    onPublish,
    onDeliveryFailed,
    page: createPage({
      outbox,
      demo,
      feeds: () => board.lines(),
      status: () => ({
        startedAt,
        nextTickAt: new Date(nextTickAt()).toISOString(),
        queues: queues.current,
        mail: emails.trouble(),
        topics: config.topics.map(({ id, name, query }) => ({
          id,
          name,
          fault: query ? undefined : faultOf(id),
        })),
        now: new Date(clock()).toISOString(),
        waiting: waiting?.current() ?? [],
        timeZone: config.timeZone,
      }),
    }),
  });
  waiting = new WaitingMessages(digests(runtime.platform.table()), clock, (error) =>
    log.error('waiting', { error: String(error) }),
  );
  // The first page is to have it.
  waiting.current();
  // Whoever reads that all is watched is to know by then whether mail goes out.
  await mailChecked;
  terminal.say(
    `news-alerts: ${count(board.lines().length, 'feed')}, ${count(config.topics.length, 'topic')}; page and SNS endpoint at ${runtime.url}; data in ${dataDir}`,
  );

  const { trigger } = stages.dispatch;
  const everyMinutes = 'schedule' in trigger ? trigger.schedule.everyMinutes : 1;
  const schedule = startSchedule(runtime.tick, (everyMinutes * MINUTE_MS) / speed, (error) =>
    log.error('dispatch', { error: error instanceof Error ? error.stack : String(error) }),
  );
  nextTickAt = schedule.nextAt;

  const statusTimer = setInterval(() => {
    void runtime.depths().then(
      (depths) => {
        queues.current = Object.entries(depths).map(([name, depth]) => ({ name, ...depth }));
        const waiting = queues.current.reduce((sum, queue) => sum + queue.waiting, 0);
        const dead = queues.current.reduce((sum, queue) => sum + queue.dead, 0);
        const { changed, unchanged, failed } = board.tally();
        terminal.say(
          `${new Date().toTimeString().slice(0, 5)}  last minute: ${count(changed + unchanged + failed, 'poll')} (${changed} with news, ${unchanged} unchanged, ${failed} failed); ` +
            `${count(alerts, 'alert')} since start; ${count(waiting, 'message')} waiting${dead > 0 ? `, ${dead} DEAD` : ''}${mailText(outbox.open().length, emails.trouble())}`,
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
    async reload(next) {
      // First, for new feeds are polled before the reload is over.
      board.watch(next.config.feeds);
      try {
        await runtime.reload(next.config, subscriptionsOf(next), next.secrets);
        ({ config, broken } = next);
      } catch (error) {
        board.watch(config.feeds);
        throw error;
      }
    },
    async stop() {
      clearInterval(statusTimer);
      await schedule.stop();
      const looks = waiting;
      waiting = undefined;
      await looks?.idle();
      await runtime.stop();
      await emails.close();
      await outbox.close();
      lock.release();
      const reason = emails.trouble()?.detail;
      return {
        waiting: outbox.open().length,
        ...(reason ? { reason } : {}),
        hasMailServer: mailer !== undefined,
        failed: emails.failed(),
      };
    },
  };
}

/** Placeholders are shown what they would receive; nothing is ever sent to them. */
function subscriptionsOf({ subscriptions, placeholders, operations }: LoadedConfig): Subscription[] {
  return [
    ...subscriptions,
    ...placeholders,
    ...operations.map((contact) => ({ topicId: OPERATIONS, ...contact })),
  ];
}

async function firstAnswers(board: FeedBoard): Promise<boolean> {
  while (!board.complete()) await new Promise((resolve) => setTimeout(resolve, 100).unref());
  return board.unreachable();
}

function mailText(waiting: number, trouble: ReturnType<EmailDelivery['trouble']>): string {
  if (waiting === 0) return '';
  return `; ${count(waiting, 'email')} ${trouble ? 'wait for the mail server' : 'not sent yet'}`;
}
