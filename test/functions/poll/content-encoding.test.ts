import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BrokenCompression, decoded } from '../../../functions/poll/content-encoding.ts';
import { TooLarge } from '../../../functions/poll/http-client.ts';

const MOST = 100_000;
const BODY = '<rss version="2.0"><channel><title>Zürich</title></channel></rss>';
const PLAIN = Buffer.from(BODY);
const undo = (bytes: Buffer, encoding?: string) => decoded(bytes, encoding, MOST).toString();

describe('what is compressed', () => {
  it.each<[string | undefined, Buffer]>([
    ['gzip', gzipSync(BODY)],
    ['x-gzip', gzipSync(BODY)],
    ['GZIP', gzipSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['zstd', zstdCompressSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['deflate', deflateSync(BODY, { level: 1 })],
    ['deflate', deflateRawSync(BODY)],
    ['identity', PLAIN],
    [undefined, PLAIN],
    ['', PLAIN],
    ['gzip, br', brotliCompressSync(gzipSync(BODY))],
    ['br , identity, gzip', gzipSync(brotliCompressSync(BODY))],
    ['gzip, gzip', gzipSync(gzipSync(BODY))],
  ])('as %s is undone', (encoding, bytes) => {
    expect(undo(bytes, encoding)).toBe(BODY);
  });

  it.each(['gzip', 'x-gzip', 'zstd', 'br', 'deflate', 'gzip, gzip', 'compress', 'constructor', ',,'])(
    'by its header, %s, but is plain, comes as it is',
    (encoding) => {
      expect(undo(PLAIN, encoding)).toBe(BODY);
    },
  );

  it('once more than its header says is undone as well', () => {
    expect(undo(gzipSync(gzipSync(BODY)), 'gzip')).toBe(BODY);
    expect(undo(gzipSync(BODY))).toBe(BODY);
    expect(undo(gzipSync(BODY), 'gzip, gzip')).toBe(BODY);
  });

  it('and empty stays empty', () => {
    for (const encoding of ['gzip', 'br', 'zstd', 'deflate'])
      expect(undo(Buffer.alloc(0), encoding)).toBe('');
  });

  it.each([
    ['gzip', gzipSync(BODY).subarray(0, -12)],
    ['br', brotliCompressSync(BODY).subarray(0, -4)],
    ['zstd', zstdCompressSync(BODY).subarray(0, -4)],
    ['deflate', deflateSync(BODY).subarray(0, -8)],
    ['br', Buffer.from('not brotli')],
    ['gzip', Buffer.concat([gzipSync(BODY).subarray(0, 20), Buffer.alloc(30, 0xff)])],
  ])('as %s and broken is told', (encoding, bytes) => {
    expect(() => undo(bytes, encoding)).toThrow(BrokenCompression);
    expect(() => undo(bytes, encoding)).toThrow(/^a compressed body that cannot be read to its end: \w+$/);
  });
});

describe('what grows', () => {
  const large = Buffer.alloc(50_000_000);
  it.each([
    ['gzip', gzipSync(large)],
    ['br', brotliCompressSync(large)],
    ['zstd', zstdCompressSync(large)],
    ['deflate', deflateSync(large)],
    ['gzip, gzip', gzipSync(gzipSync(large))],
    ['br, gzip', gzipSync(brotliCompressSync(large))],
    [undefined, gzipSync(large)],
  ])('without measure, as %s, is left in time', (encoding, bytes) => {
    const before = process.memoryUsage().rss;
    const start = performance.now();
    expect(() => decoded(bytes, encoding, MOST)).toThrow(TooLarge);
    expect(performance.now() - start).toBeLessThan(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(20_000_000);
  });

  it('to what is allowed is kept, and not a byte more', () => {
    expect(decoded(gzipSync(Buffer.alloc(MOST)), 'gzip', MOST)).toHaveLength(MOST);
    expect(() => decoded(gzipSync(Buffer.alloc(MOST + 1)), 'gzip', MOST)).toThrow(TooLarge);
  });

  it('layer by layer is not followed for long', () => {
    expect(() => undo(PLAIN, 'gzip, gzip, gzip, gzip, gzip')).toThrow('compressed 5 times');
  });
});
