import { describe, expect, it } from 'vitest';
import type { Table } from '../../functions/shared/store/table.ts';
import { embeddedPlatform } from '../helpers/embedded-platform.ts';
import { memoryTable } from '../helpers/memory-table.ts';
import { memoryPlatform } from './memory-platform.ts';
import { tableContract } from './table-contract.ts';

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

function refusesAsDynamoDbDoes(table: () => Table): void {
  it('refuses a record of more than 400 KB with a clear error', async () => {
    const record = { pk: 'large', sk: 'a', text: 'x'.repeat(410_000) };
    await expect(table().put(record)).rejects.toThrow('size');
    await expect(table().put(record, { absent: true })).rejects.toThrow('size');
    await expect(table().putAll([record])).rejects.toThrow('size');
  });

  it('refuses a key that is empty or too long', async () => {
    const write = (pk: string, sk: string) => table().put({ pk, sk });
    await expect(write('', 'a')).rejects.toThrow('One or more parameter values');
    await expect(write('a', '')).rejects.toThrow('One or more parameter values');
    await expect(write('é'.repeat(1_025), 'a')).rejects.toThrow(/size limit of|must be under/);
    await expect(write('a', 'x'.repeat(1_025))).rejects.toThrow(/size limit of|must be under/);
    expect(await write('é'.repeat(1_024), 'x'.repeat(1_024))).toBe(true);
  });

  it('refuses a range that ends before it begins', async () => {
    await expect(table().query({ pk: 'a', from: 'b', to: 'a' })).rejects.toThrow('BETWEEN');
  });
}

describe('the in-memory table that other tests use', () => {
  const table = memoryTable();
  tableContract(() => table);
});
