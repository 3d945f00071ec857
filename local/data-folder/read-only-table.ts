import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { table as layout } from '../../functions/shared/pipeline.ts';
import type { Attributes, Range, Table } from '../../functions/shared/store/table.ts';
import { DATABASE_FILE } from '../dynamodb/open-tables.ts';
import { TABLE_NAME } from '../provision.ts';

const { partitionKey, sortKey, dueIndex } = layout;

/**
 * Returns the table in a data folder, read from its database file. Needs no lock, so `start` may run, start and stop
 * meanwhile: SQLite lets others read while it writes.
 * @throws NewsAlertsError from every read if the file cannot be read, and from every write
 */
export function readOnlyTable(dataDir: string): Table {
  const file = join(dataDir, 'tables', DATABASE_FILE);
  const select = async (condition: string, values: readonly (string | number)[]): Promise<Attributes[]> => {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file, { readOnly: true });
      const rows = database.prepare(`SELECT item FROM "${TABLE_NAME}" WHERE ${condition}`).all(...values);
      return rows.map(({ item }) => recordIn(String(item)));
    } catch (cause) {
      const got = cause instanceof Error ? cause.message : String(cause);
      throw new NewsAlertsError(`${file}: expected a database of news-alerts, got an error: ${got}`, {
        cause,
      });
    } finally {
      database?.close();
    }
  };
  const selectRange = (
    partition: string,
    sort: string,
    { pk, from, to, limit = -1, reverse = false }: Range,
  ): Promise<Attributes[]> =>
    select(
      `${partition} = ? AND ${sort} BETWEEN ? AND ? ORDER BY ${sort} ${reverse ? 'DESC' : 'ASC'} LIMIT ?`,
      [pk, from, to, Number.isFinite(limit) ? limit : -1],
    );
  return {
    get: async ({ pk, sk }) => (await select(`${partitionKey} = ? AND ${sortKey} = ?`, [pk, sk]))[0],
    query: (range) => selectRange(partitionKey, sortKey, range),
    queryDue: (range) => selectRange(dueIndex.partitionKey, dueIndex.sortKey, range),
    put: refuse,
    putAll: refuse,
    delete: refuse,
  };
}

async function refuse(): Promise<never> {
  throw new NewsAlertsError('expected only reads of this table, got a write; report this as a bug');
}

type Stored = Record<string, AttributeValue>;

function recordIn(json: string): Attributes {
  return unmarshall(
    JSON.parse(json, (key, value) =>
      key === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value,
    ) as Stored,
  );
}
