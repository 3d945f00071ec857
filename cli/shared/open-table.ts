import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { openDataFolder } from '../../local/data-folder/open-data-folder.ts';
import { TABLE_NAME } from '../../local/provision.ts';
import { awsClients } from '../deployed/aws-clients.ts';
import { readStack } from '../deployed/read-stack.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';

export interface TableLocation {
  /** Of a deployment on AWS. */
  readonly stack?: string;
  /** Folder of one machine, where no stack is named. */
  readonly data: string;
}

export interface OpenTable {
  readonly table: Table;
  close(): Promise<void>;
}

/** The records of a deployment, or of one machine, whether it runs or not. */
export async function openTable({ stack, data }: TableLocation): Promise<OpenTable> {
  return stack === undefined ? openFolderTable(data) : openStackTable(stack);
}

async function openStackTable(name: string): Promise<OpenTable> {
  const clients = await awsClients();
  const facts = await readStack(clients.cloudFormation, name);
  const table = facts?.outputs[OUTPUTS.table];
  if (!table) {
    throw new NewsAlertsError(
      `expected the stack ${name} in ${clients.region}, got ${facts ? `one without the output ${OUTPUTS.table}` : 'none'}; ` +
        'name another with --stack, or set AWS_REGION',
    );
  }
  return { table: dynamoTable(clients.dynamoDb, table), close: async () => undefined };
}

async function openFolderTable(data: string): Promise<OpenTable> {
  const { dynamoDb, close } = await openDataFolder(data);
  return { table: dynamoTable(dynamoDb, TABLE_NAME), close };
}
