import type { LoadedConfig } from '../config/load.ts';
import type { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Clock, Subscription } from '../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID, stages } from '../functions/shared/pipeline.ts';
import { redactAddress, redactAddresses } from '../functions/shared/redact-address.ts';
import { digests } from '../functions/shared/store/digests.ts';
import { feedStates } from '../functions/shared/store/feed-states.ts';
import { count } from '../functions/shared/text/count.ts';
import { createConsole } from './console.ts';
import { diskFullLog } from './data-folder/disk-full-log.ts';
import { lockFolder } from './data-folder/folder-lock.ts';
import { makePrivateFolder } from './data-folder/private-folder.ts';
import { FeedStatuses } from './feed-status.ts';
import { createEmailDelivery, type DeliveryTiming, type EmailDelivery } from './mail/email-delivery.ts';
import { mailerFromEnvironment } from './mail/mailer.ts';
import { createOutbox, outboxFile } from './outbox/outbox.ts';
import { startRuntime } from './runtime.ts';
import { startSchedule } from './schedule.ts';
import type { OutgoingMessage, PublishedMessage } from './sns/outgoing-message.ts';
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
export interface MailSummary {
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
  stop(): Promise<MailSummary>;
}

const MINUTE_MS = 60_000;

export async function startSession(options: SessionOptions): Promise<Session> {
  const { loaded, dataDir, clock, speed = 1, demo = false } = options;
  let { config, topicFaults } = loaded;
  // Nothing of a demo is sent to anybody. A fault of the settings comes before anything is started.
  const mailer = demo ? undefined : mailerFromEnvironment(process.env);
  const lock = lockFolder(dataDir);
  const startedAt = new Date().toISOString();
  const board = new FeedStatuses(config.feeds);
  const terminal = createConsole(board, demo);
  const exposed = makePrivateFolder(dataDir);
  if (exposed) terminal.say(exposed);
  const log = diskFullLog(terminal.log, dataDir, terminal.say);
  const outbox = createOutbox({
    file: outboxFile(dataDir),
    say: (text) => terminal.warn('outbox', text),
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

  const onPublish = (publish: PublishedMessage) => {
    alerts++;
    terminal.alert(outbox.recordPublish(publish, emails.plan(publish)));
    emails.wake();
  };
  const onDeliveryFailed = ({ messageId, protocol, endpoint: address }: OutgoingMessage, error: unknown) => {
    const endpoint = redactAddress(address);
    const detail = redactAddresses(error instanceof Error ? error.message : String(error));
    outbox.recordDelivery([messageId], { protocol, endpoint, how: 'failed', detail });
    terminal.warn(`${protocol} ${endpoint}`, detail);
  };

  /** What is wrong with a topic's query, or with a set that it uses. */
  const faultOf = (id: string) =>
    (topicFaults.find(({ path }) => path.startsWith(`topics.${id}.`)) ?? topicFaults[0])?.message;
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
      feeds: () => board.all(),
      status: () => ({
        startedAt,
        nextTickAt: new Date(nextTickAt()).toISOString(),
        queues: queues.current,
        mail: emails.outage(),
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
    `news-alerts: ${count(board.all().length, 'feed')}, ${count(config.topics.length, 'topic')}; page and SNS endpoint at ${runtime.url}; data in ${dataDir}`,
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
        const { changed, unchanged, failed } = board.takeCounts();
        terminal.say(
          `${new Date().toTimeString().slice(0, 5)}  last minute: ${count(changed + unchanged + failed, 'poll')} (${changed} with news, ${unchanged} unchanged, ${failed} failed); ` +
            `${count(alerts, 'alert')} since start; ${count(waiting, 'message')} waiting${dead > 0 ? `, ${dead} DEAD` : ''}${mailText(outbox.waiting().length, emails.outage())}`,
        );
      },
      (error: unknown) => log.error('status', { error: String(error) }),
    );
  }, MINUTE_MS);

  return {
    offline: isOffline(board),
    failed: runtime.failed,
    async hasHistory() {
      const states = feedStates(runtime.platform.table());
      for (const { id } of board.all()) if ((await states.get(id)).seen !== undefined) return true;
      return false;
    },
    async reload(next) {
      // First, for new feeds are polled before the reload is over.
      board.setFeeds(next.config.feeds);
      try {
        await runtime.reload(next.config, subscriptionsOf(next), next.secrets);
        ({ config, topicFaults } = next);
      } catch (error) {
        board.setFeeds(config.feeds);
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
      const reason = emails.outage()?.detail;
      return {
        waiting: outbox.waiting().length,
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
    ...operations.map((contact) => ({ topicId: OPERATIONS_TOPIC_ID, ...contact })),
  ];
}

async function isOffline(board: FeedStatuses): Promise<boolean> {
  while (!board.isComplete()) await new Promise((resolve) => setTimeout(resolve, 100).unref());
  return board.isUnreachable();
}

function mailText(waiting: number, trouble: ReturnType<EmailDelivery['outage']>): string {
  if (waiting === 0) return '';
  return `; ${count(waiting, 'email')} ${trouble ? 'wait for the mail server' : 'not sent yet'}`;
}
