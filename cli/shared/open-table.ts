import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { openDataFolder } from '../../local/data-folder/open-data-folder.ts';
import { TABLE_NAME } from '../../local/provision.ts';
import { awsClients } from '../deployed/aws-clients.ts';
import { requireOutput } from '../deployed/read-stack.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';

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
 * Opens the table of a deployment, or of this machine, where `start` may be running or not.
 * @throws NewsAlertsError when there is none
 */
export async function openTable({ stack, data }: TableLocation): Promise<OpenTable> {
  return stack === undefined ? openFolderTable(data) : openStackTable(stack);
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
