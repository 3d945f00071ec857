import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { fileFault } from '../../functions/shared/file-fault.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { awsClients } from '../aws-clients.ts';
import { OUTPUTS } from '../deployed-names.ts';
import { readStack } from '../doctor/stack-facts.ts';
import { startEmbeddedServers } from '../embedded-servers.ts';
import { type FolderLock, lockFolder } from '../folder-lock.ts';
import { TABLE_NAME } from '../provision.ts';
import { runningServers } from '../running-servers.ts';

export interface WhichTable {
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
export async function openTable({ stack, data }: WhichTable): Promise<OpenTable> {
  return stack === undefined ? openFolder(data) : openStack(stack);
}

async function openStack(name: string): Promise<OpenTable> {
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

async function openFolder(data: string): Promise<OpenTable> {
  // Servers that are started on another folder would write to it.
  if (!existsSync(join(data, 'tables'))) {
    throw new NewsAlertsError(
      `${data}: expected the folder in which \`npm start\` keeps everything, got ${whatIsAt(data)}; ` +
        'name another with --data, or a deployment with --stack',
    );
  }
  const lock = lockUnlessRunning(data);
  const servers = lock ? await startEmbeddedServers(data) : undefined;
  const endpoint = servers?.dynamodb ?? runningServers(data)?.dynamodb;
  if (endpoint === undefined) {
    throw new NewsAlertsError(
      `expected ${data} to say where its servers listen, got nothing; try again in a moment`,
    );
  }
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  return {
    table: dynamoTable(client, TABLE_NAME),
    async close() {
      client.destroy();
      await servers?.stop();
      lock?.release();
    },
  };
}

function whatIsAt(data: string): string {
  try {
    return statSync(data).isDirectory() ? 'a folder without its tables' : 'a file';
  } catch (error) {
    return fileFault(error);
  }
}

function lockUnlessRunning(data: string): FolderLock | undefined {
  try {
    return lockFolder(data);
  } catch (error) {
    if (error instanceof NewsAlertsError && error.message.includes('is running on it')) return undefined;
    throw error;
  }
}
