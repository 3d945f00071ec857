import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { feedStates } from '../../functions/shared/store/feed-states.ts';
import type { ReadItems } from '../../local/past/read-database.ts';
import { scanItems } from './scan-items.ts';

/** Reads the stored items of a deployment's table, and the titles of feeds without a title in the file. Reads the whole table. */
export async function scanTable(
  client: DynamoDBClient,
  name: string,
  feeds: readonly Feed[],
  onProgress: (items: number) => void,
): Promise<ReadItems> {
  const states = feedStates(dynamoTable(client, name));
  const [items, titles] = await Promise.all([
    scanItems(client, name, onProgress),
    Promise.all(
      feeds
        .filter(({ untitled }) => untitled)
        .map(async ({ id }): Promise<[string, string][]> => {
          const { title } = await states.get(id);
          return title === undefined ? [] : [[id, title]];
        }),
    ),
  ]);
  return { items, documentTitles: new Map(titles.flat()) };
}
