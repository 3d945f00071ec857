import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { environment } from '../../functions/shared/pipeline.ts';

interface Handled {
  readonly batchItemFailures: readonly unknown[];
}
export type Handler = (event: unknown) => Promise<Handled>;

/** The handler has had so many events before one is timed. */
const WARM_UP = 20;

export interface WarmTimes {
  /** ms for each item of an event. */
  readonly times: readonly number[];
  /** ms of one read of a record, taken right after. */
  readonly reads: readonly number[];
}

/** Times a handler that is warm, event by event, and beside each of them one read of the embedded table. */
export async function timeWarm(
  handler: Handler,
  eventOf: (round: number) => { readonly Records: readonly unknown[] },
  itemsPerEvent: number,
  rounds: number,
): Promise<WarmTimes> {
  const client = new DynamoDBClient({});
  const TableName = process.env[environment.table];
  const read = new GetItemCommand({ TableName, Key: { pk: { S: 'none' }, sk: { S: 'none' } } });
  const times: number[] = [];
  const reads: number[] = [];
  // The handlers write their logs there, as on Lambda.
  const { write } = process.stdout;
  process.stdout.write = () => true;
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const event = eventOf(round);
    const handled = performance.now();
    const { batchItemFailures } = await handler(event);
    const reading = performance.now();
    await client.send(read);
    const end = performance.now();
    if (batchItemFailures.length > 0)
      throw new Error(`expected all to be done, got ${batchItemFailures.length} back`);
    if (round < WARM_UP) continue;
    times.push((reading - handled) / itemsPerEvent);
    reads.push(end - reading);
  }
  process.stdout.write = write;
  client.destroy();
  return { times, reads };
}
