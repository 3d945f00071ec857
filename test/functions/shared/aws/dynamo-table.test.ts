import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { dynamoTable } from '../../../../functions/shared/aws/dynamo-table.ts';
import { loopbackServer } from '../../../helpers/loopback-server.ts';

interface Put {
  readonly PutRequest: { readonly Item: { readonly sk: { readonly S: string } } };
}

/** Returns a table whose server leaves the records unprocessed for which `leave` holds. Requests are numbered from 1. */
async function tableWithUnprocessedRecords(leave: (sk: string, number: number) => boolean) {
  const puts = (body: string) => (JSON.parse(body) as { RequestItems: { t: Put[] } }).RequestItems.t;
  const keyOf = ({ PutRequest }: Put) => PutRequest.Item.sk.S;
  const { url, requests } = await loopbackServer((response, number, { body }) => {
    const left = puts(body).filter((put) => leave(keyOf(put), number));
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ UnprocessedItems: left.length > 0 ? { t: left } : {} }));
  });
  const table = dynamoTable(clientOf(url), 't');
  return { table, sent: () => requests.map(({ body }) => puts(body).map(keyOf)) };
}

function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
}

it('putAll repeats the unprocessed records until all are written', async () => {
  const { table, sent } = await tableWithUnprocessedRecords(
    (sk, number) => number <= 2 && Number(sk) % 2 === 1,
  );
  await table.putAll(Array.from({ length: 4 }, (_, n) => ({ pk: 'p', sk: `${n}` })));
  expect(sent()).toEqual([
    ['0', '1', '2', '3'],
    ['1', '3'],
    ['1', '3'],
  ]);
});

it('query never sends an empty key, which AWS refuses and the embedded table accepts', async () => {
  const { url, requests } = await loopbackServer((response) =>
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"Items":[]}'),
  );
  const table = dynamoTable(clientOf(url), 't');
  await table.query({ pk: 'p', from: '', to: '~' });
  await table.queryDue({ pk: 'p', from: '', to: '~' });
  const values = requests.map(
    ({ body }) => (JSON.parse(body) as { ExpressionAttributeValues: unknown }).ExpressionAttributeValues,
  );
  expect(values).toEqual(Array(2).fill({ ':p': { S: 'p' }, ':from': { S: ' ' }, ':to': { S: '~' } }));
});
