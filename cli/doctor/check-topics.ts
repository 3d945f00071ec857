import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { isSilent, MIN_TOPIC_SILENCE_MS } from '../../functions/shared/activity.ts';
import { table } from '../../functions/shared/pipeline.ts';
import { STORY_PREFIX, storyOpenedAt, topicPartition } from '../../functions/shared/store/stories.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import { type CheckContext, tableName } from './check-context.ts';
import { type CheckResult, checkEach, ok } from './check-result.ts';

const DAY_MS = 86_400_000;
/** Stories are kept for this long. */
const HISTORY_MS = 90 * DAY_MS;
/** Fewer stories do not show a usual gap. */
const MIN_STORIES = 5;
/** The newest stories show the usual gap well enough, and a busy topic has thousands. */
const MAX_STORIES = 200;

export interface TopicFacts {
  readonly topicId: string;
  /** Opening times of the newest stories, ms, newest first. */
  readonly openedAt: readonly number[];
}

/**
 * Returns the usual gap between a topic's stories and its current silence, ms, by the rule of the `silence` alarm.
 * Returns undefined when the silence is not unusual, or when the topic has too few stories.
 */
export function unusualSilence(
  { openedAt }: TopicFacts,
  now: number,
): { usual: number; silent: number } | undefined {
  const [newest] = openedAt;
  const oldest = openedAt.at(-1);
  if (newest === undefined || oldest === undefined || openedAt.length < MIN_STORIES) return undefined;
  const usual = (newest - oldest) / (openedAt.length - 1);
  const activity = { heardAt: newest, usualGap: usual };
  return isSilent(activity, now, MIN_TOPIC_SILENCE_MS) ? { usual, silent: now - newest } : undefined;
}

export function topicResults(topics: readonly TopicFacts[], now: number): CheckResult[] {
  const silent = topics.flatMap((topic) => {
    const silence = unusualSilence(topic, now);
    return silence ? [silentTopicResult(topic, silence)] : [];
  });
  const known = topics.filter(({ openedAt }) => openedAt.length >= MIN_STORIES).length;
  const usual = known - silent.length;
  const unknown = topics.length - known;
  const parts = [
    ...(usual > 0 ? [`${count(usual, 'topic has', 'topics have')} news as usual`] : []),
    ...(unknown > 0 ? [`${count(unknown, 'topic has', 'topics have')} too few stories yet to judge`] : []),
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
    seen: `topic ${topicId} has had no story for ${formatDuration(silent)}, since ${formatTime(newest)}; before that, it had one about every ${formatDuration(usual)}`,
    means:
      'there is no such news, or it is no longer found: feeds fail or were removed, or the query no longer fits',
    next: 'see the findings about feeds, and try the query on items that should match: npx news-alerts match --items FILE.jsonl --explain',
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
  run: async (context: CheckContext): Promise<readonly CheckResult[]> =>
    checkTopicsIn(context.clients.dynamoDb, tableName(context), context, context.clock()),
} as const;

/** Checks the topics of a table as of a time, ms. */
export async function checkTopicsIn(
  client: DynamoDBClient,
  tableName: string,
  { loaded, progress }: Pick<CheckContext, 'loaded' | 'progress'>,
  now: number,
): Promise<readonly CheckResult[]> {
  const { topics } = loaded.config;
  const report = throttleProgress(progress);
  let read = 0;
  const { values, failures } = await checkEach(
    'topics',
    'topics',
    topics,
    ({ id }) => id,
    async ({ id }) => {
      const facts = await readOpened(client, tableName, id, now - HISTORY_MS);
      report(`read the stories of ${++read} of ${count(topics.length, 'topic')}`);
      return facts;
    },
  );
  return [...topicResults(values, now), ...failures];
}
