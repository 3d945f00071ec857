import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { openDataFolder } from '../../local/data-folder/open-data-folder.ts';
import { TABLE_NAME } from '../../local/provision.ts';
import { awsClients } from '../deployed/aws-clients.ts';
import { requireOutput } from '../deployed/read-stack.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { sayIfSlow } from './say-if-slow.ts';

export interface TableLocation {
  /** Stack of a deployment on AWS. */
  readonly stack?: string;
  /** Data folder of this machine; used when no stack is named. */
  readonly data: string;
}

export interface OpenTable {
  readonly table: Table;
  close(): Promise<void>;
}

/**
 * Opens the table of a deployment, or of this machine, where `start` may be running or not. Says so on standard error if it is
 * open for longer than a second.
 * @throws NewsAlertsError when there is none
 */
export async function openTable({ stack, data }: TableLocation): Promise<OpenTable> {
  const done = sayIfSlow(`Reading the records of ${stack === undefined ? data : `the stack ${stack}`}…`);
  try {
    const { table, close } = stack === undefined ? await openFolderTable(data) : await openStackTable(stack);
    return {
      table,
      close() {
        done();
        return close();
      },
    };
  } catch (error) {
    done();
    throw error;
  }
}

async function openStackTable(name: string): Promise<OpenTable> {
  const clients = await awsClients();
  const table = await requireOutput(clients, name, OUTPUTS.table);
  return { table: dynamoTable(clients.dynamoDb, table), close: async () => undefined };
}

async function openFolderTable(data: string): Promise<OpenTable> {
  const { dynamoDb, close } = await openDataFolder(data);
  return { table: dynamoTable(dynamoDb, TABLE_NAME), close };
}
