import zlib from 'node:zlib';
import type { Decompress } from './decompress-partially.ts';
import type { ResponseBody } from './response-body.ts';

/** Thrown for a compressed body of which nothing can be read. */
export class BrokenCompression extends Error {}

/** The Accept-Encoding header. Deflate is left out, because servers disagree on its format. */
export const ACCEPTED_ENCODINGS = 'gzip, br, zstd';

// Synchronous, because a feed is a few compressed kilobytes: a stream on another thread costs more than it saves.
const DECOMPRESS = new Map<string, (bytes: Buffer) => Decompress>([
  ['gzip', () => zlib.gunzipSync],
  ['x-gzip', () => zlib.gunzipSync],
  ['br', () => zlib.brotliDecompressSync],
  ['zstd', () => zlib.zstdDecompressSync],
  [
    'deflate',
    // The standard demands a zlib header; some servers send none.
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

/** Honest servers use one or two. Each layer can multiply the size. */
const MAX_LAYERS = 4;

/**
 * Decodes a body by its Content-Encoding, ignoring names that do not fit the bytes. Returns the first `limit` bytes of a
 * larger body, and the readable start of a truncated body. Throws BrokenCompression if nothing is readable.
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
  if (layers.length > MAX_LAYERS)
    throw new BrokenCompression(`a body compressed ${layers.length} times; at most ${MAX_LAYERS} are read`);
  let content: ResponseBody = { bytes };
  // Encodings are listed in the order in which they were applied.
  for (const name of layers.reverse()) content = await decodeLayer(content, name, limit);
  // Some bodies have one layer more than the header says, or were stored as feed.xml.gz.
  return startsWith(content.bytes, GZIP) ? decodeLayer(content, 'gzip', limit) : content;
}

async function decodeLayer(content: ResponseBody, name: string, limit: number): Promise<ResponseBody> {
  const { bytes } = content;
  const decompress = DECOMPRESS.get(name)?.(bytes);
  const magic = MAGIC[name];
  const isGzip = !magic && startsWith(bytes, GZIP);
  // The body is not compressed: servers set the header on error pages too, and caches decode without removing it.
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
    throw new BrokenCompression(`a corrupt compressed body: ${code ?? error}`);
  }
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, n) => bytes[n] === byte);
}
