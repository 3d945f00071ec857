import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const clients: DynamoDBClient[] = [];

/** What the stages' starts are compared with: one client of the SDK, and nothing else. */
export const handler = async (): Promise<void> => {
  clients.push(new DynamoDBClient({}));
};
