import zlib from 'node:zlib';
import type { Decompress } from './decompress-partially.ts';
import type { ResponseBody } from './response-body.ts';

/** Compressed bytes that are not what they are said to be. */
export class BrokenCompression extends Error {}

/** To be sent as Accept-Encoding. No deflate: servers disagree on what it is. */
export const ACCEPTED_ENCODINGS = 'gzip, br, zstd';

// A feed is a few compressed kilobytes: a stream, which works in another thread, costs more than it spares.
const DECOMPRESS = new Map<string, (bytes: Buffer) => Decompress>([
  ['gzip', () => zlib.gunzipSync],
  ['x-gzip', () => zlib.gunzipSync],
  ['br', () => zlib.brotliDecompressSync],
  ['zstd', () => zlib.zstdDecompressSync],
  [
    'deflate',
    // With the header of zlib, as the standard has it, or without, as others have.
    (bytes) =>
      startsWith(bytes, ZLIB) && bytes.readUInt16BE(0) % 31 === 0 ? zlib.inflateSync : zlib.inflateRawSync,
  ],
]);

const ZLIB = [0x78];
const GZIP = [0x1f, 0x8b, 0x08];
const MAGIC: Readonly<Record<string, readonly number[]>> = {
  gzip: GZIP,
  'x-gzip': GZIP,
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

/** Nobody means more; every one of them can make much of little. */
const MAX_LAYERS = 4;

/**
 * Undoes what Content-Encoding names, as far as it is true. Returns the first `limit` bytes of what is larger, however
 * small it came, and the start of what breaks off; throws BrokenCompression for what has no start either.
 */
export async function decodeContent(
  bytes: Buffer,
  encoding: string | undefined,
  limit: number,
): Promise<ResponseBody> {
  const layers = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => DECOMPRESS.has(name));
  if (layers.length > MAX_LAYERS) throw new BrokenCompression(`compressed ${layers.length} times`);
  let content: ResponseBody = { bytes };
  // The last was applied last.
  for (const name of layers.reverse()) content = await decodeLayer(content, name, limit);
  // Some are compressed once more than they are said to be, or were stored as feed.xml.gz.
  return startsWith(content.bytes, GZIP) ? decodeLayer(content, 'gzip', limit) : content;
}

async function decodeLayer(content: ResponseBody, name: string, limit: number): Promise<ResponseBody> {
  const { bytes } = content;
  const decompress = DECOMPRESS.get(name)?.(bytes);
  const magic = MAGIC[name];
  const isGzip = !magic && startsWith(bytes, GZIP);
  // Named, but not done: servers put the header on pages of errors, and before what a cache has undone already.
  if (!decompress || bytes.length === 0 || isGzip || (magic && !startsWith(bytes, magic))) return content;
  try {
    return { ...content, bytes: decompress(bytes, { maxOutputLength: limit }) };
  } catch (error) {
    const { code } = error as { code?: string };
    const isPlain = !magic && /^[\s\uFEFF]*[<{]/.test(bytes.toString('utf8', 0, 100));
    if (isPlain && code !== 'ERR_BUFFER_TOO_LARGE') return content;
    const { decompressPartially } = await import('#rarely-needed');
    const start = await decompressPartially(bytes, decompress, limit);
    if (start) return start;
    throw new BrokenCompression(`a compressed body that cannot be read: ${code ?? error}`);
  }
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, n) => bytes[n] === byte);
}
