import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import dynalite from 'dynalite';
import { readOutbox } from '../../local/outbox.ts';
import { isOpen } from '../../local/outbox-entry.ts';

/** An alert that is claimed and not settled. */
export interface OpenClaim {
  readonly alertId: string;
  /** Names the attempt: each publishes once at most. */
  readonly owner: string;
}

/** What a process that is no more has left in its data folder. */
export interface LeftBehind {
  readonly openClaims: readonly OpenClaim[];
  readonly digestEntries: number;
  /** Messages that were being worked on. */
  readonly inFlight: number;
  /** Messages in dead-letter queues, by their bodies. */
  readonly dead: readonly string[];
}

/** Reads a copy: to recover the folder itself is for the next process to do, and to be timed. */
export async function leftBehind(dataDir: string): Promise<LeftBehind> {
  const copy = mkdtempSync(join(tmpdir(), 'news-alerts-left-'));
  try {
    cpSync(join(dataDir, 'tables'), join(copy, 'tables'), { recursive: true });
    cpSync(join(dataDir, 'queues'), join(copy, 'queues'), { recursive: true });
    return { ...(await inTables(join(copy, 'tables'))), ...inQueues(join(copy, 'queues', 'fauxqs.db')) };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

async function inTables(path: string): Promise<Pick<LeftBehind, 'openClaims' | 'digestEntries'>> {
  const server = dynalite({ path, createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => resolve());
  });
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const openClaims: OpenClaim[] = [];
    let digestEntries = 0;
    const pages = paginateScan(
      { client },
      {
        TableName: 'news-alerts',
        ConsistentRead: true,
        FilterExpression:
          '(sk = :alert AND #state = :claimed) OR (begins_with(sk, :digest) AND attribute_exists(#entry))',
        ExpressionAttributeNames: { '#state': 'state', '#entry': 'entry' },
        ExpressionAttributeValues: marshall({
          ':alert': 'ALERT',
          ':claimed': 'claimed',
          ':digest': 'DIGEST#',
        }),
      },
    );
    for await (const { Items = [] } of pages) {
      for (const { pk, sk, owner } of Items.map((record) => unmarshall(record))) {
        if (sk === 'ALERT')
          openClaims.push({ alertId: String(pk).slice('ALERT#'.length), owner: String(owner) });
        else digestEntries++;
      }
    }
    return { openClaims, digestEntries };
  } finally {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function inQueues(file: string): Pick<LeftBehind, 'inFlight' | 'dead'> {
  const database = new DatabaseSync(file);
  try {
    const inFlight = database.prepare('SELECT 1 FROM sqs_messages WHERE receipt_handle IS NOT NULL').all();
    const dead = database
      .prepare("SELECT queue_name, body FROM sqs_messages WHERE queue_name LIKE '%-dead%'")
      .all();
    return { inFlight: inFlight.length, dead: dead.map(({ queue_name, body }) => `${queue_name}: ${body}`) };
  } finally {
    database.close();
  }
}

/** Emails that a process has queued and not sent. */
export function waitingMails(dataDir: string): number {
  return [...readOutbox(dataDir).values()].filter(isOpen).length;
}

/** SQLite locks all out for a moment while a process opens a database or empties its log. */
const LOCK_PATIENCE_MS = 5_000;

/** Messages of the items and hits queues of a process that runs. */
export function waitingMessages(dataDir: string): number {
  const database = new DatabaseSync(join(dataDir, 'queues', 'fauxqs.db'), {
    readOnly: true,
    timeout: LOCK_PATIENCE_MS,
  });
  try {
    const waiting = database.prepare("SELECT 1 FROM sqs_messages WHERE queue_name IN ('items', 'hits.fifo')");
    return waiting.all().length;
  } finally {
    database.close();
  }
}
