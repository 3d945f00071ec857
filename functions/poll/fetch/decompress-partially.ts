import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { GrowingBuffer } from '../../shared/growing-buffer.ts';
import type { ResponseBody } from './response-body.ts';

export type Decompress = (
  bytes: Buffer,
  options: { readonly maxOutputLength: number; readonly finishFlush?: number },
) => Buffer;

interface Codec {
  readonly decompress: Decompress;
  /** Creates a stream, which can stop at a limit. */
  readonly createStream: (options: { finishFlush: number }) => Transform;
  /** The `finishFlush` option that returns the data of a body without an end. */
  readonly finishFlush: number;
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
const RAW: Codec = {
  decompress: zlib.inflateRawSync,
  createStream: zlib.createInflateRaw,
  finishFlush: Z_SYNC_FLUSH,
};
const CODECS: readonly Codec[] = [
  { decompress: zlib.gunzipSync, createStream: zlib.createGunzip, finishFlush: Z_SYNC_FLUSH },
  { decompress: zlib.inflateSync, createStream: zlib.createInflate, finishFlush: Z_SYNC_FLUSH },
  RAW,
  {
    decompress: zlib.brotliDecompressSync,
    createStream: zlib.createBrotliDecompress,
    finishFlush: BROTLI_OPERATION_FLUSH,
  },
  { decompress: zlib.zstdDecompressSync, createStream: zlib.createZstdDecompress, finishFlush: ZSTD_e_flush },
];

/**
 * Returns the readable start, up to `limit` bytes, of a compressed body that is truncated, is followed by other data, or is
 * too large; undefined if nothing is readable.
 */
export async function decompressPartially(
  bytes: Buffer,
  decompress: Decompress,
  limit: number,
): Promise<ResponseBody | undefined> {
  const codec = CODECS.find((one) => one.decompress === decompress) ?? RAW;
  const attempts = [{ codec, part: bytes }];
  // Raw inflate ignores the checksum and any data after the compressed data.
  if (decompress === zlib.gunzipSync)
    attempts.push({ codec: RAW, part: bytes.subarray(gzipHeaderLength(bytes)) });
  for (const { codec, part } of attempts) {
    try {
      const { finishFlush } = codec;
      const start = codec.decompress(part, { maxOutputLength: limit, finishFlush });
      if (start.length > 0) return { bytes: start, cut: 'broken' };
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
        return { bytes: await decompressStart(part, codec, limit), cut: 'limit' };
    }
  }
  return undefined;
}

/** Returns the first `limit` bytes of a larger body. */
function decompressStart(
  bytes: Buffer,
  { createStream, finishFlush }: Codec,
  limit: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const start = new GrowingBuffer(limit);
    const stream = createStream({ finishFlush });
    stream.on('data', (chunk: Buffer) => {
      if (start.append(chunk)) return;
      resolve(start.bytes());
      stream.destroy();
    });
    stream.on('end', () => resolve(start.bytes()));
    stream.on('error', reject);
    stream.end(bytes);
  });
}

const HEADER_BYTES = 10;
const FLAGS = { checksum: 0x02, extra: 0x04, name: 0x08, comment: 0x10 };

/** Returns the bytes of a gzip member before its compressed data (RFC 1952, 2.3). */
function gzipHeaderLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let length = HEADER_BYTES;
  if (flags & FLAGS.extra) length += 2 + (bytes[length] ?? 0) + 256 * (bytes[length + 1] ?? 0);
  for (const flag of [FLAGS.name, FLAGS.comment])
    if (flags & flag) length = bytes.indexOf(0, length) + 1 || bytes.length;
  return flags & FLAGS.checksum ? length + 2 : length;
}
