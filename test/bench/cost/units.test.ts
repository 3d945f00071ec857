import { describe, expect, it } from 'vitest';
import { chunks, indexWriteUnits, readUnits, writeUnits } from '../../../bench/cost/units.ts';

describe('DynamoDB', () => {
  it.each([
    [0, 0, 1],
    [0, 1, 1],
    [0, 1024, 1],
    [0, 1025, 2],
    [3_000, 100, 3],
    [100, 0, 1],
  ])('a write over %d bytes with %d bytes takes %d units', (before, after, units) => {
    expect(writeUnits(before, after)).toBe(units);
  });

  it.each([
    [0, true, 1],
    [0, false, 0.5],
    [4_096, true, 1],
    [4_097, true, 2],
    [4_097, false, 1],
  ])('a read of %d bytes, consistent: %j, takes %d units', (bytes, consistent, units) => {
    expect(readUnits(bytes, consistent)).toBe(units);
  });

  it('an index costs a write for an entry that is added, removed or changed, and two for one that moves', () => {
    const entry = (key: string, bytes: number) => ({ key, bytes });
    expect(indexWriteUnits(undefined, undefined)).toBe(0);
    expect(indexWriteUnits(undefined, entry('a', 1_500))).toBe(2);
    expect(indexWriteUnits(entry('a', 1_500), undefined)).toBe(2);
    expect(indexWriteUnits(entry('a', 100), entry('a', 1_500))).toBe(2);
    expect(indexWriteUnits(entry('a', 100), entry('b', 1_500))).toBe(3);
  });
});

it.each([
  [0, 1],
  [65_536, 1],
  [65_537, 2],
  [1_048_576, 16],
])('%d bytes are %d requests of SQS and SNS', (bytes, requests) => {
  expect(chunks(bytes)).toBe(requests);
});
