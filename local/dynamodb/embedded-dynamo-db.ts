import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { table as layout } from '../../functions/shared/pipeline.ts';
import { makePrivateFile } from '../data-folder/private-folder.ts';
import { type AttributeValue, evaluateCondition, type Item } from './condition.ts';
import { checkSize, itemSize, keyOf, MAX_PAGE_BYTES } from './item.ts';
import {
  type QueryInput,
  type ScanInput,
  type Selection,
  scanSelectionOf,
  selectionOf,
} from './selection.ts';
import { ServiceError } from './service-error.ts';

interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

interface PageInput extends Conditional {
  readonly TableName: string;
  readonly ProjectionExpression?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

interface BatchWriteInput {
  readonly RequestItems: Readonly<
    Record<
      string,
      readonly {
        readonly PutRequest?: { readonly Item: Item };
        readonly DeleteRequest?: { readonly Key: Item };
      }[]
    >
  >;
}

interface Statements {
  readonly get: StatementSync;
  readonly put: StatementSync;
  readonly delete: StatementSync;
  readonly firstExpiry: StatementSync;
  readonly deleteExpired: StatementSync;
}

const { partitionKey, sortKey, ttl, dueIndex } = layout;
/** Indexes and the sweeper's table have a space in their names, so no table can collide with them. */
const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
const MAX_BATCH_SIZE = 25;
/** "nalt" in ASCII: marks the file as a database of news-alerts. */
const APPLICATION_ID = 0x6e616c74;
const MAX_WAL_BYTES = 16 * 1024 * 1024;

/**
 * The part of DynamoDB that news-alerts uses, on SQLite: tables with the keys and the index of the pipeline's table,
 * single-record conditional writes, and range queries. Each DynamoDB table is an SQLite table of the same name. Calls are
 * synchronous. Each write is handed to the operating system before its call returns, so a kill of this process loses no
 * write. A power failure can lose the latest writes.
 */
export class EmbeddedDynamoDb {
  readonly #database: DatabaseSync;
  readonly #tables = new Map<string, Statements>();
  readonly #queries = new Map<string, StatementSync>();

  /**
   * @param file path of the database; without it the data is kept in memory
   * @throws Error if the file belongs to another program, or cannot be read or written
   */
  constructor(file?: string) {
    if (file !== undefined) makePrivateFile(file);
    this.#database = new DatabaseSync(file ?? ':memory:');
    const tables = this.#database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    if (tables.length === 0) this.#initialise();
    else if (this.#pragma('application_id') !== APPLICATION_ID) {
      throw new Error('expected a database of news-alerts, got one from another program');
    }
    this.#database.exec(`PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${MAX_WAL_BYTES}`);
    for (const name of tables.map(({ name }) => String(name))) if (TABLE_NAME.test(name)) this.#prepare(name);
  }

  /**
   * Answers one call of the API.
   * @throws ServiceError as DynamoDB does
   */
  answer(operation: string, input: Readonly<Record<string, unknown>>): unknown {
    switch (operation) {
      case 'GetItem': {
        const Item = this.#find(this.#table(input.TableName), keyOf(input.Key));
        return Item ? { Item } : {};
      }
      case 'PutItem':
        return this.#put(this.#table(input.TableName), input.Item as Item, input);
      case 'DeleteItem':
        return this.#delete(this.#table(input.TableName), keyOf(input.Key), input);
      case 'BatchWriteItem':
        return this.#batchWrite(input as unknown as BatchWriteInput);
      case 'Query':
        if (input.FilterExpression !== undefined) {
          throw new ServiceError(
            'ValidationException',
            'the local DynamoDB does not support FilterExpression in queries',
          );
        }
        return this.#page(input as unknown as PageInput, selectionOf(input as unknown as QueryInput));
      case 'Scan':
        return this.#page(input as unknown as PageInput, scanSelectionOf(input as ScanInput));
      case 'CreateTable':
        return this.#create(String(input.TableName));
      case 'ListTables':
        return { TableNames: this.tables() };
      default:
        throw new ServiceError(
          'UnknownOperationException',
          `the local DynamoDB does not support ${operation}`,
        );
    }
  }

  /** Returns the names of all tables. */
  tables(): string[] {
    return [...this.#tables.keys()].sort();
  }

  /** Writes items from another store in one transaction. Does not limit their size. */
  load(tableName: string, items: readonly Item[]): void {
    const table = this.#table(tableName);
    this.#transaction(() => {
      for (const item of items) write(table, keyOf(item), item);
    });
  }

  /** Returns the number of records in a table. */
  count(tableName: string): number {
    this.#table(tableName);
    return Number(this.#database.prepare(`SELECT count(*) AS count FROM "${tableName}"`).get()?.count);
  }

  /** Returns the earliest expiry of all records, epoch seconds; undefined if no record expires. */
  firstExpiry(): number | undefined {
    const all = [...this.#tables.values()].map(({ firstExpiry }) => firstExpiry.get()?.expiresAt);
    const known = all.filter((value): value is number => typeof value === 'number');
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  /**
   * Deletes records that expired before `time`, epoch seconds, oldest first and at most `limit` in each table. Returns the
   * number of deleted records.
   */
  deleteExpired(time: number, limit: number): number {
    const counts = [...this.#tables.values()].map(
      ({ deleteExpired }) => deleteExpired.run(time, limit).changes,
    );
    return counts.reduce<number>((sum, count) => sum + Number(count), 0);
  }

  /** Returns the saved horizon of the sweeper, epoch seconds; undefined if none was saved. */
  sweepHorizon(): number | undefined {
    const row = this.#database.prepare('SELECT horizon FROM "sweep state"').get();
    return row && Number(row.horizon);
  }

  saveSweepHorizon(time: number): void {
    this.#database.prepare('INSERT OR REPLACE INTO "sweep state" VALUES (1, ?)').run(Math.floor(time));
  }

  /** Returns up to `pages` free pages to the file system once a fifth of the file is free. */
  shrink(pages: number): void {
    if (this.#pragma('freelist_count') * 5 > this.#pragma('page_count')) {
      this.#database.exec(`PRAGMA incremental_vacuum(${pages})`);
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Sets up a new database. Existing ones are left as they are, so a start on a full disk writes nothing. */
  #initialise(): void {
    this.#database.exec(`PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      BEGIN;
      PRAGMA application_id = ${APPLICATION_ID};
      CREATE TABLE "sweep state" (id INTEGER PRIMARY KEY CHECK (id = 1), horizon INTEGER NOT NULL) STRICT;
      COMMIT;`);
  }

  #pragma(name: string): number {
    return Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
  }

  #create(name: string): unknown {
    if (!TABLE_NAME.test(name)) throw new ServiceError('ValidationException', `Invalid table name: ${name}`);
    if (this.#tables.has(name)) {
      throw new ServiceError('ResourceInUseException', `Table already exists: ${name}`);
    }
    this.#transaction(() =>
      this.#database.exec(`CREATE TABLE "${name}" (${partitionKey} TEXT NOT NULL, ${sortKey} TEXT NOT NULL,
          ${dueIndex.partitionKey} TEXT, ${dueIndex.sortKey} TEXT, ${ttl} REAL, item TEXT NOT NULL,
          UNIQUE (${partitionKey}, ${sortKey})) STRICT;
        CREATE INDEX "${name} due" ON "${name}" (${dueIndex.partitionKey}, ${dueIndex.sortKey}, ${partitionKey}, ${sortKey})
          WHERE ${dueIndex.partitionKey} IS NOT NULL AND ${dueIndex.sortKey} IS NOT NULL;
        CREATE INDEX "${name} expiry" ON "${name}" (${ttl}) WHERE ${ttl} IS NOT NULL;`),
    );
    this.#prepare(name);
    return { TableDescription: { TableName: name, TableStatus: 'ACTIVE' } };
  }

  #prepare(name: string): void {
    const columns = [partitionKey, sortKey, dueIndex.partitionKey, dueIndex.sortKey, ttl, 'item'];
    const isKey = `${partitionKey} = ? AND ${sortKey} = ?`;
    const prepare = (sql: string) => this.#database.prepare(sql);
    this.#tables.set(name, {
      get: prepare(`SELECT item FROM "${name}" WHERE ${isKey}`),
      put: prepare(`INSERT INTO "${name}" (${columns}) VALUES (${columns.map(() => '?')})
        ON CONFLICT (${partitionKey}, ${sortKey}) DO UPDATE SET ${columns.slice(2).map((column) => `${column} = excluded.${column}`)}`),
      delete: prepare(`DELETE FROM "${name}" WHERE ${isKey}`),
      firstExpiry: prepare(`SELECT min(${ttl}) AS expiresAt FROM "${name}" WHERE ${ttl} IS NOT NULL`),
      deleteExpired: prepare(
        `DELETE FROM "${name}" WHERE rowid IN (SELECT rowid FROM "${name}" WHERE ${ttl} < ? ORDER BY ${ttl} LIMIT ?)`,
      ),
    });
  }

  #table(name: unknown): Statements {
    const table = this.#tables.get(String(name));
    if (!table) throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  #find({ get }: Statements, key: readonly [string, string]): Item | undefined {
    const row = get.get(...key);
    return row && (JSON.parse(String(row.item)) as Item);
  }

  #put(table: Statements, item: Item, conditional: Conditional): Record<string, never> {
    const key = keyOf(item);
    checkSize(item);
    this.#check(table, key, conditional);
    write(table, key, item);
    return {};
  }

  #delete(
    table: Statements,
    key: readonly [string, string],
    conditional: Conditional,
  ): Record<string, never> {
    this.#check(table, key, conditional);
    table.delete.run(...key);
    return {};
  }

  #check(table: Statements, key: readonly [string, string], conditional: Conditional): void {
    const { ConditionExpression: condition } = conditional;
    if (condition === undefined) return;
    const { ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = conditional;
    if (
      !evaluateCondition(
        condition,
        this.#find(table, key),
        ExpressionAttributeNames,
        ExpressionAttributeValues,
      )
    ) {
      throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed');
    }
  }

  #batchWrite({ RequestItems }: BatchWriteInput): unknown {
    const writes = Object.entries(RequestItems).flatMap(([name, requests]) => {
      const table = this.#table(name);
      return requests.map(({ PutRequest, DeleteRequest }) => {
        const key = keyOf(PutRequest?.Item ?? DeleteRequest?.Key);
        return { table, id: [name, ...key].join('\0'), key, item: PutRequest?.Item };
      });
    });
    if (writes.length === 0 || writes.length > MAX_BATCH_SIZE) {
      throw new ServiceError(
        'ValidationException',
        `expected 1 to ${MAX_BATCH_SIZE} requests, got ${writes.length}`,
      );
    }
    if (new Set(writes.map(({ id }) => id)).size < writes.length) {
      throw new ServiceError('ValidationException', 'Provided list of item keys contains duplicates');
    }
    this.#transaction(() => {
      for (const { table, key, item } of writes) {
        if (item) this.#put(table, item, {});
        else this.#delete(table, key, {});
      }
    });
    return { UnprocessedItems: {} };
  }

  #page(input: PageInput, selection: Selection): unknown {
    const { TableName, ExclusiveStartKey: start, Limit: limit, ExpressionAttributeNames: names = {} } = input;
    this.#table(TableName);
    const { where, values, order, forward } = selection;
    const after = start ? order.map((name) => String(start[name]?.S)) : [];
    const sql =
      `SELECT item FROM "${TableName}" WHERE ${where}` +
      (start ? ` AND (${order}) ${forward ? '>' : '<'} (${order.map(() => '?')})` : '') +
      ` ORDER BY ${order.map((name) => `${name} ${forward ? 'ASC' : 'DESC'}`)}`;
    const statement = this.#queries.get(sql) ?? this.#database.prepare(sql);
    this.#queries.set(sql, statement);
    const items: Item[] = [];
    let bytes = 0;
    let isFull = false;
    for (const row of statement.iterate(...values, ...after)) {
      const item = JSON.parse(String(row.item)) as Item;
      items.push(item);
      bytes += itemSize(item);
      isFull = items.length === limit || bytes >= MAX_PAGE_BYTES;
      if (isFull) break;
    }
    const last = items.at(-1);
    const projection = input.ProjectionExpression?.split(',').map(
      (name) => names[name.trim()] ?? name.trim(),
    );
    return {
      Items: projection ? items.map((item) => pick(item, projection)) : items,
      Count: items.length,
      ScannedCount: items.length,
      ...(isFull && last ? { LastEvaluatedKey: pick(last, [partitionKey, sortKey, ...order]) } : {}),
    };
  }

  /** Runs `work` in a transaction: keeps all of its writes, or none if it throws. */
  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // SQLite itself rolls back when the disk is full.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function write({ put }: Statements, key: readonly [string, string], item: Item): void {
  const text = (name: string) => (typeof item[name]?.S === 'string' ? item[name].S : null);
  const expiresAt = item[ttl]?.N === undefined ? Number.NaN : Number(item[ttl].N);
  put.run(
    ...key,
    text(dueIndex.partitionKey),
    text(dueIndex.sortKey),
    Number.isFinite(expiresAt) ? expiresAt : null,
    JSON.stringify(item),
  );
}

function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}
