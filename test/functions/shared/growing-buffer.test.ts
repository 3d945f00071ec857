import { describe, expect, it } from 'vitest';
import { GrowingBuffer } from '../../../functions/shared/growing-buffer.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

describe('a growing buffer', () => {
  it('holds all appended chunks, whatever their size', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 50; round++) {
      const chunks = Array.from({ length: random.integer(40) }, (_, n) =>
        Buffer.alloc(random.integer(9_000), n),
      );
      const buffer = new GrowingBuffer(1_000_000);
      expect(chunks.every((chunk) => buffer.append(chunk))).toBe(true);
      expect(buffer.bytes().equals(Buffer.concat(chunks))).toBe(true);
    }
  });

  it('stops at its limit, and returns false for a chunk that does not fit', () => {
    const buffer = new GrowingBuffer(5);
    expect([buffer.append(Buffer.from('abc')), buffer.append(Buffer.from('de'))]).toEqual([true, true]);
    expect(buffer.append(Buffer.from('f'))).toBe(false);
    expect(buffer.append(Buffer.alloc(0))).toBe(true);
    expect(buffer.bytes().toString()).toBe('abcde');
    const other = new GrowingBuffer(4);
    expect(other.append(Buffer.from('abcdef'))).toBe(false);
    expect(other.bytes().toString()).toBe('abcd');
  });

  it('copies the chunks', () => {
    const chunk = Buffer.from('abc');
    const buffer = new GrowingBuffer(10);
    buffer.append(chunk);
    chunk.fill('x');
    expect(buffer.bytes().toString()).toBe('abc');
    expect(buffer.bytes().buffer).not.toBe(chunk.buffer);
  });
});
