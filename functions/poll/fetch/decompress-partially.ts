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
  /** The same as a stream, which gives what comes before a limit. */
  readonly start: (options: { finishFlush: number }) => Transform;
  /** As `finishFlush`, gives all that there is of a body without an end. */
  readonly finishFlush: number;
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
const RAW: Codec = {
  decompress: zlib.inflateRawSync,
  start: zlib.createInflateRaw,
  finishFlush: Z_SYNC_FLUSH,
};
const CODECS: readonly Codec[] = [
  { decompress: zlib.gunzipSync, start: zlib.createGunzip, finishFlush: Z_SYNC_FLUSH },
  { decompress: zlib.inflateSync, start: zlib.createInflate, finishFlush: Z_SYNC_FLUSH },
  RAW,
  {
    decompress: zlib.brotliDecompressSync,
    start: zlib.createBrotliDecompress,
    finishFlush: BROTLI_OPERATION_FLUSH,
  },
  { decompress: zlib.zstdDecompressSync, start: zlib.createZstdDecompress, finishFlush: ZSTD_e_flush },
];

/**
 * Returns what there is of a compressed body that breaks off, is followed by something else, or is larger than `limit` bytes;
 * undefined if that is nothing.
 */
export async function decompressPartially(
  bytes: Buffer,
  decompress: Decompress,
  limit: number,
): Promise<ResponseBody | undefined> {
  const codec = CODECS.find((one) => one.decompress === decompress) ?? RAW;
  const ways = [{ codec, part: bytes }];
  // Without the header of gzip, neither what follows the compressed data nor their checksum is looked at.
  if (decompress === zlib.gunzipSync)
    ways.push({ codec: RAW, part: bytes.subarray(gzipHeaderLength(bytes)) });
  for (const { codec, part } of ways) {
    try {
      const { finishFlush } = codec;
      const found = codec.decompress(part, { maxOutputLength: limit, finishFlush });
      if (found.length > 0) return { bytes: found, cut: 'broken' };
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
        return { bytes: await decompressStart(part, codec, limit), cut: 'limit' };
    }
  }
  return undefined;
}

/** The first bytes of what is larger than the limit. */
function decompressStart(bytes: Buffer, { start, finishFlush }: Codec, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const found = new GrowingBuffer(limit);
    const stream = start({ finishFlush });
    stream.on('data', (piece: Buffer) => {
      if (found.append(piece)) return;
      resolve(found.bytes());
      stream.destroy();
    });
    stream.on('end', () => resolve(found.bytes()));
    stream.on('error', reject);
    stream.end(bytes);
  });
}

const HEADER_BYTES = 10;
const HAS = { checksum: 0x02, extra: 0x04, name: 0x08, comment: 0x10 };

/** How many bytes of a gzip member come before its compressed data (RFC 1952, 2.3). */
function gzipHeaderLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let length = HEADER_BYTES;
  if (flags & HAS.extra) length += 2 + (bytes[length] ?? 0) + 256 * (bytes[length + 1] ?? 0);
  for (const flag of [HAS.name, HAS.comment])
    if (flags & flag) length = bytes.indexOf(0, length) + 1 || bytes.length;
  return flags & HAS.checksum ? length + 2 : length;
}
