// The format of LevelDB's write-ahead log: https://github.com/google/leveldb/blob/main/doc/log_format.md

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;

/**
 * Returns true when a log has a record whose checksum is wrong. LevelDB would leave such records out without a word. A fault
 * after good records in the last block is none: a machine that loses its power leaves one.
 */
export function isLogDamaged(log: Uint8Array): boolean {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const lastBlock = Math.floor(Math.max(log.length - 1, 0) / BLOCK_BYTES) * BLOCK_BYTES;
  let at = 0;
  while (at + HEADER_BYTES <= log.length) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      at += left;
      continue;
    }
    const length = view.getUint16(at + 4, true);
    const type = log[at + 6] ?? 0;
    const end = at + HEADER_BYTES + length;
    const isCut = end > log.length;
    const isGood =
      HEADER_BYTES + length <= left &&
      !isCut &&
      checksum(log.subarray(at + 6, end)) === view.getUint32(at, true);
    if (!isGood) {
      // Room that was reserved and not written to.
      if (type === 0 && length === 0 && log.subarray(at).every((byte) => byte === 0)) return false;
      return at === 0 || at < lastBlock;
    }
    at = end;
  }
  return false;
}

/** CRC-32C, as LevelDB stores it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});
