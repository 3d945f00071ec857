import zlib from 'node:zlib';
import { TooLarge } from './http-client.ts';

/** Compressed bytes that are not what they are said to be, or not all of them. */
export class BrokenCompression extends Error {}

type Undo = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/** To be sent as Accept-Encoding. No deflate: servers disagree on what it is. */
export const ACCEPTED_ENCODINGS = 'gzip, br, zstd';

// A feed is a few compressed kilobytes: a stream, which works in another thread, costs more than it spares.
const UNDO: ReadonlyMap<string, Undo> = new Map<string, Undo>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zlib.zstdDecompressSync],
  [
    'deflate',
    // With the header of zlib, as the standard has it, or without, as others have.
    (bytes, options) =>
      startsWith(bytes, ZLIB) && bytes.readUInt16BE(0) % 31 === 0
        ? zlib.inflateSync(bytes, options)
        : zlib.inflateRawSync(bytes, options),
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
const MOST_LAYERS = 4;

/** Undoes what Content-Encoding names, as far as it is true; nothing of more than `most` bytes, however small it came. */
export function decoded(bytes: Buffer, encoding: string | undefined, most: number): Buffer {
  const layers = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => UNDO.has(name));
  if (layers.length > MOST_LAYERS) throw new BrokenCompression(`compressed ${layers.length} times`);
  let content = bytes;
  // The last was applied last.
  for (const name of layers.reverse()) content = undone(content, name, most);
  // Some are compressed once more than they are said to be, or were stored as feed.xml.gz.
  return startsWith(content, GZIP) ? undone(content, 'gzip', most) : content;
}

function undone(bytes: Buffer, name: string, most: number): Buffer {
  const undo = UNDO.get(name);
  const magic = MAGIC[name];
  // Named, but not done: servers put the header on pages of errors, and before what a cache has undone already.
  if (!undo || bytes.length === 0 || (magic && !startsWith(bytes, magic))) return bytes;
  try {
    return undo(bytes, { maxOutputLength: most });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge(`more than ${most} bytes`);
    if (!magic && /^[\s\uFEFF]*[<{]/.test(bytes.toString('utf8', 0, 100))) return bytes;
    throw new BrokenCompression(`a compressed body that cannot be read to its end: ${code ?? error}`);
  }
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, n) => bytes[n] === byte);
}
