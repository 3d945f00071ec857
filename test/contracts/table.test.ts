import { describe } from 'vitest';
import { embeddedPlatform } from '../helpers/embedded-platform.ts';
import { memoryTable } from '../helpers/memory-table.ts';
import { memoryPlatform } from './memory-platform.ts';
import { refusesAsDynamoDbDoes, tableContract } from './table-contract.ts';

describe('the table through the SDK, on the embedded DynamoDB', () => {
  const { platform } = embeddedPlatform();
  tableContract(() => platform().table());

  refusesAsDynamoDbDoes(() => platform().table());
});

describe('the table through the SDK, on the simulation’s DynamoDB', () => {
  const { platform } = memoryPlatform();
  tableContract(() => platform.table());
  refusesAsDynamoDbDoes(() => platform.table());
});

describe('the in-memory table that other tests use', () => {
  const table = memoryTable();
  tableContract(() => table);
});
