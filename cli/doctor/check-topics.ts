import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { table } from '../../functions/shared/pipeline.ts';
import { STORY_PREFIX, storyOpenedAt, topicPartition } from '../../functions/shared/store/stories.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { type CheckContext, tableName, throttleProgress } from './check-context.ts';
import { type CheckResult, checkEach, ok } from './check-result.ts';

const DAY_MS = 86_400_000;
/** How far back stories are kept, and looked at. */
const HISTORY_MS = 90 * DAY_MS;
/** Below this many stories, nothing is usual. */
const MIN_STORIES = 5;
/** How many times its usual gap a topic may be silent. */
const MAX_GAPS = 5;
/** Whatever is usual, a silence of less than this may be a quiet week, ms. */
const MIN_SILENCE_MS = 7 * DAY_MS;
/** The newest stories show the usual gap well enough; a busy topic has thousands. */
const MAX_STORIES = 200;

export interface TopicFacts {
  readonly topicId: string;
  /** When its newest stories were opened, ms, newest first. */
  readonly openedAt: readonly number[];
}

/** Silent far beyond what is usual for the topic; undefined when it is not, or when nothing is usual for it. */
export function unusualSilence(
  { openedAt }: TopicFacts,
  now: number,
): { usual: number; silent: number } | undefined {
  const [newest] = openedAt;
  const oldest = openedAt.at(-1);
  if (newest === undefined || oldest === undefined || openedAt.length < MIN_STORIES) return undefined;
  const usual = (newest - oldest) / (openedAt.length - 1);
  const silent = now - newest;
  return silent > Math.max(MAX_GAPS * usual, MIN_SILENCE_MS) ? { usual, silent } : undefined;
}

export function topicResults(topics: readonly TopicFacts[], now: number): CheckResult[] {
  const silent = topics.flatMap((topic) => {
    const found = unusualSilence(topic, now);
    return found ? [silentTopicResult(topic, found)] : [];
  });
  const known = topics.filter(({ openedAt }) => openedAt.length >= MIN_STORIES).length;
  const usual = known - silent.length;
  const unknown = topics.length - known;
  const parts = [
    ...(usual > 0 ? [`${count(usual, 'topic has', 'topics have')} news as usual`] : []),
    ...(unknown > 0
      ? [`${count(unknown, 'topic has', 'topics have')} too few stories yet to say what is usual`]
      : []),
  ];
  return [...(parts.length > 0 ? [ok('topics', parts.join('; '))] : []), ...silent];
}

function silentTopicResult(
  { topicId, openedAt: [newest = 0] }: TopicFacts,
  { usual, silent }: { usual: number; silent: number },
): CheckResult {
  return {
    level: 'warning',
    check: 'topics',
    code: 'topic-silent',
    about: topicId,
    seen: `topic ${topicId} has had no story for ${formatDuration(silent)}, since ${formatTime(newest)}; usual was one every ${formatDuration(usual)}`,
    means:
      'there is no such news, or it is no longer found: its feeds fail or were removed, or its words no longer fit',
    next: 'see the findings about feeds; try its words on items that should match: npx news-alerts match --items FILE.jsonl --explain',
  };
}

async function readOpened(
  client: DynamoDBClient,
  TableName: string,
  topicId: string,
  since: number,
): Promise<TopicFacts> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
      ProjectionExpression: '#s',
      ExpressionAttributeNames: { '#p': table.partitionKey, '#s': table.sortKey },
      ExpressionAttributeValues: {
        ':p': { S: topicPartition(topicId) },
        ':from': { S: `${STORY_PREFIX}${new Date(since).toISOString()}` },
        ':to': { S: `${STORY_PREFIX}~` },
      },
      ScanIndexForward: false,
      Limit: MAX_STORIES,
    }),
  );
  return { topicId, openedAt: Items.map((item) => storyOpenedAt(item[table.sortKey]?.S ?? '')) };
}

export const checkTopics = {
  name: 'topics',
  what: 'the topics',
  needsFile: true,
  run: async (visit: CheckContext): Promise<readonly CheckResult[]> =>
    checkTopicsIn(visit.clients.dynamoDb, tableName(visit), visit, visit.clock()),
} as const;

/** Returns what a table tells of the topics, as of a time, ms. */
export async function checkTopicsIn(
  client: DynamoDBClient,
  tableName: string,
  { loaded, progress }: Pick<CheckContext, 'loaded' | 'progress'>,
  now: number,
): Promise<readonly CheckResult[]> {
  const { topics } = loaded.config;
  const told = throttleProgress(progress);
  let read = 0;
  const { results, findings } = await checkEach(
    'topics',
    'topics',
    topics,
    ({ id }) => id,
    async ({ id }) => {
      const facts = await readOpened(client, tableName, id, now - HISTORY_MS);
      told(`read the stories of ${++read} of ${count(topics.length, 'topic')}`);
      return facts;
    },
  );
  return [...topicResults(results, now), ...findings];
}
