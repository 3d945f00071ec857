import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { table as layout } from '../../functions/shared/pipeline.ts';
import { makePrivateFile } from '../data-folder/private-folder.ts';
import { type AttributeValue, compareText, evaluateCondition, type Item } from './condition.ts';
import { checkSize, itemSize, keyOf, MAX_PAGE_BYTES } from './item.ts';
import { ServiceError } from './service-error.ts';

interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

interface PageInput extends Conditional {
  readonly TableName: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

interface QueryInput extends PageInput {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
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

/** Where a range begins and ends, and in which columns it is ordered. */
interface Selection {
  readonly where: string;
  readonly values: readonly string[];
  readonly order: readonly string[];
  readonly forward: boolean;
}

const { partitionKey, sortKey, ttl, dueIndex } = layout;
const KEY_CONDITION = /^#p = :p AND #s BETWEEN :from AND :to$/;
/** Indexes and the sweeper's table have a space in their names, so no table can collide with them. */
const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
const MAX_BATCH_SIZE = 25;
/** "nalt": marks the file as one of ours. */
const APPLICATION_ID = 0x6e616c74;
const MAX_WAL_BYTES = 16 * 1024 * 1024;

/**
 * The part of DynamoDB that the product uses, on SQLite: tables with the keys and the index of the pipeline's table,
 * single-record conditional writes, and range queries. A table of DynamoDB is one of SQLite by the same name. Calls are
 * synchronous. A write has left this process when it returns, so that a kill loses none; a loss of power can take the last
 * ones.
 */
export class EmbeddedDynamoDb {
  readonly #database: DatabaseSync;
  readonly #tables = new Map<string, Statements>();
  readonly #queries = new Map<string, StatementSync>();

  /**
   * `file`: path of the database; in memory without it.
   * @throws Error when it is not one of ours, or cannot be read or written
   */
  constructor(file?: string) {
    if (file !== undefined) makePrivateFile(file);
    this.#database = new DatabaseSync(file ?? ':memory:');
    const tables = this.#database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    if (tables.length === 0) this.#initialise();
    else if (this.#pragma('application_id') !== APPLICATION_ID) {
      throw new Error('expected a database of news-alerts, got one of another program');
    }
    this.#database.exec(`PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${MAX_WAL_BYTES}`);
    for (const name of tables.map(({ name }) => String(name))) if (TABLE_NAME.test(name)) this.#prepare(name);
  }

  /**
   * Answers one call of the API.
   * @throws ServiceError as DynamoDB refuses
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
        return this.#page(input as unknown as PageInput, selectionOf(input as unknown as QueryInput));
      case 'Scan':
        return this.#page(input as unknown as PageInput, ALL);
      case 'CreateTable':
        return this.#create(String(input.TableName));
      case 'ListTables':
        return { TableNames: this.tables() };
      default:
        throw new ServiceError(
          'UnknownOperationException',
          `the DynamoDB of one machine has no ${operation}`,
        );
    }
  }

  /** Returns the names of all tables. */
  tables(): string[] {
    return [...this.#tables.keys()].sort();
  }

  /** Writes items of another store in one transaction, whatever their size. */
  load(tableName: string, items: readonly Item[]): void {
    const table = this.#table(tableName);
    this.#transaction(() => {
      for (const item of items) write(table, keyOf(item), item);
    });
  }

  /** Returns the number of a table's records. */
  count(tableName: string): number {
    this.#table(tableName);
    return Number(this.#database.prepare(`SELECT count(*) AS count FROM "${tableName}"`).get()?.count);
  }

  /** Returns when the first of all records expires, epoch seconds; undefined when none does. */
  firstExpiry(): number | undefined {
    const all = [...this.#tables.values()].map(({ firstExpiry }) => firstExpiry.get()?.expiresAt);
    const known = all.filter((value): value is number => typeof value === 'number');
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  /** Deletes records that expired before `time`, epoch seconds, oldest first: at most `limit` of a table. Returns how many. */
  deleteExpired(time: number, limit: number): number {
    const counts = [...this.#tables.values()].map(
      ({ deleteExpired }) => deleteExpired.run(time, limit).changes,
    );
    return counts.reduce<number>((sum, count) => sum + Number(count), 0);
  }

  /** Returns the time, epoch seconds, up to which expired records have been deleted; undefined at first. */
  sweepHorizon(): number | undefined {
    const row = this.#database.prepare('SELECT horizon FROM "sweep state"').get();
    return row && Number(row.horizon);
  }

  saveSweepHorizon(time: number): void {
    this.#database.prepare('INSERT OR REPLACE INTO "sweep state" VALUES (1, ?)').run(Math.floor(time));
  }

  /** Gives room that deletes have left back to the file system, at most `pages` pages, once it is a fifth of the file. */
  shrink(pages: number): void {
    if (this.#pragma('freelist_count') * 5 > this.#pragma('page_count')) {
      this.#database.exec(`PRAGMA incremental_vacuum(${pages})`);
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Done once, so that a start on a full disk writes nothing. */
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
    const found = this.#tables.get(String(name));
    if (!found) throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
    return found;
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
    if (input.FilterExpression !== undefined) {
      throw new ServiceError('ValidationException', 'the DynamoDB of one machine has no FilterExpression');
    }
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
    const shown = input.ProjectionExpression?.split(',').map((name) => names[name.trim()] ?? name.trim());
    return {
      Items: shown ? items.map((item) => pick(item, shown)) : items,
      Count: items.length,
      ScannedCount: items.length,
      ...(isFull && last ? { LastEvaluatedKey: pick(last, [partitionKey, sortKey, ...order]) } : {}),
    };
  }

  /** Keeps all writes of `work`, or none. */
  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // SQLite ends it by itself when the disk is full.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

const ALL: Selection = { where: 'TRUE', values: [], order: [partitionKey, sortKey], forward: true };

function selectionOf(input: QueryInput): Selection {
  const { IndexName, KeyConditionExpression = '', ExpressionAttributeValues: values = {} } = input;
  if (!KEY_CONDITION.test(KeyConditionExpression)) {
    throw new ServiceError(
      'ValidationException',
      `the DynamoDB of one machine knows #p = :p AND #s BETWEEN :from AND :to, got ${KeyConditionExpression}`,
    );
  }
  if (IndexName !== undefined && IndexName !== dueIndex.name) {
    throw new ServiceError(
      'ValidationException',
      `The table does not have the specified index: ${IndexName}`,
    );
  }
  if (IndexName !== undefined && input.ConsistentRead) {
    throw new ServiceError(
      'ValidationException',
      'Consistent reads are not supported on global secondary indexes',
    );
  }
  const bounds = [':p', ':from', ':to'].map((name) => values[name]?.S);
  if (!bounds.every((bound) => typeof bound === 'string' && bound !== '')) {
    throw new ServiceError(
      'ValidationException',
      'One or more parameter values are not valid: a key is text that is not empty',
    );
  }
  const [from = '', to = ''] = bounds.slice(1).map(String);
  if (compareText(from, to) > 0) {
    throw new ServiceError(
      'ValidationException',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
    );
  }
  const [partition, sort] =
    IndexName === undefined ? [partitionKey, sortKey] : [dueIndex.partitionKey, dueIndex.sortKey];
  return {
    where: `${partition} = ? AND ${sort} BETWEEN ? AND ?`,
    values: bounds as string[],
    order: IndexName === undefined ? [partition, sort] : [partition, sort, partitionKey, sortKey],
    forward: input.ScanIndexForward !== false,
  };
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
