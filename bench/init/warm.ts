import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { environment } from '../../functions/shared/pipeline.ts';

interface Handled {
  readonly batchItemFailures: readonly unknown[];
}
export type Handler = (event: unknown) => Promise<Handled>;

/** Number of events before the first one that is timed. */
const WARM_UP = 20;

export interface WarmTimes {
  /** ms for each item of an event. */
  readonly times: readonly number[];
  /** ms of one read of a record right after each event. */
  readonly reads: readonly number[];
}

/** Times a warm handler event by event, and after each event one read from the embedded table. */
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
  // Discards the logs, which handlers write to standard output as on Lambda.
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
      throw new Error(`expected all messages to succeed, but ${batchItemFailures.length} failed`);
    if (round < WARM_UP) continue;
    times.push((reading - handled) / itemsPerEvent);
    reads.push(end - reading);
  }
  process.stdout.write = write;
  client.destroy();
  return { times, reads };
}
