import { randomBytes } from 'node:crypto';
import { bytes, readRecord } from './record-shape.ts';
import type { Table } from './table.ts';

const KEY = { pk: 'SIGNUP-KEY', sk: 'KEY' };
const BYTES = 32;

/**
 * Returns the key with which links to a person's settings and addresses of feeds are signed, and makes it at its first use.
 * Deleting the record makes all of them invalid.
 */
export async function signingKey(table: Table): Promise<Uint8Array> {
  const stored = await table.get(KEY);
  if (stored) return readRecord(stored, { key: bytes }).key;
  await table.put({ ...KEY, key: randomBytes(BYTES) }, { absent: true });
  // Another process may have been faster.
  return signingKey(table);
}
