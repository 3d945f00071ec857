import { EventEmitter } from 'node:events';
import { flushCompileCache } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '../config/load.ts';
import { splitStory } from '../functions/notify/story/split-story.ts';
import { withTitle } from '../functions/poll/feed-title.ts';
import type { NewsAlertsError } from '../functions/shared/errors.ts';
import { logTo } from '../functions/shared/events.ts';
import { mailExit } from '../functions/shared/mail/mail-exit.ts';
import type { Clock, Subscription } from '../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID, stages } from '../functions/shared/pipeline.ts';
import { redactAddress, redactAddresses } from '../functions/shared/redact-address.ts';
import { digests } from '../functions/shared/store/digests.ts';
import { feedStates } from '../functions/shared/store/feed-states.ts';
import { mutes } from '../functions/shared/store/mutes.ts';
import { signingKey } from '../functions/shared/store/signing-key.ts';
import { count } from '../functions/shared/text/count.ts';
import { type ChatTiming, createChatDelivery } from './chat/chat-delivery.ts';
import { createConsole } from './console.ts';
import { diskFullLog } from './data-folder/disk-full-log.ts';
import { lockFolder } from './data-folder/folder-lock.ts';
import { makePrivateFolder } from './data-folder/private-folder.ts';
import type { Outage } from './delivery/outage.ts';
import { FeedStatuses } from './feed-status.ts';
import { formatClockTime } from './format-time.ts';
import { createEmailDelivery, type DeliveryTiming } from './mail/email-delivery.ts';
import { mailerFromEnvironment } from './mail/mailer.ts';
import { createOutbox, outboxFile } from './outbox/outbox.ts';
import type { CreatePage, PageActions, PageStatus } from './page-data.ts';
import { itemCounts } from './past/item-counts.ts';
import { localPast } from './past/local-past.ts';
import { type PushOptions, type Runtime, startRuntime } from './runtime.ts';
import { startSchedule } from './schedule.ts';
import type { SignupOptions } from './signup-page.ts';
import { createSmsDelivery, type SmsTiming } from './sms/sms-delivery.ts';
import { createSmsSender } from './sms/sms-sender.ts';
import { smsSettings } from './sms/sms-settings.ts';
import { createSmsSpend, smsSpendFile } from './sms/sms-spend.ts';
import type { OutgoingMessage, PublishedMessage } from './sns/outgoing-message.ts';
import { StageCounter } from './stage-counts.ts';
import { WaitingMessages } from './waiting-messages.ts';

export interface SessionOptions {
  readonly loaded: LoadedConfig;
  readonly dataDir: string;
  readonly port: number;
  readonly clock: Clock;
  /** How many times faster than the wall clock `clock` runs. */
  readonly speed?: number;
  readonly demo?: boolean;
  /** Whether feeds on this machine may be fetched. */
  readonly loopbackFeeds?: boolean;
  readonly push?: PushOptions;
  /** Where people can sign up, if the configuration lets them. */
  readonly signup?: SignupOptions;
  /** Makes the page; without it there is none. */
  readonly page?: CreatePage;
  /** Lets the page edit the file. */
  readonly edits?: Pick<PageActions, 'configFile' | 'environment' | 'applyConfig'>;
  /** Returns why the configuration file as it is cannot be used. */
  readonly configFault?: () => string | undefined;
  readonly mailTiming?: Partial<DeliveryTiming>;
  readonly smsTiming?: Partial<SmsTiming>;
  readonly chatTiming?: Partial<ChatTiming>;
}

/** The state of email, SMS and chat services at the end of a session. */
export interface DeliverySummary {
  /** Emails that are not sent yet. */
  readonly waiting: number;
  /** Why the mail server accepts no mail; absent if it does. */
  readonly reason?: string;
  readonly hasMailServer: boolean;
  /** Emails that failed for good in this session. */
  readonly failed: number;
  /** SMS that are not sent yet, and those that failed or may have failed in this session. */
  readonly sms: { readonly waiting: number; readonly failed: number };
  /** Messages to chat services that are not sent yet, and those that failed in this session. */
  readonly chat: { readonly waiting: number; readonly failed: number };
}

/** A runtime with its schedule and everything a person sees of it: terminal, page, outbox and email. */
export interface Session {
  /** Resolves after the first poll of every feed: true if no feed could be reached. */
  readonly offline: Promise<boolean>;
  /** Resolves if the session can no longer work. */
  readonly failed: Promise<NewsAlertsError>;
  /** Returns true if any feed was ever read, in this run or an earlier one. */
  hasHistory(): Promise<boolean>;
  /** Puts another configuration in force. If this throws, the previous one stays in force. */
  reload(loaded: LoadedConfig): Promise<void>;
  stop(): Promise<DeliverySummary>;
}

const MINUTE_MS = 60_000;
const DEPTH_INTERVAL_MS = 3_000;

export async function startSession(options: SessionOptions): Promise<Session> {
  const { loaded, dataDir, clock, speed = 1, demo = false } = options;
  let inForce = loaded;
  // The demo sends nothing. Wrong settings of mail or SMS throw here, before anything is started.
  const mailer = demo ? undefined : mailerFromEnvironment(process.env);
  const sendsSms = demo ? undefined : smsSettings(process.env);
  const smsSender = sendsSms && (await createSmsSender(() => inForce.config.sms));
  const lock = lockFolder(dataDir);
  const startedAt = new Date().toISOString();
  const feeds = new FeedStatuses(loaded.config.feeds);
  const terminal = createConsole(feeds, demo);
  const privacyWarning = makePrivateFolder(dataDir);
  if (privacyWarning) terminal.say(privacyWarning);
  const counter = new StageCounter();
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  const printed = diskFullLog(terminal.log, dataDir, terminal.say);
  const log = logTo((event, level) => {
    printed[level](event.name, event.fields);
    counter.record(event);
    changes.emit('change');
  });
  const outbox = createOutbox({
    file: outboxFile(dataDir),
    say: (text) => terminal.warn('outbox', text),
  });
  const zoneOf = (topicId: string) =>
    inForce.config.topics.find(({ id }) => id === topicId)?.timeZone ?? inForce.config.timeZone ?? 'UTC';
  const started = Promise.withResolvers<Runtime>();
  // Nobody waits for it if the start fails.
  started.promise.catch(() => undefined);
  const emails = createEmailDelivery({
    outbox,
    mailer,
    zoneOf,
    async exitOf(messages, endpoint) {
      const { platform, signupUrl } = await started.promise;
      const pageUrl = signupUrl();
      const alerts = messages.flatMap(({ alert }) => alert ?? []);
      const [first] = messages;
      if (pageUrl === undefined || first === undefined || alerts.length === 0) return undefined;
      const key = await signingKey(platform.table());
      return mailExit(key, pageUrl, alerts, Date.parse(first.at), endpoint);
    },
    say: terminal.mail,
    onSent: terminal.sent,
    ...(options.mailTiming ? { timing: options.mailTiming } : {}),
  });
  const texts = createSmsDelivery({
    outbox,
    account:
      sendsSms && smsSender
        ? {
            sender: smsSender,
            settings: sendsSms,
            spend: createSmsSpend(smsSpendFile(dataDir), sendsSms.monthlyUsd),
          }
        : undefined,
    say: terminal.sms,
    ...(options.smsTiming ? { timing: options.smsTiming } : {}),
  });
  const chats = createChatDelivery({
    outbox,
    recipients: () => inForce.chats,
    zoneOf,
    showsOnly: demo,
    say: terminal.chat,
    ...(options.chatTiming ? { timing: options.chatTiming } : {}),
  });
  let alerts = 0;

  const onPublish = (publish: PublishedMessage) => {
    const deliveries = [...emails.plan(publish).map(texts.plan), ...chats.plan(publish)];
    const entry = outbox.recordPublish(publish, deliveries);
    if (entry.alert) alerts++;
    terminal.alert(entry);
    emails.wake();
    texts.wake();
    chats.wake();
    changes.emit('change');
  };
  const onDeliveryFailed = ({ messageId, protocol, endpoint: address }: OutgoingMessage, error: unknown) => {
    const endpoint = redactAddress(address);
    const detail = redactAddresses(error instanceof Error ? error.message : String(error));
    outbox.recordDelivery([messageId], { protocol, endpoint, how: 'failed', detail });
    terminal.warn(`${protocol} ${endpoint}`, detail);
  };

  /** Returns the fault of a topic's query, or of a term set that the query uses. */
  const faultOf = (id: string) =>
    (inForce.topicFaults.find(({ path }) => path.startsWith(`topics.${id}.`)) ?? inForce.topicFaults[0])
      ?.message;
  let waiting: WaitingMessages | undefined;
  let nextTickAt = () => Date.now();
  const queues = { current: [] as { name: string; waiting: number; dead: number }[] };
  const deliveriesChecked = Promise.all([emails.start(), texts.start()]);
  chats.start();
  const faults = (): string[] => {
    const fault = options.configFault?.();
    return fault === undefined
      ? []
      : [`The configuration file cannot be used, so the earlier one stays in use: ${fault}`];
  };
  const status = (): PageStatus => ({
    startedAt,
    faults: faults(),
    nextTickAt: new Date(nextTickAt()).toISOString(),
    queues: queues.current,
    counts: counter.current(),
    mail: emails.outage(),
    sms: texts.outage(),
    topics: inForce.config.topics.map(({ id, name, query }) => ({
      id,
      name,
      fault: query && !inForce.keptQueries?.has(id) ? undefined : faultOf(id),
      keepsQuery: inForce.keptQueries?.has(id) ?? false,
    })),
    now: new Date(clock()).toISOString(),
    waiting: waiting?.current() ?? [],
    timeZone: inForce.config.timeZone,
  });
  const { edits, loopbackFeeds = false } = options;
  const muteStory = async (topicId: string, storyId: string, isMuted: boolean) => {
    const store = mutes(runtime.platform.table());
    await (isMuted ? store.mute(topicId, storyId, clock()) : store.unmute(topicId, storyId));
    changes.emit('change');
  };
  const feedTitle = async (feedId: string) => {
    const feed = inForce.config.feeds.find(({ id }) => id === feedId);
    if (!feed?.untitled) return feed?.title;
    return withTitle(feed, await feedStates(runtime.platform.table()).get(feedId)).title;
  };
  const split: PageActions['splitStory'] = async (topicId, itemId) => {
    const result = await splitStory(runtime.platform.table(), { topicId, itemId, now: clock() }, feedTitle);
    changes.emit('change');
    return result;
  };
  const page = options.page?.({
    demo,
    refresh: async () => waiting?.refresh(),
    alerts: outbox.recent,
    feeds: () => feeds.all(),
    status,
    loaded: () => inForce,
    past: localPast({
      dataDir,
      clock,
      config: () => inForce.config,
      secrets: () => inForce.secrets,
    }),
    itemCounts: itemCounts({ dataDir, clock }),
    table: () => runtime.platform.table(),
    onChange(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },
    ...(edits
      ? {
          actions: {
            ...edits,
            loopbackFeeds,
            muteStory,
            splitStory: split,
            pollNow: (feedId: string) => runtime.pollNow(feedId),
          },
        }
      : {}),
  });
  const runtime = await startRuntime({
    config: loaded.config,
    subscriptions: subscriptionsOf(loaded),
    dataDir,
    port: options.port,
    clock,
    loopbackFeeds,
    ...(options.push ? { push: options.push } : {}),
    ...(options.signup ? { signup: options.signup } : {}),
    secrets: loaded.secrets,
    log,
    onPublish,
    onDeliveryFailed,
    ...(page ? { page } : {}),
  });
  started.resolve(runtime);
  waiting = new WaitingMessages({
    digests: digests(runtime.platform.table()),
    clock,
    onChange: () => changes.emit('change'),
    onError: (error) => log.error('status-failed', { error: String(error) }),
  });
  // A killed process would write nothing at its end.
  flushCompileCache();
  // These checks print their results before the line that says news-alerts is running.
  await deliveriesChecked;
  terminal.say(
    `news-alerts: watching ${count(feeds.all().length, 'feed')} for ${count(loaded.config.topics.length, 'topic')}; page and SNS endpoint at ${runtime.url}; data in ${dataDir}`,
  );

  let saidSignupUrl: string | undefined;
  const saySignup = () => {
    const url = runtime.signupUrl();
    if (url !== undefined && url !== saidSignupUrl) terminal.say(`news-alerts: people sign up at ${url}`);
    saidSignupUrl = url;
  };
  if (options.push) {
    terminal.say(
      `news-alerts: WebSub hubs may push news to ${options.push.url}, which must lead to ${runtime.pushAddress}`,
    );
  }

  saySignup();

  const { trigger } = stages.dispatch;
  const everyMinutes = 'schedule' in trigger ? trigger.schedule.everyMinutes : 1;
  const schedule = startSchedule(runtime.tick, (everyMinutes * MINUTE_MS) / speed, (error) =>
    log.error('dispatch-failed', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  nextTickAt = schedule.nextAt;

  const readDepths = async () => {
    const depths = await runtime.depths();
    const current = Object.entries(depths).map(([name, depth]) => ({ name, ...depth }));
    if (isDeepStrictEqual(current, queues.current)) return;
    queues.current = current;
    changes.emit('change');
  };
  // Only while somebody looks at the page.
  const depthTimer = setInterval(() => {
    if (changes.listenerCount('change') > 0) readDepths().catch(() => undefined);
  }, DEPTH_INTERVAL_MS);
  const statusTimer = setInterval(() => {
    void readDepths().then(
      () => {
        const waiting = queues.current.reduce((sum, queue) => sum + queue.waiting, 0);
        const dead = queues.current.reduce((sum, queue) => sum + queue.dead, 0);
        const { changed, unchanged, failed } = feeds.takeCounts();
        terminal.say(
          `${formatClockTime().slice(0, 5)}  last minute: ${count(changed + unchanged + failed, 'poll')} (${changed} with news, ${unchanged} unchanged, ${failed} failed); ` +
            `${count(alerts, 'alert')} since start; ${count(waiting, 'message')} queued${dead > 0 ? `, ${dead} DEAD` : ''}${waitingText('email', outbox.waiting('email').length, emails.outage())}${waitingText('SMS', outbox.waiting('sms').length, texts.outage())}${waitingText('chat message', outbox.waiting('chat').length, undefined)}`,
        );
      },
      (error: unknown) => log.error('status-failed', { error: String(error) }),
    );
  }, MINUTE_MS);

  return {
    offline: isOffline(feeds),
    failed: runtime.failed,
    async hasHistory() {
      const states = feedStates(runtime.platform.table());
      for (const { id } of feeds.all()) if ((await states.get(id)).seen !== undefined) return true;
      return false;
    },
    async reload(next) {
      // Before the reload, since the reload polls new feeds.
      feeds.setFeeds(next.config.feeds);
      try {
        await runtime.reload(next.config, subscriptionsOf(next), next.secrets);
        inForce = next;
        saySignup();
        changes.emit('change');
      } catch (error) {
        feeds.setFeeds(inForce.config.feeds);
        throw error;
      }
    },
    async stop() {
      clearInterval(depthTimer);
      clearInterval(statusTimer);
      await schedule.stop();
      const lastReads = waiting;
      waiting = undefined;
      await lastReads?.idle();
      await runtime.stop();
      await Promise.all([emails.close(), texts.close(), chats.close()]);
      await outbox.close();
      lock.release();
      const reason = emails.outage()?.detail;
      return {
        waiting: outbox.waiting('email').length,
        ...(reason ? { reason } : {}),
        hasMailServer: mailer !== undefined,
        failed: emails.failed(),
        sms: { waiting: outbox.waiting('sms').length, failed: texts.failed() },
        chat: { waiting: outbox.waiting('chat').length, failed: chats.failed() },
      };
    },
  };
}

/** Returns all subscriptions. Messages to placeholders are shown and never sent. */
function subscriptionsOf({ subscriptions, placeholders, operations }: LoadedConfig): Subscription[] {
  return [
    ...subscriptions,
    ...placeholders,
    ...operations.map((contact) => ({ topicId: OPERATIONS_TOPIC_ID, ...contact })),
  ];
}

async function isOffline(feeds: FeedStatuses): Promise<boolean> {
  while (!feeds.isComplete()) await new Promise((resolve) => setTimeout(resolve, 100).unref());
  return feeds.isUnreachable();
}

function waitingText(
  noun: 'email' | 'SMS' | 'chat message',
  waiting: number,
  outage: Outage | undefined,
): string {
  if (waiting === 0) return '';
  const server = noun === 'email' ? 'the mail server' : 'SNS';
  return `; ${count(waiting, noun, noun === 'SMS' ? noun : undefined)} ${outage ? `waiting for ${server}` : 'not sent yet'}`;
}
