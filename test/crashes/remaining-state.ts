import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readOutbox } from '../../local/outbox/outbox.ts';
import { hasWaiting } from '../../local/outbox/outbox-entry.ts';

/** An alert that is claimed but not settled. */
export interface OpenClaim {
  readonly alertId: string;
  /** Id of the attempt. Each attempt publishes at most once. */
  readonly owner: string;
}

/** The state in the data folder after a process has ended. */
export interface RemainingState {
  readonly openClaims: readonly OpenClaim[];
  readonly digestEntries: number;
  /** Number of messages that were being processed. */
  readonly inFlight: number;
  /** Queue and body of each dead letter. */
  readonly dead: readonly string[];
}

/** Reads a copy, because the next process must recover the folder itself, and its start is timed. */
export function readRemainingState(dataDir: string): RemainingState {
  const copy = mkdtempSync(join(tmpdir(), 'news-alerts-left-'));
  try {
    cpSync(join(dataDir, 'tables'), join(copy, 'tables'), { recursive: true });
    cpSync(join(dataDir, 'queues'), join(copy, 'queues'), { recursive: true });
    return {
      ...readTables(join(copy, 'tables', 'dynamodb.db')),
      ...readQueues(join(copy, 'queues', 'fauxqs.db')),
    };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function readTables(file: string): Pick<RemainingState, 'openClaims' | 'digestEntries'> {
  const database = new DatabaseSync(file);
  try {
    const claims = database.prepare(
      `SELECT pk, item ->> '$.owner.S' AS owner FROM "news-alerts" WHERE sk = 'ALERT' AND item ->> '$.state.S' = 'claimed'`,
    );
    const entries = database.prepare(
      `SELECT 1 FROM "news-alerts" WHERE sk LIKE 'DIGEST#%' AND item -> '$.entry' IS NOT NULL`,
    );
    return {
      openClaims: claims.all().map(({ pk, owner }) => ({
        alertId: String(pk).slice('ALERT#'.length),
        owner: String(owner),
      })),
      digestEntries: entries.all().length,
    };
  } finally {
    database.close();
  }
}

function readQueues(file: string): Pick<RemainingState, 'inFlight' | 'dead'> {
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

/** Returns the number of messages that are queued for somebody but not sent. */
export function countWaitingDeliveries(dataDir: string): number {
  return [...readOutbox(dataDir).values()].filter((entry) => hasWaiting(entry)).length;
}

/** SQLite locks a database for a moment while a process opens it or empties its log. */
const LOCK_TIMEOUT_MS = 5_000;

/** Returns the number of messages in the items and hits queues of a running process. */
export function countWaitingMessages(dataDir: string): number {
  const database = new DatabaseSync(join(dataDir, 'queues', 'fauxqs.db'), {
    readOnly: true,
    timeout: LOCK_TIMEOUT_MS,
  });
  try {
    const waiting = database.prepare("SELECT 1 FROM sqs_messages WHERE queue_name IN ('items', 'hits.fifo')");
    return waiting.all().length;
  } finally {
    database.close();
  }
}
