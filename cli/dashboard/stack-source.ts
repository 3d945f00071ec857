import type { LoadedConfig } from '../../config/load.ts';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import type { DeployedQueueName } from '../../functions/shared/pipeline.ts';
import type { PageStatus } from '../../local/page-data.ts';
import { earlierFeedIds } from '../../local/past/earlier-feed-ids.ts';
import { type AwsClients, awsClients, describeError, isUnknownCaller } from '../deployed/aws-clients.ts';
import { readCounts } from '../deployed/read-counts.ts';
import { messagesIn, readQueue } from '../deployed/read-queue.ts';
import { readStack, type StackFacts } from '../deployed/read-stack.ts';
import { deployedQueues, OUTPUTS, queueNames, systemName } from '../deployed/resource-names.ts';
import { deployCommand } from '../doctor/check-context.ts';
import { cachedTable } from './cached-table.ts';
import { COUNTED_HOURS, type DashboardSource } from './dashboard-page.ts';
import { LoggedMessages, SHOWN_DAYS } from './logged-messages.ts';
import { faultText } from './paced-read.ts';
import { meteredClient, ReadMeter } from './read-meter.ts';
import { stackPast } from './stack-past.ts';

const SECOND_MS = 1_000;
/** Read units in an hour, beyond those of the first hour, scans, and views of single stories. */
export const MAX_UNITS_PER_HOUR = 60_000;
/** How long the views of single stories and items stay as they are. */
const VIEW_KEPT_MS = 60 * SECOND_MS;
export const PAUSES: DashboardSource['pauses'] = {
  messages: 30 * SECOND_MS,
  feeds: 120 * SECOND_MS,
  waiting: 60 * SECOND_MS,
  queues: 60 * SECOND_MS,
  counts: 300 * SECOND_MS,
};

export interface StackSource extends DashboardSource {
  readonly meter: ReadMeter;
}

/**
 * Returns what a dashboard reads of a deployment on AWS.
 * @throws NewsAlertsError when there are no credentials or there is no such stack
 */
export async function stackSource(
  name: string,
  loaded: LoadedConfig,
  {
    configFile,
    clock,
    signal,
  }: { readonly configFile: string; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<StackSource> {
  const clients = await awsClients(signal);
  const { tableName, system, configVersion, queues } = await findStack(clients, name);
  const meter = new ReadMeter(MAX_UNITS_PER_HOUR, clock);
  const table = dynamoTable(meteredClient(clients.dynamoDb, meter), tableName);
  const viewClient = meteredClient(clients.dynamoDb, meter, { isLimited: false });
  const feeds = new Map(loaded.config.feeds.map(({ id, title }) => [id, title]));
  const log = new LoggedMessages(table, {
    clock,
    earlierFeeds: () => earlierFeedIds(loaded.config.feeds, loaded.secrets),
    feedTitle: (id) => feeds.get(id) ?? id,
  });
  const { version } = loaded.config;
  return {
    stack: name,
    messageDays: SHOWN_DAYS,
    clock,
    meter,
    table,
    viewTable: cachedTable(dynamoTable(viewClient, tableName), VIEW_KEPT_MS, clock),
    pauses: PAUSES,
    isHeld: () => meter.isSpent(),
    messages: ({ topics }) => log.read(topics),
    queues: () => readQueues(clients, system, queues),
    counts: () => readCounts(clients.cloudWatch, system, COUNTED_HOURS, clock()),
    notes(running = configVersion) {
      const held = `Reads are limited to ${meter.maxPerHour.toLocaleString('en')} units an hour, so what you see may be some minutes old.`;
      return [
        ...(running === undefined || running === version
          ? []
          : [
              `${configFile} has version ${version}, but version ${running} is deployed. Feeds, topics and names here are those of the file. Deploy it (${deployCommand({ stackName: name, configFile })}), or name the deployed file with --config.`,
            ]),
        ...(meter.isSpent() ? [held] : []),
      ];
    },
    ...stackPast(loaded, {
      client: clients.dynamoDb,
      tableName,
      clock,
      meter,
    }),
  };
}

async function findStack(
  clients: AwsClients,
  name: string,
): Promise<{
  readonly tableName: string;
  readonly system: string;
  readonly configVersion: string | undefined;
  readonly queues: readonly DeployedQueueName[];
}> {
  const stack = await describeStack(clients, name);
  const tableName = stack?.outputs[OUTPUTS.table];
  if (stack && tableName) {
    const system = systemName(stack.outputs[OUTPUTS.channelPrefix] ?? '') ?? name;
    const queues = deployedQueues(stack.outputs);
    return { tableName, system, configVersion: stack.outputs[OUTPUTS.configVersion], queues };
  }
  throw new NewsAlertsError(
    `expected the stack ${name} in ${clients.region}, got ${stack ? `a stack without the output ${OUTPUTS.table}` : 'none'}; ` +
      'name another stack with --stack, or set AWS_REGION',
  );
}

async function describeStack(clients: AwsClients, name: string): Promise<StackFacts | undefined> {
  try {
    return await readStack(clients.cloudFormation, name);
  } catch (error) {
    if (!isUnknownCaller(error))
      throw new NewsAlertsError(`cannot read the stack ${name}: ${faultText(error)}`, { cause: error });
    throw new NewsAlertsError(
      `expected valid AWS credentials, got ${describeError(error)}; log in again (aws sso login), or check AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN`,
      { cause: error },
    );
  }
}

function readQueues(
  clients: AwsClients,
  system: string,
  queues: readonly DeployedQueueName[],
): Promise<PageStatus['queues']> {
  const depth = async (name: string) => messagesIn(await readQueue(clients.sqs, name, clients.region));
  return Promise.all(
    queues.map(async (queue) => {
      const { live, dead } = queueNames(system, queue);
      const [waiting, deadLetters] = await Promise.all([depth(live), depth(dead)]);
      return { name: queue, waiting, dead: deadLetters };
    }),
  );
}
