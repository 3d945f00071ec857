import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const clients: DynamoDBClient[] = [];

/** The handler that the stages are compared with. It only creates one client of the SDK. */
export const handler = async (): Promise<void> => {
  clients.push(new DynamoDBClient({}));
};
