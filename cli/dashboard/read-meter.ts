import { type DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../functions/shared/model.ts';

const HOUR_MS = 3_600_000;
/** DynamoDB bills an eventually consistent read by the half unit for each started 4 KB. */
const HALF_UNIT_BYTES = 4_096;
const READS = [GetItemCommand, QueryCommand, ScanCommand];

/** Counts the read request units of DynamoDB, and limits them. A limit refills over an hour, so the first read may use it up. */
export class ReadMeter {
  #units = 0;
  #requests = 0;
  #left: number;
  #countedAt: number;
  readonly #clock: Clock;
  readonly #maxPerHour: number;

  constructor(maxPerHour: number, clock: Clock) {
    this.#maxPerHour = maxPerHour;
    this.#left = maxPerHour;
    this.#clock = clock;
    this.#countedAt = clock();
  }

  /** Units since the start. */
  get units(): number {
    return this.#units;
  }

  /** Requests since the start. */
  get requests(): number {
    return this.#requests;
  }

  get maxPerHour(): number {
    return this.#maxPerHour;
  }

  /** Returns whether the limit is used up for now. */
  isSpent(): boolean {
    this.#refill();
    return this.#left <= 0;
  }

  /** Adds a request. Requests that a person asks for are counted, not limited. */
  add(units: number, { isLimited = true } = {}): void {
    this.#refill();
    this.#requests++;
    this.#units += units;
    if (isLimited) this.#left -= units;
  }

  /** Adds the requests of a scan, which a person asks for. */
  addScan(units: number, requests: number): void {
    this.#units += units;
    this.#requests += requests;
  }

  #refill(): void {
    const now = this.#clock();
    const refilled = ((now - this.#countedAt) / HOUR_MS) * this.#maxPerHour;
    if (Number.isFinite(this.#maxPerHour))
      this.#left = Math.min(this.#maxPerHour, this.#left + Math.max(0, refilled));
    this.#countedAt = now;
  }
}

/**
 * Returns a client that only reads, and whose reads count. They are eventually consistent, which costs half and may be a second behind. Where the
 * server does not report the units of a read, they are computed from the size of its answer. Throws a `TypeError` for any
 * other command.
 */
export function meteredClient(
  client: DynamoDBClient,
  meter: ReadMeter,
  options?: Parameters<ReadMeter['add']>[1],
): DynamoDBClient {
  const send = async (command: { readonly input: object }) => {
    if (!READS.some((Read) => command instanceof Read))
      throw new TypeError(`expected only reads, got ${command.constructor.name}`);
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    if ('ConsistentRead' in command.input) command.input.ConsistentRead = false;
    const answer = (await client.send(command as never)) as {
      readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
      readonly Item?: object;
      readonly Items?: object;
    };
    meter.add(answer.ConsumedCapacity?.CapacityUnits ?? unitsOf(answer.Item ?? answer.Items ?? {}), options);
    return answer;
  };
  return { send } as unknown as DynamoDBClient;
}

function unitsOf(records: object): number {
  return Math.max(1, Math.ceil(JSON.stringify(records).length / HALF_UNIT_BYTES)) / 2;
}
