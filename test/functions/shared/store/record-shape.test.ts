import { describe, expect, it } from 'vitest';
import { feedStates } from '../../../../functions/shared/store/feed-states.ts';
import {
  bytes,
  flag,
  having,
  listOf,
  mapOf,
  named,
  number,
  optional,
  readRecord,
  type Shape,
  text,
  yes,
} from '../../../../functions/shared/store/record-shape.ts';
import { stories } from '../../../../functions/shared/store/stories.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const KEY = { pk: 'FEED#times', sk: 'STATE' };

it('returns the attributes without the key, unknown ones included', () => {
  const record = { ...KEY, expiresAt: 1, version: 2, later: ['x'] };
  expect(readRecord(record, { version: number, etag: optional(text) })).toEqual({ version: 2, later: ['x'] });
});

describe('a damaged record', () => {
  const read = (shape: Shape<{ a: unknown }>, a: unknown) => () => readRecord({ ...KEY, a }, shape);

  it.each([
    [text, 5, 'text, got 5'],
    [text, undefined, 'text, got undefined'],
    [number, '5', "a number, got '5'"],
    [number, 5n, 'a number, got 5n'],
    [flag, 'yes', "true or false, got 'yes'"],
    [yes, false, 'true, got false'],
    [bytes, 'AAA=', "bytes, got 'AAA='"],
    [named<'sent'>(), 5, 'text, got 5'],
    [optional(text), null, 'text, got null'],
    [listOf(text), ['a', 1], "a list, each text, got [ 'a', 1 ]"],
    [listOf(text), 'a', "a list, each text, got 'a'"],
    [mapOf(number), { a: '1' }, "a map, each a number, got { a: '1' }"],
    [mapOf(number), [1], 'a map, each a number, got [ 1 ]'],
    [having({ count: number }), { count: '1' }, "a map with count, got { count: '1' }"],
    [having({ count: number }), null, 'a map with count, got null'],
  ])('is refused by its key, its attribute and what was expected: %#', (check, value, expected) => {
    expect(read({ a: check }, value)).toThrow(`the record FEED#times STATE: expected a to be ${expected}`);
  });

  it('says at most a hundred characters of the value', () => {
    expect(read({ a: number }, 'x'.repeat(10_000))).toThrow(/got 'x{99};/);
  });

  it.each([
    [number, 0],
    [named<'sent'>(), 'a state of a later release'],
    [optional(text), undefined],
    [bytes, new Uint8Array(0)],
    [listOf(having({ count: number })), [{ count: 1, more: true }]],
  ])('accepts what the program writes: %#', (check, value) => {
    expect(read({ a: check as never }, value)).not.toThrow();
  });

  it('stops the poll of its feed alone', async () => {
    const table = memoryTable();
    await table.put({ ...KEY, version: 1, failures: 0, seen: 'not bytes' });
    await expect(feedStates(table).get('times')).rejects.toThrow(
      "expected seen to be bytes, got 'not bytes'",
    );
    expect(await feedStates(table).get('post')).toEqual({ version: 0, failures: 0 });
  });

  it('stops the stories of its topic alone', async () => {
    const table = memoryTable();
    await table.put({ pk: 'TOPIC#storms', sk: 'STORY#2026-03-01T00:00:00.000Z#s1', id: 's1', title: 5 });
    await expect(stories(table).since('storms', 0)).rejects.toThrow('TOPIC#storms STORY#2026-03-01');
    expect((await stories(table).since('floods', 0)).stories).toEqual([]);
  });
});
