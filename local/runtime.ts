import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { WantedChannels } from '../functions/channels/channels.ts';
import { createHandler as createDispatch } from '../functions/dispatch/handler.ts';
import { createHandler as createMatch } from '../functions/match/handler.ts';
import { packTopics } from '../functions/match/topics-file.ts';
import { createHandler as createNotify } from '../functions/notify/handler.ts';
import { httpFetch } from '../functions/poll/fetch/http-fetch.ts';
import { createHandler as createPoll } from '../functions/poll/handler.ts';
import { createHandler as createPush } from '../functions/push/handler.ts';
import { MAX_PUSH_BYTES } from '../functions/push/receive-push.ts';
import {
  basics,
  compiledTopics,
  fetching,
  type Platform,
  publishing,
  queues,
  signingUp,
  tables,
} from '../functions/shared/aws/platform.ts';
import type { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Log } from '../functions/shared/events.ts';
import type { FeedDue } from '../functions/shared/messages.ts';
import type { Clock, Feed, PipelineConfig, Subscription } from '../functions/shared/model.ts';
import {
  environment,
  OPERATIONS_TOPIC_ID,
  QUEUES,
  type QueueName,
  STAGES,
  stages,
  TOPICS_FILE,
} from '../functions/shared/pipeline.ts';
import { environmentSecrets, withSecrets } from '../functions/shared/secrets.ts';
import { ticks } from '../functions/shared/store/ticks.ts';
import { topicOfChannel } from '../functions/shared/topic-of-channel.ts';
import { createHandler as createSignup } from '../functions/signup/handler.ts';
import { abandonableCall } from './abandonable-call.ts';
import { writeRunningServers } from './data-folder/running-servers.ts';
import { writeGeneratedFile } from './data-folder/write-file-atomically.ts';
import { startEmbeddedServers } from './embedded-servers.ts';
import { type EventSource, startEventSource } from './event-source.ts';
import { type FunctionUrl, startFunctionUrl } from './function-url.ts';
import { isLoopbackHostHeader } from './host-header.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import { localSdk, SIGNUP_ACCESS_KEY } from './local-sdk.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { CreatePage } from './page-data.ts';
import { provision } from './provision.ts';
import { confirmSubscription, createSignupPage, type SignupOptions } from './signup-page.ts';
import type { OutgoingMessage, PublishedMessage } from './sns/outgoing-message.ts';
import { createSnsEndpoint } from './sns/sns-endpoint.ts';

export interface PushOptions {
  /** The address on the internet that leads to the port. Ends in a slash. */
  readonly url: string;
  /** Loopback port. */
  readonly port: number;
}

export interface RuntimeOptions {
  readonly config: PipelineConfig;
  readonly subscriptions: readonly Subscription[];
  /** Folder of the tables, queues and subscriptions. Without it they are kept in memory. */
  readonly dataDir?: string;
  /** Loopback port of the page and the SNS endpoint; any free port by default. */
  readonly port?: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether feeds on this machine may be fetched. */
  readonly loopbackFeeds?: boolean;
  /** Lets WebSub hubs push news; without it, feeds are only polled. */
  readonly push?: PushOptions;
  /** Where people can sign up, if the configuration lets them. */
  readonly signup?: SignupOptions;
  /** Values of the secrets in feed addresses, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Called for every message that a channel accepts. */
  readonly onPublish?: (publish: PublishedMessage) => void;
  /** Called for every email and SMS, once per subscriber. */
  readonly onDelivery?: (delivery: OutgoingMessage) => void;
  /** Called for every message that an http(s) subscriber did not accept. */
  readonly onDeliveryFailed?: (delivery: OutgoingMessage, error: unknown) => void;
  /** Answers requests that are not for the SNS endpoint. */
  readonly page?: ReturnType<CreatePage>;
}

/** The whole pipeline on one machine: the same handlers and SDK clients as on AWS, connected to embedded servers. */
export interface Runtime {
  /** Address of the page and the SNS endpoint. */
  readonly url: string;
  /** Address of the listener for pushes on this machine. */
  readonly pushAddress: string | undefined;
  /** Returns the address at which people sign up; undefined if they cannot. */
  signupUrl(): string | undefined;
  readonly platform: Platform;
  /** Runs dispatch once, as the schedule does every minute. */
  tick(): Promise<void>;
  /**
   * Puts another configuration in force. Running invocations finish with the old one; all later ones use the new one. Polls
   * new feeds, and feeds with a new address, at once. If this throws, the old configuration stays in force.
   */
  reload(
    config: PipelineConfig,
    subscriptions: readonly Subscription[],
    secrets?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Queues a poll of a feed, which asks its server unless that wants a pause. */
  pollNow(feedId: string): Promise<void>;
  /** Returns for each queue the number of messages, including those in progress, and the number of dead letters. */
  depths(): Promise<Record<QueueName, { waiting: number; dead: number }>>;
  /** Resolves when all queues are empty. */
  drained(): Promise<void>;
  /** Resolves if the runtime can no longer work. */
  readonly failed: Promise<NewsAlertsError>;
  stop(): Promise<void>;
}

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { config, subscriptions, dataDir, clock, log } = options;
  const servers = await startEmbeddedServers(dataDir, clock);
  const signupPage = createSignupPage(options.signup, () => inForce.handlers.signup, log);
  const sns = createSnsEndpoint({
    clock,
    onPublish: options.onPublish ?? (() => undefined),
    onDelivery: options.onDelivery ?? (() => undefined),
    ...(options.onDeliveryFailed ? { onDeliveryFailed: options.onDeliveryFailed } : {}),
    confirmationUrl: () => signupPage.url(),
    topicName: (arn) => topicOfChannel(inForce.config.topics, arn)?.name ?? arn,
    ...(dataDir ? { stateFile: join(dataDir, 'channels.json') } : {}),
  });
  const http = createServer((request, response) => {
    if (!isLoopbackHostHeader(request.headers.host)) {
      response
        .writeHead(421, { 'content-type': 'text/plain' })
        .end('Expected a Host header that names this machine.\n');
      return;
    }
    const { method, url = '' } = request;
    const forSns = (method === 'POST' && url === '/') || url.startsWith('/?Action=');
    if (forSns || !options.page) void sns.handle(request, response);
    else void options.page(request, response);
  });
  const url = await listenOnLoopback(http, options.port ?? 0, '--port').catch(async (error) => {
    await servers.stop();
    throw error;
  });

  if (dataDir) writeRunningServers(dataDir, { ...servers, page: url });
  const wantedChannels = (
    { topics }: PipelineConfig,
    subscriptions: readonly Subscription[],
  ): WantedChannels => ({ topicIds: [...topics.map(({ id }) => id), OPERATIONS_TOPIC_ID], subscriptions });
  // A topic that is gone for a moment, as when its id is misspelt, keeps those who signed up for it until the next start.
  const known = new Set(wantedChannels(config, subscriptions).topicIds);
  const provisioned = await provision({ ...servers, sns: url }, wantedChannels(config, subscriptions), log);
  const configDir = dataDir ?? mkdtempSync(join(tmpdir(), 'news-alerts-'));
  // Absolute, since Node takes a bare name for a package.
  const configFile = resolve(configDir, 'config.json');
  const topicsFile = resolve(configDir, TOPICS_FILE);
  const writeConfig = (config: PipelineConfig) => {
    writeGeneratedFile(configFile, JSON.stringify(config));
    writeGeneratedFile(topicsFile, packTopics(config.topics));
  };
  writeConfig(config);
  const variables = {
    ...provisioned.environment,
    [environment.config]: configFile,
    [environment.topics]: topicsFile,
  };
  const platform: Platform = {
    ...basics(variables),
    ...compiledTopics(variables),
    ...fetching(variables),
    clock,
    log,
    loopbackFeeds: options.loopbackFeeds ?? false,
    pushUrl: options.push?.url,
    ...tables(variables, localSdk(servers.dynamodb)),
    ...queues(variables, localSdk(servers.sqs)),
    ...publishing(variables, localSdk(url)),
    ...signingUp(variables, localSdk(url, SIGNUP_ACCESS_KEY)),
    signupUrl: signupPage.url,
    exit() {
      const page = signupPage.url();
      return page === undefined ? {} : { page: `${page}manage` };
    },
    confirm: confirmSubscription(new SNSClient(localSdk(url, SIGNUP_ACCESS_KEY))),
  };
  // Shared by all configurations, since it remembers which hosts asked for a pause.
  const fetches = abandonableCall(httpFetch({ clock, guard: { loopback: platform.loopbackFeeds } }));
  const handlersFor = (config: PipelineConfig, secrets: Readonly<Record<string, string>>) => {
    const configured: Platform = {
      ...platform,
      config: () => config,
      secrets: () => environmentSecrets(secrets),
    };
    return {
      dispatch: createDispatch(configured),
      push: createPush(configured),
      signup: createSignup(configured),
      poll: createPoll(configured, fetches.call),
      match: createMatch(configured),
      notify: createNotify(configured),
    };
  };
  const { secrets = {} } = options;
  let inForce = { config, subscriptions, secrets, handlers: handlersFor(config, secrets) };

  let pushes: FunctionUrl | undefined;
  try {
    if (options.push) {
      pushes = await startFunctionUrl({
        port: options.push.port,
        option: '--push-port',
        maxBody: MAX_PUSH_BYTES,
        handler: (event) => inForce.handlers.push(event),
        onError: (error) => log.error('push-failed', { error: String(error) }),
      });
    }
    await signupPage.apply(config);
  } catch (error) {
    await pushes?.stop();
    http.close();
    await servers.stop();
    throw error;
  }
  const sqs = new SQSClient(localSdk(servers.sqs));
  const sources: EventSource[] = [];
  for (const stage of STAGES) {
    const { trigger, timeout } = stages[stage];
    if (stage === 'dispatch' || !('queue' in trigger)) continue;
    sources.push(
      startEventSource(sqs, log, {
        queueUrl: provisioned.queueUrls[trigger.queue],
        batchSize: trigger.batchSize,
        concurrency: LOCAL_CONCURRENCY[stage],
        timeout: timeout * 1000,
        handler: (event) => inForce.handlers[stage](event),
      }),
    );
  }

  /** The removal of channels after the last reload. */
  let removing: Promise<unknown> = Promise.resolve();
  // A removal that runs on while the next reload subscribes would unsubscribe a recipient who has just come back.
  const changeChannels = oneAtATime();

  const countMessages = async (queueUrl: string): Promise<number> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };

  return {
    url,
    pushAddress: pushes?.url,
    signupUrl: signupPage.url,
    platform,
    failed: servers.failed,
    tick: () => inForce.handlers.dispatch(),
    async reload(config, subscriptions, secrets = {}) {
      const wanted = wantedChannels(config, subscriptions);
      const { before, applied } = await changeChannels(async () => {
        const before = inForce;
        try {
          writeConfig(config);
          const handlers = handlersFor(config, secrets);
          await provisioned.channels.make(wanted);
          await signupPage.apply(config);
          const applied = { config, subscriptions, secrets, handlers };
          inForce = applied;
          for (const id of wanted.topicIds) known.add(id);
          return { before, applied };
        } catch (error) {
          writeConfig(before.config);
          await provisioned.channels.remove({
            ...wantedChannels(before.config, before.subscriptions),
            topicIds: [...known],
          });
          throw error;
        }
      });
      // The new configuration is in force. The next start or reload finishes what fails from here on.
      const fail = (error: unknown) => log.error('reload-failed', { error: String(error) });
      await pollNewFeeds(platform, before, applied).catch(fail);
      // Invocations with the old configuration may still publish to channels that are about to be removed. A slow server
      // can make them last, and the caller does not wait.
      removing = Promise.all(sources.map((source) => source.idle()))
        .then(() =>
          changeChannels(async () => {
            if (inForce === applied) await provisioned.channels.remove({ ...wanted, topicIds: [...known] });
          }),
        )
        .catch(fail);
    },
    pollNow: (feedId) =>
      queuePolls(
        platform,
        inForce.config.feeds.filter(({ id, enabled }) => id === feedId && enabled),
      ),
    async depths() {
      const depth = async (name: QueueName) => ({
        waiting: await countMessages(provisioned.queueUrls[name]),
        dead: await countMessages(provisioned.deadLetterUrls[name]),
      });
      return { feeds: await depth('feeds'), items: await depth('items'), hits: await depth('hits') };
    },
    async drained() {
      // A stage deletes a message only after it has sent the resulting ones, so one pass along the pipeline is enough.
      for (const name of QUEUES) {
        while ((await countMessages(provisioned.queueUrls[name])) > 0)
          await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    async stop() {
      await pushes?.stop();
      await signupPage.stop();
      // A hanging server must not delay the stop. The next start polls its feed again.
      const timer = setTimeout(fetches.abandon, MAX_STOP_WAIT_MS);
      await Promise.all(sources.map((source) => source.stop()));
      clearTimeout(timer);
      await removing;
      await sns.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      sqs.destroy();
      await servers.stop();
      if (dataDir === undefined) rmSync(configDir, { recursive: true });
    },
  };
}

interface ConfigWithSecrets {
  readonly config: PipelineConfig;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Polls new feeds, and feeds with a new address. All others keep their schedule: the last tick is given the new
 * configuration's version, so dispatch sees no change.
 */
async function pollNewFeeds(
  platform: Platform,
  before: ConfigWithSecrets,
  after: ConfigWithSecrets,
): Promise<void> {
  const enabled = ({ config }: ConfigWithSecrets) => config.feeds.filter((feed) => feed.enabled);
  const address = ({ url }: Feed, { secrets }: ConfigWithSecrets) =>
    withSecrets(url, (name) => secrets[name] ?? '');
  const oldAddresses = new Map(enabled(before).map((feed) => [feed.id, address(feed, before)]));
  const due = enabled(after).filter((feed) => oldAddresses.get(feed.id) !== address(feed, after));
  await queuePolls(platform, due);
  const store = ticks(platform.table());
  const last = await store.last();
  if (last) await store.commit({ ...last, configVersion: after.config.version }, last);
}

async function queuePolls(platform: Platform, feeds: readonly Feed[]): Promise<void> {
  const tickAt = new Date(platform.clock()).toISOString();
  await platform.queue<FeedDue>('feeds').send(
    feeds.map(({ id, url }) => ({
      body: { v: 1, feedId: id, tickAt },
      group: new URL(url).host.slice(-128),
    })),
  );
}

/**
 * Concurrent invocations of each stage. One machine needs fewer than Lambda offers. Poll needs more than the others: a batch
 * mostly waits for the slowest of its ten servers, and 5,000 feeds may be due every 5 minutes.
 */
const LOCAL_CONCURRENCY = { poll: 8, match: 4, notify: 4 } as const;

/** How long a stop waits for running fetches. */
const MAX_STOP_WAIT_MS = 2_000;
