import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { FoundItem } from '../../local/past/past.ts';
import { ITEM_PREFIX, storedItemOf, type TypedRecord } from '../../local/past/stored-item.ts';

/** Parts of the table that are read at the same time. */
const SEGMENTS = 8;

/**
 * Reads all stored items of a deployment's table. Reads the whole table, because each item has a partition of its own.
 */
export async function scanItems(
  client: DynamoDBClient,
  table: string,
  onProgress: (items: number) => void,
): Promise<FoundItem[]> {
  const items: FoundItem[] = [];
  await Promise.all(
    Array.from({ length: SEGMENTS }, async (_, segment) => {
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({
            TableName: table,
            Segment: segment,
            TotalSegments: SEGMENTS,
            FilterExpression: 'begins_with(#pk, :prefix)',
            ExpressionAttributeNames: { '#pk': 'pk' },
            ExpressionAttributeValues: { ':prefix': { S: ITEM_PREFIX } },
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        for (const record of page.Items ?? []) {
          const item = storedItemOf(record as TypedRecord);
          if (item) items.push(item);
        }
        onProgress(items.length);
        start = page.LastEvaluatedKey;
      } while (start);
    }),
  );
  return items;
}
