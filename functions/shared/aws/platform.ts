import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { REQUEST_DEADLINE_MS, type RetryQueue } from '../delivery/deps.ts';
import { NewsAlertsError } from '../errors.ts';
import type { Log } from '../events.ts';
import type { Exit } from '../exit.ts';
import type {
  ChannelSubscription,
  ChatRecipient,
  Clock,
  PipelineConfig,
  Sender,
  SmsSettings,
} from '../model.ts';
import { DELIVERIES, type DeliveryName, environment, type QueueName } from '../pipeline.ts';
import type { ChannelAdmin, Channels, Queue, Subscribing } from '../ports.ts';
import { environmentSecrets, type Secrets } from '../secrets.ts';
import type { Table } from '../store/table.ts';
import { dynamoTable } from './dynamo-table.ts';
import { emfMetrics, type FlushedMetrics, NO_METRICS } from './emf-metrics.ts';
import { retryQueue } from './retry-queue.ts';
import { sesMail } from './ses-mail.ts';
import { snsChannelAdmin } from './sns-channel-admin.ts';
import { snsChannels } from './sns-channels.ts';
import { snsSubscribing } from './sns-subscribing.ts';
import { sqsQueue } from './sqs-queue.ts';

/** The dependencies of every stage. They are the same on AWS and on one machine; only the environment differs. */
export interface Basics {
  readonly clock: Clock;
  readonly log: Log;
  /** Unique id of this instance of the function. */
  readonly instance: string;
  config(): PipelineConfig;
  readonly metrics: FlushedMetrics;
}

export interface Tables {
  table(): Table;
}

export interface CompiledTopics {
  /** Returns the path of the compiled topics. */
  topicsFile(): string;
}

export interface Queues {
  queue<Body>(name: QueueName): Queue<Body>;
}

export interface Fetching {
  /** Whether feeds on this machine may be fetched. */
  readonly loopbackFeeds: boolean;
  /** The address that WebSub hubs can call; undefined for none. */
  readonly pushUrl: string | undefined;
  /** Returns the secrets in feed addresses. `names` lists the names of all of them. */
  secrets(names: readonly string[]): Secrets;
}

/** Used by the function for chat services alone. */
export interface Chatting {
  /** Returns the recipients at chat services, with names in place of secrets. */
  chats(): readonly ChatRecipient[];
  /** Returns the secrets in their addresses. `names` lists the names of all of them. */
  secrets(names: readonly string[]): Secrets;
}

/** The dependencies of the function for HTML mail alone. */
export interface Mailing {
  /** Returns a function that sends mails through SES, from the address of `sender`. */
  sendMail(sender: Sender): ReturnType<typeof sesMail>;
}

/** The queues of the functions that deliver alerts themselves. */
export interface Retrying {
  retryQueue(name: DeliveryName): RetryQueue;
}

export interface Publishing {
  channels(config?: Pick<PipelineConfig, 'sms' | 'htmlEmail'>): Channels;
  /** Returns how readers of emails change or end what they receive. */
  exit(): Exit;
}

export interface SigningUp {
  subscribing(sms?: SmsSettings): Subscribing;
  /** Returns the address of the sign-up page, with a slash at its end; undefined where requests tell it. */
  signupUrl(): string | undefined;
  sleep(ms: number): Promise<void>;
  /**
   * Confirms a subscription by email, for a page of ours. Returns false if its token is wrong. Absent on AWS, where SNS has
   * such a page.
   */
  confirm?(channelArn: string, token: string): Promise<boolean>;
}

export interface ChannelAdmins {
  channelAdmin(): ChannelAdmin;
  /** Returns the subscriptions that the user's file asks for. */
  subscriptions(): readonly ChannelSubscription[];
}

export type Platform = Basics & Tables & CompiledTopics & Queues & Fetching & Publishing & SigningUp;

/** Environment variables. The SDK reads further variables (AWS_REGION, AWS_ENDPOINT_URL_SQS …) to find the services. */
type Env = Readonly<Record<string, string | undefined>>;

/** Further options for the SDK's clients, such as how they reach the services. */
export type SdkOptions = Omit<DynamoDBClientConfig & SQSClientConfig & SNSClientConfig, 'maxAttempts'>;

/**
 * If a publish has no answer after this long, its outcome counts as unknown. The value is well below the lease of a claim, and
 * even a batch in which every publish times out fits notify's timeout.
 */
export const PUBLISH_TIMEOUT_MS = 5_000;

/**
 * Returns all dependencies. A Lambda function calls only those of the functions below that it needs, so its bundle contains
 * only their SDK clients.
 */
export function platformFromEnvironment(
  env: Env,
  overrides: Partial<Basics & Fetching> = {},
  sdk: SdkOptions = {},
): Platform {
  return {
    ...basics(env),
    ...compiledTopics(env),
    ...fetching(env, sdk),
    ...overrides,
    ...tables(env, sdk),
    ...queues(env, sdk),
    ...publishing(env, sdk),
    ...signingUp(env, sdk),
  };
}

export function basics(env: Env): Basics {
  const system = env[environment.system];
  const inner = once(() => new Logger({ serviceName: 'news-alerts' }));
  return {
    clock: Date.now,
    instance: randomUUID(),
    metrics: system === undefined ? NO_METRICS : emfMetrics(system),
    log: {
      debug: (event, fields) => inner().debug(event, { ...fields }),
      info: (event, fields) => inner().info(event, { ...fields }),
      warn: (event, fields) => inner().warn(event, { ...fields }),
      error: (event, fields) => inner().error(event, { ...fields }),
    },
    config: once(() => loadJson<PipelineConfig>(requiredVariable(env, environment.config))),
  };
}

export function tables(env: Env, sdk: SdkOptions = {}): Tables {
  return {
    table: once(() => dynamoTable(new DynamoDBClient(sdk), requiredVariable(env, environment.table))),
  };
}

export function compiledTopics(env: Env): CompiledTopics {
  return { topicsFile: () => require.resolve(requiredVariable(env, environment.topics)) };
}

export function queues(env: Env, sdk: SdkOptions = {}): Queues {
  const client = once(() => new SQSClient(sdk));
  return {
    queue: <Body>(name: QueueName) =>
      sqsQueue<Body>(client(), requiredVariable(env, environment.queueUrl(name))),
  };
}

export function fetching(env: Env, sdk: SdkOptions = {}): Fetching {
  return {
    loopbackFeeds: env[environment.loopbackFeeds] === 'true',
    pushUrl: env[environment.pushUrl],
    secrets: (names) => secretsOf(env, names, sdk),
  };
}

export function chatting(env: Env, sdk: SdkOptions = {}): Chatting {
  return {
    chats: once(() => loadJson<readonly ChatRecipient[]>(requiredVariable(env, environment.chats))),
    secrets: (names) => secretsOf(env, names, sdk),
  };
}

export function mailing(sdk: SESv2ClientConfig = {}): Mailing {
  return {
    sendMail: (sender) => {
      const requestHandler = { requestTimeout: REQUEST_DEADLINE_MS, throwOnRequestTimeout: true };
      return sesMail(new SESv2Client({ requestHandler, ...sdk, maxAttempts: 1 }), sender);
    },
  };
}

export function retrying(env: Env, sdk: SdkOptions = {}): Retrying {
  return {
    retryQueue: (name) =>
      retryQueue(new SQSClient(sdk), {
        queue: requiredVariable(env, environment.queueUrl(name)),
        deadLetters: requiredVariable(env, environment.deadLettersUrl),
      }),
  };
}

/** Reads secrets from the Parameter Store if the environment has a path for them, and from its variables otherwise. */
function secretsOf(env: Env, names: readonly string[], sdk: SdkOptions): Secrets {
  const path = env[environment.parameters];
  if (path === undefined) return environmentSecrets(env);
  const read = once(async () => (await import('#parameters')).parameters(path, names, Date.now, sdk));
  return { get: async (name) => (await read())(name) };
}

export function publishing(env: Env, sdk: SdkOptions = {}): Publishing {
  return {
    channels: ({ sms, htmlEmail } = {}) => {
      const requestHandler = {
        requestTimeout: PUBLISH_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        // SNS may close an idle connection just as a publish is sent, and the outcome of the publish would be unknown.
        httpAgent: { keepAlive: false },
        httpsAgent: { keepAlive: false },
      };
      return snsChannels(
        new SNSClient({ requestHandler, ...sdk, maxAttempts: 1 }),
        requiredVariable(env, environment.channelPrefix),
        requiredVariable(env, environment.operationsChannel),
        { ...(sms ? { sms } : {}), isMailedBySes: htmlEmail !== undefined },
      );
    },
    exit: () => {
      const page = env[environment.signupUrl];
      return { hasSnsLink: true, ...(page === undefined ? {} : { page: `${page}manage` }) };
    },
  };
}

export function signingUp(env: Env, sdk: SdkOptions = {}): SigningUp {
  return {
    subscribing: (sms) =>
      snsSubscribing(
        new SNSClient({ ...sdk, maxAttempts: 2 }),
        requiredVariable(env, environment.channelPrefix),
        sms,
      ),
    signupUrl: () => env[environment.signupUrl],
    sleep: (ms) => setTimeout(ms),
  };
}

export function channelAdmins(env: Env, sdk: SdkOptions = {}): ChannelAdmins {
  return {
    channelAdmin: once(() =>
      snsChannelAdmin(
        // A deployment may create thousands of channels. SNS throttles, and the SDK slows down.
        new SNSClient({ retryMode: 'adaptive', maxAttempts: 10, ...sdk }),
        requiredVariable(env, environment.channelPrefix),
        {
          tags: JSON.parse(requiredVariable(env, environment.tags)),
          key: env[environment.channelKey],
          queueArns: Object.fromEntries(DELIVERIES.map((name) => [name, env[environment.queueArn(name)]])),
        },
      ),
    ),
    subscriptions: once(() =>
      loadJson<readonly ChannelSubscription[]>(requiredVariable(env, environment.recipients)),
    ),
  };
}

const require = createRequire(import.meta.url);

/** Reads a JSON file by its path or by a name that Node resolves. Files in layers have such names. */
function loadJson<T>(file: string): T {
  return require(file) as T;
}

function requiredVariable(env: Env, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new NewsAlertsError(`expected the environment variable ${name} to be set, got nothing`);
}

function once<T>(create: () => T): () => T {
  let created: { value: T } | undefined;
  return () => {
    created ??= { value: create() };
    return created.value;
  };
}
