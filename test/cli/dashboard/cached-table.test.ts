import { expect, it } from 'vitest';
import { cachedTable } from '../../../cli/dashboard/cached-table.ts';
import { meteredClient, ReadMeter } from '../../../cli/dashboard/read-meter.ts';
import { dynamoTable } from '../../../functions/shared/aws/dynamo-table.ts';

const KEY = { pk: 'FEED#a', sk: 'STATE' };

/** Returns a client that answers each command, and records the inputs. */
function client(answer: object = {}) {
  const inputs: object[] = [];
  const state = { inputs, fault: undefined as Error | undefined };
  const send = async ({ input }: { readonly input: object }) => {
    inputs.push(input);
    if (state.fault) throw state.fault;
    return answer;
  };
  return { ...state, state, client: { send } as never };
}

it('answers the same for a while, and reports what to do after an error', async () => {
  let now = 0;
  const { client: fake, inputs, state } = client({ Item: { title: { S: 'x' } } });
  const table = cachedTable(dynamoTable(fake, 'news'), 60_000, () => now);
  expect(await table.get(KEY)).toEqual({ title: 'x' });
  await Promise.all([table.get(KEY), table.get(KEY)]);
  expect(inputs).toHaveLength(1);
  await table.query({ pk: 'TOPIC#a', from: 'a', to: 'b' });
  expect(inputs).toHaveLength(2);
  now = 60_000;
  state.fault = Object.assign(new Error('the session is over'), { name: 'ExpiredToken' });
  await expect(table.get(KEY)).rejects.toThrow(
    'cannot read the table: ExpiredToken: the session is over; log in again (aws sso login)',
  );
  state.fault = undefined;
  expect(await table.get(KEY)).toEqual({ title: 'x' });
});

it('reads at half the price, and counts the units that DynamoDB reports', async () => {
  const meter = new ReadMeter(100, () => 0);
  const { client: fake, inputs } = client({ ConsumedCapacity: { CapacityUnits: 12.5 } });
  await dynamoTable(meteredClient(fake, meter), 'news').get(KEY);
  expect(inputs[0]).toMatchObject({ ConsistentRead: false, ReturnConsumedCapacity: 'TOTAL' });
  expect([meter.units, meter.requests]).toEqual([12.5, 1]);
});

it('computes the units from the size of the answer where they are not reported', async () => {
  const meter = new ReadMeter(100, () => 0);
  const large = client({ Items: [{ text: { S: 'x'.repeat(10_000) } }] });
  await dynamoTable(meteredClient(large.client, meter), 'news').query({ pk: 'TOPIC#a', from: 'a', to: 'b' });
  await dynamoTable(meteredClient(client().client, meter), 'news').get(KEY);
  expect(meter.units).toBe(2);
});

it('refuses to write', async () => {
  const { client: fake, inputs } = client();
  const table = dynamoTable(meteredClient(fake, new ReadMeter(100, () => 0)), 'news');
  for (const write of [
    () => table.put({ ...KEY }),
    () => table.delete(KEY),
    () => table.putAll([{ ...KEY }]),
  ])
    await expect(write()).rejects.toThrow('expected only reads, got ');
  expect(inputs).toEqual([]);
});
