import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { AlertEntry } from '../../functions/shared/model.ts';
import { QUEUES, queuePhysicalName, queues } from '../../functions/shared/pipeline.ts';
import type { Attributes, Table } from '../../functions/shared/store/table.ts';
import { readRunningServers } from '../../local/data-folder/running-servers.ts';
import { readOutbox } from '../../local/outbox/outbox.ts';
import { TABLE_NAME } from '../../local/provision.ts';

/** The state of a matching item by the records alone, which do not say whether the item was published. */
export type MatchState =
  /** A later message will include the item. */
  | 'waits'
  /** The item repeats the text of another one, and is only counted. */
  | 'copy'
  /** The topic has a delivery record for the item. */
  | 'told';

export interface Records {
  /** By topic and title. */
  readonly states: ReadonlyMap<string, MatchState>;
  /** MB of all live records. Items, feeds and alerts are estimated from a sample. */
  readonly liveMb: number;
}

export interface Depths {
  readonly waiting: Readonly<Record<string, number>>;
  readonly dead: number;
}

const MAX_CONCURRENT_READS = 8;
const MAX_SAMPLE = 300;

/** Reads the data of a running process from outside. */
export class RunningData {
  readonly #dataDir: string;
  readonly #table: Table;
  readonly #dynamoDb: DynamoDBClient;
  readonly #sqs: SQSClient;
  readonly #queues: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    const servers = readRunningServers(dataDir);
    if (!servers?.sqs) throw new TypeError(`expected ${dataDir} to say where its servers listen`);
    const common = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
    this.#dynamoDb = new DynamoDBClient({ ...common, endpoint: servers.dynamodb });
    this.#table = dynamoTable(this.#dynamoDb, TABLE_NAME);
    this.#queues = servers.sqs;
    this.#sqs = new SQSClient({ ...common, endpoint: servers.sqs, useQueueUrlAsEndpoint: false });
  }

  async depths(): Promise<Depths> {
    const waiting: Record<string, number> = {};
    let dead = 0;
    for (const name of QUEUES) {
      const spec = queues[name];
      waiting[name] = await this.#depth(queuePhysicalName(name, spec));
      dead += await this.#depth(queuePhysicalName(`${name}-dead`, spec));
    }
    return { waiting, dead };
  }

  async records(topicIds: readonly string[], feedIds: readonly string[], items: number): Promise<Records> {
    const all = await pLimit(MAX_CONCURRENT_READS).map(topicIds, (id) => this.#all(`TOPIC#${id}`));
    const records = all.flat();
    // Delivery records are stored under `TOLD#`.
    const deliveries = records.filter(({ sk }) => String(sk).startsWith('TOLD#'));
    const states = new Map<string, MatchState>();
    for (const { pk, title, role } of deliveries)
      states.set(keyOf(pk, String(title)), role === 'copy' ? 'copy' : 'told');
    for (const { pk, entry } of records)
      if (entry) states.set(keyOf(pk, (entry as AlertEntry).title), 'waits');
    const itemIds = deliveries.map(({ sk }) => String(sk).split('#')[1]);
    const alertIds = deliveries.flatMap(({ alerts = [] }) => alerts as readonly string[]);
    const bytes = sum(records.map(sizeOf));
    const estimated =
      items * (await this.#meanSize(itemIds.map((id) => `ITEM#${id}`))) +
      feedIds.length * (await this.#meanSize(feedIds.map((id) => `FEED#${id}`))) +
      new Set(alertIds).size * (await this.#meanSize(alertIds.map((id) => `ALERT#${id}`)));
    const outbox = sum([...readOutbox(this.#dataDir).values()].map((entry) => JSON.stringify(entry).length));
    return { states, liveMb: (bytes + estimated + outbox + this.#otherFiles()) / 2 ** 20 };
  }

  close(): void {
    this.#dynamoDb.destroy();
    this.#sqs.destroy();
  }

  #all(pk: string): Promise<Attributes[]> {
    return this.#table.query({ pk, from: '', to: '~' });
  }

  async #meanSize(partitions: readonly string[]): Promise<number> {
    const step = Math.max(1, Math.floor(partitions.length / MAX_SAMPLE));
    const sample = partitions.filter((_, n) => n % step === 0);
    if (sample.length === 0) return 0;
    const records = await pLimit(MAX_CONCURRENT_READS).map(sample, (pk) => this.#all(pk));
    return sum(records.flat().map(sizeOf)) / sample.length;
  }

  /** Returns the bytes of the files that are entirely live. */
  #otherFiles(): number {
    return sum(
      readdirSync(this.#dataDir, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith('outbox.jsonl'))
        .map(({ name }) => statSync(join(this.#dataDir, name)).size),
    );
  }

  async #depth(name: string): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${this.#queues}/000000000000/${name}`,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return sum(Object.values(Attributes).map(Number));
  }
}

const keyOf = (pk: unknown, title: string): string => `${String(pk).slice('TOPIC#'.length)} ${title}`;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Returns roughly the bytes of names and values that DynamoDB counts. */
function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return sum(value.map(sizeOf));
  if (typeof value !== 'object' || value === null) return 8;
  return sum(Object.entries(value).map(([name, part]) => name.length + sizeOf(part)));
}
