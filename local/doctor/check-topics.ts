import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { table } from '../../functions/shared/pipeline.ts';
import { STORY_PREFIX, storyOpenedAt, topicPartition } from '../../functions/shared/store/stories.ts';
import { count } from '../../functions/shared/text/count.ts';
import { length, moment } from '../moments.ts';
import { type Finding, forEach, ok } from './finding.ts';
import { everySoOften, tableName, type Visit } from './visit.ts';

const DAY_MS = 86_400_000;
/** How far back stories are kept, and looked at. */
const KNOWN_MS = 90 * DAY_MS;
/** Below this many stories, nothing is usual. */
const ENOUGH = 5;
/** How many times its usual gap a topic may be silent. */
const GAPS = 5;
/** Whatever is usual, a silence of less than this may be a quiet week, ms. */
const SHORTEST_MS = 7 * DAY_MS;
/** The newest stories show the usual gap well enough; a busy topic has thousands. */
const NEWEST = 200;

export interface TopicFacts {
  readonly topicId: string;
  /** When its newest stories were opened, ms, newest first. */
  readonly openedAt: readonly number[];
}

/** Silent far beyond what is usual for the topic; undefined when it is not, or when nothing is usual for it. */
export function silence(
  { openedAt }: TopicFacts,
  now: number,
): { usual: number; silent: number } | undefined {
  const [newest] = openedAt;
  const oldest = openedAt.at(-1);
  if (newest === undefined || oldest === undefined || openedAt.length < ENOUGH) return undefined;
  const usual = (newest - oldest) / (openedAt.length - 1);
  const silent = now - newest;
  return silent > Math.max(GAPS * usual, SHORTEST_MS) ? { usual, silent } : undefined;
}

export function topicFindings(topics: readonly TopicFacts[], now: number): Finding[] {
  const silent = topics.flatMap((topic) => {
    const found = silence(topic, now);
    return found ? [silentFinding(topic, found)] : [];
  });
  const known = topics.filter(({ openedAt }) => openedAt.length >= ENOUGH).length;
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

function silentFinding(
  { topicId, openedAt: [newest = 0] }: TopicFacts,
  { usual, silent }: { usual: number; silent: number },
): Finding {
  return {
    level: 'warning',
    check: 'topics',
    code: 'topic-silent',
    about: topicId,
    seen: `topic ${topicId} has had no story for ${length(silent)}, since ${moment(newest)}; usual was one every ${length(usual)}`,
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
      Limit: NEWEST,
    }),
  );
  return { topicId, openedAt: Items.map((item) => storyOpenedAt(item[table.sortKey]?.S ?? '')) };
}

export const checkTopics = {
  name: 'topics',
  what: 'the topics',
  needsFile: true,
  run: async (visit: Visit): Promise<readonly Finding[]> =>
    topicsIn(visit.clients.dynamoDb, tableName(visit), visit, visit.clock()),
} as const;

/** Returns what a table tells of the topics, as of a time, ms. */
export async function topicsIn(
  client: DynamoDBClient,
  tableName: string,
  { loaded, progress }: Pick<Visit, 'loaded' | 'progress'>,
  now: number,
): Promise<readonly Finding[]> {
  const { topics } = loaded.config;
  const told = everySoOften(progress);
  let read = 0;
  const { results, findings } = await forEach(
    'topics',
    'topics',
    topics,
    ({ id }) => id,
    async ({ id }) => {
      const facts = await readOpened(client, tableName, id, now - KNOWN_MS);
      told(`read the stories of ${++read} of ${count(topics.length, 'topic')}`);
      return facts;
    },
  );
  return [...topicFindings(results, now), ...findings];
}
