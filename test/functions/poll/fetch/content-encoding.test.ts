import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BrokenCompression, decodeContent } from '../../../../functions/poll/fetch/content-encoding.ts';
import { processorTime } from '../../../helpers/processor-time.ts';

const MOST = 100_000;
const BODY = '<rss version="2.0"><channel><title>Zürich</title></channel></rss>';
const PLAIN = Buffer.from(BODY);
const undo = async (bytes: Buffer, encoding?: string) =>
  (await decodeContent(bytes, encoding, MOST)).bytes.toString();

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
  ])('as %s is undone', async (encoding, bytes) => {
    expect(await undo(bytes, encoding)).toBe(BODY);
  });

  it.each(['gzip', 'x-gzip', 'zstd', 'br', 'deflate', 'gzip, gzip', 'compress', 'constructor', ',,'])(
    'by its header, %s, but is plain, comes as it is',
    async (encoding) => {
      expect(await undo(PLAIN, encoding)).toBe(BODY);
    },
  );

  it('once more than its header says is undone as well', async () => {
    expect(await undo(gzipSync(gzipSync(BODY)), 'gzip')).toBe(BODY);
    expect(await undo(gzipSync(BODY))).toBe(BODY);
    for (const other of ['deflate', 'br', 'zstd']) expect(await undo(gzipSync(BODY), other)).toBe(BODY);
    expect(await undo(gzipSync(BODY), 'gzip, gzip')).toBe(BODY);
  });

  it('and empty stays empty', async () => {
    for (const encoding of ['gzip', 'br', 'zstd', 'deflate'])
      expect(await undo(Buffer.alloc(0), encoding)).toBe('');
  });

  it.each([
    ['br', Buffer.from('not brotli')],
    ['zstd', zstdCompressSync(BODY).subarray(0, -4)],
    ['gzip', Buffer.concat([gzipSync(BODY).subarray(0, 10), Buffer.alloc(30, 0xff)])],
  ])('as %s and nothing of it can be read, is told', async (encoding, bytes) => {
    await expect(undo(bytes, encoding)).rejects.toThrow(BrokenCompression);
    await expect(undo(bytes, encoding)).rejects.toThrow(/^a compressed body that cannot be read: \w+$/);
  });
});

describe('what is complete but not clean', () => {
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
    ['gzip', 'with all that its header may have, and no trailer', withName],
    [
      'gzip',
      'with the start of another member behind it',
      Buffer.concat([gzipSync(BODY), Buffer.from('1f8b08000000000000ff010000ff', 'hex')]),
    ],
    ['gzip', 'with text behind it', Buffer.concat([gzipSync(BODY), Buffer.from('\r\n<!-- cached -->')])],
    ['deflate', 'without its checksum', deflateSync(BODY).subarray(0, -4)],
    ['deflate', 'with text behind it', Buffer.concat([deflateSync(BODY), Buffer.from('<!-- -->')])],
    ['br', 'with text behind it', Buffer.concat([brotliCompressSync(BODY), Buffer.from('<!-- -->')])],
    ['zstd', 'with text behind it', Buffer.concat([zstdCompressSync(BODY), Buffer.from('<!-- -->')])],
    ['gzip, gzip', 'twice without its trailer', gzipSync(gzipSync(BODY).subarray(0, -8)).subarray(0, -8)],
  ])('%s %s, is read', async (encoding, _what, bytes) => {
    expect(await undo(bytes, encoding)).toBe(BODY);
  });

  it('may be of several members', async () => {
    expect(await undo(Buffer.concat([gzipSync('<rss>'), gzipSync('</rss>')]), 'gzip')).toBe('<rss></rss>');
  });

  // Made of numbers, so that compression does not make a handful of bytes of it.
  const long = Array.from({ length: 10_000 }, (_, n) => `<item>${(n * 7_919) % 10_007}</item>`).join('');
  it.each<[string, Buffer]>([
    ['gzip', gzipSync(long)],
    ['deflate', deflateSync(long)],
    ['deflate', deflateRawSync(long)],
    ['br', brotliCompressSync(long)],
    // Whole blocks alone are readable, and a block is 128 KiB.
    ['zstd', zstdCompressSync(long)],
  ])('as far as it goes, where %s breaks off in the middle', async (encoding, bytes) => {
    const { bytes: read, cut } = await decodeContent(bytes.subarray(0, -2_000), encoding, 1_000_000);
    expect(cut).toBe('broken');
    expect(read.length).toBeGreaterThan(10_000);
    expect(long.startsWith(read.toString())).toBe(true);
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
  ])('without measure, as %s, is left in time, and its start kept', async (encoding, bytes) => {
    const before = process.memoryUsage().rss;
    const start = process.threadCpuUsage();
    const { bytes: found, cut } = await decodeContent(bytes, encoding, MOST);
    expect([found.length, cut]).toEqual([MOST, 'limit']);
    expect(processorTime(start)).toBeLessThan(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(20_000_000);
  });

  it('to what is allowed is kept whole, and not a byte more', async () => {
    expect(await decodeContent(gzipSync(Buffer.alloc(MOST)), 'gzip', MOST)).toEqual({
      bytes: Buffer.alloc(MOST),
    });
    expect(await decodeContent(gzipSync(Buffer.alloc(MOST + 1)), 'gzip', MOST)).toEqual({
      bytes: Buffer.alloc(MOST),
      cut: 'limit',
    });
  });

  it('layer by layer is not followed for long', async () => {
    await expect(undo(PLAIN, 'gzip, gzip, gzip, gzip, gzip')).rejects.toThrow('compressed 5 times');
  });
});
