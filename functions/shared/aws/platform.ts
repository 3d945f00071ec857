import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { NewsAlertsError } from '../errors.ts';
import type { Log } from '../events.ts';
import type { Clock, PipelineConfig, SmsSettings, Subscription } from '../model.ts';
import { environment, type QueueName } from '../pipeline.ts';
import type { ChannelAdmin, Channels, Queue } from '../ports.ts';
import { environmentSecrets, type Secrets } from '../secrets.ts';
import type { Table } from '../store/table.ts';
import { dynamoTable } from './dynamo-table.ts';
import { emfMetrics, type FlushedMetrics, NO_METRICS } from './emf-metrics.ts';
import { snsChannelAdmin } from './sns-channel-admin.ts';
import { snsChannels } from './sns-channels.ts';
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

export interface Publishing {
  channels(sms?: SmsSettings): Channels;
}

export interface ChannelAdmins {
  channelAdmin(): ChannelAdmin;
  /** Returns the subscriptions of the user's file. */
  subscriptions(): readonly Subscription[];
}

export type Platform = Basics & Tables & CompiledTopics & Queues & Fetching & Publishing;

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

/** Reads secrets from the Parameter Store if the environment has a path for them, and from its variables otherwise. */
export function fetching(env: Env, sdk: SdkOptions = {}): Fetching {
  const path = env[environment.parameters];
  return {
    loopbackFeeds: env[environment.loopbackFeeds] === 'true',
    pushUrl: env[environment.pushUrl],
    secrets(names) {
      if (path === undefined) return environmentSecrets(env);
      const read = once(async () => (await import('#parameters')).parameters(path, names, Date.now, sdk));
      return { get: async (name) => (await read())(name) };
    },
  };
}

export function publishing(env: Env, sdk: SdkOptions = {}): Publishing {
  return {
    channels: (sms) => {
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
        sms,
      );
    },
  };
}

export function channelAdmins(env: Env, sdk: SdkOptions = {}): ChannelAdmins {
  return {
    channelAdmin: once(() =>
      snsChannelAdmin(
        // A deployment may create thousands of channels. SNS throttles, and the SDK slows down.
        new SNSClient({ retryMode: 'adaptive', maxAttempts: 10, ...sdk }),
        requiredVariable(env, environment.channelPrefix),
        { tags: JSON.parse(requiredVariable(env, environment.tags)), key: env[environment.channelKey] },
      ),
    ),
    subscriptions: once(() =>
      loadJson<readonly Subscription[]>(requiredVariable(env, environment.recipients)),
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
