import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BrokenCompression, decodeContent } from '../../../../functions/poll/fetch/content-encoding.ts';
import { processorTime } from '../../../helpers/processor-time.ts';

const MAX_BYTES = 100_000;
const BODY = '<rss version="2.0"><channel><title>Zürich</title></channel></rss>';
const PLAIN = Buffer.from(BODY);
const decode = async (bytes: Buffer, encoding?: string) =>
  (await decodeContent(bytes, encoding, MAX_BYTES)).bytes.toString();

describe('a body', () => {
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
  ])('compressed as %s is decoded', async (encoding, bytes) => {
    expect(await decode(bytes, encoding)).toBe(BODY);
  });

  it.each(['gzip', 'x-gzip', 'zstd', 'br', 'deflate', 'gzip, gzip', 'compress', 'constructor', ',,'])(
    'that is not compressed although its header says %s is left unchanged',
    async (encoding) => {
      expect(await decode(PLAIN, encoding)).toBe(BODY);
    },
  );

  it('compressed once more than its header says is decoded fully', async () => {
    expect(await decode(gzipSync(gzipSync(BODY)), 'gzip')).toBe(BODY);
    expect(await decode(gzipSync(BODY))).toBe(BODY);
    for (const other of ['deflate', 'br', 'zstd']) expect(await decode(gzipSync(BODY), other)).toBe(BODY);
    expect(await decode(gzipSync(BODY), 'gzip, gzip')).toBe(BODY);
  });

  it('that is empty stays empty', async () => {
    for (const encoding of ['gzip', 'br', 'zstd', 'deflate'])
      expect(await decode(Buffer.alloc(0), encoding)).toBe('');
  });

  it.each([
    ['br', Buffer.from('not brotli')],
    ['zstd', zstdCompressSync(BODY).subarray(0, -4)],
    ['gzip', Buffer.concat([gzipSync(BODY).subarray(0, 10), Buffer.alloc(30, 0xff)])],
  ])('compressed as %s of which nothing can be read is an error', async (encoding, bytes) => {
    await expect(decode(bytes, encoding)).rejects.toThrow(BrokenCompression);
    await expect(decode(bytes, encoding)).rejects.toThrow(/^a corrupt compressed body: \w+$/);
  });
});

describe('a damaged body', () => {
  const withName = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3]),
    Buffer.from([2, 0, 7, 7]),
    Buffer.from('feed.xml\0a comment\0'),
    Buffer.from([1, 2]),
    deflateRawSync(BODY),
  ]);
  it.each<[string, string, Buffer]>([
    ['gzip', 'without its trailer', gzipSync(BODY).subarray(0, -8)],
    ['gzip', 'without the last byte', gzipSync(BODY).subarray(0, -1)],
    ['gzip', 'with another checksum', Buffer.concat([gzipSync(BODY).subarray(0, -8), Buffer.alloc(8, 1)])],
    ['gzip', 'with every optional header field, and no trailer', withName],
    [
      'gzip',
      'followed by the start of another member',
      Buffer.concat([gzipSync(BODY), Buffer.from('1f8b08000000000000ff010000ff', 'hex')]),
    ],
    ['gzip', 'followed by text', Buffer.concat([gzipSync(BODY), Buffer.from('\r\n<!-- cached -->')])],
    ['deflate', 'without its checksum', deflateSync(BODY).subarray(0, -4)],
    ['deflate', 'followed by text', Buffer.concat([deflateSync(BODY), Buffer.from('<!-- -->')])],
    ['br', 'followed by text', Buffer.concat([brotliCompressSync(BODY), Buffer.from('<!-- -->')])],
    ['zstd', 'followed by text', Buffer.concat([zstdCompressSync(BODY), Buffer.from('<!-- -->')])],
    ['gzip, gzip', 'twice without its trailer', gzipSync(gzipSync(BODY).subarray(0, -8)).subarray(0, -8)],
  ])('compressed as %s %s is read', async (encoding, _what, bytes) => {
    expect(await decode(bytes, encoding)).toBe(BODY);
  });

  it('may have several members', async () => {
    expect(await decode(Buffer.concat([gzipSync('<rss>'), gzipSync('</rss>')]), 'gzip')).toBe('<rss></rss>');
  });

  // Numbers, which do not compress to a handful of bytes.
  const long = Array.from({ length: 10_000 }, (_, n) => `<item>${(n * 7_919) % 10_007}</item>`).join('');
  it.each<[string, Buffer]>([
    ['gzip', gzipSync(long)],
    ['deflate', deflateSync(long)],
    ['deflate', deflateRawSync(long)],
    ['br', brotliCompressSync(long)],
    // Only whole blocks are readable, and a block is 128 KiB.
    ['zstd', zstdCompressSync(long)],
  ])('is read as far as possible if %s breaks off in the middle', async (encoding, bytes) => {
    const { bytes: start, cut } = await decodeContent(bytes.subarray(0, -2_000), encoding, 1_000_000);
    expect(cut).toBe('broken');
    expect(start.length).toBeGreaterThan(10_000);
    expect(long.startsWith(start.toString())).toBe(true);
  });
});

describe('a body that decodes to many bytes', () => {
  const large = Buffer.alloc(50_000_000);
  it.each([
    ['gzip', gzipSync(large)],
    ['br', brotliCompressSync(large)],
    ['zstd', zstdCompressSync(large)],
    ['deflate', deflateSync(large)],
    ['gzip, gzip', gzipSync(gzipSync(large))],
    ['br, gzip', gzipSync(brotliCompressSync(large))],
    [undefined, gzipSync(large)],
  ])('is cut at the limit, in little time and memory: %s', async (encoding, bytes) => {
    const before = process.memoryUsage().rss;
    const start = process.threadCpuUsage();
    const { bytes: kept, cut } = await decodeContent(bytes, encoding, MAX_BYTES);
    expect([kept.length, cut]).toEqual([MAX_BYTES, 'limit']);
    expect(processorTime(start)).toBeLessThan(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(20_000_000);
  });

  it('is kept whole at the limit, and cut one byte above', async () => {
    expect(await decodeContent(gzipSync(Buffer.alloc(MAX_BYTES)), 'gzip', MAX_BYTES)).toEqual({
      bytes: Buffer.alloc(MAX_BYTES),
    });
    expect(await decodeContent(gzipSync(Buffer.alloc(MAX_BYTES + 1)), 'gzip', MAX_BYTES)).toEqual({
      bytes: Buffer.alloc(MAX_BYTES),
      cut: 'limit',
    });
  });

  it('is refused with more than four layers', async () => {
    await expect(decode(PLAIN, 'gzip, gzip, gzip, gzip, gzip')).rejects.toThrow('compressed 5 times');
  });
});
